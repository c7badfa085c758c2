package cloud

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"

	"pitboss/sandbox/internal/awsschema"
)

// Unknown is how the bridge writes a planned value that only AWS can decide.
const Unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// madeUp is the names for which Terraform's provider makes one up by itself.
var madeUp = map[string]string{"aws_rds_cluster": "clusterIdentifier", "aws_rds_cluster_instance": "identifier"}

// fill decides everything that the plan left open. In an update, old holds the
// attributes before it.
func (c *Cloud) fill(r *Resource, planned, old map[string]any) error {
	schema, err := c.options.Schema()
	if err != nil {
		return err
	}
	shape, err := schema.Resource(r.Type)
	if err != nil {
		return err
	}
	props := make(map[string]any, len(planned))
	r.Props = props
	var open []string
	for _, name := range sortedKeys(planned) {
		if planned[name] == Unknown {
			if prefix, ok := planned[name+"Prefix"].(string); ok && prefix != Unknown && old == nil {
				props[name] = prefix + hexID(26, r.URN, r.Created) // Terraform appends as many digits
				continue
			}
			if madeUp[r.Type] == name && old == nil {
				props[name] = "tf-" + hexID(26, r.URN, r.Created)
				continue
			}
			open = append(open, name)
			continue
		}
		props[name] = fillNested(planned[name], shape.Outputs[name], nested(old, name))
	}
	if old == nil {
		r.ID = idOf(r)
	}
	props[awsschema.IDProperty(r.Type)] = r.ID
	decided, err := c.decide(*r, old)
	if err != nil {
		return err
	}
	for _, name := range open {
		if _, done := props[name]; done {
			continue
		}
		props[name] = decideOne(name, shape.Outputs[name], decided, old)
	}
	// Some of what AWS reports is not in the plan at all, or lies below an
	// attribute that is.
	for _, name := range sortedKeys(decided) {
		if plannedAlready(planned[name]) {
			continue
		}
		props[name] = merge(props[name], decided[name])
	}
	return nil
}

// plannedAlready: what the provider's plan says for certain is not AWS's to
// decide. An object may still have unknown fields.
func plannedAlready(v any) bool {
	_, object := v.(map[string]any)
	return v != nil && v != Unknown && !object
}

func decideOne(name string, t *awsschema.Type, decided, old map[string]any) any {
	if v, ok := decided[name]; ok {
		return v
	}
	if v, ok := old[name]; ok && v != Unknown {
		return v
	}
	return zero(t)
}

// merge lays what AWS decided over what the plan says, field by field.
func merge(have, decided any) any {
	into, ok := have.(map[string]any)
	from, ok2 := decided.(map[string]any)
	if !ok || !ok2 {
		return decided
	}
	out := make(map[string]any, len(into)+len(from))
	for k, v := range into {
		out[k] = v
	}
	for k, v := range from {
		out[k] = merge(out[k], v)
	}
	return out
}

func nested(old map[string]any, name string) any {
	if old == nil {
		return nil
	}
	return old[name]
}

// fillNested replaces what is unknown below the top of an attribute, by the
// schema's type: a string where the state must have a list could not be read
// back by the provider.
func fillNested(v any, t *awsschema.Type, old any) any {
	switch v := v.(type) {
	case string:
		if v != Unknown {
			return v
		}
		if old != nil && old != Unknown {
			return old
		}
		return zero(t)
	case []any:
		before, _ := old.([]any)
		out := make([]any, len(v))
		for i, e := range v {
			var prior any
			if i < len(before) {
				prior = before[i]
			}
			out[i] = fillNested(e, elem(t), prior)
		}
		return out
	case map[string]any:
		before, _ := old.(map[string]any)
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = fillNested(e, field(t, k), before[k])
		}
		return out
	}
	return v
}

func elem(t *awsschema.Type) *awsschema.Type {
	if t == nil {
		return nil
	}
	return t.Elem
}

func field(t *awsschema.Type, name string) *awsschema.Type {
	if t == nil {
		return nil
	}
	if t.Kind == awsschema.Map {
		return t.Elem
	}
	return t.Fields[name]
}

// zero is what AWS reports for something that was never set.
func zero(t *awsschema.Type) any {
	if t == nil {
		return ""
	}
	switch t.Kind {
	case awsschema.Number:
		return 0
	case awsschema.Boolean:
		return false
	case awsschema.List:
		return []any{}
	case awsschema.Map:
		return map[string]any{}
	case awsschema.Object:
		out := map[string]any{}
		for name, f := range t.Fields {
			out[name] = zero(f)
		}
		return out
	}
	return ""
}

// hexID is n hex digits made from the parts: the same for the same parts.
func hexID(n int, parts ...any) string {
	sum := sha256.Sum256([]byte(fmt.Sprintln(parts...)))
	return hex.EncodeToString(sum[:])[:n]
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

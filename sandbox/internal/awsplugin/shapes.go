package awsplugin

import (
	"regexp"
	"slices"
	"strings"
)

// A shape says where the SDK and the bridge write one property differently.
// Both are made from the same Terraform schema; pulumi-aws adds overrides by
// hand, and those are listed here. A test holds this table against both.
type shape struct {
	// path is the way to the object that holds the property; "*" is every
	// element of a list. Empty: the resource itself.
	path []string
	// sdk and bridge are the property's two names.
	sdk, bridge string
	// form says whether one side wraps the value in a list.
	form form
}

type form int

const (
	same          form = iota
	bridgeHasList      // SDK: one object; bridge: a list of at most one
	sdkCopies          // SDK only, read only: the first element of the bridge's list
	sdkOnly            // Pulumi's own addition; Terraform knows nothing of it
	refused            // the program may not set it, and its output is left out
)

// shapes is by Terraform type, inner properties before those that hold them.
var shapes = map[string][]shape{
	"aws_default_security_group": gress,
	"aws_network_acl":            gress,
	"aws_security_group":         gress,
	"aws_eks_cluster": {
		{sdk: "certificateAuthority", bridge: "certificateAuthorities", form: sdkCopies},
		{sdk: "defaultAddonsToRemoves", form: sdkOnly},
	},
	"aws_s3_bucket_lifecycle_configuration": {
		{path: []string{"rules", "*", "filter"}, sdk: "and", bridge: "ands", form: bridgeHasList},
		{path: []string{"rules", "*", "filter"}, sdk: "tag", bridge: "tags", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "expiration", bridge: "expirations", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "filter", bridge: "filters", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "noncurrentVersionExpiration", bridge: "noncurrentVersionExpirations", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "abortIncompleteMultipartUpload", bridge: "abortIncompleteMultipartUploads", form: bridgeHasList},
	},
	// pulumi-aws's fork of the provider has these settings of a bucket in a form
	// of its own. They are deprecated: each is a resource of its own now.
	"aws_s3_bucket": {
		{sdk: "lifecycleRules", bridge: "lifecycleRules", form: refused},
		{sdk: "loggings", bridge: "logging", form: refused},
		{sdk: "objectLockConfiguration", bridge: "objectLockConfiguration", form: refused},
		{sdk: "replicationConfigurations", bridge: "replicationConfiguration", form: refused},
		{sdk: "serverSideEncryptionConfigurations", bridge: "serverSideEncryptionConfiguration", form: refused},
		{sdk: "versionings", bridge: "versioning", form: refused},
		{sdk: "websites", bridge: "website", form: refused},
	},
}

// gress: Pulumi's pluraliser makes "egresses"; pulumi-aws kept "egress".
var gress = []shape{{sdk: "ingress", bridge: "ingresses"}, {sdk: "egress", bridge: "egresses"}}

// toBridge rewrites properties from the SDK's form into the bridge's. The
// argument is not changed.
func toBridge(tfType string, props map[string]any) map[string]any {
	return rewrite(props, shapes[tfType], func(s shape, in, out map[string]any) {
		v, ok := in[s.sdk]
		if !ok {
			return
		}
		delete(out, s.sdk)
		switch s.form {
		case same:
			out[s.bridge] = v
		case bridgeHasList:
			out[s.bridge] = wrap(v)
		}
	})
}

// fromBridge is the way back.
func fromBridge(tfType string, props map[string]any) map[string]any {
	return rewrite(props, outsideIn(tfType), func(s shape, in, out map[string]any) {
		v, ok := in[s.bridge]
		if !ok || s.form == sdkOnly {
			return
		}
		if s.form != sdkCopies {
			delete(out, s.bridge)
		}
		switch s.form {
		case same:
			out[s.sdk] = v
		case bridgeHasList, sdkCopies:
			if one, ok := unwrap(v); ok {
				out[s.sdk] = one
			}
		}
	})
}

// outsideIn is a type's table for the way back: paths are in the SDK's names, so
// the outer properties must have theirs before the inner ones are looked for.
func outsideIn(tfType string) []shape {
	table := slices.Clone(shapes[tfType])
	slices.Reverse(table)
	return table
}

// refusedInputs lists what the program set that the sandbox cannot judge.
func refusedInputs(tfType string, inputs map[string]any) []string {
	var out []string
	for _, s := range shapes[tfType] {
		if _, ok := inputs[s.sdk]; ok && s.form == refused {
			out = append(out, s.sdk)
		}
	}
	return out
}

// rewrite copies props, applying each shape at every object that its path leads to.
func rewrite(props map[string]any, table []shape, apply func(s shape, in, out map[string]any)) map[string]any {
	out := clone(props).(map[string]any)
	for _, s := range table {
		walk(out, s.path, func(m map[string]any) {
			in := make(map[string]any, len(m))
			for k, v := range m {
				in[k] = v
			}
			apply(s, in, m)
		})
	}
	return out
}

func walk(v any, path []string, visit func(map[string]any)) {
	if len(path) == 0 {
		if m, ok := v.(map[string]any); ok {
			visit(m)
		}
		return
	}
	switch v := v.(type) {
	case map[string]any:
		walk(v[path[0]], path[1:], visit)
	case []any:
		if path[0] == "*" {
			for _, e := range v {
				walk(e, path[1:], visit)
			}
		}
	}
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = clone(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = clone(e)
		}
		return out
	}
	return v
}

// wrap makes a list of one; what is unknown stays unknown as a whole.
func wrap(v any) any {
	if _, unknown := v.(string); unknown {
		return v
	}
	if v == nil {
		return []any{}
	}
	return []any{v}
}

func unwrap(v any) (any, bool) {
	list, ok := v.([]any)
	if !ok {
		return v, v != nil
	}
	if len(list) == 0 {
		return nil, false
	}
	return list[0], true
}

var index = regexp.MustCompile(`^\[(\d+|"[^"]*")\]`)

// pathFromBridge rewrites a property path of a diff, "rules[0].expirations[0].days",
// into the SDK's names, "rules[0].expiration.days".
func pathFromBridge(tfType, path string) string {
	for _, s := range outsideIn(tfType) {
		if s.form == sdkCopies || s.form == sdkOnly || s.form == refused {
			continue
		}
		head, rest, ok := cutPath(path, append(append([]string{}, s.path...), s.bridge))
		if !ok {
			continue
		}
		head = strings.TrimSuffix(head, s.bridge) + s.sdk
		if s.form == bridgeHasList {
			rest = index.ReplaceAllString(rest, "")
		}
		path = head + rest
	}
	return path
}

// cutPath splits path after the steps, if it begins with them.
func cutPath(path string, steps []string) (head, rest string, ok bool) {
	rest = path
	for i, step := range steps {
		if step == "*" {
			at := index.FindString(rest)
			if at == "" {
				return "", "", false
			}
			rest = rest[len(at):]
			continue
		}
		if i > 0 {
			if rest, ok = strings.CutPrefix(rest, "."); !ok {
				return "", "", false
			}
		}
		if rest, ok = strings.CutPrefix(rest, step); !ok || rest != "" && rest[0] != '.' && rest[0] != '[' {
			return "", "", false
		}
	}
	return path[:len(path)-len(rest)], rest, true
}

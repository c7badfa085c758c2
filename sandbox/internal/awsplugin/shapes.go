package awsplugin

import (
	"slices"
	"strconv"
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
	sdkHasList         // SDK: a list of at most one; bridge: one object
	bridgeHasText      // SDK: a boolean or a number; bridge: the same in words
	sdkCopies          // SDK only, read only: the first element of the bridge's list
	sdkOnly            // Pulumi's own addition; Terraform knows nothing of it
	refused            // the program may not set it, and its output is left out
)

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
		case sdkHasList:
			if one, ok := unwrap(v); ok {
				out[s.bridge] = one
			}
		case bridgeHasText:
			out[s.bridge] = inWords(v)
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
		case sdkHasList:
			out[s.sdk] = wrap(v)
		case bridgeHasText:
			if plain, ok := fromWords(v); ok {
				out[s.sdk] = plain
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

// inWords writes a boolean or number as Terraform does where it wants to tell
// "not set" from false or 0.
func inWords(v any) any {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return v
}

// fromWords is the way back; what is not set has no value, and what is unknown
// stays so.
func fromWords(v any) (any, bool) {
	text, ok := v.(string)
	if !ok {
		return v, v != nil
	}
	if b, err := strconv.ParseBool(text); err == nil {
		return b, true
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n, true
	}
	return v, text != ""
}

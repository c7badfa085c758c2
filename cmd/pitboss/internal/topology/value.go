package topology

import (
	"fmt"
	"strconv"
	"strings"

	"pitboss/policy/rules"
)

// notKnown stands for a value that only the cloud knows, and not yet.
const notKnown = "?"

// at is the input at a path of names and indices; nil where there is nothing.
func at(r rules.Resource, path ...any) any {
	var v any = r.Inputs
	for _, step := range path {
		switch in := v.(type) {
		case map[string]any:
			name, _ := step.(string)
			v = in[name]
		case []any:
			i, ok := step.(int)
			if !ok || i < 0 || i >= len(in) {
				return nil
			}
			v = in[i]
		case rules.Unknown:
			return in
		default:
			return nil
		}
	}
	return v
}

// text is the input at a path in words: empty where there is nothing, notKnown if it is
// unknown or not to be shown.
func text(r rules.Resource, path ...any) string {
	switch v := at(r, path...).(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	default:
		return notKnown
	}
}

// list is the list at a path.
func list(r rules.Resource, path ...any) []any {
	l, _ := at(r, path...).([]any)
	return l
}

// either says one of two things by the switch at a path, which is off where there is none,
// and notKnown rather than the one that would be a comfort.
func either(on, off string, r rules.Resource, path ...any) string {
	switch text(r, path...) {
	case "true":
		return on
	case "", "false":
		return off
	}
	return notKnown
}

// last is the name at the end of a URN.
func last(urn string) string { return urn[strings.LastIndex(urn, ":")+1:] }

// short is a resource's name without its component's before it, its region's behind it,
// and what only says its part.
func short(r rules.Resource, region string, tails ...string) string {
	name := r.Name
	if parent := last(r.Parent); parent != "" {
		name = strings.TrimPrefix(name, parent+"-")
	}
	for _, tail := range append(tails, "-"+region) {
		name = strings.TrimSuffix(name, tail)
	}
	if name == "" {
		return r.Name
	}
	return name
}

// owner is the name of the component that a resource is a part of, or its own.
func owner(r rules.Resource) string {
	if parent := last(r.Parent); parent != "" && !strings.Contains(r.Parent, "pulumi:pulumi:Stack") {
		return parent
	}
	return r.Name
}

// plural counts in words.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// joined puts a dot between what there is.
func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}

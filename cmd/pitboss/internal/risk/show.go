package risk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
)

// Text is a change as people read it: path: old -> new. A secret is not shown, and what is
// not known yet is not guessed.
func Text(c plan.Change) string { return c.Path + ": " + Value(c.Old) + " -> " + Value(c.New) }

// Value is one value on one line, at most about 120 characters of it.
func Value(v any) string {
	switch v := v.(type) {
	case nil:
		return "not set"
	case rules.Unknown:
		return "[not known yet]"
	case rules.Secret:
		return "[secret]"
	case string:
		return short(fmt.Sprintf("%q", v))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(plain(v)); err != nil {
		return "[a value that cannot be shown]"
	}
	return short(strings.TrimSpace(b.String()))
}

// plain replaces what is not shown, at any depth.
func plain(v any) any {
	switch v := v.(type) {
	case rules.Unknown, rules.Secret:
		return Value(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, one := range v {
			out[key] = plain(one)
		}
		return out
	}
	return v
}

func short(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:117]) + "..."
	}
	return s
}

// spot is a value and where it stands.
type spot struct {
	path  string
	value any
}

// hidden tells whether the value is there and cannot be looked at.
func (s spot) hidden() bool { return hidden(s.value) }

func hidden(v any) bool {
	switch v.(type) {
	case rules.Unknown, rules.Secret:
		return true
	}
	return false
}

// reach is what stands at path in the inputs of r: names with dots, * for every element of
// a list. It stops at a value that is hidden, and finds nothing where there is nothing.
func reach(r *rules.Resource, path string) []spot {
	if r == nil {
		return nil
	}
	at := []spot{{"", any(r.Inputs)}}
	for _, step := range strings.Split(path, ".") {
		var next []spot
		for _, s := range at {
			next = append(next, s.down(step)...)
		}
		at = next
	}
	return at
}

func (s spot) down(step string) []spot {
	if s.hidden() {
		return []spot{s}
	}
	if list, ok := s.value.([]any); ok && step == "*" {
		var out []spot
		for i, v := range list {
			out = append(out, spot{fmt.Sprintf("%s[%d]", s.path, i), v})
		}
		return out
	}
	m, _ := s.value.(map[string]any)
	if v, ok := m[step]; ok && v != nil {
		return []spot{{strings.TrimPrefix(s.path+"."+step, "."), v}}
	}
	return nil
}

// one is the value at a path without *, nil where there is nothing.
func one(r *rules.Resource, path string) any {
	for _, s := range reach(r, path) {
		return s.value
	}
	return nil
}

// because is the input at path of a step, as it was and as it would be.
func because(s plan.Step, path string) string {
	return Text(plan.Change{Path: path, Old: one(s.Old, path), New: one(s.New, path)})
}

// same tells whether two values are equal and both to be seen.
func same(a, b any) bool { return !hidden(a) && !hidden(b) && reflect.DeepEqual(a, b) }

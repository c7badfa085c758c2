package rules

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// Case is one rule at work on one resource. A check reads the resource through it, so that
// what is not known yet is noticed wherever it is met.
type Case struct {
	Stack    *Stack
	Resource Resource

	found *findings
}

// findings are shared by a case and those made from it.
type findings struct {
	broken, unknown []string
	read            []string // what was read, for the tests
}

// Of is the same case, looking at another resource of the stack: what it finds counts for
// the resource that is judged.
func (c *Case) Of(r Resource) *Case { return &Case{Stack: c.Stack, Resource: r, found: c.found} }

// Failf says how the rule is broken: what was found, and what is allowed.
func (c *Case) Failf(format string, args ...any) {
	c.found.broken = append(c.found.broken, fmt.Sprintf(format, args...))
}

// Untold says that something that the rule needs is not known yet.
func (c *Case) Untold(what string) {
	if !slices.Contains(c.found.unknown, what) {
		c.found.unknown = append(c.found.unknown, what)
	}
}

// Get is the input at path: names of properties and indices of lists, nil where there is
// nothing. known is false, and noted, if it is Unknown; then the check leaves it alone.
func (c *Case) Get(path ...any) (value any, known bool) {
	c.found.read = append(c.found.read, c.Resource.URN+" "+pathText(path))
	value = c.Resource.get(path)
	if value == (any)(Unknown{}) {
		c.Untold(c.Resource.Name + "." + pathText(path))
		return nil, false
	}
	return value, true
}

// Text is the input at path as a string; empty where there is nothing. A secret is not
// empty and not shown.
func (c *Case) Text(path ...any) (text string, known bool) {
	v, known := c.Get(path...)
	switch v := v.(type) {
	case nil:
		return "", known
	case string:
		return v, known
	case Secret:
		return "[secret]", known
	default:
		return fmt.Sprint(v), known
	}
}

// List is the list at path. Elements may be Unknown; Get on an element notes that.
func (c *Case) List(path ...any) (list []any, known bool) {
	v, known := c.Get(path...)
	list, _ = v.([]any)
	return list, known
}

// Texts is the list of strings at path, known only if each of them is.
func (c *Case) Texts(path ...any) (texts []string, known bool) {
	list, known := c.List(path...)
	for i := range list {
		text, ok := c.Text(append(slices.Clone(path), i)...)
		texts, known = append(texts, text), known && ok
	}
	return texts, known
}

// Want breaks the rule unless the input at path is exactly value. Numbers are float64.
func (c *Case) Want(value any, path ...any) {
	got, known := c.Get(path...)
	switch {
	case !known || reflect.DeepEqual(got, value):
	case holdsUnknown(got):
		c.Untold(c.Resource.Name + "." + pathText(path))
	default:
		c.Failf("%s is %s, want %s", pathText(path), show(got), show(value))
	}
}

// holdsUnknown tells whether something inside of v is not known yet.
func holdsUnknown(v any) bool {
	switch v := v.(type) {
	case Unknown:
		return true
	case []any:
		return slices.ContainsFunc(v, holdsUnknown)
	case map[string]any:
		for _, one := range v {
			if holdsUnknown(one) {
				return true
			}
		}
	}
	return false
}

// WantSet breaks the rule unless there is something at path.
func (c *Case) WantSet(path ...any) {
	if got, known := c.Get(path...); known && (got == nil || got == "") {
		c.Failf("%s is not set", pathText(path))
	}
}

// WantOneOf breaks the rule unless the input at path is one of values.
func (c *Case) WantOneOf(values []string, path ...any) {
	if got, known := c.Text(path...); known && !slices.Contains(values, got) {
		c.Failf("%s is %s, want one of %v", pathText(path), show(got), values)
	}
}

// WantAtLeast breaks the rule unless the number at path is at least least.
func (c *Case) WantAtLeast(least float64, path ...any) {
	got, known := c.Get(path...)
	if n, ok := got.(float64); known && (!ok || n < least) {
		c.Failf("%s is %s, want at least %v", pathText(path), show(got), least)
	}
}

// JSON decodes the document at path into v. ok is false if it is not known, or is no JSON,
// which breaks the rule.
func (c *Case) JSON(v any, path ...any) (ok bool) {
	text, known := c.Text(path...)
	if !known {
		return false
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		c.Failf("%s is not JSON: %v", pathText(path), err)
		return false
	}
	return true
}

// show writes a value briefly; a secret is not shown.
func show(v any) string {
	switch v.(type) {
	case nil:
		return "not set"
	case Secret:
		return "a secret"
	}
	text := fmt.Sprint(v)
	if len(text) > 120 {
		text = text[:117] + "..."
	}
	return text
}

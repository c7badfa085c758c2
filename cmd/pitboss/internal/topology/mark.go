package topology

import (
	"fmt"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
)

// mark counts what the plan does to a thing: to the resource that it is, and to those that
// are a part of it.
type mark struct {
	counts map[plan.Op]int
	// self are the operations on what the thing itself is; the rest is on parts of it.
	self []plan.Op
	// says is a line for each change, for the tooltip.
	says []string
}

// changing are the operations that change something, the gravest first, with their signs:
// a colour alone would not do for everybody.
var changing = []struct {
	op         plan.Op
	sign, says string
	state      state
}{
	{plan.Delete, "−", "deleted", gone},
	{plan.Replace, "±", "replaced", gone},
	{plan.Update, "~", "updated", updated},
	{plan.Create, "+", "created", created},
}

// state is how a box is coloured.
type state string

const (
	same    state = "same"
	created state = "created"
	updated state = "updated"
	gone    state = "gone" // replaced or deleted
)

// add counts a step. itself tells whether the thing is this resource.
func (m *mark) add(s plan.Step, itself bool) {
	if m.counts == nil {
		m.counts = map[plan.Op]int{}
	}
	m.counts[s.Op]++
	if itself {
		m.self = append(m.self, s.Op)
	}
	if s.Op == plan.Same {
		return
	}
	r := s.Resource()
	line := fmt.Sprintf("%s %s %s", s.Op, r.Type, r.Name)
	for i, c := range s.Changes {
		line += map[bool]string{true: ": ", false: ", "}[i == 0] + c.Path
	}
	m.says = append(m.says, line)
}

// state is the colour, and whole is whether the thing itself changes and not only a part.
func (m mark) state() (s state, whole bool) {
	for _, c := range changing {
		if slices.Contains(m.self, c.op) {
			return c.state, true
		}
	}
	for _, c := range changing {
		if m.counts[c.op] > 0 {
			return c.state, false
		}
	}
	return same, false
}

// badge writes the counts with their signs, such as "+2 ~1"; empty if nothing changes.
func (m mark) badge() string {
	var parts []string
	for _, c := range slices.Backward(changing) {
		if n := m.counts[c.op]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s%d", c.sign, n))
		}
	}
	return strings.Join(parts, " ")
}

// most is how many changes a tooltip lists.
const most = 15

// tooltip is what the thing is, in full, and what changes.
func (m mark) tooltip(lines ...string) string {
	lines = append(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), m.says[:min(most, len(m.says))]...)
	if more := len(m.says) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more changes", more))
	}
	return strings.Join(lines, "\n")
}

// merge adds what another mark counts.
func (m *mark) merge(o mark) {
	if m.counts == nil {
		m.counts = map[plan.Op]int{}
	}
	for op, n := range o.counts {
		m.counts[op] += n
	}
	m.self = append(m.self, o.self...)
	m.says = append(m.says, o.says...)
}

// sum is how many resources were counted.
func (m mark) sum() int {
	n := m.counts[plan.Same]
	for _, c := range changing {
		n += m.counts[c.op]
	}
	return n
}

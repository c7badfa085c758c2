// Package plan is what the engine would do to the stacks of a market, resource by
// resource, as plain values: what is, what would be, and which change forces what. Import
// it from cmd/pitboss only.
package plan

import (
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// Op is what happens to a resource.
type Op string

// The operations, in the order in which they are listed.
const (
	Create  Op = "create"
	Update  Op = "update"
	Replace Op = "replace"
	Delete  Op = "delete"
	Same    Op = "same"
)

// Market is the plan of a market, stack by stack in the order of building.
type Market struct {
	Market market.Market
	Stacks []Stack
}

// Stack is the plan of one stack.
type Stack struct {
	Stack market.Stack
	// Steps are its resources by URN, components and providers among them; the stack's
	// own resource and the engine's default providers are not.
	Steps []Step
}

// Step is what happens to one resource.
type Step struct {
	Op Op
	// Old is the resource as it is recorded, New as it would be; nil where there is none.
	Old, New *rules.Resource
	// Changes are the inputs that differ, by path.
	Changes []Change
}

// Change is one input that differs.
type Change struct {
	Path string // as the engine writes it: rules[0].status
	// Old and New are values as in rules.Resource; nil where there is none.
	Old, New any
	Replaces bool // it is this that forces a replacement
}

// Resource is the step's resource: as it would be, or as it was if it goes.
func (s Step) Resource() rules.Resource {
	if s.New != nil {
		return *s.New
	}
	return *s.Old
}

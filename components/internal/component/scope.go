package component

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Scope is what all children of one component share: how they are named, who their
// parent is, and which AWS provider they use (through the parent).
type Scope struct {
	ctx    *pulumi.Context
	name   string
	parent pulumi.ResourceOption
}

// Args is what Open needs of a component's arguments.
type Args interface {
	// Validate reports every problem at once, each naming its field.
	Validate() error
}

// Open validates args, registers c as a component of type token and returns the scope
// in which its children are created. plain is what the engine is told of the
// arguments: only values known before anything is created, because the component, and
// with it every child, waits for them.
func Open(ctx *pulumi.Context, token, name string, c pulumi.ComponentResource, args Args, plain pulumi.Map, opts []pulumi.ResourceOption) (Scope, error) {
	if err := args.Validate(); err != nil {
		return Scope{}, fmt.Errorf("%s: %w", name, err)
	}
	if err := ctx.RegisterComponentResourceV2(token, name, plain, c, opts...); err != nil {
		return Scope{}, fmt.Errorf("%s: %w", name, err)
	}
	return Scope{ctx: ctx, name: name, parent: pulumi.Parent(c)}, nil
}

// Create registers the child called what: the only way in which a component makes a
// resource, so that none can be without its parent or share another's name.
func Create[A, R any](s Scope, what string, ctor func(*pulumi.Context, string, A, ...pulumi.ResourceOption) (R, error), args A, opts ...pulumi.ResourceOption) (R, error) {
	r, err := ctor(s.ctx, s.name+"-"+what, args, append(opts, s.parent)...)
	if err != nil {
		err = fmt.Errorf("%s-%s: %w", s.name, what, err)
	}
	return r, err
}

// Publish closes the component: its outputs are complete.
func (s Scope) Publish(c pulumi.ComponentResource, outputs pulumi.Map) error {
	return s.ctx.RegisterResourceOutputs(c, outputs)
}

// Stateful marks a child whose loss is an incident, not a diff: the engine refuses to
// delete it, and if it is told to forget it, the cloud keeps it.
func Stateful() pulumi.ResourceOption {
	return pulumi.Composite(pulumi.Protect(true), pulumi.RetainOnDelete(true))
}

// Protected marks a child that the engine refuses to delete until somebody names it: the
// data of one region, which its other region holds too. A rebuild really deletes it.
func Protected() pulumi.ResourceOption { return pulumi.Protect(true) }

// Package published reads what another stack of the market published. Stacks import it;
// components that publish something of a form of their own read it back themselves.
package published

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// Output is one output of another stack.
type Output struct {
	stack string
	value pulumi.AnyOutput
}

// Of is an output of stack, which is named in errors.
func Of(stack string, value pulumi.AnyOutput) Output { return Output{stack, value} }

// Text is the string at path, such as zone -> id. It fails when the stack has none, and
// says which stack to bring up.
func (o Output) Text(path ...string) pulumi.StringOutput {
	return component.Pick(o.stack, o.value, path...)
}

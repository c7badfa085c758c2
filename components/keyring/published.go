package keyring

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/regions"
)

// Pair is the ARNs of one class's key in both regions.
type Pair struct{ Home, Standby pulumi.StringInput }

// Complete says whether the key is known in both regions.
func (p Pair) Complete() bool { return p.Home != nil && p.Standby != nil }

// Pairs is every class's key in both regions, for components that work in both.
func (k *Keyring) Pairs() map[Class]Pair {
	out := map[Class]Pair{}
	for _, class := range Classes() {
		out[class] = Pair{Home: k.primaries[class], Standby: k.replicas[class]}
	}
	return out
}

// Output is the keyring as a stack output: class -> region -> ARN. Read takes it back.
func (k *Keyring) Output() pulumi.Map {
	out := pulumi.Map{}
	for _, class := range Classes() {
		out[string(class)] = pulumi.Map{
			k.home.String():    k.primaries[class],
			k.standby.String(): k.replicas[class],
		}
	}
	return out
}

// Published is a keyring read from another stack's output.
type Published struct {
	stack  string
	output pulumi.AnyOutput
}

// Read takes the output of stack that Output made.
func Read(stack string, output pulumi.AnyOutput) Published { return Published{stack, output} }

// Key is the ARN of class's key in r.
func (p Published) Key(class Class, r regions.Region) pulumi.StringOutput {
	return component.Pick(p.stack, p.output, string(class), r.String())
}

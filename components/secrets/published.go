package secrets

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/regions"
)

// ARNs is the secrets as a stack output: consumer or credential -> ARN in the home region. Read takes it
// back.
func (out *Secrets) ARNs() pulumi.Map {
	arns := pulumi.Map{}
	for _, c := range out.consumers {
		arns[c.Name] = out.arns[c.Name]
	}
	for _, c := range out.credentials {
		arns[c.Name] = out.arns[c.Name]
	}
	return arns
}

// Passwords is, as a stack output of its own, the passwords that AWS is told when a store
// is made: consumer -> password. It is secret as a whole. The others are nobody's output.
func (out *Secrets) Passwords() pulumi.Map {
	passwords := pulumi.Map{}
	for _, c := range out.consumers {
		if c.Told {
			passwords[c.Name] = out.passwords[c.Name]
		}
	}
	return passwords
}

// Published is secrets read from another stack's outputs.
type Published struct {
	stack           string
	arns, passwords pulumi.AnyOutput
}

// Read takes the outputs of stack that ARNs and Passwords made.
func Read(stack string, arns, passwords pulumi.AnyOutput) Published {
	return Published{stack, arns, passwords}
}

// ARN is the ARN of a consumer's secret in r, where it is the secret itself or its replica.
func (p Published) ARN(consumer string, r regions.Region) pulumi.StringOutput {
	return component.Relocated(component.Pick(p.stack, p.arns, consumer), r.String())
}

// Password is what AWS is told of a consumer when its store is made. It is secret.
func (p Published) Password(consumer string) pulumi.StringOutput {
	return pulumi.ToSecret(component.Pick(p.stack, p.passwords, consumer)).(pulumi.StringOutput)
}

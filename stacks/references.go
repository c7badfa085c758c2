package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/keyring"
	"pitboss/components/published"
	"pitboss/components/secrets"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// The outputs that other stacks read.
const (
	outputKeys      = "keys"
	outputZone      = "zone"
	outputSecrets   = "secrets"
	outputPasswords = "passwords" // secret: what a service is told when it is made
	outputPostgres  = "postgres"
	outputRedis     = "redis"
	outputKafka     = "kafka"
	outputEdge      = "edge"
)

// reference is another stack of the market, as this one reads it. What it publishes is
// what only AWS knows: ids, ARNs, DNS names. Everything else has a name that both compute.
type reference struct {
	name string
	ref  *pulumi.StackReference
}

// refer reads the market's stack of a kind in a region; the foundation's and the gslb's
// region is home.
func refer(ctx *pulumi.Context, m market.Market, kind market.Kind, r regions.Region) (reference, error) {
	for _, s := range m.Stacks() {
		if s.Kind != kind || s.Region != r {
			continue
		}
		name := fmt.Sprintf("%s/%s/%s", ctx.Organization(), ctx.Project(), s.Name)
		ref, err := pulumi.NewStackReference(ctx, name, nil)
		return reference{name, ref}, err
	}
	return reference{}, fmt.Errorf("market %s has no %s stack in %s", m.Name, kind, r)
}

func (r reference) output(name string) pulumi.AnyOutput { return r.ref.GetOutput(pulumi.String(name)) }

// pick reads one string of a nested output.
func (r reference) pick(output string, path ...string) pulumi.StringOutput {
	return published.Of(r.name, r.output(output)).Text(path...)
}

// foundationOf is what region stacks read of the market's foundation.
type foundationOf struct {
	keys    keyring.Published
	secrets secrets.Published
	zoneID  pulumi.StringOutput
}

func readFoundation(ctx *pulumi.Context, m market.Market) (foundationOf, error) {
	f, err := refer(ctx, m, market.KindFoundation, m.Home)
	if err != nil {
		return foundationOf{}, err
	}
	return foundationOf{
		keys:    keyring.Read(f.name, f.output(outputKeys)),
		secrets: secrets.Read(f.name, f.output(outputSecrets), f.output(outputPasswords)),
		zoneID:  f.pick(outputZone, "id"),
	}, nil
}

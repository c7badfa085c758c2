// Package stacks composes components into the stacks of a market: one file a kind. Only
// main imports it, and the tests that record what it makes. Everything that is decided
// comes from the market file and the catalogue; the cloud is never asked.
package stacks

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/naming"
	"pitboss/stacks/market"
)

// Run makes the stack that the configuration names, in the project whose folder is the
// working directory.
func Run(ctx *pulumi.Context) error {
	m, stack, err := choose(ctx, ".")
	if err != nil {
		return err
	}
	outputs, err := Compose(ctx, m, stack)
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		ctx.Export(name, outputs[name])
	}
	return err
}

// Compose makes one stack of a market and returns what it tells other stacks and people.
func Compose(ctx *pulumi.Context, m market.Market, stack market.Stack) (pulumi.Map, error) {
	switch stack.Kind {
	case market.KindFoundation:
		return foundation(ctx, m)
	case market.KindRegion:
		return region(ctx, m, stack.Region)
	case market.KindGSLB:
		return traffic(ctx, m)
	}
	return nil, fmt.Errorf("stack %s: no composition for kind %q", stack.Name, stack.Kind)
}

// choose reads the market and finds the stack that the configuration means.
func choose(ctx *pulumi.Context, projectDir string) (market.Market, market.Stack, error) {
	name, err := setting(ctx, "pitboss", "market")
	if err != nil {
		return market.Market{}, market.Stack{}, err
	}
	kind, err := setting(ctx, "pitboss", "kind")
	if err != nil {
		return market.Market{}, market.Stack{}, err
	}
	where, err := setting(ctx, "aws", "region")
	if err != nil {
		return market.Market{}, market.Stack{}, err
	}
	m, err := market.Load(projectDir, name)
	if err != nil {
		return market.Market{}, market.Stack{}, err
	}
	stack, err := find(ctx, m, market.Kind(kind), where)
	return m, stack, err
}

// find is the one stack of m with this kind and region. Its name must be the name that
// the engine runs it under: two names for one stack would build it twice.
func find(ctx *pulumi.Context, m market.Market, kind market.Kind, where string) (market.Stack, error) {
	allowed := ""
	for _, s := range m.Stacks() {
		if s.Kind == kind && s.Region.String() == where {
			if s.Name == ctx.Stack() {
				return s, nil
			}
			return market.Stack{}, fmt.Errorf("%s: found kind %s in %s, which is stack %s: run `pulumi up --stack %s` or correct the file",
				stackFile(ctx), kind, where, s.Name, s.Name)
		}
		allowed += fmt.Sprintf("\n  %s: pitboss:kind %s, aws:region %s", s.Name, s.Kind, s.Region)
	}
	return market.Stack{}, fmt.Errorf("%s: found pitboss:kind %s with aws:region %s, which market %s does not have; its stacks are%s\ncorrect the file, or the market in %s",
		stackFile(ctx), kind, where, m.Name, allowed, m.File)
}

// setting reads one value of the stack's configuration.
func setting(ctx *pulumi.Context, namespace, key string) (string, error) {
	v, ok := ctx.GetConfig(namespace + ":" + key)
	if !ok {
		return "", fmt.Errorf("%s: config: %s:%s is missing: `pitboss market new` writes this file for a new market", stackFile(ctx), namespace, key)
	}
	return v, nil
}

func stackFile(ctx *pulumi.Context) string { return "stacks/Pulumi." + ctx.Stack() + ".yaml" }

// names makes the physical names of a market.
func names(m market.Market) naming.Market {
	return naming.Market{Name: m.Name, Account: m.Account}
}

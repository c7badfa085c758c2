package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/regions"
	"pitboss/stacks/market"
)

// inRegion is the only way to AWS in r: it works with the market's own account and no
// other, and tags whatever it makes. Components get it through their parent.
func inRegion(ctx *pulumi.Context, m market.Market, r regions.Region) (*aws.Provider, error) {
	return provider(ctx, m, r, nil)
}

// outliving is the way to AWS in r for a stack that must work while either of the market's
// regions is gone. The provider asks AWS whose its credentials are before it does anything,
// and asks that in r: here it asks in a region that the market is not in. Nothing of the
// market is told there.
func outliving(ctx *pulumi.Context, m market.Market, r regions.Region) (*aws.Provider, error) {
	witness, ok := regions.Apart(m.Regions()...)
	if !ok {
		return nil, fmt.Errorf("the catalogue has no region that market %s is not in: add one to regions/", m.Name)
	}
	return provider(ctx, m, r, pulumi.String(witness.String()))
}

func provider(ctx *pulumi.Context, m market.Market, r regions.Region, identityIn pulumi.StringPtrInput) (*aws.Provider, error) {
	return aws.NewProvider(ctx, "aws-"+r.String(), &aws.ProviderArgs{
		Region:            pulumi.String(r.String()),
		StsRegion:         identityIn,
		AllowedAccountIds: pulumi.ToStringArray([]string{m.Account}),
		DefaultTags:       aws.ProviderDefaultTagsArgs{Tags: tags(ctx, m)},
	})
}

// tags is what every resource says of itself. What a swap changes is not among it: the
// swap would touch everything.
func tags(ctx *pulumi.Context, m market.Market) pulumi.StringMap {
	return pulumi.StringMap{
		"pitboss:market":       pulumi.String(m.Name),
		"pitboss:jurisdiction": pulumi.String(m.Jurisdiction.Code()),
		"pitboss:environment":  pulumi.String(string(m.Environment)),
		"pitboss:stack":        pulumi.String(ctx.Stack()),
	}
}

package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/delivery"
	"pitboss/stacks/market"
)

// addDelivery makes who the forge's runners are, where the market's file names a forge, and
// says which role each of their environments takes on.
func (g *ground) addDelivery(ctx *pulumi.Context, out pulumi.Map) error {
	d := g.m.Delivery
	if d == nil {
		return nil
	}
	made, err := delivery.New(ctx, "delivery", deliveryArgs(g.m), pulumi.Providers(g.home))
	if err != nil {
		return err
	}
	out["delivery"] = pulumi.Map{"backend": pulumi.String("s3://" + d.State.Bucket), "roles": made.Roles}
	return nil
}

func deliveryArgs(m market.Market) delivery.Args {
	d := *m.Delivery
	args := delivery.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby,
		State: delivery.State{Bucket: d.State.Bucket, Region: d.State.Region, KeyAlias: d.State.KeyAlias},
	}
	for _, s := range m.Stacks() {
		args.Stacks = append(args.Stacks, delivery.Stack{Name: s.Name, Kind: delivery.Kind(s.Kind)})
	}
	if d.GitHub != nil {
		args.GitHub = d.GitHub.Repository
	}
	if d.GitLab != nil {
		args.GitLab = &delivery.GitLab{Host: d.GitLab.Host, Project: d.GitLab.Project, Branch: d.GitLab.Branch}
	}
	return args
}

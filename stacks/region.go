package stacks

import (
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/cluster"
	"pitboss/components/keyring"
	"pitboss/components/network"
	"pitboss/components/pools"
	"pitboss/components/storage"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// region makes one region's network, cluster and pools. The role of the region decides
// how many nodes its pools start with, and nothing else.
func region(ctx *pulumi.Context, m market.Market, r regions.Region) (pulumi.Map, error) {
	if err := warn(ctx, m, time.Now()); err != nil {
		return nil, err
	}
	here, err := inRegion(ctx, m, r)
	if err != nil {
		return nil, err
	}
	keys, err := foundationKeys(ctx, m)
	if err != nil {
		return nil, err
	}
	net, err := network.New(ctx, "network", network.Args{Market: names(m), Region: r, CIDR: m.CIDR(r)}, pulumi.Providers(here))
	if err != nil {
		return nil, err
	}
	c, err := cluster.New(ctx, "cluster", cluster.Args{
		Market: names(m), Network: net.Placement(), Version: m.Kubernetes,
		Admins: m.ClusterAdmins, PublicCIDRs: m.APIEndpoint.PublicCIDRs, PrivateCIDRs: m.APIEndpoint.PrivateCIDRs,
		ClusterKeyARN: keys.Key(keyring.Cluster, r),
		Protected:     m.Environment == market.EnvironmentProd,
	}, pulumi.Providers(here))
	if err != nil {
		return nil, err
	}
	nodes, err := pools.New(ctx, "pools", pools.Args{
		Market: names(m), Network: net.Placement(), Cluster: c.Handle(),
		DataKeyARN: keys.Key(keyring.Data, r), Active: m.Role(r) == market.RoleActive,
	}, pulumi.Providers(here))
	if err != nil {
		return nil, err
	}
	addons, err := cluster.NewAddons(ctx, "addons", cluster.AddonsArgs{
		Market: names(m), Cluster: c, DataKeyARN: keys.Key(keyring.Data, r), Nodes: nodes.Groups,
	}, pulumi.Providers(here))
	if err != nil {
		return nil, err
	}
	inside, err := kubernetes.NewProvider(ctx, "kubernetes-"+c.Name, &kubernetes.ProviderArgs{
		Kubeconfig: c.Kubeconfig,
	}, pulumi.DependsOn(c.Administered()))
	if err != nil {
		return nil, err
	}
	if _, err := storage.New(ctx, "storage", storage.Args{
		DataKeyARN: keys.Key(keyring.Data, r), Driver: addons.Ready,
	}, pulumi.Providers(inside)); err != nil {
		return nil, err
	}
	return regionOutputs(m, r, net, c), nil
}

// warn says, before anything is made, what the market's operators should know. It stops
// nothing: what runs must stay operable.
func warn(ctx *pulumi.Context, m market.Market, now time.Time) error {
	for _, warning := range warnings(m, now) {
		if err := ctx.Log.Warn(warning, nil); err != nil {
			return err
		}
	}
	return nil
}

// warnings are that nobody outside of the VPC reaches the clusters, and that the
// Kubernetes version leaves or has left standard support (a new market is refused one).
func warnings(m market.Market, now time.Time) []string {
	support, err := m.Support(now)
	if err != nil {
		support = err.Error()
	}
	return slices.DeleteFunc([]string{m.Reach(), support}, func(s string) bool { return s == "" })
}

// foundationKeys are the keys of the market's foundation stack. Key ids are chosen by
// AWS, so this is the one thing that a region stack has to be told.
func foundationKeys(ctx *pulumi.Context, m market.Market) (keyring.Published, error) {
	name := fmt.Sprintf("%s/%s/%s", ctx.Organization(), ctx.Project(), m.Stacks()[0].Name)
	ref, err := pulumi.NewStackReference(ctx, name, nil)
	if err != nil {
		return keyring.Published{}, err
	}
	return keyring.Read(name, ref.GetOutput(pulumi.String(outputKeys))), nil
}

// regionOutputs is what operators and `pitboss status` read.
func regionOutputs(m market.Market, r regions.Region, net *network.Network, c *cluster.Cluster) pulumi.Map {
	groups := pulumi.Map{}
	for _, row := range pools.Table() {
		groups[string(row.Pool)] = pulumi.Map{
			"min": pulumi.Int(row.Sizes.Min), "max": pulumi.Int(row.Sizes.Max),
			"desired":       pulumi.Int(row.Desired(m.Role(r) == market.RoleActive)),
			"instanceTypes": pulumi.ToStringArray(row.InstanceTypes), "capacityType": pulumi.String(string(row.Capacity)),
		}
	}
	return pulumi.Map{
		"network": pulumi.Map{"vpcId": net.Placement().VPCID, "cidr": pulumi.String(m.CIDR(r).String())},
		"cluster": pulumi.Map{
			"name": pulumi.String(c.Name), "region": pulumi.String(r.String()), "version": pulumi.String(m.Kubernetes.String()),
			"endpoint": c.Endpoint, "arn": c.ARN,
		},
		"pools":      groups,
		"kubeconfig": c.Kubeconfig,
	}
}

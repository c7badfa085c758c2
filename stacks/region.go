package stacks

import (
	"slices"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/cluster"
	"pitboss/components/edge"
	"pitboss/components/keyring"
	"pitboss/components/network"
	"pitboss/components/pools"
	"pitboss/components/storage"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// region makes one region's network, cluster, pools, front door and data stores. The role
// of the region decides how it starts and what it is told to do, never what it is.
func region(ctx *pulumi.Context, m market.Market, r regions.Region) (pulumi.Map, error) {
	if err := warn(ctx, m, time.Now()); err != nil {
		return nil, err
	}
	here, err := inRegion(ctx, m, r)
	if err != nil {
		return nil, err
	}
	from, err := readFoundation(ctx, m)
	if err != nil {
		return nil, err
	}
	net, err := network.New(ctx, "network", network.Args{Market: names(m), Region: r, CIDR: m.CIDR(r)}, pulumi.Providers(here))
	if err != nil {
		return nil, err
	}
	machine, err := compute(ctx, m, r, here, net.Placement(), from.keys)
	if err != nil {
		return nil, err
	}
	c := machine.cluster
	front, err := edge.New(ctx, "edge", edge.Args{
		Market: names(m), Network: net.Placement(), Unprotected: unprotected(ctx),
		WebTargetsGroupID: c.Handle().SecurityGroupID, MediaTargetsGroupID: machine.nodes.MediaGroupID,
	}, pulumi.Providers(here))
	if err != nil {
		return nil, err
	}
	stores, err := data(ctx, m, r, here, net.Placement(), c.Handle(), from)
	if err != nil {
		return nil, err
	}
	if err := runs(ctx, m, r, here, machine, stores, from); err != nil {
		return nil, err
	}
	return regionOutputs(m, r, net, c, front, stores.outputs), nil
}

// machine is a cluster that is ready to run something.
type machine struct {
	cluster *cluster.Cluster
	nodes   *pools.Pools
	inside  *kubernetes.Provider
}

// compute makes the cluster, its nodes and what runs on them from the first minute.
func compute(ctx *pulumi.Context, m market.Market, r regions.Region, here *aws.Provider, net network.Placement, keys keyring.Published) (machine, error) {
	c, err := cluster.New(ctx, "cluster", cluster.Args{
		Market: names(m), Network: net, Version: m.Kubernetes,
		Admins: m.ClusterAdmins, PublicCIDRs: m.APIEndpoint.PublicCIDRs, PrivateCIDRs: m.APIEndpoint.PrivateCIDRs,
		ClusterKeyARN: keys.Key(keyring.Cluster, r),
		Protected:     m.Environment == market.EnvironmentProd,
	}, pulumi.Providers(here))
	if err != nil {
		return machine{}, err
	}
	nodes, err := pools.New(ctx, "pools", pools.Args{
		Market: names(m), Network: net, Cluster: c.Handle(),
		DataKeyARN: keys.Key(keyring.Data, r), Role: m.Role(r),
	}, pulumi.Providers(here))
	if err != nil {
		return machine{}, err
	}
	addons, err := cluster.NewAddons(ctx, "addons", cluster.AddonsArgs{
		Market: names(m), Cluster: c, DataKeyARN: keys.Key(keyring.Data, r), Nodes: nodes.Groups,
	}, pulumi.Providers(here))
	if err != nil {
		return machine{}, err
	}
	inside, err := kubernetes.NewProvider(ctx, "kubernetes-"+c.Name, &kubernetes.ProviderArgs{
		Kubeconfig: c.Kubeconfig,
		// In place: what services are told of their region's role changes under them, and what
		// must roll them does so by its checksum.
		EnableConfigMapMutable: pulumi.Bool(true),
	}, pulumi.DependsOn(c.Administered()))
	if err != nil {
		return machine{}, err
	}
	_, err = storage.New(ctx, "storage", storage.Args{
		DataKeyARN: keys.Key(keyring.Data, r), Driver: addons.Ready,
	}, pulumi.Providers(inside))
	return machine{c, nodes, inside}, err
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

// warnings are that nobody outside of the VPC reaches the clusters, that the ledger is not
// held to its RPO, and that the Kubernetes version leaves or has left standard support (a
// new market is refused one).
func warnings(m market.Market, now time.Time) []string {
	support, err := m.Support(now)
	if err != nil {
		support = err.Error()
	}
	return slices.DeleteFunc([]string{m.Reach(), m.Unenforced(), m.PastEvents(now), support}, func(s string) bool { return s == "" })
}

// regionOutputs is what operators, `pitboss status` and the other stacks read.
func regionOutputs(m market.Market, r regions.Region, net *network.Network, c *cluster.Cluster, front *edge.Edge, stores pulumi.Map) pulumi.Map {
	groups := pulumi.Map{}
	for _, row := range pools.Table() {
		groups[string(row.Pool)] = pulumi.Map{
			"min": pulumi.Int(row.Sizes.Min), "max": pulumi.Int(row.Sizes.Max),
			"desired":       pulumi.Int(row.Desired(m.Role(r))),
			"instanceTypes": pulumi.ToStringArray(row.InstanceTypes), "capacityType": pulumi.String(string(row.Capacity)),
		}
	}
	out := pulumi.Map{
		"network": pulumi.Map{"vpcId": net.Placement().VPCID, "cidr": pulumi.String(m.CIDR(r).String())},
		"cluster": pulumi.Map{
			"name": pulumi.String(c.Name), "region": pulumi.String(r.String()), "version": pulumi.String(m.Kubernetes.String()),
			"endpoint": c.Endpoint, "arn": c.ARN,
		},
		"pools":      groups,
		"kubeconfig": c.Kubeconfig,
		"role":       roleOutput(m.Role(r)),
		outputEdge:   front.Output(),
	}
	for _, name := range []string{outputPostgres, outputRedis, outputKafka} {
		out[name] = stores[name]
	}
	return out
}

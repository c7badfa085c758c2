// Package workload makes everything that Kubernetes and AWS must be told of one service,
// from its row in components/services: what runs it, who it is, what it is told, who may
// speak to it and to whom it may speak, and what makes it more or fewer. The region stack
// imports it, once a service.
package workload

import (
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
	"pitboss/components/naming"
	"pitboss/components/services"
	"pitboss/components/stores"
	"pitboss/regions"
	"pitboss/regions/role"
)

const typeToken = "pitboss:components:Workload"

// Args describes one service in one region.
type Args struct {
	// Market names the service's secrets and buckets. Required.
	Market naming.Market
	// Region is where it runs. Required.
	Region regions.Region
	// Role decides how many pods there are at least, and whether schedules run. Nothing
	// else follows from it: a swap starts no pod anew. Required.
	Role role.Role
	// Domain is the row that the service is in. Required.
	Domain services.Domain
	// Service is the row that is made. Required.
	Service services.Service
	// Graph is who speaks to whom among all services of the region: Connect makes it.
	// Required if the service speaks to others; without, nobody reaches it either.
	Graph Graph
	// Image is what its pods run, by digest: naming.Market.Image makes it. Required.
	Image string
	// Stores is, by the name of its consumer, each store that the service connects to.
	// Required for those; others may be among them.
	Stores map[string]Endpoint
	// Brokers is where Kafka clients begin, a list of host:port with commas, and KafkaARN
	// the cluster's. Required if the service reads or writes topics.
	Brokers, KafkaARN pulumi.StringInput
	// Parties is the market's outside parties, of which the service reaches those of the
	// kinds that it connects to. The default is nobody.
	Parties []Party
	// Blocks is where in the network things are. Required.
	Blocks Blocks
	// ClusterName is where the service's role in AWS is known. Required if it has one.
	ClusterName pulumi.StringInput
	// ClusterGroupID is the security group that nodes and pods share. Required if the
	// service connects to a store of the vault: its pods carry groups of their own then.
	ClusterGroupID pulumi.StringInput
	// EvidenceKeyARN is this region's audit key. Required if the service adds evidence.
	EvidenceKeyARN pulumi.StringInput
	// Ready is what every object waits for: the namespace with all that it brings, and the
	// tiers' PriorityClasses. The default is nothing.
	Ready []pulumi.Resource
}

// Endpoint is a store as one consumer reaches it.
type Endpoint struct {
	// Consumer is the row of components/stores. Required.
	Consumer stores.Consumer
	// Host is the endpoint that the consumer uses, and Port where it answers. Required.
	Host pulumi.StringInput
	Port int
	// ClientsGroupID is the security group that lets its carrier in. Required for the vault.
	ClientsGroupID pulumi.StringInput
	// ProxyARN is the database's proxy. Required for who comes through it: such a service
	// logs in with its role in AWS and is told no password.
	ProxyARN pulumi.StringInput
}

// Party is an outside party, as the market file names it.
type Party struct {
	Name  string
	Kind  services.Party
	CIDRs []netip.Prefix
	Port  int
}

// Blocks is where in the region's network things are: everything, and of it the brokers
// (Core), the databases and caches (Vault) and the nodes of the media tier (Media).
type Blocks struct{ VPC, Core, Vault, Media []netip.Prefix }

// Workload is one service in one region.
type Workload struct {
	pulumi.ResourceState

	// Ready is what runs the service.
	Ready []pulumi.Resource

	args     Args
	terms    services.Terms
	checksum pulumi.StringOutput // of its configuration
	needs    []pulumi.Resource   // what must be there before its pods
}

// New makes the service's objects. It needs two providers, that of AWS in the region and
// that of Kubernetes in the cluster.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Workload, error) {
	w := &Workload{args: args, terms: args.Service.Tier.Terms()}
	s, err := component.Open(ctx, typeToken, name, w, args, pulumi.Map{
		"domain": pulumi.String(args.Domain.Name), "service": pulumi.String(args.Service.Name), "tier": pulumi.String(string(args.Service.Tier)),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, add := range []func(component.Scope) error{
		w.addAccount,  // who it is in the cluster
		w.addIdentity, // who it is in AWS, and what that allows
		w.addGroups,   // which security groups its pods carry
		w.addConfig,   // what it is told
		w.addSecrets,  // what only it is told
		w.addTraffic,  // who may speak to it, and to whom it may speak
		w.addService,  // where it answers, and who measures it
		w.addPods,     // what runs it
		w.addBudget,   // how many pods must stay
		w.addScaling,  // what makes it more or fewer
	} {
		if err := add(s); err != nil {
			return nil, err
		}
	}
	return w, s.Publish(w, pulumi.Map{})
}

// meta is what an object of the service says of itself.
func (w *Workload) meta(name string) kube.Meta {
	return kube.Meta{Name: name, Namespace: pulumi.String(w.args.Domain.Name), Labels: w.labels()}
}

// after is the option of an object that waits for the namespace, and for more.
func (w *Workload) after(more ...pulumi.Resource) pulumi.ResourceOption {
	return pulumi.DependsOn(slices.Concat(w.args.Ready, more))
}

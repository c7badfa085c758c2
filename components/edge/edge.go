// Package edge makes one region's front door: a network load balancer for HTTPS and
// WebSocket and one for media over UDP, with their target groups. The region stack
// imports it. The gslb stack reads what it publishes and decides which region's door
// players are sent to; workloads put themselves behind it.
package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/components/network"
)

const typeToken = "pitboss:components:Edge"

// Args describes one region's front door.
type Args struct {
	// Market names the load balancers. Required.
	Market naming.Market
	// Network is where they stand: in its public subnets. Required.
	Network network.Placement
	// WebTargetsGroupID and MediaTargetsGroupID are the security groups of what stands
	// behind each door, the cluster's nodes and its media nodes: they are opened to their
	// door, without which no target is ever healthy. Required.
	WebTargetsGroupID, MediaTargetsGroupID pulumi.StringInput
	// Unprotected means that AWS lets the load balancers be deleted, which a stack that is
	// torn down on purpose needs. The default is that AWS refuses: their addresses and
	// names are in DNS and in Global Accelerator.
	Unprotected bool
}

// zones is how many zones the front door spans. A subnet can be added to a network load
// balancer; taking one away replaces it.
const zones = 3

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "edge.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Network.Region.IsZero(), "Network.Region", "is required")
	p.Check(a.Network.CIDR.IsValid(), "Network.CIDR", "is required: the load balancers reach nothing else")
	p.Check(a.Network.VPCID.OutputState != nil, "Network.VPCID", "is required")
	p.Check(a.WebTargetsGroupID != nil, "WebTargetsGroupID", "is required: targets that are closed to the door are never healthy")
	p.Check(a.MediaTargetsGroupID != nil, "MediaTargetsGroupID", "is required: targets that are closed to the door are never healthy")
	p.Check(len(a.Network.Public) == zones, "Network.Public", "must be %d public subnets, one a zone, got %d", zones, len(a.Network.Public))
	return p.Err()
}

// Edge is one region's front door.
type Edge struct {
	pulumi.ResourceState

	// WebGroupID and MediaGroupID are the security groups that the load balancers carry:
	// what stands behind a door lets in its group.
	WebGroupID, MediaGroupID pulumi.StringOutput

	fronts []front
}

// front is one door as it was made.
type front struct {
	door     door
	group    *ec2.SecurityGroup
	balancer *lb.LoadBalancer
	targets  []*lb.TargetGroup // one a port, in their order
}

// New makes the load balancers, their security groups, target groups and listeners.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Edge, error) {
	e := &Edge{}
	s, err := component.Open(ctx, typeToken, name, e, args, pulumi.Map{"region": pulumi.String(args.Network.Region.String())}, opts)
	if err != nil {
		return nil, err
	}
	for _, d := range doors {
		made, err := addDoor(s, args, d)
		if err != nil {
			return nil, err
		}
		e.fronts = append(e.fronts, made)
		switch d.name {
		case web:
			e.WebGroupID = made.group.ID().ToStringOutput()
		case media:
			e.MediaGroupID = made.group.ID().ToStringOutput()
		}
	}
	return e, s.Publish(e, e.Output())
}

// addDoor makes one load balancer and what it leads to.
func addDoor(s component.Scope, a Args, d door) (front, error) {
	group, rules, err := addGroup(s, a, d)
	if err != nil {
		return front{}, err
	}
	if err := openTargets(s, a, d, group); err != nil {
		return front{}, err
	}
	balancer, err := component.Create(s, d.name, lb.NewLoadBalancer, &lb.LoadBalancerArgs{
		Name:             pulumi.String(a.Market.LoadBalancer(a.Network.Region, d.name)),
		LoadBalancerType: pulumi.String("network"),
		Internal:         pulumi.Bool(false),
		Subnets:          a.Network.Public,
		// From the first day: a first security group that comes later makes another load
		// balancer, with other addresses and another name.
		SecurityGroups: pulumi.StringArray{group.ID()},
		IpAddressType:  pulumi.String("ipv4"), // UDP is refused on dual-stack ones
		// AWS advises against crossing zones behind Global Accelerator with the player's own
		// address: two flows of one player may collide. A zone without healthy targets
		// leaves the door's name by itself.
		EnableCrossZoneLoadBalancing: pulumi.Bool(false),
		DnsRecordClientRoutingPolicy: pulumi.String("any_availability_zone"),
		EnableDeletionProtection:     pulumi.Bool(!a.Unprotected),
		Tags:                         named(a, d.name),
		// One that faces the internet is refused before the VPC has its gateway, and it
		// drops what comes before it may speak.
	}, pulumi.DependsOn(append(rules, a.Network.Ready...)))
	if err != nil {
		return front{}, err
	}
	made := front{door: d, group: group, balancer: balancer}
	for _, p := range d.ports {
		target, err := addPort(s, a, d, p, balancer)
		if err != nil {
			return front{}, err
		}
		made.targets = append(made.targets, target)
	}
	return made, nil
}

// named is the tag that consoles show.
func named(a Args, what string) pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(a.Market.LoadBalancer(a.Network.Region, what))}
}

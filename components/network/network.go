// Package network makes one region's network: a VPC over three zones with public, core,
// media and vault subnets, a NAT gateway a zone, the endpoints that a private cluster
// needs, and flow logs. The region stack imports it; components that place something in
// it take its Placement.
package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Network"

// Args describes one region's network.
type Args struct {
	// Market names the cluster that subnets are tagged for, and the flow-log bucket.
	// Required.
	Market naming.Market
	// Region is where every child lives. Required.
	Region regions.Region
	// CIDR is the address block, /16 to /20, in 10.0.0.0/8. Required.
	CIDR netip.Prefix
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "network.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(len(a.Market.Account) == 12, "Market.Account", "must be an account id of 12 digits, got %q", a.Market.Account)
	p.Check(!a.Region.IsZero(), "Region", "is required")
	p.Check(a.Region.IsZero() || len(a.Region.Zones()) >= zones, "Region", "has %d zones, a network needs %d", len(a.Region.Zones()), zones)
	p.Check(a.CIDR.IsValid() && a.CIDR.Addr().Is4(), "CIDR", "is required, an IPv4 block such as 10.16.0.0/16")
	if a.CIDR.IsValid() && a.CIDR.Addr().Is4() {
		p.Check(a.CIDR == a.CIDR.Masked(), "CIDR", "has bits beyond its length: %s, did you mean %s", a.CIDR, a.CIDR.Masked())
		p.Check(a.CIDR.Bits() >= 16 && a.CIDR.Bits() <= 20, "CIDR", "must be /16 to /20, got %s", a.CIDR)
		p.Check(private.Overlaps(a.CIDR) && a.CIDR.Bits() >= private.Bits(), "CIDR", "must be inside %s, got %s: Kubernetes services use the other private ranges", private, a.CIDR)
	}
	return p.Err()
}

// private is where networks of markets are: the only private range that neither EKS's
// services (172.20.0.0/16) nor container bridges (172.17.0.0/16) use.
var private = netip.MustParsePrefix("10.0.0.0/8")

// Network is one region's network.
type Network struct {
	pulumi.ResourceState

	region  regions.Region
	cidr    netip.Prefix
	vpc     *ec2.Vpc
	subnets map[Tier][]*ec2.Subnet
	ready   []pulumi.Resource
}

// Placement is all that another component may know about a network.
type Placement struct {
	Region regions.Region
	CIDR   netip.Prefix
	VPCID  pulumi.StringOutput
	// Public, Core, Media and Vault are subnet ids, one a zone, in the order of the
	// zones' slots.
	Public, Core, Media, Vault pulumi.StringArray
	// Ready is the ways out and the endpoints. A subnet exists before they do, and a
	// node that starts in it too early cannot join.
	Ready []pulumi.Resource
}

// Placement says where clusters, nodes and databases of this network go.
func (n *Network) Placement() Placement {
	return Placement{
		Region: n.region, CIDR: n.cidr, VPCID: n.vpc.ID().ToStringOutput(),
		Public: n.ids(Public), Core: n.ids(Core), Media: n.ids(Media), Vault: n.ids(Vault), Ready: n.ready,
	}
}

// New makes the network.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Network, error) {
	n := &Network{region: args.Region, cidr: args.CIDR, subnets: map[Tier][]*ec2.Subnet{}}
	s, err := component.Open(ctx, typeToken, name, n, args, pulumi.Map{
		"region": pulumi.String(args.Region.String()), "cidr": pulumi.String(args.CIDR.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	if err := n.addVPC(s, args); err != nil {
		return nil, err
	}
	if err := n.addSubnets(s, args); err != nil {
		return nil, err
	}
	tables, err := n.addRoutes(s, args)
	if err != nil {
		return nil, err
	}
	if err := n.addEndpoints(s, args, tables); err != nil {
		return nil, err
	}
	if err := n.addFlowLog(s, args); err != nil {
		return nil, err
	}
	return n, s.Publish(n, pulumi.Map{"vpcId": n.vpc.ID()})
}

// addVPC makes the VPC and empties its default security group, so that whatever forgets
// to choose a group reaches nothing.
func (n *Network) addVPC(s component.Scope, a Args) error {
	vpc, err := component.Create(s, "vpc", ec2.NewVpc, &ec2.VpcArgs{
		CidrBlock:          pulumi.String(a.CIDR.String()),
		EnableDnsHostnames: pulumi.Bool(true), // both are needed for the private
		EnableDnsSupport:   pulumi.Bool(true), // endpoint of EKS to resolve
		Tags:               named(a, "vpc"),
	})
	if err != nil {
		return err
	}
	n.vpc = vpc
	_, err = component.Create(s, "default-group", ec2.NewDefaultSecurityGroup, &ec2.DefaultSecurityGroupArgs{
		VpcId:   vpc.ID(),
		Ingress: ec2.DefaultSecurityGroupIngressArray{},
		Egress:  ec2.DefaultSecurityGroupEgressArray{},
		Tags:    named(a, "default-use-none"),
	})
	return err
}

// addSubnets makes one subnet a tier and zone.
func (n *Network) addSubnets(s component.Scope, a Args) error {
	for _, tier := range Tiers() {
		for _, zone := range a.zones() {
			block, err := Block(a.CIDR, tier, zone)
			if err != nil {
				return err
			}
			subnet, err := component.Create(s, string(tier)+"-"+zone.Name, ec2.NewSubnet, &ec2.SubnetArgs{
				VpcId:            n.vpc.ID(),
				AvailabilityZone: pulumi.String(zone.Name),
				CidrBlock:        pulumi.String(block.String()),
				// Nodes of a managed group in a public subnet fail to join without an
				// address of their own; nothing else of ours is given one.
				MapPublicIpOnLaunch: pulumi.Bool(tier == Media),
				Tags:                subnetTags(a, tier, zone),
			})
			if err != nil {
				return err
			}
			n.subnets[tier] = append(n.subnets[tier], subnet)
		}
	}
	return nil
}

// subnetTags are what EKS and the load-balancer controller look for: internet-facing
// load balancers go to public, internal ones to core, none to media and vault.
func subnetTags(a Args, tier Tier, zone regions.Zone) pulumi.StringMap {
	tags := named(a, string(tier)+"-"+zone.Name)
	tags["pitboss:tier"] = pulumi.String(string(tier))
	if tier != Vault {
		tags["kubernetes.io/cluster/"+a.Market.Cluster(a.Region)] = pulumi.String("shared")
	}
	switch tier {
	case Public:
		tags["kubernetes.io/role/elb"] = pulumi.String("1")
	case Core:
		tags["kubernetes.io/role/internal-elb"] = pulumi.String("1")
	case Media, Vault:
	}
	return tags
}

func (a Args) zones() []regions.Zone { return a.Region.Zones()[:zones] }

func named(a Args, what string) pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(a.Market.Cluster(a.Region) + "-" + what)}
}

func (n *Network) ids(tier Tier) pulumi.StringArray {
	ids := make(pulumi.StringArray, len(n.subnets[tier]))
	for i, subnet := range n.subnets[tier] {
		ids[i] = subnet.ID()
	}
	return ids
}

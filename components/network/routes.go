package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/regions"
)

// internet is where a route to anywhere leads.
const internet = "0.0.0.0/0"

// addRoutes makes the way out of each tier and returns every route table:
//
//	public, media   the internet gateway
//	core            the NAT gateway of its own zone, so that a zone's loss stays there
//	vault           nothing: only the VPC itself and its endpoints
//
// Public and core have a table a zone, which is what a firewall endpoint a zone needs
// to be put in both directions. Media does not go through one: its packets are too many.
func (n *Network) addRoutes(s component.Scope, a Args) ([]*ec2.RouteTable, error) {
	gateway, err := component.Create(s, "internet", ec2.NewInternetGateway, &ec2.InternetGatewayArgs{
		VpcId: n.vpc.ID(), Tags: named(a, "internet"),
	})
	if err != nil {
		return nil, err
	}
	var tables []*ec2.RouteTable
	for i, zone := range a.zones() {
		public, err := n.addTable(s, a, string(Public)+"-"+zone.Name, n.subnets[Public][i])
		if err != nil {
			return nil, err
		}
		if err := n.addRoute(s, string(Public)+"-"+zone.Name, public, ec2.RouteArgs{GatewayId: gateway.ID()}); err != nil {
			return nil, err
		}
		nat, err := n.addNAT(s, a, zone, n.subnets[Public][i], gateway)
		if err != nil {
			return nil, err
		}
		core, err := n.addTable(s, a, string(Core)+"-"+zone.Name, n.subnets[Core][i])
		if err != nil {
			return nil, err
		}
		if err := n.addRoute(s, string(Core)+"-"+zone.Name, core, ec2.RouteArgs{NatGatewayId: nat.ID()}); err != nil {
			return nil, err
		}
		tables = append(tables, public, core)
	}
	media, err := n.addTable(s, a, string(Media), n.subnets[Media]...)
	if err != nil {
		return nil, err
	}
	if err := n.addRoute(s, string(Media), media, ec2.RouteArgs{GatewayId: gateway.ID()}); err != nil {
		return nil, err
	}
	vault, err := n.addTable(s, a, string(Vault), n.subnets[Vault]...)
	return append(tables, media, vault), err
}

// addTable makes a route table for subnets. Routes are resources of their own, never
// inline: the two forms undo each other.
func (n *Network) addTable(s component.Scope, a Args, what string, subnets ...*ec2.Subnet) (*ec2.RouteTable, error) {
	table, err := component.Create(s, what+"-routes", ec2.NewRouteTable, &ec2.RouteTableArgs{
		VpcId: n.vpc.ID(), Tags: named(a, what),
	})
	if err != nil {
		return nil, err
	}
	for i, subnet := range subnets {
		name := what
		if len(subnets) > 1 {
			name += "-" + a.zones()[i].Name
		}
		routed, err := component.Create(s, name+"-routed", ec2.NewRouteTableAssociation, &ec2.RouteTableAssociationArgs{
			RouteTableId: table.ID(), SubnetId: subnet.ID(),
		})
		if err != nil {
			return nil, err
		}
		n.ready = append(n.ready, routed)
	}
	return table, nil
}

// addRoute makes the way out of a table.
func (n *Network) addRoute(s component.Scope, what string, table *ec2.RouteTable, to ec2.RouteArgs) error {
	to.RouteTableId = table.ID()
	to.DestinationCidrBlock = pulumi.String(internet)
	route, err := component.Create(s, what+"-internet", ec2.NewRoute, &to)
	if err != nil {
		return err
	}
	n.ready = append(n.ready, route)
	return nil
}

// addNAT makes a zone's NAT gateway (some 33 USD a month, and traffic) with its address.
// It works only once the VPC has an internet gateway, which nothing in its arguments says.
func (n *Network) addNAT(s component.Scope, a Args, zone regions.Zone, public *ec2.Subnet, gateway *ec2.InternetGateway) (*ec2.NatGateway, error) {
	after := pulumi.DependsOn([]pulumi.Resource{gateway})
	address, err := component.Create(s, "nat-"+zone.Name+"-address", ec2.NewEip, &ec2.EipArgs{
		Domain: pulumi.String("vpc"), Tags: named(a, "nat-"+zone.Name),
	}, after)
	if err != nil {
		return nil, err
	}
	return component.Create(s, "nat-"+zone.Name, ec2.NewNatGateway, &ec2.NatGatewayArgs{
		SubnetId: public.ID(), AllocationId: address.ID(), Tags: named(a, "nat-"+zone.Name),
	}, after)
}

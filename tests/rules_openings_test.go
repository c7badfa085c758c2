package tests

import (
	"fmt"
	"net/netip"
	"slices"

	"pitboss/components/pools/labels"
	"pitboss/internal/record"
)

// openingRules are about who may speak to what.
var openingRules = []rule{
	{
		name: "one-opening", why: "every opening has its reason: TLS inside, the API to named networks, media to the internet", about: is("SecurityGroupIngressRule"),
		check: isKnownOpening,
		breaks: func(r *record.Resource) {
			r.Inputs["cidrIpv4"], r.Inputs["ipProtocol"] = "0.0.0.0/0", "tcp"
		},
		also: map[string]breaking{
			"InternetTLS":   itself(opens("0.0.0.0/0", "tcp", 443, 443)),
			"InternetPorts": itself(opens("0.0.0.0/0", "udp", 1, 65535)),
			"InsideSSH":     inside("tcp", 22, 22),
			"InsideAll":     inside("-1", 0, 65535),
			"InsideRange":   inside("tcp", 443, 8443),
			"InsideUDP":     inside("udp", 443, 443),
			"Unnamed":       itself(opens("192.168.0.0/16", "tcp", 443, 443)),
			"PrivateSSH":    named("tcp", 22, 22),
			"PrivateNodes": func(all *record.Recording, r *record.Resource) {
				named("tcp", 443, 443)(all, r)
				r.Inputs["securityGroupId"] = "pools-webrtc-media-id"
			},
			"IPv6":    itself(set("::/0", "cidrIpv6")),
			"List":    itself(set("pl-1", "prefixListId")),
			"Group":   itself(set("sg-1", "referencedSecurityGroupId")),
			"Silent":  itself(set("", "description")),
			"NoBlock": itself(set(nil, "cidrIpv4")),
		},
	},
	{
		name: "no-inline-openings", why: "a rule inside of a group is seen by no other rule, and fights with those outside", about: is("ec2/securityGroup:SecurityGroup", "SecurityGroupRule"),
		check: func(_ place, r record.Resource) error {
			if r.Is("SecurityGroupRule") {
				return fmt.Errorf("it is of the old type: use SecurityGroupIngressRule")
			}
			return want(r, nil, "ingress")
		},
		breaks: set([]any{map[string]any{"cidrBlocks": []any{"0.0.0.0/0"}}}, "ingress"),
		also:   map[string]breaking{"OldType": itself(func(r *record.Resource) { r.Type = "aws:ec2/securityGroupRule:SecurityGroupRule" })},
	},
	{
		name: "named-networks-reach-the-api", why: "a private endpoint lets in only its own security group: `pulumi up` would hang", about: is("eks/cluster:Cluster"),
		check: func(p place, r record.Resource) error {
			for _, cidr := range p.market.APIEndpoint.PrivateCIDRs {
				if !slices.ContainsFunc(p.all.Type("SecurityGroupIngressRule"), func(one record.Resource) bool {
					return one.Text("securityGroupId") == r.Name+"-group" && one.Text("cidrIpv4") == cidr.String()
				}) {
					return fmt.Errorf("no rule of its group lets in %s, which %s names", cidr, p.market.File)
				}
			}
			return nil
		},
		also: map[string]breaking{"Missing": func(all *record.Recording, r *record.Resource) {
			group := r.Name + "-group"
			all.Resources = slices.DeleteFunc(slices.Clone(all.Resources), func(one record.Resource) bool { return one.Text("securityGroupId") == group })
		}},
	},
	{
		name: "default-group-is-empty", why: "whatever forgets to choose a group must reach nothing", about: is("DefaultSecurityGroup"),
		check: func(_ place, r record.Resource) error {
			if len(r.Texts("ingress"))+len(r.Texts("egress")) > 0 {
				return fmt.Errorf("it has rules")
			}
			return nil
		},
		breaks: set([]any{"rule"}, "ingress"),
	},
}

// isKnownOpening wants one IPv4 block as the source, and what that source may reach.
func isKnownOpening(p place, r record.Resource) error {
	if r.Text("description") == "" {
		return fmt.Errorf("it does not say what it is for")
	}
	if err := first(want(r, nil, "cidrIpv6"), want(r, nil, "prefixListId"), want(r, nil, "referencedSecurityGroupId")); err != nil {
		return err
	}
	from, err := netip.ParsePrefix(r.Text("cidrIpv4"))
	switch {
	case err != nil:
		return fmt.Errorf("its source %q is not a block", r.Text("cidrIpv4"))
	case from == p.market.CIDR(p.stack.Region):
		return ports(r, "tcp", 443, 443)
	case from.Bits() == 0:
		return ports(r, "udp", labels.MediaPortFirst, labels.MediaPortLast)
	case slices.Contains(p.market.APIEndpoint.PrivateCIDRs, from):
		for _, cluster := range p.all.Type("eks/cluster:Cluster") {
			if r.Text("securityGroupId") == cluster.Name+"-group" {
				return ports(r, "tcp", 443, 443)
			}
		}
		return fmt.Errorf("%s may reach the API and nothing else", from)
	}
	return fmt.Errorf("%s is neither the VPC, nor named in %s, nor players", from, p.market.File)
}

func ports(r record.Resource, protocol string, from, to int) error {
	return first(want(r, protocol, "ipProtocol"), want(r, float64(from), "fromPort"), want(r, float64(to), "toPort"))
}

// opens makes a rule into another opening.
func opens(cidr, protocol string, from, to int) func(*record.Resource) {
	return func(r *record.Resource) {
		r.Inputs["cidrIpv4"], r.Inputs["ipProtocol"], r.Inputs["fromPort"], r.Inputs["toPort"] = cidr, protocol, float64(from), float64(to)
	}
}

// inside opens something to the whole VPC.
func inside(protocol string, from, to int) breaking {
	return func(all *record.Recording, r *record.Resource) {
		opens(all.Type("ec2/vpc:Vpc")[0].Text("cidrBlock"), protocol, from, to)(r)
	}
}

// named opens something to the first network that the API is open to.
func named(protocol string, from, to int) breaking {
	return func(all *record.Recording, r *record.Resource) {
		for _, one := range all.Type("SecurityGroupIngressRule") {
			if one.Text("securityGroupId") == all.Type("eks/cluster:Cluster")[0].Name+"-group" {
				opens(one.Text("cidrIpv4"), protocol, from, to)(r)
				return
			}
		}
	}
}

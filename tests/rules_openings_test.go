package tests

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"pitboss/components/edge"
	"pitboss/components/pools/labels"
	"pitboss/internal/record"
)

// openingRules are about who may speak to what.
var openingRules = []rule{
	{
		name: "one-opening", why: "every opening has its reason: TLS inside, the API to named networks, media to the internet", about: is("SecurityGroupIngressRule"),
		check:  isKnownOpening,
		breaks: opens("0.0.0.0/0", "tcp", 0, 65535),
		also: map[string]breaking{
			"InternetTLS": itself(func(r *record.Resource) {
				opens("0.0.0.0/0", "tcp", 443, 443)(r)
				r.Inputs["securityGroupId"] = "net-endpoints-id"
			}),
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
			"IPv6":     itself(set("::/0", "cidrIpv6")),
			"List":     itself(set("pl-1", "prefixListId")),
			"Group":    itself(set("sg-1", "referencedSecurityGroupId")),
			"Silent":   itself(set("", "description")),
			"NoSource": itself(func(r *record.Resource) { r.Inputs["cidrIpv4"], r.Inputs["referencedSecurityGroupId"] = nil, nil }),
			"TwoSources": itself(func(r *record.Resource) {
				r.Inputs["cidrIpv4"], r.Inputs["referencedSecurityGroupId"] = "10.0.0.0/8", "cluster-control-plane-group"
			}),
			"GroupSSH": itself(func(r *record.Resource) {
				opens("", "tcp", 22, 22)(r)
				r.Inputs["cidrIpv4"], r.Inputs["referencedSecurityGroupId"] = nil, "cluster-control-plane-group"
			}),
			"DoorInTheLedger": itself(func(r *record.Resource) {
				opens("", "tcp", 5432, 5432)(r)
				r.Inputs["cidrIpv4"], r.Inputs["referencedSecurityGroupId"], r.Inputs["securityGroupId"] = nil, "edge-media-group-id", "ledger-instances-id"
			}),
			"NodesInTheVault": itself(func(r *record.Resource) {
				opens("", "tcp", 5432, 5432)(r)
				r.Inputs["cidrIpv4"], r.Inputs["referencedSecurityGroupId"], r.Inputs["securityGroupId"] = nil, "cluster-control-plane-group", "vault-instances-id"
			}),
		},
	},
	{
		name: "ways-out-are-named", why: "what a database or a door may reach is decided, like who reaches it", about: is("SecurityGroupEgressRule"),
		check: func(p place, r record.Resource) error {
			if r.Text("description") == "" {
				return fmt.Errorf("it does not say what it is for")
			}
			if err := isServed(r); err != nil {
				return err
			}
			if group := r.Text("referencedSecurityGroupId"); group != "" {
				return first(groupIsOurs(p, group), want(r, nil, "cidrIpv4"))
			}
			return want(r, p.market.CIDR(p.stack.Region).String(), "cidrIpv4")
		},
		breaks: set("0.0.0.0/0", "cidrIpv4"),
		also: map[string]breaking{
			"Silent": itself(set("", "description")),
			"All": itself(func(r *record.Resource) {
				r.Inputs["ipProtocol"], r.Inputs["fromPort"], r.Inputs["toPort"] = "-1", nil, nil
			}),
		},
	},
	{
		name: "no-inline-openings", why: "a rule inside of a group is seen by no other rule, and fights with those outside", about: is("ec2/securityGroup:SecurityGroup", "SecurityGroupRule"),
		check: func(_ place, r record.Resource) error {
			if r.Is("SecurityGroupRule") {
				return fmt.Errorf("it is of the old type: use SecurityGroupIngressRule")
			}
			return first(want(r, nil, "ingress"), want(r, nil, "egress"))
		},
		breaks: set([]any{map[string]any{"cidrBlocks": []any{"0.0.0.0/0"}}}, "ingress"),
		also: map[string]breaking{
			"Out":     itself(set([]any{map[string]any{"cidrBlocks": []any{"0.0.0.0/0"}}}, "egress")),
			"OldType": itself(func(r *record.Resource) { r.Type = "aws:ec2/securityGroupRule:SecurityGroupRule" })},
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

// isKnownOpening wants one source, a block or a group, and what that source may reach.
func isKnownOpening(p place, r record.Resource) error {
	if r.Text("description") == "" {
		return fmt.Errorf("it does not say what it is for")
	}
	if err := first(want(r, nil, "cidrIpv6"), want(r, nil, "prefixListId")); err != nil {
		return err
	}
	if group := r.Text("referencedSecurityGroupId"); group != "" {
		return first(want(r, nil, "cidrIpv4"), groupIsOurs(p, group), mayServe(r, group))
	}
	from, err := netip.ParsePrefix(r.Text("cidrIpv4"))
	switch {
	case err != nil:
		return fmt.Errorf("its source %q is not a block", r.Text("cidrIpv4"))
	case from == p.market.CIDR(p.stack.Region):
		return ports(r, "tcp", 443, 443)
	case from.Bits() == 0:
		return facesPlayers(r)
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

// facesPlayers: the whole internet reaches media nodes, and the two doors, each on its
// own ports.
func facesPlayers(r record.Resource) error {
	group := r.Text("securityGroupId")
	switch group {
	case "pools-webrtc-media-id":
		return ports(r, "udp", labels.MediaPortFirst, labels.MediaPortLast)
	case "edge-web-group-id":
		return ports(r, "tcp", edge.WebPort, edge.WebPort)
	case "edge-media-group-id":
		for _, port := range edge.MediaPorts() {
			if ports(r, "udp", port, port) == nil {
				return nil
			}
		}
	}
	return fmt.Errorf("%s is open to the internet on %s %s to %s", group, r.Text("ipProtocol"), r.Text("fromPort"), r.Text("toPort"))
}

// served is what answers inside of the network: whose groups open it, on which port, and
// the start of the names of those that may ask.
var served = []struct {
	group, protocol string
	port            int
	from            []string
}{
	{"ledger-", "tcp", 5432, []string{"cluster-", "ledger-"}},
	{"vault-", "tcp", 5432, []string{"vault-clients-"}}, // the vault security group, and nothing else
	{"sessions-", "tcp", 6379, []string{"cluster-"}},
	{"cache-", "tcp", 6379, []string{"cluster-"}},
	{"kafka-", "tcp", 9098, []string{"cluster-", "kafka-"}},
	{"cluster-", "tcp", edge.WebTargetPort, []string{"edge-web-"}},
	{"pools-webrtc-", "udp", edge.ICEPort, []string{"edge-media-"}},
	{"pools-webrtc-", "udp", edge.TURNPort, []string{"edge-media-"}},
	{"pools-webrtc-", "tcp", edge.MediaHealthPort, []string{"edge-media-"}},
}

// mayServe: a group is let in by what it is meant to reach, on the port that answers there.
func mayServe(r record.Resource, from string) error {
	for _, one := range served {
		if strings.HasPrefix(r.Text("securityGroupId"), one.group) && ports(r, one.protocol, one.port, one.port) == nil &&
			slices.ContainsFunc(one.from, func(start string) bool { return strings.HasPrefix(from, start) }) {
			return nil
		}
	}
	return fmt.Errorf("%s may not reach %s on %s %s to %s", from, r.Text("securityGroupId"), r.Text("ipProtocol"), r.Text("fromPort"), r.Text("toPort"))
}

// isServed: a way out leads to a port that something of ours answers on.
func isServed(r record.Resource) error {
	for _, one := range served {
		if ports(r, one.protocol, one.port, one.port) == nil {
			return nil
		}
	}
	return fmt.Errorf("nothing of ours answers on %s %s to %s", r.Text("ipProtocol"), r.Text("fromPort"), r.Text("toPort"))
}

// groupIsOurs wants a security group of this very stack.
func groupIsOurs(p place, id string) error {
	for _, one := range p.all.Resources {
		if one.Is("ec2/securityGroup:SecurityGroup") && one.Name+"-id" == id || one.Is("eks/cluster:Cluster") && one.Name+"-group" == id {
			return nil
		}
	}
	return fmt.Errorf("%s is no security group of this stack", id)
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

package rules

import (
	"net/netip"
	"strings"

	"pitboss/components/pools/labels"
)

// The ports that players reach: HTTPS and WebSocket, WebRTC's media on one port and
// relayed, and the range of a media node.
const webPort = 443

var mediaPorts = [][2]float64{{7882, 7882}, {3478, 3478}, {labels.MediaPortFirst, labels.MediaPortLast}}

// forPlayers tells whether players may reach ports first to last.
func forPlayers(protocol string, first, last float64) bool {
	switch strings.ToLower(protocol) {
	case "tcp":
		return first == webPort && last == webPort
	case "udp":
		for _, r := range mediaPorts {
			if first >= r[0] && last <= r[1] && first <= last {
				return true
			}
		}
	}
	return false
}

// theWorld tells whether a block of addresses is everything, or nearly.
func theWorld(block string) bool {
	p, err := netip.ParsePrefix(block)
	return err == nil && p.Bits() < 8
}

// doors are the load balancers that players reach, by the ends of their names.
var doors = []string{"-web", "-media"}

func exposureDoorRules() []Rule {
	cluster := thing("aws:eks/cluster:Cluster", "cluster", jsonMap{"vpcConfig": jsonMap{"endpointPublicAccess": false, "endpointPrivateAccess": true}})
	balancer := thing("aws:lb/loadBalancer:LoadBalancer", "web", jsonMap{"name": "mt-eu-south-1-web", "internal": false})
	subnet := thing("aws:ec2/subnet:Subnet", "core", jsonMap{"mapPublicIpOnLaunch": false, "tags": jsonMap{"pitboss:tier": "core"}})
	ingress := thing("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "web", jsonMap{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0})
	accelerator := thing("aws:globalaccelerator/listener:Listener", "web", jsonMap{"protocol": "TCP", "portRanges": jsonList{jsonMap{"fromPort": 443.0, "toPort": 443.0}}})
	gslb := func(name string, r Resource) Example {
		return Example{Name: name, Resources: []Resource{r}, Kind: "gslb"}
	}
	return []Rule{
		{
			ID: "eks-endpoint-named", Title: "The cluster's API is private, or public to named addresses only",
			Protects: "a hole in the API server was tried from the whole internet within hours of being known",
			Source:   Source{AWS, "Security Hub EKS.1; EKS: cluster API server endpoint"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("eks/cluster:Cluster") },
			Check: checkEndpoint,
			Holds: []Example{shows("private", cluster), shows("an office", but(but(cluster, true, "vpcConfig", "endpointPublicAccess"), jsonList{"203.0.113.0/28"}, "vpcConfig", "publicAccessCidrs"))},
			Breaks: []Example{
				shows("not said, which is public", but(cluster, nil, "vpcConfig", "endpointPublicAccess")),
				shows("to everybody", but(but(cluster, true, "vpcConfig", "endpointPublicAccess"), jsonList{"0.0.0.0/0"}, "vpcConfig", "publicAccessCidrs")),
				shows("to nobody in particular", but(cluster, true, "vpcConfig", "endpointPublicAccess")),
				shows("nodes come from outside", but(cluster, false, "vpcConfig", "endpointPrivateAccess")),
			},
		},
		{
			ID: "load-balancer-internal", Title: "Load balancers are internal, but for the two doors of players",
			Protects: "a second load balancer on the internet had none of what guards the front door",
			Source:   Source{House, "components/edge: two load balancers, web and media"},
			Severity: High, Scope: One,
			About: func(r Resource) bool {
				return r.IsAny("lb/loadBalancer:LoadBalancer", "alb/loadBalancer:LoadBalancer", "elb/loadBalancer:LoadBalancer")
			},
			Check: func(c *Case) {
				internal, known := c.Get("internal")
				name, told := c.Text("name")
				if known && told && internal != true && !door(name) {
					c.Failf("%q faces the internet: only those whose names end in %v do; set internal", name, doors)
				}
			},
			Holds:  []Example{shows("the web's door", balancer), shows("an internal one", but(but(balancer, true, "internal"), "admin", "name"))},
			Breaks: []Example{shows("a third door", but(balancer, "mt-admin", "name")), shows("an old one without a name", thing("aws:elb/loadBalancer:LoadBalancer", "old", jsonMap{}))},
		},
		{
			ID: "subnet-no-public-addresses", Title: "Only subnets of the public and media tiers give out public addresses",
			Protects: "a node of the wallets got a public address because its subnet gives one to everything",
			Source:   Source{AWS, "Security Hub EC2.15"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("ec2/subnet:Subnet") },
			Check: func(c *Case) {
				if yes, known := c.is("mapPublicIpOnLaunch"); known && yes {
					if tier, told := c.Text("tags", "pitboss:tier"); told && tier != "public" && tier != "media" {
						c.Failf("mapPublicIpOnLaunch is true in tier %q: only public and media subnets may", tier)
					}
				}
			},
			Holds:  []Example{shows("private", subnet), shows("media nodes, which players reach", but(but(subnet, true, "mapPublicIpOnLaunch"), "media", "tags", "pitboss:tier"))},
			Breaks: []Example{shows("core", but(subnet, true, "mapPublicIpOnLaunch"))},
		},
		{
			ID: "world-reaches-doors-only", Title: "From anywhere, only 443/tcp and the media ports are open",
			Protects: "SSH was opened to the world for an afternoon and never closed",
			Source:   Source{AWS, "Security Hub EC2.18 and EC2.19"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("vpc/securityGroupIngressRule:SecurityGroupIngressRule") },
			Check: checkWorld,
			Holds: []Example{
				shows("HTTPS", ingress), shows("from inside", but(but(ingress, "10.16.0.0/16", "cidrIpv4"), 5432.0, "toPort")),
				shows("media", but(but(but(ingress, "udp", "ipProtocol"), 50000.0, "fromPort"), 60000.0, "toPort")),
			},
			Breaks: []Example{
				shows("SSH", but(but(ingress, 22.0, "fromPort"), 22.0, "toPort")), shows("a range around 443", but(ingress, 0.0, "fromPort")),
				shows("over IPv6", but(but(but(ingress, nil, "cidrIpv4"), "::/0", "cidrIpv6"), 8443.0, "toPort")), shows("half of the world", but(but(ingress, "0.0.0.0/1", "cidrIpv4"), 9000.0, "toPort")),
				shows("everything", but(ingress, "-1", "ipProtocol")),
			},
		},
		{
			ID: "accelerator-ports", Title: "The accelerator listens on players' ports only",
			Protects: "a port that was opened at the accelerator reached every region at once",
			Source:   Source{House, "components/gslb: the accelerator's listeners are the front door's"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("globalaccelerator/listener:Listener") },
			Check: func(c *Case) {
				protocol, known := c.Text("protocol")
				ranges, _ := c.List("portRanges")
				for i := range ranges {
					first, a := c.Get("portRanges", i, "fromPort")
					last, b := c.Get("portRanges", i, "toPort")
					from, _ := first.(float64)
					to, _ := last.(float64)
					if known && a && b && !forPlayers(protocol, from, to) {
						c.Failf("portRanges[%d] is %v to %v of %s: players reach 443 of TCP and the media ports %v of UDP", i, from, to, protocol, mediaPorts)
					}
				}
			},
			Holds:  []Example{gslb("HTTPS", accelerator)},
			Breaks: []Example{gslb("SSH", but(accelerator, 22.0, "portRanges", 0, "fromPort")), gslb("over UDP", but(accelerator, "UDP", "protocol"))},
		},
	}
}

func door(name string) bool {
	return strings.HasSuffix(name, doors[0]) || strings.HasSuffix(name, doors[1])
}

func checkEndpoint(c *Case) {
	if v, known := c.Get("vpcConfig", "endpointPrivateAccess"); known && v != true {
		c.Failf("vpcConfig.endpointPrivateAccess is %s, want true: nodes reach the API from inside", show(v))
	}
	public, known := c.Get("vpcConfig", "endpointPublicAccess")
	if !known || public == false {
		return
	}
	blocks, known := c.Texts("vpcConfig", "publicAccessCidrs")
	if known && len(blocks) == 0 {
		c.Failf("vpcConfig.endpointPublicAccess is %s and publicAccessCidrs names nobody, which is everybody: name who may", show(public))
	}
	for _, block := range blocks {
		if known && theWorld(block) {
			c.Failf("vpcConfig.publicAccessCidrs has %s: name who may", block)
		}
	}
}

func checkWorld(c *Case) {
	four, a := c.Text("cidrIpv4")
	six, b := c.Text("cidrIpv6")
	if !a || !b || !theWorld(four) && !theWorld(six) {
		return
	}
	protocol, known := c.Text("ipProtocol")
	first, a := c.Get("fromPort")
	last, b := c.Get("toPort")
	from, _ := first.(float64)
	to, _ := last.(float64)
	if known && a && b && !forPlayers(protocol, from, to) {
		c.Failf("%s%s reaches %v to %v of %s: players reach 443 of TCP and the media ports %v of UDP", four, six, from, to, protocol, mediaPorts)
	}
}

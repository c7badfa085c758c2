package rules

import "slices"

// exposureBehindRules: a port that players may reach is open where players arrive, and
// nowhere else.
func exposureBehindRules() []Rule {
	const group = "urn:pulumi:mt-eu-south-1::pitboss::aws:ec2/securityGroup:SecurityGroup::web"
	open := thing("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "https", jsonMap{
		"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "securityGroupId": "sg-1",
	})
	open.From = map[string][]string{"securityGroupId": {group}}
	door := thing("aws:lb/loadBalancer:LoadBalancer", "web", jsonMap{"internal": false})
	door.From = map[string][]string{"securityGroups": {group}}
	inside := but(door, true, "internal")
	media := thing("aws:ec2/launchTemplate:LaunchTemplate", "media", jsonMap{})
	media.From = map[string][]string{"vpcSecurityGroupIds": {group}}
	nodes := thing("aws:eks/nodeGroup:NodeGroup", "webrtc", jsonMap{"labels": jsonMap{"pitboss.io/pool": "webrtc"}})
	nodes.From = map[string][]string{"launchTemplate": {media.URN}}
	udp := but(but(but(open, "udp", "ipProtocol"), 50000.0, "fromPort"), 60000.0, "toPort")
	with := func(name string, all ...Resource) Example { return Example{Name: name, Resources: all} }
	return []Rule{{
		ID: "world-reaches-doors-themselves", Title: "What is open to the world is a public load balancer, or a media node's media ports",
		Protects: "443 was open to everybody, on the security group of the cluster's API",
		Source:   Source{House, "architecture, law 5; components/edge and the webrtc pool are the only doors"},
		Severity: Critical, Scope: Whole,
		About: func(r Resource) bool { return r.Is("vpc/securityGroupIngressRule:SecurityGroupIngressRule") },
		Check: checkBehind,
		Holds: []Example{with("the web's door", open, door), with("media nodes", udp, media, nodes), with("from inside", but(open, "10.16.0.0/16", "cidrIpv4"))},
		Breaks: []Example{
			with("nothing that faces players has the group", open), with("an internal load balancer", open, inside),
			with("HTTPS of nodes", open, media, nodes), with("nodes of wallets", udp, media, but(nodes, "api", "labels", "pitboss.io/pool")),
		},
	}}
}

func checkBehind(c *Case) {
	four, a := c.Text("cidrIpv4")
	six, b := c.Text("cidrIpv6")
	protocol, known := c.Text("ipProtocol")
	if !a || !b || !theWorld(four) && !theWorld(six) {
		return
	}
	groups := c.Resource.From["securityGroupId"]
	if len(groups) == 0 {
		if _, told := c.Get("securityGroupId"); told {
			c.Failf("it is open to the world on a group that this stack does not make: nothing shows that players arrive there")
		}
		return
	}
	for _, one := range c.Stack.Resources {
		if one.Is("lb/loadBalancer:LoadBalancer") && shares(one.From["securityGroups"], groups) {
			if internal, told := c.Of(one).is("internal"); !told || !internal {
				return
			}
		}
		if known && protocol == "udp" && one.Is("ec2/launchTemplate:LaunchTemplate") && shares(one.From["vpcSecurityGroupIds"], groups) && c.mediaOnly(one) {
			return
		}
	}
	if known {
		c.Failf("%s%s reaches %s: that is neither a public load balancer nor, for UDP, a media node", four, six, groups[0])
	}
}

// mediaOnly tells whether a launch template makes nodes of the media pool and no others.
func (c *Case) mediaOnly(template Resource) bool {
	used := false
	for _, one := range c.Stack.OfType("eks/nodeGroup:NodeGroup") {
		if slices.Contains(one.From["launchTemplate"], template.URN) {
			pool, told := c.Of(one).Text("labels", "pitboss.io/pool")
			if told && pool != "webrtc" {
				return false
			}
			used = true
		}
	}
	return used
}

func shares(a, b []string) bool {
	return slices.ContainsFunc(a, func(one string) bool { return slices.Contains(b, one) })
}

package rules

import "strings"

// openings are the kinds that open a security group.
func openings(r Resource) bool {
	return r.IsAny("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "vpc/securityGroupEgressRule:SecurityGroupEgressRule")
}

func openingRules() []Rule {
	rule := thing("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ledger", jsonMap{
		"description": "PostgreSQL for workloads of the cluster", "ipProtocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0, "cidrIpv4": "10.16.0.0/16",
	})
	group := thing("aws:ec2/securityGroup:SecurityGroup", "ledger", jsonMap{"description": "instances of database ledger"})
	none := thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", jsonMap{"ingress": jsonList{}, "egress": jsonList{}})
	store := thing("aws:rds/cluster:Cluster", "ledger", jsonMap{"vpcSecurityGroupIds": jsonList{"sg-1"}})
	store.From = map[string][]string{"vpcSecurityGroupIds": {group.URN}}
	out := thing("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out", jsonMap{"securityGroupId": "sg-1", "cidrIpv4": "10.16.0.0/16", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0})
	out.From = map[string][]string{"securityGroupId": {group.URN}}
	return []Rule{
		{
			ID: "opening-says-why", Title: "Every opening of a security group says in words what it is for",
			Protects: "nobody dared to close a port because nobody knew who used it",
			Source:   Source{House, "an opening without a reason is not opened"},
			Severity: Medium, Scope: One, About: openings,
			Check: func(c *Case) {
				if why, known := c.Text("description"); known && len(strings.TrimSpace(why)) < 8 {
					c.Failf("description is %q: say who comes through and what for", why)
				}
			},
			Holds:  []Example{shows("a database's", rule)},
			Breaks: []Example{shows("nothing", but(rule, nil, "description")), shows("no words", but(rule, "tmp", "description"))},
		},
		{
			ID: "opening-narrow", Title: "Every opening names its protocol and a range of ports that is no more than media's",
			Protects: "a rule for all ports of all protocols was the quickest way to make a test pass, and stayed",
			Source:   Source{AWS, "Security Hub EC2.19; VPC: security group rules"},
			Severity: High, Scope: One, About: openings,
			Check: checkNarrow,
			Holds: []Example{shows("one port", rule)},
			Breaks: []Example{
				shows("every protocol", but(rule, "-1", "ipProtocol")), shows("every port", but(but(rule, 0.0, "fromPort"), 65535.0, "toPort")),
				shows("no ports", but(but(rule, nil, "fromPort"), nil, "toPort")), shows("a wide range", but(rule, 9999.0, "toPort")),
			},
		},
		{
			ID: "opening-of-its-own", Title: "Openings are resources of their own, never lists inside of a group",
			Protects: "a list inside of a group and a rule beside it took turns in deleting each other, and the ledger was unreachable in between",
			Source:   Source{AWS, "Pulumi AWS: SecurityGroup, ingress and egress inline rules conflict with rule resources"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool {
				return r.IsAny("ec2/securityGroup:SecurityGroup", "ec2/securityGroupRule:SecurityGroupRule")
			},
			Check: func(c *Case) {
				if c.Resource.Is("ec2/securityGroupRule:SecurityGroupRule") {
					c.Failf("SecurityGroupRule is the old kind, without an id of its own: use vpc.SecurityGroupIngressRule or vpc.SecurityGroupEgressRule")
				}
				for _, list := range []string{"ingress", "egress"} {
					if inline, known := c.List(list); known && len(inline) > 0 {
						c.Failf("%s has %d rules inside of the group: make each a resource, with its reason", list, len(inline))
					}
				}
			},
			Holds:  []Example{shows("a group alone", group)},
			Breaks: []Example{shows("inside", but(group, jsonList{jsonMap{"protocol": "tcp"}}, "ingress")), shows("the old kind", thing("aws:ec2/securityGroupRule:SecurityGroupRule", "r", jsonMap{}))},
		},
		{
			ID: "default-group-empty", Title: "The default security group of a network lets nothing in or out",
			Protects: "what forgot to name a group got the default one, in which everything reaches everything",
			Source:   Source{AWS, "Security Hub EC2.2"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("ec2/defaultSecurityGroup:DefaultSecurityGroup") },
			Check: func(c *Case) {
				for _, list := range []string{"ingress", "egress"} {
					if rules, known := c.List(list); known && len(rules) > 0 {
						c.Failf("%s has %d rules, want none: use a group of your own", list, len(rules))
					}
				}
			},
			Holds:  []Example{shows("empty", none)},
			Breaks: []Example{shows("something goes out", but(none, jsonList{jsonMap{"protocol": "-1"}}, "egress"))},
		},
		{
			ID: "store-reaches-nothing-outside", Title: "Groups of data stores let nothing out of the network",
			Protects: "whoever took over a database sent its content to an address of their own",
			Source:   Source{House, "data stores answer and do not ask"},
			Severity: High, Scope: Whole,
			About: func(r Resource) bool { _, ok := storeGroups(r); return ok },
			Check: checkStoreOut,
			Holds: []Example{shows("inside only", store, group, out)},
			Breaks: []Example{
				shows("everywhere", store, group, but(out, "0.0.0.0/0", "cidrIpv4")),
				shows("a group that AWS opens", store, but(group, jsonList{jsonMap{"cidrBlocks": jsonList{"0.0.0.0/0"}}}, "egress"), out),
			},
		},
	}
}

func checkNarrow(c *Case) {
	protocol, known := c.Text("ipProtocol")
	if known && (protocol == "-1" || protocol == "all") {
		c.Failf("ipProtocol is %s: name it, and its ports", protocol)
		return
	}
	first, a := c.Get("fromPort")
	last, b := c.Get("toPort")
	from, ok := first.(float64)
	to, same := last.(float64)
	switch {
	case !known || !a || !b || strings.HasPrefix(protocol, "icmp"):
	case !ok || !same:
		c.Failf("fromPort is %s and toPort is %s: name both", show(first), show(last))
	case from != to && !forPlayers(protocol, from, to):
		c.Failf("ports %v to %v of %s: name one port; media alone has a range", from, to, protocol)
	}
}

// storeGroups is the input by which a data store names its security groups.
func storeGroups(r Resource) (input string, ok bool) {
	switch {
	case r.IsAny("rds/cluster:Cluster", "rds/instance:Instance"):
		return "vpcSecurityGroupIds", true
	case r.Is("elasticache/replicationGroup:ReplicationGroup"):
		return "securityGroupIds", true
	case r.Is("msk/cluster:Cluster"):
		return "brokerNodeGroupInfo", true
	}
	return "", false
}

func checkStoreOut(c *Case) {
	input, _ := storeGroups(c.Resource)
	for _, urn := range c.Resource.From[input] {
		group, ok := c.Stack.Find(urn)
		if !ok || !group.Is("ec2/securityGroup:SecurityGroup") {
			continue
		}
		if inline, known := c.Of(group).List("egress"); known && len(inline) > 0 {
			c.Failf("%s lets out what stands inside of it: make each opening a resource", group.Name)
		}
		for _, rule := range c.Stack.Companions(group, "vpc/securityGroupEgressRule:SecurityGroupEgressRule", "securityGroupId", "") {
			at := c.Of(rule)
			for _, field := range []string{"cidrIpv4", "cidrIpv6"} {
				if block, known := at.Text(field); known && theWorld(block) {
					c.Failf("%s lets it reach %s: name what it must reach", rule.Name, block)
				}
			}
		}
	}
}

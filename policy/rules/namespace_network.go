package rules

import "net/netip"

// openBecause is the annotation by which a NetworkPolicy says in a sentence why it opens a
// port to everything.
const openBecause = "pitboss.io/open-because"

func namespaceNetworkRules() []Rule {
	dns := thing("kubernetes:networking.k8s.io/v1:NetworkPolicy", "wallet", jsonMap{
		"metadata": jsonMap{"name": "wallet", "namespace": "wallet", "annotations": jsonMap{}},
		"spec": jsonMap{"podSelector": jsonMap{}, "policyTypes": jsonList{"Egress"}, "egress": jsonList{jsonMap{
			"ports": jsonList{jsonMap{"port": 5432.0}}, "to": jsonList{jsonMap{"ipBlock": jsonMap{"cidr": "10.16.192.0/19"}}},
		}}},
	})
	service := thing("kubernetes:core/v1:Service", "wallet", jsonMap{"spec": jsonMap{"type": "ClusterIP"}})
	return []Rule{
		{
			ID: "namespace-default-deny", Title: "Every namespace denies all traffic in both directions by default",
			Protects: "the cluster was one flat network: a worker that was taken over reached every service in it",
			Source:   Source{Kubernetes, "Network policies: default deny all ingress and all egress traffic"},
			Severity: Critical,
			Scope:    Whole,
			About:    isNamespace,
			Check: func(c *Case) {
				found, known := c.inNamespace("networking.k8s.io/v1:NetworkPolicy", deniesAll)
				if known && !found {
					c.Failf("no NetworkPolicy denies every pod all ingress and egress: add one with an empty podSelector, both policyTypes and no rules")
				}
			},
			Holds: []Example{shows("denied", exampleNamespace, defaultDeny)},
			Breaks: []Example{
				shows("no policy", exampleNamespace),
				shows("one direction", exampleNamespace, but(defaultDeny, jsonList{"Ingress"}, "spec", "policyTypes")),
				shows("some pods", exampleNamespace, but(defaultDeny, jsonMap{"matchLabels": jsonMap{"app": "a"}}, "spec", "podSelector")),
				shows("with a hole", exampleNamespace, but(defaultDeny, jsonList{jsonMap{}}, "spec", "egress")),
			},
		},
		{
			ID: "network-policy-narrow", Title: "A network policy names its peers and ports, or says why it is open",
			Protects:  "a policy that opened everything for a test stayed, and a worker that was taken over reached the wallets' database",
			Source:    Source{Kubernetes, "Network policies"},
			Severity:  High,
			Scope:     One,
			Admission: "network-open",
			About:     func(r Resource) bool { return r.Is("networking.k8s.io/v1:NetworkPolicy") },
			Check: func(c *Case) {
				checkPeers(c, "ingress", "from")
				checkPeers(c, "egress", "to")
			},
			Holds: []Example{
				shows("a database's subnets", dns),
				shows("open with a reason", but(but(dns, "0.0.0.0/0", "spec", "egress", 0, "to", 0, "ipBlock", "cidr"),
					"players come from anywhere", "metadata", "annotations", openBecause)),
			},
			Breaks: []Example{
				shows("every address", but(dns, "0.0.0.0/0", "spec", "egress", 0, "to", 0, "ipBlock", "cidr")),
				shows("every namespace", but(dns, jsonMap{"namespaceSelector": jsonMap{}}, "spec", "egress", 0, "to", 0)),
				shows("every peer", but(dns, jsonList{}, "spec", "egress", 0, "to")),
				shows("every port", but(dns, jsonList{}, "spec", "egress", 0, "ports")),
			},
		},
		{
			ID: "service-internal", Title: "No Service is a way into or out of the cluster",
			Protects:  "a Service of type LoadBalancer put an admin page on the internet, beside the front door and everything that guards it",
			Source:    Source{House, "components/edge: the front door's target groups name pods"},
			Severity:  Critical,
			Scope:     One,
			Admission: "service-type",
			About:     func(r Resource) bool { return r.Is("core/v1:Service") },
			Check: func(c *Case) {
				if kind, known := c.Text("spec", "type"); known && kind != "" && kind != "ClusterIP" {
					c.Failf("spec.type is %s, want ClusterIP: players come through the front door", kind)
				}
				if taken, known := c.List("spec", "externalIPs"); known && len(taken) > 0 {
					c.Failf("spec.externalIPs takes addresses that are not its own: leave it out")
				}
			},
			Holds:  []Example{shows("inside", service)},
			Breaks: []Example{shows("a load balancer", but(service, "LoadBalancer", "spec", "type")), shows("a node's port", but(service, "NodePort", "spec", "type")), shows("an address", but(service, jsonList{"192.0.2.1"}, "spec", "externalIPs"))},
		},
	}
}

func deniesAll(o *Case) (yes, known bool) {
	selects, a := o.glance("spec", "podSelector")
	kinds, b := o.glance("spec", "policyTypes")
	in, d := o.glance("spec", "ingress")
	out, e := o.glance("spec", "egress")
	picks, _ := selects.(map[string]any)
	both, _ := kinds.([]any)
	holes, _ := in.([]any)
	more, _ := out.([]any)
	return len(picks) == 0 && len(both) == 2 && len(holes)+len(more) == 0, a && b && d && e && !holdsUnknown(selects) && !holdsUnknown(kinds)
}

func checkPeers(c *Case, direction, side string) {
	why, told := c.Text("metadata", "annotations", openBecause)
	rules, _ := c.List("spec", direction)
	for i := range rules {
		if ports, known := c.List("spec", direction, i, "ports"); known && len(ports) == 0 {
			c.Failf("spec.%s[%d] opens every port: name them", direction, i)
		}
		peers, known := c.List("spec", direction, i, side)
		wide := known && len(peers) == 0
		for j := range peers {
			open, known := c.everybody("spec", direction, i, side, j)
			wide = wide || known && open
		}
		if wide && told && len(why) < sentence {
			c.Failf("spec.%s[%d] opens to every namespace or to every address: name the peers, or say why in a sentence in annotation %s", direction, i, openBecause)
		}
	}
}

// everybody tells whether a peer of a policy is everything: a block shorter than /8, or
// namespaces by no label.
func (c *Case) everybody(peer ...any) (yes, known bool) {
	block, known := c.Text(below(peer, "ipBlock", "cidr")...)
	spaces, told := c.Get(below(peer, "namespaceSelector")...)
	if !known || !told {
		return false, false
	}
	if block != "" {
		prefix, err := netip.ParsePrefix(block)
		return err != nil || prefix.Bits() < 8, true
	}
	selector, ok := spaces.(map[string]any)
	if !ok {
		return false, true
	}
	names, known := c.Get(below(peer, "namespaceSelector", "matchLabels")...)
	by, told := c.Get(below(peer, "namespaceSelector", "matchExpressions")...)
	return len(selector) == 0 || names == nil && by == nil, known && told
}

package rules

import (
	"slices"

	"pitboss/components/pools/labels"
)

// mayBeInterrupted are the tiers that may run where AWS takes nodes back.
var mayBeInterrupted = []string{batch, placeholder}

func tierPlaceRules() []Rule {
	group := func(pool labels.Pool, capacity string) Resource {
		return thing("aws:eks/nodeGroup:NodeGroup", string(pool), jsonMap{
			"capacityType": capacity, "labels": jsonMap{labels.Key: string(pool)},
			"taints": jsonList{jsonMap{"key": labels.Key, "value": string(pool), "effect": "NO_SCHEDULE"}},
		})
	}
	return []Rule{
		ofPods(Rule{
			ID: "tier-pool", Title: "Every pod selects a node pool, and only what may be interrupted selects the one of spot nodes",
			Protects:  "a report ran beside the wallets because nothing said where it belongs, and the wallets waited for their CPUs",
			Source:    Source{House, "components/pools: six pools"},
			Severity:  High,
			Admission: "pool",
			Check:     checkPool,
			Breaks: []Example{
				shows("no pool", butPod(wallet, nil, "nodeSelector")),
				shows("an unknown pool", butPod(wallet, "gpu", "nodeSelector", labels.Key)),
				shows("money on the spot pool", butPod(wallet, string(labels.Batch), "nodeSelector", labels.Key)),
				shows("a node by name", butPod(wallet, "ip-10-0-0-1", "nodeName")),
			},
		}),
		ofPods(Rule{
			ID: "tier-no-spot", Title: "Only what may be interrupted tolerates spot nodes",
			Protects:  "AWS took back a spot node with two minutes' notice, and the sessions on it were gone",
			Source:    Source{AWS, "EKS best practices: spot for work that tolerates interruption"},
			Severity:  Critical,
			Admission: "spot",
			Check:     checkSpot,
			Breaks: []Example{
				shows("the batch pool's taint", butPod(wallet, string(labels.Batch), "tolerations", 0, "value")),
				shows("any value", butPod(wallet, "Exists", "tolerations", 0, "operator")),
				shows("any taint", butPod(wallet, jsonMap{"operator": "Exists"}, "tolerations", 0)),
				shows("selects them", butPod(wallet, "SPOT", "nodeSelector", "eks.amazonaws.com/capacityType")),
			},
		}),
		ofPods(Rule{
			ID: "tier-priority", Title: "Every pod has its tier's priority",
			Protects:  "under pressure the scheduler pushed out wallets and kept reports, because both had the same priority",
			Source:    Source{Kubernetes, "Pod priority and preemption"},
			Severity:  High,
			Admission: "priority",
			Check: func(c *Case) {
				tier, known := c.podLabel(labelTier)
				class, told := c.Text(inPod(c.Resource, "priorityClassName")...)
				if known && told && class != "pitboss-"+tier {
					c.Failf("priorityClassName is %q, want %q", class, "pitboss-"+tier)
				}
			},
			Breaks: []Example{shows("none", butPod(wallet, nil, "priorityClassName")), shows("another's", butPod(nightly, "pitboss-money", "priorityClassName"))},
		}),
		{
			ID: "spot-for-batch-only", Title: "Only the batch pool has spot nodes, and keeps everything else away",
			Protects: "the pool of the wallets was made of spot nodes to save money, and AWS took back half of it during a final",
			Source:   Source{AWS, "EKS managed node groups: capacity types"},
			Severity: Critical,
			Scope:    One,
			About:    func(r Resource) bool { return r.Is("eks/nodeGroup:NodeGroup") },
			Check:    checkNodeGroup,
			Holds:    []Example{shows("spot for batch", group(labels.Batch, "SPOT")), shows("on demand for the rest", group(labels.API, "ON_DEMAND"))},
			Breaks: []Example{
				shows("spot for the API", group(labels.API, "SPOT")),
				shows("no taint", but(group(labels.Batch, "SPOT"), jsonList{}, "taints")),
			},
		},
	}
}

func checkPool(c *Case) {
	tier, known := c.podLabel(labelTier)
	pool, told := c.ownPool()
	switch {
	case !told:
	case !slices.Contains(labels.Pools(), labels.Pool(pool)):
		c.Failf("nodeSelector %s is %q, want one of %v", labels.Key, pool, labels.Pools())
	case known && pool == string(labels.Batch) && !slices.Contains(mayBeInterrupted, tier):
		c.Failf("tier %q selects pool %s, whose nodes AWS takes back: only %v may", tier, pool, mayBeInterrupted)
	}
	if node, known := c.Text(inPod(c.Resource, "nodeName")...); known && node != "" {
		c.Failf("nodeName is %q, past the scheduler: leave it out and select a pool", node)
	}
}

func checkSpot(c *Case) {
	tier, known := c.podLabel(labelTier)
	if !known || slices.Contains(mayBeInterrupted, tier) {
		return
	}
	if kind, known := c.Text(inPod(c.Resource, "nodeSelector", "eks.amazonaws.com/capacityType")...); known && kind == "SPOT" {
		c.Failf("tier %q selects spot nodes: select a pool", tier)
	}
	all, _ := c.List(inPod(c.Resource, "tolerations")...)
	for i := range all {
		at := inPod(c.Resource, "tolerations", i)
		key, a := c.Text(below(at, "key")...)
		how, b := c.Text(below(at, "operator")...)
		value, d := c.Text(below(at, "value")...)
		if a && b && d && (key == "" || key == labels.Key && (how == "Exists" || value == string(labels.Batch))) {
			c.Failf("tier %q tolerates spot nodes: tolerate the taint of its own pool alone, by value: %s=<pool>", tier, labels.Key)
		}
	}
}

func checkNodeGroup(c *Case) {
	kind, known := c.Text("capacityType")
	pool, told := c.Text("labels", labels.Key)
	if !known || kind != "SPOT" || !told {
		return
	}
	if pool != string(labels.Batch) {
		c.Failf("pool %q has spot nodes: only pool %s may", pool, labels.Batch)
	}
	taints, known := c.List("taints")
	for i := range taints {
		key, a := c.Text("taints", i, "key")
		effect, b := c.Text("taints", i, "effect")
		if key == labels.Key && (effect == "NO_SCHEDULE" || effect == "NO_EXECUTE") {
			return
		}
		known = known && a && b
	}
	if known {
		c.Failf("spot nodes without a taint %s: whatever names no pool would run there", labels.Key)
	}
}

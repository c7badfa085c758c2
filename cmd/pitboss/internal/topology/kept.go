package topology

import (
	"strings"
)

// makeKept makes what outlives a cluster: evidence, keys, secrets, images, backups.
func (g *graph) makeKept(n *node) bool {
	r := n.Resource
	switch {
	case n.IsAny("s3/bucketV2:BucketV2", "s3/bucket:Bucket"):
		name := short(r, n.region)
		if lock := either("Object Lock", "", r, "objectLockEnabled"); lock != "" {
			g.add(n, thing{kind: evidence, region: n.region, key: name, title: name, facts: []string{lock}})
		} else {
			g.add(n, thing{kind: logs, region: n.region, title: "buckets without lock"}).say(name)
		}
	case n.IsAny("kms/key:Key", "kms/replicaKey:ReplicaKey"):
		t := thing{kind: key, region: n.region, key: short(r, n.region, "-replica")}
		what := "replica"
		if n.Is("kms/key:Key") {
			what = either("primary", "one region", r, "multiRegion")
		}
		t.title, t.facts = t.key, []string{"key, " + what}
		g.add(n, t)
	case n.Is("secretsmanager/secret:Secret"):
		g.add(n, thing{kind: secrets, region: n.region, title: "secrets"}).say(text(r, "tags", "pitboss:class"))
	case n.Is("ecr/repository:Repository"):
		g.add(n, thing{kind: images, region: n.region, title: "image repositories"})
	case n.Is("backup/vault:Vault"):
		g.add(n, thing{kind: backups, region: n.region, title: "backup vaults"}).say(short(r, n.region))
	default:
		return false
	}
	return true
}

// say adds a fact once.
func (t *thing) say(fact string) {
	for _, f := range t.facts {
		if f == fact {
			return
		}
	}
	if fact != "" {
		t.facts = append(t.facts, fact)
	}
}

// makeDoor makes what leads players to a region.
func (g *graph) makeDoor(n *node) bool {
	r := n.Resource
	switch {
	case n.Is("route53/zone:Zone"):
		g.add(n, thing{kind: names, title: "Route 53"}).say("zone " + text(r, "name"))
	case n.Is("route53/record:Record"):
		g.addRecord(n)
	case n.Is("globalaccelerator/accelerator:Accelerator"):
		t := g.add(n, thing{kind: accelerator, title: "Global Accelerator"})
		if off := at(r, "enabled"); off == false {
			t.role = "off"
		}
	case n.Is("globalaccelerator/endpointGroup:EndpointGroup"):
		g.add(n, thing{kind: accelerator, title: "Global Accelerator"})
		if to := g.region(text(r, "endpointGroupRegion")); to != nil {
			to.dial = once(to.dial, orUnknown(text(r, "trafficDialPercentage")))
		}
	case n.Is("globalaccelerator/listener:Listener"):
		var ports []string
		for i := range list(r, "portRanges") {
			from, to := text(r, "portRanges", i, "fromPort"), text(r, "portRanges", i, "toPort")
			if to != from {
				from += "–" + to
			}
			ports = append(ports, from)
		}
		g.add(n, thing{kind: accelerator, title: "Global Accelerator"}).
			say(joined(short(r, n.region), text(r, "protocol")+" "+orUnknown(strings.Join(ports, ", "))))
	case n.Is("route53/healthCheck:HealthCheck"):
		what := text(r, "resourcePath")
		if what == "" {
			what = strings.ToLower(strings.ReplaceAll(text(r, "type"), "_", " "))
		}
		g.add(n, thing{kind: checks, title: "health checks"}).say(what)
	case n.Is("route53recoverycontrol/cluster:Cluster"):
		g.add(n, thing{kind: controls, title: "Routing controls"})
	case n.IsAny("route53recoverycontrol/routingControl:RoutingControl", "route53recoverycontrol/safetyRule:SafetyRule"):
		fact := text(r, "name")
		if n.IsAny("SafetyRule") {
			fact = "safety rule: " + fact
		}
		g.add(n, thing{kind: controls, title: "Routing controls"}).say(fact)
	default:
		return false
	}
	return true
}

// addRecord says a name once, with how Route 53 chooses its answer. Names that only stand
// between others, for a failover, are counted with the rest and not listed.
func (g *graph) addRecord(n *node) {
	r := n.Resource
	t := g.add(n, thing{kind: names, title: "Route 53"})
	name := orUnknown(text(r, "name"))
	switch {
	case at(r, "weightedRoutingPolicies") != nil:
		t.say(name + " by weight")
		if to := g.region(text(r, "setIdentifier")); to != nil {
			to.weight = once(to.weight, orUnknown(text(r, "weightedRoutingPolicies", 0, "weight")))
		}
	case at(r, "latencyRoutingPolicies") != nil:
		t.say(name + " by latency")
	case at(r, "failoverRoutingPolicies") != nil:
		t.say("and names that fail over")
	default:
		t.say(name)
	}
}

func once(in []string, s string) []string {
	for _, o := range in {
		if o == s {
			return in
		}
	}
	return append(in, s)
}

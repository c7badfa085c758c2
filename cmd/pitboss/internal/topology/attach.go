package topology

import (
	"fmt"
	"slices"
	"strings"

	"pitboss/stacks/market"
)

// belongs are the inputs that name what a resource is a part of, the surest first.
var belongs = []string{
	"bucket", "targetKeyId", "keyId", "secretId", "backupVaultName", "subnetId", "clusterIdentifier", "nodeGroupName",
	"loadBalancerArn", "listenerArn", "acceleratorArn", "controlPanelArn", "clusterArn", "healthCheckId", "repository",
}

// stands are those that say only where a resource stands: its component says more.
var stands = []string{"clusterName", "vpcId"}

// attach gives every other resource to the thing that it is a part of.
func (g *graph) attach() {
	for _, n := range g.nodes {
		if n.thing == nil && !strings.HasPrefix(n.Type, "kubernetes:") {
			n.thing = g.whole(n)
		}
	}
}

// count counts what the plan does where it is seen, and says what parts add to a thing.
func (g *graph) count() {
	for _, n := range g.nodes {
		switch {
		case n.thing != nil:
			n.thing.mark.add(n.step, n.itself)
			g.enrich(n)
		case n.arrow || strings.HasPrefix(n.Type, "kubernetes:"): // counted already
		case n.kind == market.KindFoundation:
			g.model.foundation.add(n.step, false)
		case n.kind == market.KindGSLB:
			g.model.door.add(n.step, false)
		case n.kind == market.KindRegion:
			g.region(n.region).rest.add(n.step, false)
		}
	}
}

// whole is the thing that n is a part of; nil if it is not plain which.
func (g *graph) whole(n *node) *thing {
	if t := g.through(n, belongs); t != nil {
		return t
	}
	var users []*thing
	for _, user := range g.users[n.URN] {
		if user.itself && !slices.Contains(users, user.thing) {
			users = append(users, user.thing)
		}
	}
	if len(users) == 1 && n.Parent != "" && users[0].uid == n.stack+"/"+n.Parent {
		return users[0]
	}
	if t := g.sibling(n); t != nil {
		return t
	}
	return g.through(n, stands)
}

// through is the thing that the first of inputs to come from one comes from.
func (g *graph) through(n *node, inputs []string) *thing {
	for _, input := range inputs {
		for _, to := range g.links(n, input) {
			if to.itself {
				return to.thing
			}
		}
	}
	return nil
}

// sibling is the thing of n's component, if the component is one thing: a database, say.
// A network's other parts count for its VPC, and a cluster's for the cluster.
func (g *graph) sibling(n *node) *thing {
	var found []*thing
	for _, t := range g.model.things {
		if n.Parent != "" && t.uid == n.stack+"/"+n.Parent && (t.region == n.region || t.region == "") {
			found = append(found, t)
		}
	}
	for _, t := range found {
		if len(found) == 1 && t.kind != pool || t.kind == vpc || t.kind == cluster {
			return t
		}
	}
	return nil
}

// enrich adds to a thing what its part says.
func (g *graph) enrich(n *node) {
	r, t := n.Resource, n.thing
	switch {
	case n.Is("ec2/natGateway:NatGateway") && t.kind == subnet:
		t.say("NAT")
	case n.Is("lb/listener:Listener") && t.kind == balancer:
		t.say(text(r, "protocol") + " " + text(r, "port"))
	case n.Is("rds/clusterInstance:ClusterInstance") && t.kind == store:
		g.member(t, orUnknown(text(r, "instanceClass")))
	case n.Is("rds/proxy:Proxy") && t.kind == store:
		t.say("proxy")
	case n.IsAny("BucketObjectLockConfigurationV2", "BucketObjectLockConfiguration") && t.kind == evidence:
		t.facts = []string{lock(n), strings.ToLower(text(r, "rule", "defaultRetention", "mode"))}
	case n.Is("backup/vaultLockConfiguration:VaultLockConfiguration") && t.kind == backups:
		t.role = "LOCKED"
	}
}

// member counts one more instance of a class: "2 × db.r7g.large".
func (g *graph) member(t *thing, class string) {
	for i, f := range t.facts {
		var n int
		var of string
		if _, err := fmt.Sscanf(f, "%d × %s", &n, &of); err == nil && of == class {
			t.facts[i] = fmt.Sprintf("%d × %s", n+1, class)
			return
		}
	}
	t.facts = append(t.facts, "1 × "+class)
}

// lock says for how long a bucket keeps what is put into it.
func lock(n *node) string {
	if at(n.Resource, "rule") == nil {
		return "Object Lock"
	}
	for _, unit := range []string{"years", "days"} {
		switch many := text(n.Resource, "rule", "defaultRetention", unit); many {
		case "", notKnown:
		case "1":
			return "Object Lock 1 " + strings.TrimSuffix(unit, "s")
		default:
			return "Object Lock " + many + " " + unit
		}
	}
	return "Object Lock " + notKnown
}

package topology

import (
	"fmt"
	"strings"
)

// make turns the resources that are drawn into things, and Kubernetes objects into a count.
func (g *graph) make() {
	for _, n := range g.nodes {
		switch {
		case strings.HasPrefix(n.Type, "kubernetes:"):
			if g.model.objects[n.region] == nil {
				g.model.objects[n.region] = &mark{}
			}
			g.model.objects[n.region].add(n.step, false)
		case g.makeNetwork(n), g.makeStore(n), g.makeKept(n), g.makeDoor(n):
		}
	}
}

// makeNetwork makes what a region's network and cluster consist of.
func (g *graph) makeNetwork(n *node) bool {
	r := n.Resource
	switch {
	case n.Is("ec2/vpc:Vpc"):
		g.add(n, thing{kind: vpc, region: n.region, title: joined("VPC", text(r, "cidrBlock"))})
	case n.Is("ec2/subnet:Subnet"):
		zone := text(r, "availabilityZone")
		tier := tierOfSubnet(r)
		g.add(n, thing{kind: subnet, region: n.region, key: tier + "/" + zone + "/" + n.Name, tier: tier, zone: zone, title: text(r, "cidrBlock")})
	case n.Is("lb/loadBalancer:LoadBalancer"):
		face := either("internal", "public", r, "internal")
		name := short(r, n.region)
		g.add(n, thing{kind: balancer, region: n.region, key: name, tier: g.tier(n, "subnets", "subnetMappings"),
			title: joined("Load balancer", name), facts: []string{text(r, "loadBalancerType"), face}})
	case n.Is("eks/cluster:Cluster"):
		api := "API " + either("public", "private", r, "vpcConfig", "endpointPublicAccess")
		if at(r, "vpcConfig", "endpointPublicAccess") == nil {
			api = "API public" // as EKS has it unless it is told otherwise
		}
		g.add(n, thing{kind: cluster, region: n.region, key: owner(r), tier: g.tier(n, "vpcConfig"),
			title: joined("EKS", text(r, "name")), facts: []string{"Kubernetes " + text(r, "version"), api}})
	case n.Is("eks/nodeGroup:NodeGroup"):
		g.addPool(n)
	default:
		return false
	}
	return true
}

// addPool makes a node pool: its first instance type, how far it scales, and whether it is
// spot.
func (g *graph) addPool(n *node) {
	r := n.Resource
	name := text(r, "labels", "pitboss.io/pool")
	if name == "" || name == notKnown {
		name = short(r, n.region)
	}
	instance := text(r, "instanceTypes", 0)
	if more := len(list(r, "instanceTypes")) - 1; more > 0 {
		instance += fmt.Sprintf(" +%d", more)
	}
	if instance == "" {
		instance = notKnown
	}
	size := fmt.Sprintf("%s–%s", orUnknown(text(r, "scalingConfig", "minSize")), orUnknown(text(r, "scalingConfig", "maxSize")))
	if now := text(r, "scalingConfig", "desiredSize"); now != "" {
		size += " (" + now + ")"
	}
	t := thing{kind: pool, region: n.region, key: name, tier: g.tier(n, "subnetIds"), title: name, facts: []string{instance, size}}
	switch text(r, "capacityType") {
	case "SPOT":
		t.role = "SPOT"
	case notKnown:
		t.role = notKnown
	}
	g.add(n, t)
}

func orUnknown(s string) string {
	if s == "" {
		return notKnown
	}
	return s
}

const kafkaTitle = "Kafka"

// makeStore makes the data stores: one thing for each cluster, with its members as facts.
func (g *graph) makeStore(n *node) bool {
	r := n.Resource
	t := thing{kind: store, region: n.region, key: owner(r)}
	switch {
	case n.Is("rds/cluster:Cluster"):
		t.title = "Aurora " + t.key
		t.tier = g.tier(n, "dbSubnetGroupName")
		t.facts = []string{joined("PostgreSQL " + text(r, "engineVersion"))}
		if text(r, "globalClusterIdentifier") != "" {
			t.role = g.roleOf(n.region, "writer", "read replica")
		}
	case n.Is("elasticache/replicationGroup:ReplicationGroup"):
		t.title = "Redis " + t.key
		t.tier = g.tier(n, "subnetGroupName")
		t.facts = g.redisFacts(n)
		if g.inDatastore(n) {
			t.role = g.roleOf(n.region, "writer", "read replica")
		}
	case n.Is("msk/cluster:Cluster"):
		t.title, t.tier = kafkaTitle, g.tier(n, "brokerNodeGroupInfo")
		if t.key != "kafka" {
			t.title = joined(kafkaTitle, t.key)
		}
		t.facts = []string{
			text(r, "kafkaVersion"), orUnknown(text(r, "numberOfBrokerNodes")) + " × " + orUnknown(text(r, "brokerNodeGroupInfo", "instanceType")),
		}
		t.role = g.roleOf(n.region, "produced to", "copy")
	default:
		return false
	}
	g.add(n, t)
	return true
}

// roleOf chooses by whether the region takes writes.
func (g *graph) roleOf(region, active, standby string) string {
	if region == g.active() {
		return active
	}
	return standby
}

// redisFacts are what a member says itself. One that joins a Global Datastore takes the
// version, the node and the shards of the datastore, and says none of them.
func (g *graph) redisFacts(n *node) []string {
	r := n.Resource
	facts := []string{}
	if version := text(r, "engineVersion"); version != "" {
		facts = append(facts, version)
	}
	node := text(r, "nodeType")
	if shards := text(r, "numNodeGroups"); shards != "" && node != "" {
		node = shards + " shards of " + node
	}
	if copies := text(r, "replicasPerNodeGroup"); copies != "" {
		node = strings.TrimPrefix(node+", ", ", ") + replicas(copies)
	}
	return append(facts, node)
}

func replicas(n string) string {
	if n == "1" {
		return "1 replica each"
	}
	return n + " replicas each"
}

// inDatastore tells whether a Redis member belongs to a Global Datastore: it names one, or
// one names it as its first member.
func (g *graph) inDatastore(n *node) bool {
	if text(n.Resource, "globalReplicationGroupId") != "" {
		return true
	}
	for _, user := range g.users[n.URN] {
		if user.Is("elasticache/globalReplicationGroup:GlobalReplicationGroup") {
			return true
		}
	}
	return false
}

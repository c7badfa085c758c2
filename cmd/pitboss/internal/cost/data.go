package cost

import (
	"fmt"
	"strings"

	"pitboss/policy/rules"
)

// database is a regional cluster: what it keeps and reads. Its instances count apart.
func database(c *count) {
	switch storage := at(c.Resource, "storageType").(type) {
	case nil:
	case string:
		if storage != "" && storage != "aurora" {
			c.untold("no price of storage of type %s", storage)
			return
		}
	default:
		c.untold("the type of its storage: %s", missing(storage))
		return
	}
	c.add("databases' storage", "assumed GB", c.assume(databaseGB), "rds.aurora.storage", 1)
	c.add("databases' reads and writes", "million assumed", c.assume(databaseIO), "rds.aurora.io", 1)
}

// databaseInstance costs by its class, and more where the cluster pays no reads and writes.
func databaseInstance(c *count) {
	class, ok := c.text("", "the instance class", "instanceClass")
	if !ok {
		return
	}
	of := "aurora"
	for _, cluster := range c.from("clusterIdentifier", "rds/cluster:Cluster") {
		if storage, ok := at(cluster, "storageType").(string); ok && storage != "" && storage != "aurora" {
			of = storage
		}
	}
	c.add("database instances", class, 1, "rds."+of+"."+class, hours)
}

// proxy costs by the vCPUs of the instances behind it.
func proxy(c *count) {
	var cpus int64
	for _, target := range c.all[c.stack].resources {
		if !target.Is("rds/proxyTarget:ProxyTarget") || !has(target.From["dbProxyName"], c.URN) {
			continue
		}
		for _, one := range c.all[c.stack].resources {
			if !one.Is("rds/clusterInstance:ClusterInstance") || !meet(one.From["clusterIdentifier"], target.From["dbClusterIdentifier"]) {
				continue
			}
			class, _ := at(one, "instanceClass").(string)
			n, ok := cpusOf(class)
			if !ok {
				c.untold("the vCPUs behind it: the class of %s is not known, or its size", one.Name)
				return
			}
			cpus += n
		}
	}
	if cpus == 0 {
		c.untold("the vCPUs behind it: the plan shows no instance that it leads to")
		return
	}
	c.add("database proxies", "vCPU behind a proxy", cpus, "rds.proxy.vcpu", hours)
}

// cpusOf is the vCPUs of a class: a large has two, an xlarge four, an n-xlarge n times that.
func cpusOf(class string) (int64, bool) {
	size := class[strings.LastIndex(class, ".")+1:]
	switch size {
	case "large":
		return 2, true
	case "xlarge":
		return 4, true
	}
	n, ok := number(strings.TrimSuffix(size, "xlarge"))
	return 4 * n, ok && strings.HasSuffix(size, "xlarge")
}

func has(list []string, one string) bool { return meet(list, []string{one}) }

func meet(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// cache costs its nodes. A member that follows takes type and shards from the global group:
// the plan says them of the member of the same name in the other region.
func cache(c *count) {
	like := c.Resource
	if at(c.Resource, "nodeType") == nil && at(c.Resource, "globalReplicationGroupId") != nil {
		leader, ok := c.leader()
		if !ok {
			c.untold("the type of its nodes: it follows a member that the plan does not show")
			return
		}
		like = leader
	}
	lead := &count{Resource: like, e: c.e, stack: c.stack}
	lead.URN, lead.Type, lead.Name = c.URN, c.Type, c.Name // what is missing is missing of the follower
	node, ok := lead.text("", "the type of its nodes", "nodeType")
	engine, known := lead.text("redis", "the engine", "engine")
	if !ok || !known {
		return
	}
	shards, ok := lead.number(1, "how many shards", "numNodeGroups")
	if !ok {
		return
	}
	replicas := int64(0)
	if v := at(c.Resource, "replicasPerNodeGroup"); v != nil {
		if replicas, ok = number(v); !ok {
			c.untold("how many replicas a shard has: %s", missing(v))
			return
		}
	}
	c.add("cache nodes", node, shards*(1+replicas), fmt.Sprintf("elasticache.%s.%s", engine, node), hours)
}

func (c *count) leader() (rules.Resource, bool) {
	for _, s := range c.all {
		for _, r := range s.resources {
			if r.Type == c.Type && r.Name == c.Name && at(r, "nodeType") != nil {
				return r, true
			}
		}
	}
	return rules.Resource{}, false
}

// kafka costs its brokers and the volume of each.
func kafka(c *count) {
	brokers, ok := c.number(0, "how many brokers", "numberOfBrokerNodes")
	if !ok {
		return
	}
	if kind, ok := c.text("", "the type of its brokers", "brokerNodeGroupInfo", "instanceType"); ok {
		c.add("Kafka brokers", kind, brokers, "msk."+kind, hours)
	}
	if size, ok := c.number(0, "the size of its volumes", "brokerNodeGroupInfo", "storageInfo", "ebsStorageInfo", "volumeSize"); ok {
		c.add("Kafka brokers' volumes", fmt.Sprintf("%d GB", size), brokers, "msk.storage", size)
	}
}

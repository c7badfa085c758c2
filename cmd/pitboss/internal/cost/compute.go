package cost

import (
	"fmt"
	"slices"
	"strings"

	"pitboss/policy/rules"
)

// nodeGroup costs its nodes, their volumes and the public addresses that its subnets give
// them.
func nodeGroup(c *count) {
	pool := "pool " + c.Name
	if label, ok := at(c.Resource, "labels", "pitboss.io/pool").(string); ok {
		pool = "pool " + label
	}
	n, ok := c.nodes()
	if !ok {
		return
	}
	c.machines(pool, n)
	c.volumes(pool, n)
	c.addresses(n)
}

// nodes is the desired size, else the least.
func (c *count) nodes() (int64, bool) {
	size := "desiredSize"
	if at(c.Resource, "scalingConfig", size) == nil {
		size = "minSize"
	}
	return c.number(0, "how many nodes", "scalingConfig", size)
}

func (c *count) machines(pool string, n int64) {
	machine, ok := c.text("", "the instance type of its nodes", "instanceTypes", 0)
	if !ok {
		return
	}
	capacity, ok := c.text("ON_DEMAND", "whether its nodes are spot", "capacityType")
	switch {
	case !ok:
	case capacity == "SPOT":
		c.spot(pool, machine, n)
	case capacity == "ON_DEMAND":
		c.add("nodes of "+pool, machine, n, "ec2."+machine, hours)
	default:
		c.untold("no price of nodes of capacity type %s", capacity)
	}
}

// spot is a share of the On-Demand price. The share makes hours of it, rounded to whole ones.
func (c *count) spot(pool, machine string, n int64) {
	c.add("nodes of "+pool, "spot "+machine, n, "ec2."+machine, hours*c.assume(spotPercent)/100)
}

// volumes are those of the launch template, one set a node.
func (c *count) volumes(pool string, n int64) {
	templates := c.from("launchTemplate", "ec2/launchTemplate:LaunchTemplate")
	if len(templates) != 1 {
		c.untold("the volumes of its nodes: the plan shows no launch template of it")
		return
	}
	volumes, ok := at(templates[0], "blockDeviceMappings").([]any)
	if !ok {
		c.untold("the volumes of its nodes: %s", missing(at(templates[0], "blockDeviceMappings")))
		return
	}
	for i := range volumes {
		size, ok := number(at(templates[0], "blockDeviceMappings", i, "ebs", "volumeSize"))
		kind, known := at(templates[0], "blockDeviceMappings", i, "ebs", "volumeType").(string)
		if !ok || !known {
			c.untold("the volumes of its nodes: size or type not known")
			continue
		}
		c.add("volumes of "+pool, fmt.Sprintf("%d GB %s", size, kind), n, "ebs."+kind, size)
	}
}

// addresses are public where a subnet gives each node one.
func (c *count) addresses(n int64) {
	public := slices.ContainsFunc(c.from("subnetIds", "ec2/subnet:Subnet"), func(s rules.Resource) bool {
		return at(s, "mapPublicIpOnLaunch") == true
	})
	if public {
		c.add("public IPv4 addresses", "address of a node", n, "vpc.ipv4", hours)
	}
}

// from is the resources of a type that an input is computed from.
func (c *count) from(input, suffix string) (out []rules.Resource) {
	for _, r := range c.all[c.stack].resources {
		if r.Is(suffix) && slices.Contains(c.From[input], r.URN) {
			out = append(out, r)
		}
	}
	return out
}

// statefulSet costs the volumes that it claims, one set a replica.
func statefulSet(c *count) {
	claims, ok := at(c.Resource, "spec", "volumeClaimTemplates").([]any)
	if !ok {
		if v := at(c.Resource, "spec", "volumeClaimTemplates"); v != nil {
			c.untold("the volumes that it claims: %s", missing(v))
		}
		return
	}
	replicas, ok := c.number(1, "how many replicas", "spec", "replicas")
	if !ok {
		return
	}
	for i := range claims {
		asked := at(c.Resource, "spec", "volumeClaimTemplates", i, "spec", "resources", "requests", "storage")
		text, _ := asked.(string)
		size, ok := number(strings.TrimSuffix(text, "Gi"))
		if !ok {
			c.untold("the size of the volume that it claims: %s", missing(asked))
			continue
		}
		c.add("volumes of "+c.Name, fmt.Sprintf("%d GB gp3", size), replicas, "ebs.gp3", size)
	}
}

package cloud

import (
	"context"
	"fmt"
	"net/netip"
)

// consequence does what follows from a change in the real cloud: a cluster's
// control plane runs, a node group's nodes exist. before is nil for a creation,
// after for a deletion.
func (c *Cloud) consequence(ctx context.Context, before, after *Resource) error {
	r := after
	if r == nil {
		r = before
	}
	switch r.Type {
	case "aws_eks_cluster":
		return c.runCluster(ctx, before, after)
	case "aws_eks_node_group":
		return c.runNodeGroup(ctx, before, after)
	}
	return nil
}

func (c *Cloud) runCluster(ctx context.Context, before, after *Resource) error {
	if after == nil {
		return c.options.Clusters.Stop(ctx, before.ID)
	}
	if before != nil && before.String("version") == after.String("version") {
		return nil
	}
	endpoint, ca, err := c.options.Clusters.Start(ctx, after.ID, after.String("version"))
	if err != nil {
		return fmt.Errorf("start the control plane of %s: %w", after.ID, err)
	}
	setControlPlane(after, endpoint, ca)
	return nil
}

func (c *Cloud) runNodeGroup(ctx context.Context, before, after *Resource) error {
	if after == nil {
		return c.options.Clusters.DeleteNodeGroup(ctx, before.String("clusterName"), before.String("nodeGroupName"))
	}
	group, err := c.nodeGroup(*after)
	if err != nil {
		return err
	}
	return c.options.Clusters.ApplyNodeGroup(ctx, group)
}

// nodeGroup reads a node group as its nodes will see it.
func (c *Cloud) nodeGroup(r Resource) (NodeGroup, error) {
	g := NodeGroup{
		Cluster: r.String("clusterName"), Name: r.String("nodeGroupName"), Region: r.Region,
		Version: r.String("version"), InstanceTypes: names(r.Props["instanceTypes"]), CapacityType: r.String("capacityType"),
		Labels: map[string]string{},
	}
	scaling, _ := r.Props["scalingConfig"].(map[string]any)
	desired, _ := scaling["desiredSize"].(float64)
	g.Count = int(desired)
	labels, _ := r.Props["labels"].(map[string]any)
	for k, v := range labels {
		g.Labels[k] = fmt.Sprint(v)
	}
	taints, _ := r.Props["taints"].([]any)
	for _, t := range taints {
		taint, _ := t.(map[string]any)
		value, _ := taint["value"].(string)
		g.Taints = append(g.Taints, Taint{Key: fmt.Sprint(taint["key"]), Value: value, Effect: taintEffect(fmt.Sprint(taint["effect"]))})
	}
	for _, id := range names(r.Props["subnetIds"]) {
		subnet, err := c.get(r.Account, r.Region, "aws_subnet", id)
		if err != nil {
			return g, err
		}
		block, err := netip.ParsePrefix(subnet.String("cidrBlock"))
		if err != nil {
			return g, fmt.Errorf("subnet %s: %w", id, err)
		}
		g.Zones = append(g.Zones, Zone{Name: subnet.String("availabilityZone"), Block: block})
	}
	return g, nil
}

// taintEffect turns EKS's spelling into Kubernetes'.
func taintEffect(eks string) string {
	switch eks {
	case "NO_SCHEDULE":
		return "NoSchedule"
	case "NO_EXECUTE":
		return "NoExecute"
	case "PREFER_NO_SCHEDULE":
		return "PreferNoSchedule"
	}
	return eks
}

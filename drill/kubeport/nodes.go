package kubeport

import (
	"context"
	"fmt"
	"net/url"

	"k8s.io/apimachinery/pkg/api/resource"

	"pitboss/regions"
)

// EKS labels the nodes of its groups by how they are paid for. A node without the label
// counts as on demand.
const (
	capacityLabel = "eks.amazonaws.com/capacityType"
	capacitySpot  = "SPOT"
)

type node struct {
	Metadata metadata `json:"metadata"`
	Status   struct {
		Capacity struct {
			CPU string `json:"cpu"`
		} `json:"capacity"`
	} `json:"status"`
}

// VCPUs counts every node that EC2 runs, ready or not: each takes its part of the quota.
// Spot has a quota of its own.
func (w *Workloads) VCPUs(ctx context.Context, at regions.Region) (int, error) {
	s, err := w.server(at)
	if err != nil {
		return 0, err
	}
	nodes, err := list[node](ctx, s, "/api/v1/nodes", url.Values{}, "application/json")
	if err != nil {
		return 0, err
	}
	if len(nodes) == 0 {
		return 0, fmt.Errorf("the cluster in %s has no nodes: what it needs cannot be told", at)
	}
	sum := 0
	for _, n := range nodes {
		if n.Metadata.Labels[capacityLabel] == capacitySpot {
			continue
		}
		cpus, err := resource.ParseQuantity(n.Status.Capacity.CPU)
		if err != nil {
			return 0, fmt.Errorf("node %s of the cluster in %s: status.capacity.cpu is %q: %w", n.Metadata.Name, at, n.Status.Capacity.CPU, err)
		}
		sum += int(cpus.Value())
	}
	return sum, nil
}

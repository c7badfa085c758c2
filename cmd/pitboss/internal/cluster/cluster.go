// Package cluster asks a Kubernetes API server which nodes it has, by pool.
// It reads nodes and nothing else, with a plain REST client: the typed
// clientset would link every API group.
//
// Import it from cmd/pitboss only.
package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// patience is how long an API server may take to answer. A healthy one answers
// within a second; an exec plugin such as `aws eks get-token` needs a few.
const patience = 10 * time.Second

// The labels that say which pool a node belongs to: ours, else the one that
// EKS itself sets.
const (
	labelPool      = "pitboss.io/pool"
	labelNodeGroup = "eks.amazonaws.com/nodegroup"
	labelZone      = "topology.kubernetes.io/zone"
	labelType      = "node.kubernetes.io/instance-type"
)

// A Pool is the nodes of one pool as the API server sees them.
type Pool struct {
	Name          string   `json:"name"`
	Ready         int      `json:"ready"`
	Total         int      `json:"total"`
	Zones         []string `json:"zones"`
	InstanceTypes []string `json:"instanceTypes"`
}

// node is the part of a core/v1 Node that is read here.
type node struct {
	Metadata struct {
		Labels map[string]string `json:"labels"`
	} `json:"metadata"`
	Status struct {
		Conditions []struct {
			Type   string `json:"type"`
			Status string `json:"status"`
		} `json:"conditions"`
	} `json:"status"`
}

// Pools lists the cluster's nodes by pool, sorted by name. An error means that
// the API server could not be asked; it is never an empty list.
func Pools(ctx context.Context, kubeconfig string) ([]Pool, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.Timeout = patience
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(config.Host, "/")+"/api/v1/nodes", nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		const enough = 300 // an API server's refusal fits
		body, _ := io.ReadAll(io.LimitReader(resp.Body, enough))
		return nil, fmt.Errorf("%s answers %s: %s", config.Host, resp.Status, strings.TrimSpace(string(body)))
	}
	var list struct {
		Items []node `json:"items"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return nil, fmt.Errorf("%s: list of nodes: %w", config.Host, err)
	}
	return group(list.Items), nil
}

// group sorts nodes into their pools.
func group(nodes []node) []Pool {
	byName := map[string]*Pool{}
	for _, n := range nodes {
		name := n.Metadata.Labels[labelPool]
		if name == "" {
			name = n.Metadata.Labels[labelNodeGroup]
		}
		if name == "" {
			name = "(none)"
		}
		p := byName[name]
		if p == nil {
			p = &Pool{Name: name, Zones: []string{}, InstanceTypes: []string{}}
			byName[name] = p
		}
		p.Total++
		if n.ready() {
			p.Ready++
		}
		p.Zones = with(p.Zones, n.Metadata.Labels[labelZone])
		p.InstanceTypes = with(p.InstanceTypes, n.Metadata.Labels[labelType])
	}
	pools := make([]Pool, 0, len(byName))
	for _, p := range byName {
		pools = append(pools, *p)
	}
	slices.SortFunc(pools, func(a, b Pool) int { return strings.Compare(a.Name, b.Name) })
	return pools
}

func (n node) ready() bool {
	for _, c := range n.Status.Conditions {
		if c.Type == "Ready" {
			return c.Status == "True"
		}
	}
	return false
}

// with adds s to a sorted set.
func with(set []string, s string) []string {
	i, found := slices.BinarySearch(set, s)
	if s == "" || found {
		return set
	}
	return slices.Insert(set, i, s)
}

// Package cluster asks a Kubernetes API server what it runs: which nodes, by pool, and
// which pods, by domain and service. It reads nodes, pods and the workloads that want
// them, and nothing else, with a plain REST client: the typed clientset would link every
// API group.
//
// Import it from cmd/pitboss only.
package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// patience is how long an API server may take to answer. A healthy one answers
// within a second; an exec plugin such as `aws eks get-token` needs a few.
const patience = 10 * time.Second

// A State is what one cluster runs, as its API server sees it.
type State struct {
	Pools    []Pool    `json:"pools"`    // by name
	Services []Service `json:"services"` // by domain and name
	Pods     []Pod     `json:"pods"`     // by namespace and name
	// Unhealthy is what does not run and should, a sentence each. Empty means that
	// everything does.
	Unhealthy []string `json:"unhealthy"`
}

// Unknown is the state of a cluster that gave no answer.
func Unknown() State {
	return State{Pools: []Pool{}, Services: []Service{}, Pods: []Pod{}, Unhealthy: []string{}}
}

// The lists that are read.
const (
	pathNodes        = "/api/v1/nodes"
	pathPods         = "/api/v1/pods"
	pathDeployments  = "/apis/apps/v1/deployments"
	pathStatefulSets = "/apis/apps/v1/statefulsets"
	pathDaemonSets   = "/apis/apps/v1/daemonsets"
)

// Read asks for everything at the same time. An error means that the API server could
// not be asked for all of it; it is never an empty state.
func Read(ctx context.Context, kubeconfig string) (State, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return State{}, err
	}
	config.Timeout = patience
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return State{}, err
	}
	var nodes []node
	var pods []pod
	var workloads [3][]workload
	errs := make([]error, 5)
	var wg sync.WaitGroup
	wg.Go(func() { nodes, errs[0] = list[node](ctx, client, config.Host, pathNodes) })
	wg.Go(func() { pods, errs[1] = list[pod](ctx, client, config.Host, pathPods) })
	for i, path := range []string{pathDeployments, pathStatefulSets, pathDaemonSets} {
		wg.Go(func() { workloads[i], errs[2+i] = list[workload](ctx, client, config.Host, path) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return State{}, err // one is enough: they fail for one reason
		}
	}
	return state(nodes, pods, workloads[0], workloads[1], workloads[2]), nil
}

// list reads every object of one kind.
func list[T any](ctx context.Context, client *http.Client, host, path string) ([]T, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(host, "/")+path, nil)
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
		return nil, fmt.Errorf("%s%s answers %s: %s", host, path, resp.Status, strings.TrimSpace(string(body)))
	}
	var all struct {
		Items *[]T `json:"items"`
	}
	err = json.NewDecoder(resp.Body).Decode(&all)
	if err == nil && all.Items == nil {
		err = errors.New("no items in it")
	}
	if err != nil {
		return nil, fmt.Errorf("%s%s: %w", host, path, err)
	}
	return *all.Items, nil
}

// state puts together what was read.
func state(nodes []node, pods []pod, deployments, statefulSets, daemonSets []workload) State {
	at := map[string]node{}
	for _, n := range nodes {
		at[n.Metadata.Name] = n
	}
	out := Unknown()
	for _, p := range pods {
		out.Pods = append(out.Pods, p.describe(at[p.Spec.NodeName]))
	}
	sortPods(out.Pods)
	out.Pools = pools(nodes, out.Pods)
	out.Services = services(out.Pods, deployments, statefulSets, daemonSets)
	out.Unhealthy = unhealthy(out.Pools, out.Services)
	return out
}

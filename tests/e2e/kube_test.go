//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"pitboss/components/pools/labels"
)

// kube speaks to one cluster's API server as its administrator.
type kube struct {
	*checkout
	host   string
	client *http.Client
}

// cluster is the API server of a region's cluster.
func (c *checkout) cluster(region string) kube {
	c.Helper()
	for _, stack := range c.seen().Markets[0].Stacks {
		if stack.Cluster == nil || stack.Name != "mt-"+region {
			continue
		}
		config, err := clientcmd.BuildConfigFromFlags("", stack.Cluster.Kubeconfig)
		require.NoError(c, err)
		client, err := rest.HTTPClientFor(config)
		require.NoError(c, err)
		return kube{c, strings.TrimRight(config.Host, "/"), client}
	}
	require.Fail(c, "no cluster in "+region)
	return kube{}
}

// do sends one request; the answer is decoded into into, whatever its code says.
func (k kube) do(method, path string, body, into any) (code int, answer string) {
	k.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		require.NoError(k, err)
		sent = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, k.host+path, sent)
	require.NoError(k, err)
	req.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/merge-patch+json")
	}
	resp, err := k.client.Do(req)
	require.NoError(k, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(k, err)
	if into != nil && resp.StatusCode < 300 {
		require.NoError(k, json.Unmarshal(text, into), string(text))
	}
	return resp.StatusCode, string(text)
}

// ask is do for what has to be accepted.
func (k kube) ask(method, path string, body, into any) {
	k.Helper()
	code, answer := k.do(method, path, body, into)
	require.Less(k, code, 300, "%s %s: %s", method, path, answer)
}

// object is what these tests read of a pod or a node.
type object struct {
	Metadata struct {
		Name, Namespace   string
		Labels            map[string]string
		DeletionTimestamp *time.Time
		OwnerReferences   []struct{ Kind string }
	}
	Spec struct {
		NodeName          string
		NodeSelector      map[string]string
		PriorityClassName string
		Unschedulable     bool
	}
	Status struct {
		Phase, QOSClass string
		Conditions      []struct{ Type, Status, Message string }
	}
}

func (o object) service() string { return o.Metadata.Labels[labels.Service] }

func (o object) is(condition string) bool {
	for _, c := range o.Status.Conditions {
		if c.Type == condition {
			return c.Status == "True"
		}
	}
	return false
}

// ofJob is a pod that ends by itself.
func (o object) ofJob() bool {
	return len(o.Metadata.OwnerReferences) > 0 && o.Metadata.OwnerReferences[0].Kind == "Job"
}

func (k kube) list(path string) []object {
	k.Helper()
	var out struct{ Items []object }
	k.ask(http.MethodGet, path, nil, &out)
	return out.Items
}

// pods is every pod of the platform that is not about to go; those of Jobs are not among
// them, because they come and go.
func (k kube) pods() []object {
	k.Helper()
	var out []object
	for _, p := range k.list("/api/v1/pods") {
		if p.Metadata.Labels[labels.Key] != "" && p.Metadata.DeletionTimestamp == nil && !p.ofJob() {
			out = append(out, p)
		}
	}
	return out
}

// ready is the pods of one service that answer.
func (k kube) ready(service string) []object {
	k.Helper()
	var out []object
	for _, p := range k.pods() {
		if p.service() == service && p.is("Ready") && p.Status.Phase == "Running" {
			out = append(out, p)
		}
	}
	return out
}

func (k kube) nodes() map[string]object {
	k.Helper()
	out := map[string]object{}
	for _, n := range k.list("/api/v1/nodes") {
		out[n.Metadata.Name] = n
	}
	return out
}

// notRunning is every pod of a service that does not run, with the scheduler's words. A
// placeholder may wait: it is there to make room.
func (k kube) notRunning() []string {
	k.Helper()
	var out []string
	for _, p := range k.pods() {
		if p.Status.Phase == "Running" && p.is("Ready") || p.Metadata.Namespace == "capacity" {
			continue
		}
		why := p.Status.Phase
		for _, c := range p.Status.Conditions {
			if c.Type == "PodScheduled" && c.Status != "True" {
				why = c.Message
			}
		}
		out = append(out, p.Metadata.Namespace+"/"+p.Metadata.Name+": "+why)
	}
	return out
}

// settles waits until every pod of the platform runs.
func (k kube) settles(within time.Duration) {
	k.Helper()
	var left []string
	require.Eventually(k, func() bool { left = k.notRunning(); return len(left) == 0 }, within, time.Second, "not running")
	require.Empty(k, left)
}

// cordon marks nodes so that no new pod goes there.
func (k kube) cordon(names []string, cordoned bool) {
	k.Helper()
	for _, name := range names {
		k.ask(http.MethodPatch, "/api/v1/nodes/"+name, map[string]any{"spec": map[string]any{"unschedulable": cordoned}}, nil)
	}
}

// evict asks for a pod to go, as a drain does; 429 is a disruption budget's no.
func (k kube) evict(p object) (code int, answer string) {
	k.Helper()
	return k.do(http.MethodPost, "/api/v1/namespaces/"+p.Metadata.Namespace+"/pods/"+p.Metadata.Name+"/eviction", map[string]any{
		"apiVersion": "policy/v1", "kind": "Eviction",
		"metadata": map[string]any{"name": p.Metadata.Name, "namespace": p.Metadata.Namespace},
	}, nil)
}

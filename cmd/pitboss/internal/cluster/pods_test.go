package cluster

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReason: whoever asks why a pod does not run gets the words of who knows.
func TestReason(t *testing.T) {
	const on, off = `"spec":{"nodeName":"a"},`, ""
	cases := map[string]struct{ reason, object, want string }{
		"Fine":         {"nothing to say", on + `"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}`, ""},
		"Ended":        {"a job that is done", on + `"status":{"phase":"Succeeded","containerStatuses":[{"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}`, ""},
		"NoRoom":       {"the scheduler's", off + `"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes:\n 3 Insufficient cpu."}]}`, "Unschedulable: 0/3 nodes: 3 Insufficient cpu."},
		"Gated":        {"the scheduler's, without a message", off + `"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}`, "SchedulingGated"},
		"NotJudged":    {"no scheduler runs, or not yet", off + `"status":{"phase":"Pending"}`, "the scheduler has not judged it yet"},
		"NotStarted":   {"the kubelet says nothing", on + `"status":{"phase":"Pending"}`, "has a node and has not started"},
		"NoImage":      {"the kubelet's", on + `"status":{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling"}}}]}`, "ImagePullBackOff: Back-off pulling"},
		"NoSecret":     {"a container that cannot be made", on + `"status":{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"CreateContainerConfigError","message":"secret \"x\" not found"}}}]}`, `CreateContainerConfigError: secret "x" not found`},
		"Crashes":      {"Running is not ready", on + `"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False","reason":"ContainersNotReady"}],"containerStatuses":[{"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}`, "CrashLoopBackOff"},
		"InitCrashes":  {"what holds up the rest, not what waits for it", on + `"status":{"phase":"Pending","initContainerStatuses":[{"state":{"terminated":{"exitCode":1,"reason":"Error"}}}],"containerStatuses":[{"state":{"waiting":{"reason":"PodInitializing"}}}]}`, "Error: exit code 1"},
		"Initializing": {"it takes its time", on + `"status":{"phase":"Pending","conditions":[{"type":"Ready","status":"False","reason":"ContainersNotReady","message":"x"}],"containerStatuses":[{"state":{"waiting":{"reason":"PodInitializing"}}}]}`, "ContainersNotReady: x"},
		"Evicted":      {"the kubelet's, of the pod", on + `"status":{"phase":"Failed","reason":"Evicted","message":"low on memory"}`, "Evicted: low on memory"},
		"Killed":       {"its own exit", on + `"status":{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]}`, "OOMKilled: exit code 137"},
		"NodeLost":     {"it runs, as far as anybody knows", on + `"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False","reason":"NodeNotReady"}]}`, "NodeNotReady"},
		"Leaving":      {"it is on its way out, whatever it does", `"metadata":{"deletionTimestamp":"2026-11-22T03:21:14Z"},` + on + `"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}`, "is being deleted"},
	}
	for name, c := range cases {
		got := decode[pod](t, "[{"+c.object+"}]")[0].describe(node{})
		assert.Equal(t, c.want, got.Reason, "%s: %s", name, c.reason)
		assert.Equal(t, name == "Fine", got.Ready, name)
	}
}

// TestAsks wants what the scheduler reckons with.
func TestAsks(t *testing.T) {
	c := func(cpu, memory, more string) string {
		return fmt.Sprintf(`{"resources":{"requests":{"cpu":%q,"memory":%q}}%s}`, cpu, memory, more)
	}
	const always = `,"restartPolicy":"Always"`
	cases := map[string]struct{ reason, spec, want string }{
		"Nothing":  {"it asks for nothing", `"containers":[{}]`, "0 CPU and 0 GiB"},
		"Two":      {"both run", `"containers":[` + c("250m", "512Mi", "") + "," + c("1", "1Gi", "") + "]", "1.25 CPU and 1.5 GiB"},
		"InitLess": {"it has ended by then", `"containers":[` + c("1", "1Gi", "") + `],"initContainers":[` + c("500m", "512Mi", "") + "]", "1 CPU and 1 GiB"},
		"InitMore": {"the start needs more, of one and not of the other", `"containers":[` + c("1", "1Gi", "") + `],"initContainers":[` + c("2", "512Mi", "") + "]", "2 CPU and 1 GiB"},
		"Sidecar":  {"it stays", `"containers":[` + c("1", "1Gi", "") + `],"initContainers":[` + c("500m", "1Gi", always) + "]", "1.5 CPU and 2 GiB"},
		"Behind":   {"what starts behind a sidecar starts beside it", `"containers":[` + c("1", "1Gi", "") + `],"initContainers":[` + c("500m", "1Gi", always) + "," + c("1500m", "0", "") + "]", "2 CPU and 2 GiB"},
		"Overhead": {"the sandbox of the pod itself", `"containers":[` + c("1", "1Gi", "") + `],"overhead":{"cpu":"250m","memory":"512Mi"}`, "1.25 CPU and 1.5 GiB"},
	}
	for name, c := range cases {
		got := decode[pod](t, `[{"spec":{`+c.spec+`}}]`)[0]
		assert.Equal(t, c.want, got.asks().String(), "%s: %s", name, c.reason)
	}
}

// TestServiceOfAPod: pods of what is not ours belong to what made them.
func TestServiceOfAPod(t *testing.T) {
	cases := map[string]struct{ reason, metadata, want string }{
		"Ours":       {"the label", `"name":"wallet-1","labels":{"pitboss.io/service":"wallet"}`, "wallet"},
		"Deployment": {"its ReplicaSets come and go", `"name":"coredns-5f-x","labels":{"pod-template-hash":"5f"},"ownerReferences":[{"kind":"ReplicaSet","name":"coredns-5f","controller":true}]`, "coredns"},
		"DaemonSet":  {"by its owner", `"name":"agent-x","ownerReferences":[{"kind":"DaemonSet","name":"agent","controller":true}]`, "agent"},
		"NotMade":    {"an owner that did not make it", `"name":"p","ownerReferences":[{"kind":"ConfigMap","name":"c"}]`, "p"},
		"Bare":       {"its own", `"name":"p"`, "p"},
	}
	for name, c := range cases {
		assert.Equal(t, c.want, decode[pod](t, "[{\"metadata\":{"+c.metadata+"}}]")[0].describe(node{}).Service, "%s: %s", name, c.reason)
	}
}

// TestWanted: how many should run is what the workload says, else what stands there.
func TestWanted(t *testing.T) {
	const metadata = `"metadata":{"namespace":"n","name":"s"}`
	workloads := func(doc string) []workload { return decode[workload](t, "[{"+metadata+doc+"}]") }
	running := decode[pod](t, `[{"metadata":{"namespace":"n","name":"p","labels":{"pitboss.io/service":"s"}},"spec":{"nodeName":"a"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}]`)
	cases := map[string]struct {
		reason               string
		deployments, daemons []workload
		running, wanted      int
		problem              string
	}{
		"Default":   {"no number is one", workloads(`,"spec":{}`), nil, 1, 1, ""},
		"Missing":   {"a pod that nobody made is missed", workloads(`,"spec":{"replicas":2}`), nil, 1, 2, "n/s: 1 of 2 pods run: the others have not been made"},
		"Zero":      {"a floor of none; the last is on its way out", workloads(`,"spec":{"replicas":0}`), nil, 1, 0, ""},
		"DaemonSet": {"one on each node that it is for", nil, workloads(`,"status":{"desiredNumberScheduled":3}`), 1, 3, "n/s: 1 of 3 pods run: the others have not been made"},
		"Bare":      {"what stands there", nil, nil, 1, 1, ""},
	}
	for name, c := range cases {
		got := state(nil, running, c.deployments, nil, c.daemons)
		require.Len(t, got.Services, 1, name)
		s := got.Services[0]
		assert.Equal(t, []any{c.running, c.wanted, c.problem}, []any{s.Running, s.Wanted, s.Problem}, "%s: %s", name, c.reason)
		same := state(nil, running, nil, c.deployments, c.daemons)
		assert.Equal(t, got, same, "%s: a StatefulSet is counted likewise", name)
	}
}

// TestCauses: what most pods say comes first, and once.
func TestCauses(t *testing.T) {
	pods := []Pod{{Phase: "Pending", Reason: "a"}, {Phase: "Failed", Reason: "b"}, {Phase: "Failed", Reason: "b"}, {Phase: "Running"}}
	assert.Equal(t, []string{"2 Failed: b", "1 Pending: a"}, causesOf(pods, func(p Pod) bool { return p.Phase != "Running" }))
}

package cluster

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecordedPools(t *testing.T) {
	got := recorded(t).Pools
	require.Len(t, got, 3, "a pool that pods ask for is one, even without a node")
	api, pii, webrtc := got[0], got[1], got[2]
	assert.Equal(t, []int{3, 3, 2}, []int{api.Ready, api.Total, api.Open}, "a cordoned node is ready and takes no pods")
	assert.Equal(t, []string{"eu-south-1a", "eu-south-1b", "eu-south-1c"}, api.Zones)
	assert.Equal(t, []string{"c7i.large"}, api.InstanceTypes)
	// 2 wallets of 1 CPU, 2 gaming of 0.5, login of 0.1 and 2 agents of 0.05; the job has ended.
	assert.InDelta(t, 3.82, api.CPUAllocatable, 0.001)
	assert.InDelta(t, 3.2, api.CPURequested, 0.001)
	assert.EqualValues(t, []int64{6000, 2*512 + 2*256 + 128, 116, 7}, []int64{api.MemoryAllocatable, api.MemoryRequested, api.PodsAllocatable, api.Pods})
	assert.Equal(t, "pool api is too small: 2 pods wait; they ask 1 CPU and 0.5 GiB, 2 nodes have 0.62 of 3.82 CPU and 4.2 of 5.9 GiB free,"+
		" at most 0.36 CPU and 2.2 GiB on one (Insufficient cpu)", api.Problem)
	assert.Equal(t, []int{2, 1}, []int{api.PodsWaiting, api.PlaceholdersWaiting}, "a placeholder that waits is no pod of ours that waits")
	assert.InDelta(t, 1.0, api.CPUWaiting, 0.001)
	assert.EqualValues(t, 512, api.MemoryWaiting)

	assert.Empty(t, pii.Problem)
	assert.InDelta(t, 0.6, pii.CPURequested, 0.001, "what is being deleted holds its room until it is gone, what failed does not")
	assert.Equal(t, "pool webrtc is too small: 2 pods wait; they ask 1 CPU and 0.5 GiB, and the pool has no node", webrtc.Problem)
}

func TestRecordedServices(t *testing.T) {
	s := recorded(t)
	var lines []string
	for _, v := range s.Services {
		lines = append(lines, fmt.Sprintf("%s %s/%s %s %s %d/%d %d %v", v.Domain, v.Namespace, v.Name, v.Tier, v.Pool, v.Running, v.Wanted, v.Failed, v.Zones))
	}
	assert.Equal(t, []string{
		"capacity capacity/placeholder-api placeholder api 0/1 0 []",
		"gaming gaming/gaming-api realtime api 3/5 0 [{eu-south-1a 1} {eu-south-1b 1} {eu-south-1c 1}]",
		"gaming gaming/nightly batch pii 0/0 1 []",
		"kyc kyc/kyc-api realtime pii 1/1 0 [{eu-south-1a 1}]",
		"kyc kyc/ll-hls realtime webrtc 0/2 0 []",
		"login login/login money api 0/2 0 []",
		"wallet wallet/wallet-ledger money api 3/3 0 [{eu-south-1a 1} {eu-south-1b 1} {eu-south-1c 1}]",
		" kube-system/node-agent  api 3/3 0 [{eu-south-1a 1} {eu-south-1b 1} {eu-south-1c 1}]",
	}, lines, "by domain, ours first; what succeeded is no row")
	require.Len(t, s.Unhealthy, 5)
	assert.Contains(t, s.Unhealthy[0], "pool api")
	assert.Contains(t, s.Unhealthy[1], "pool webrtc")
	assert.Contains(t, s.Unhealthy[2], "gaming/gaming-api: 3 of 5 pods run: 2 Pending: Unschedulable: 0/4 nodes are available: ")
	assert.Contains(t, s.Unhealthy[3], "kyc/ll-hls: 0 of 2 pods run: ")
	assert.Equal(t, `login/login: 0 of 2 pods run: FailedCreate: pods "login-54f484b759-29m87" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1;`+
		" 1 Running: ContainersNotReady: containers with unready status: [a]", s.Unhealthy[4], "a pod that could not even be made is missed too")
	assert.Equal(t, []string{"1 Failed: Error: exit code 3"}, s.Services[2].Failures(s.Pods))
	assert.Empty(t, s.Services[3].Failures(s.Pods))
}

// TestJSON holds the names of the fields, which scripts rely on.
func TestJSON(t *testing.T) {
	s := recorded(t)
	doc, err := json.Marshal(map[string]any{"pod": s.Pods[1], "pool": s.Pools[0], "service": s.Services[1], "state": State{}})
	require.NoError(t, err)
	var got map[string]map[string]any
	require.NoError(t, json.Unmarshal(doc, &got))
	keys := func(of string) (out []string) {
		for k := range got[of] {
			out = append(out, k)
		}
		return out
	}
	assert.ElementsMatch(t, []string{"pools", "services", "pods", "unhealthy"}, keys("state"))
	assert.ElementsMatch(t, []string{"namespace", "name", "domain", "service", "tier", "pool", "node", "zone", "phase", "ready", "reason", "cpuRequested", "memoryRequested"}, keys("pod"))
	assert.ElementsMatch(t, []string{
		"name", "ready", "total", "open", "zones", "instanceTypes", "cpuAllocatable", "cpuRequested", "memoryAllocatable", "memoryRequested", "podsAllocatable", "pods",
		"podsWaiting", "cpuWaiting", "memoryWaiting", "placeholdersWaiting", "problem",
	}, keys("pool"))
	assert.ElementsMatch(t, []string{"namespace", "name", "domain", "tier", "pool", "running", "wanted", "failed", "zones", "problem"}, keys("service"))
	assert.Equal(t, map[string]any{
		"namespace": "gaming", "name": "gaming-api-d88fd7447-2pbzh", "domain": "gaming", "service": "gaming-api", "tier": "realtime", "pool": "api",
		"node": "api-c", "zone": "eu-south-1c", "phase": "Running", "ready": true, "reason": "", "cpuRequested": 0.5, "memoryRequested": 256.0,
	}, got["pod"])
}

// decode reads objects as an API server would send them.
func decode[T any](t *testing.T, doc string) []T {
	t.Helper()
	var out []T
	require.NoError(t, json.Unmarshal([]byte(doc), &out))
	return out
}

func TestPoolOfANode(t *testing.T) {
	nodes := decode[node](t, `[
{"metadata":{"name":"a","labels":{"pitboss.io/pool":"api","eks.amazonaws.com/nodegroup":"x"}},"status":{"allocatable":{"cpu":"2","memory":"4Gi","pods":"29"},"conditions":[{"type":"Ready","status":"Unknown"}]}},
{"metadata":{"name":"b","labels":{"eks.amazonaws.com/nodegroup":"etl"}},"status":{}},
{"metadata":{"name":"c"},"status":{"conditions":[{"type":"DiskPressure","status":"True"}]}}]`)
	pods := decode[pod](t, `[{"metadata":{"name":"p"},"spec":{"nodeName":"a","containers":[{"resources":{"requests":{"cpu":"1"}}}]},"status":{"phase":"Running"}}]`)
	got := state(nodes, pods, nil, nil, nil)
	var lines []string
	for _, p := range got.Pools {
		lines = append(lines, fmt.Sprint(p.Name, " ", p.Ready, "/", p.Total, " ", p.Open, " ", p.CPUAllocatable, " ", p.Pods))
	}
	assert.Equal(t, []string{"(none) 0/1 0 0 0", "api 0/1 0 0 0", "etl 0/1 0 0 0"}, lines, "a node is ready only if it says so, and has nothing to give before")
	assert.Equal(t, "api", got.Pods[0].Pool, "a pod that names no pool is on one all the same")
}

// TestPoolIsTooSmallOnlyForWantOfRoom: a pod that waits for something else is said with
// the scheduler's words, and no number would help.
func TestPoolIsTooSmallOnlyForWantOfRoom(t *testing.T) {
	has := `{"metadata":{"name":"a","labels":{"pitboss.io/pool":"api"}},%s"status":{"allocatable":{"cpu":"1910m","memory":"3Gi","pods":"29"},"conditions":[{"type":"Ready","status":"True"}]}}`
	waits := `{"metadata":{"namespace":"n","name":"p"%s},"spec":{"containers":[{"resources":{"requests":{"cpu":"1500m","memory":"1Gi"}}}]},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":%q}]}}`
	const api = `,"labels":{"pitboss.io/pool":"api"}`
	const room = "0/9 nodes are available: 1 Insufficient vpc.amazonaws.com/pod-eni, 1 Too many pods, 7 node(s) didn't match Pod's node affinity/selector."
	cases := map[string]struct {
		reason, spec, metadata, message, want string
		unhealthy                             int
	}{
		"Room":        {"what lacks is named", "", api, room, "pool api is too small: 1 pod waits; it asks 1.5 CPU and 1 GiB, 1 node has 1.91 of 1.91 CPU and 3 of 3 GiB free (Insufficient vpc.amazonaws.com/pod-eni, Too many pods)", 2},
		"Spread":      {"another zone is wanted", "", api, "0/9 nodes are available: 3 node(s) didn't match pod topology spread constraints.", "", 1},
		"Cordoned":    {"its nodes take nothing", `"spec":{"unschedulable":true},`, api, "0/1 nodes are available: 1 node(s) were unschedulable.", "pool api is too small: 1 pod waits; it asks 1.5 CPU and 1 GiB, and none of its nodes (1) takes pods", 2},
		"Placeholder": {"it only keeps room free", "", `,"labels":{"pitboss.io/pool":"api","pitboss.io/tier":"placeholder"}`, room, "", 0},
		"Leaving":     {"it waits for nothing any more", `"spec":{"unschedulable":true},`, api + `,"deletionTimestamp":"2026-11-22T03:21:14Z"`, room, "", 0},
		"NoPool":      {"it would take any, so no pool is to blame", "", "", room, "", 1},
	}
	for name, c := range cases {
		s := state(decode[node](t, "["+fmt.Sprintf(has, c.spec)+"]"), decode[pod](t, "["+fmt.Sprintf(waits, c.metadata, c.message)+"]"), nil, nil, nil)
		require.Len(t, s.Pools, 1, name)
		assert.Equal(t, c.want, s.Pools[0].Problem, "%s: %s", name, c.reason)
		assert.Len(t, s.Unhealthy, c.unhealthy, "%s: %s: %q", name, c.reason, s.Unhealthy)
	}
}

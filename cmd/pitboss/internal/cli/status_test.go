package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/cluster"
	"pitboss/stacks/market"
)

func TestStatusNeverCallsUnknownFine(t *testing.T) {
	s := statusJSON{Markets: []marketStatus{{Name: "mt", Stacks: []stackStatus{newStackStatus(stack)}}}}
	assert.False(t, s.unknown(), "a stack that is not created is known")
	s.Markets[0].Stacks[0].Cluster = &clusterStatus{Name: "c", Unreachable: "connection refused"}
	assert.True(t, s.unknown())
	var b strings.Builder
	require.NoError(t, s.print(&b))
	assert.Contains(t, b.String(), "not created")
	assert.Contains(t, b.String(), "unreachable: connection refused")
}

// TestStatusShowsTheRoles: after a swap the home region stands by, and must say so.
func TestStatusShowsTheRoles(t *testing.T) {
	dir := project(t)
	m, err := market.Load(dir, "mt")
	require.NoError(t, err)
	m.Active = m.Standby
	var b strings.Builder
	require.NoError(t, statusJSON{Markets: []marketStatus{{Name: "mt", Active: m.Active.String(), Regions: regionsOf(m)}}}.print(&b))
	assert.Regexp(t, `eu-south-1\s+home\s+standby`, b.String())
	assert.Regexp(t, `eu-central-1\s+standby\s+active`, b.String())
}

// tooSmall is a status whose cluster runs what a real API server, scheduler and
// controllers made of a cluster that is too small (see package cluster).
func tooSmall(t *testing.T) statusJSON {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join("..", "cluster", "testdata", "full", path.Base(r.URL.Path)+".json"))
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "kubeconfig.yaml")
	doc := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: %q}}], users: [{name: c, user: {}}], contexts: [{name: c, context: {cluster: c, user: c}}]}`, server.URL)
	require.NoError(t, os.WriteFile(file, []byte(doc), 0o600))
	runs, err := cluster.Read(t.Context(), file)
	require.NoError(t, err)
	st := newStackStatus(stack)
	st.Exists, st.Resources = true, 12
	st.Cluster = &clusterStatus{
		Name: "mt-eu-south-1", Region: "eu-south-1", Version: "1.35", Role: "active", Kubeconfig: "/k.yaml", Kubectl: kubectl("/k.yaml"), State: runs,
	}
	return statusJSON{Markets: []marketStatus{{Name: "mt", Stacks: []stackStatus{st}}}}
}

func TestStatusShowsNodesAndPods(t *testing.T) {
	var b strings.Builder
	require.NoError(t, tooSmall(t).print(&b))
	for reason, want := range map[string]string{
		"nodes, and what is asked of what those have that take pods": `api\s+3/3, 1 cordoned\s+3\.2/3\.82\s+1\.6/5\.9\s+7/116\s+eu-south-1a eu-south-1b eu-south-1c\s+c7i\.large\n`,
		"a pool that has no node":                                    `webrtc\s+0/0\s+0/0`,
		"pods by domain, pool and zone":                              `wallet\s+wallet-ledger\s+money\s+api\s+3/3\s+eu-south-1a:1 eu-south-1b:1 eu-south-1c:1\n`,
		"some of them do not run":                                    `gaming\s+gaming-api\s+realtime\s+api\s+3/5`,
		"what is not ours, by namespace":                             `\(kube-system\)\s+node-agent\s+-\s+api\s+3/3`,
		"the pool's numbers":                                         `unhealthy: pool api is too small: 2 pods wait; they ask 1 CPU and 0\.5 GiB, 2 nodes have 0\.62 of 3\.82 CPU`,
		"the scheduler's words":                                      `unhealthy: gaming/gaming-api: 3 of 5 pods run: 2 Pending: Unschedulable: 0/4 nodes are available`,
		"the API server's words":                                     `unhealthy: login/login: 0 of 2 pods run: FailedCreate: .*exceeded quota`,
		"what failed, which is no verdict":                           `    failed: gaming/nightly: 1 Failed: Error: exit code 3`,
		"placeholders, which are no harm":                            `    pool api has no room to spare: 1 of its placeholders wait`,
		"how to look for oneself":                                    `kubectl --kubeconfig /k\.yaml get nodes`,
	} {
		assert.Regexp(t, want, b.String(), reason)
	}
	assert.NotContains(t, b.String(), "unhealthy: capacity", "a placeholder that waits is no harm")
}

// TestStatusExitCode: 0 is only for what is known and runs, and nobody's silence hides
// behind another's fault.
func TestStatusExitCode(t *testing.T) {
	s := tooSmall(t)
	assert.Equal(t, exitUnhealthy, exitCode(s.verdict()))
	s.Markets[0].Stacks = append(s.Markets[0].Stacks, stackStatus{Problem: "no backend"})
	assert.Equal(t, exitUnknown, exitCode(s.verdict()), "what nobody knows is worse")
	s.Markets[0].Stacks = s.Markets[0].Stacks[:1]
	s.Markets[0].Stacks[0].Cluster.State = cluster.Unknown()
	assert.Equal(t, exitOK, exitCode(s.verdict()))
	s.Markets[0].Stacks[0].Cluster.Unreachable = "connection refused"
	assert.Equal(t, exitUnknown, exitCode(s.verdict()), "a cluster that says nothing has nothing wrong, and is not fine")
}

// TestStatusJSON: what a cluster runs stands beside its name, and what is not known is [].
func TestStatusJSON(t *testing.T) {
	doc, err := json.Marshal(tooSmall(t).Markets[0].Stacks[0].Cluster)
	require.NoError(t, err)
	var got struct {
		Pools, Services, Pods []map[string]any
		Unhealthy             []string
	}
	require.NoError(t, json.Unmarshal(doc, &got))
	assert.Equal(t, []int{3, 8, 19, 5}, []int{len(got.Pools), len(got.Services), len(got.Pods), len(got.Unhealthy)})
	none, err := json.Marshal(clusterStatus{State: cluster.Unknown()})
	require.NoError(t, err)
	for _, want := range []string{`"pools":[]`, `"services":[]`, `"pods":[]`, `"unhealthy":[]`} {
		assert.Contains(t, string(none), want)
	}
}

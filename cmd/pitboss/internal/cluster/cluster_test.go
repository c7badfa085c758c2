package cluster

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func kubeconfig(t *testing.T, server string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig.yaml")
	doc := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c,
clusters: [{name: c, cluster: {server: %q}}], users: [{name: c, user: {}}], contexts: [{name: c, context: {cluster: c, user: c}}]}`, server)
	require.NoError(t, os.WriteFile(path, []byte(doc), 0o600))
	return path
}

const nodes = `{"items":[
{"metadata":{"labels":{"pitboss.io/pool":"api","topology.kubernetes.io/zone":"eu-south-1b","node.kubernetes.io/instance-type":"c7i.xlarge"}},"status":{"conditions":[{"type":"Ready","status":"True"}]}},
{"metadata":{"labels":{"pitboss.io/pool":"api","topology.kubernetes.io/zone":"eu-south-1a","node.kubernetes.io/instance-type":"c7i.xlarge"}},"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}},
{"metadata":{"labels":{"eks.amazonaws.com/nodegroup":"etl"}},"status":{}},
{"metadata":{},"status":{"conditions":[{"type":"DiskPressure","status":"True"}]}}]}`

func TestPools(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/api/v1/nodes", r.URL.Path)
		fmt.Fprint(w, nodes)
	}))
	defer server.Close()
	got, err := Pools(t.Context(), kubeconfig(t, server.URL))
	require.NoError(t, err)
	assert.Equal(t, []Pool{
		{Name: "(none)", Total: 1, Zones: []string{}, InstanceTypes: []string{}},
		{Name: "api", Ready: 1, Total: 2, Zones: []string{"eu-south-1a", "eu-south-1b"}, InstanceTypes: []string{"c7i.xlarge"}},
		{Name: "etl", Total: 1, Zones: []string{}, InstanceTypes: []string{}},
	}, got, "a node is ready only if it says so")
}

func TestPoolsCannotTell(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
	}))
	defer refusing.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	cases := map[string]struct{ reason, path string }{
		"Refused":  {"an answer that is no list is no list", kubeconfig(t, refusing.URL)},
		"Gone":     {"nobody there", kubeconfig(t, gone.URL)},
		"NoConfig": {"no file", filepath.Join(t.TempDir(), "absent.yaml")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			pools, err := Pools(t.Context(), c.path)
			assert.Error(t, err, c.reason)
			assert.Nil(t, pools, "never an empty list: %s", c.reason)
		})
	}
}

package cluster

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
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

// serve answers each list with the file of its name, as an API server answered it, or
// with what instead says.
func serve(t *testing.T, instead map[string]http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if other := instead[r.URL.Path]; other != nil {
			other(w, r)
			return
		}
		http.ServeFile(w, r, filepath.Join("testdata", "full", path.Base(r.URL.Path)+".json"))
	}))
	t.Cleanup(server.Close)
	return kubeconfig(t, server.URL)
}

// recorded is the state of a cluster that is too small, as a real API server, scheduler
// and controllers made it: 3 api nodes of which one is cordoned, one pii node, none webrtc.
func recorded(t *testing.T) State {
	t.Helper()
	s, err := Read(t.Context(), serve(t, nil))
	require.NoError(t, err)
	return s
}

func TestReadCannotTell(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	cases := map[string]struct{ reason, path, says string }{
		"Gone":     {"nobody there", kubeconfig(t, gone.URL), "refused"},
		"NoConfig": {"no file", filepath.Join(t.TempDir(), "absent.yaml"), "absent.yaml"},
	}
	for _, list := range []string{pathNodes, pathPods, pathDeployments, pathStatefulSets, pathDaemonSets} {
		for name, answer := range map[string]http.HandlerFunc{
			"Refused": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "Unauthorized", http.StatusUnauthorized) },
			"NoList":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"kind":"Status"}`) },
			"NoJSON":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
			"Nonsense": func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `{"items":[{"metadata":{"labels":3},"spec":3}]}`)
			},
		} {
			cases[name+path.Base(list)] = struct{ reason, path, says string }{"one list is not all of it", serve(t, map[string]http.HandlerFunc{list: answer}), list}
		}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := Read(t.Context(), c.path)
			require.Error(t, err, c.reason)
			assert.Contains(t, err.Error(), c.says, "which list it was")
			assert.Equal(t, State{}, s, "never an empty state: %s", c.reason)
		})
	}
}

// TestEmptyCluster: what is not there is [], so that a reader of the JSON can loop.
func TestEmptyCluster(t *testing.T) {
	s := state(nil, nil, nil, nil, nil)
	assert.Equal(t, Unknown(), s)
	assert.NotNil(t, s.Pools)
	assert.NotNil(t, s.Services)
	assert.NotNil(t, s.Pods)
	assert.NotNil(t, s.Unhealthy)
}

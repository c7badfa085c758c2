package ledger

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseRole(t *testing.T) {
	cases := map[string]struct {
		reason string
		data   map[string]string
		want   Role
		fails  bool
	}{
		"Active":   {"it writes", map[string]string{"role": "active", "writes": "true"}, Role{Writes: true}, false},
		"Standby":  {"it does not", map[string]string{"role": "standby", "writes": "false"}, Role{}, false},
		"Handing":  {"a drill moves traffic", map[string]string{"writes": "false", "forward": "b"}, Role{Forward: "b"}, false},
		"Leftover": {"who writes hands nothing on", map[string]string{"writes": "true", "forward": "b"}, Role{Writes: true}, false},
		"Missing":  {"no key is not \"no\": it is not known", map[string]string{"role": "active"}, Role{}, true},
		"Nonsense": {"nor is any other word", map[string]string{"writes": "yes"}, Role{}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := parseRole(c.data)
			assert.Equal(t, c.fails, err != nil, "%s: %v", c.reason, err)
			assert.Equal(t, c.want, got, c.reason)
		})
	}
}

// kubeconfig is a file that leads to server.
func kubeconfig(t *testing.T, path, server string) string {
	t.Helper()
	doc := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c,
clusters: [{name: c, cluster: {server: %q}}], users: [{name: c, user: {}}], contexts: [{name: c, context: {cluster: c, user: c}}]}`, server)
	require.NoError(t, os.WriteFile(path, []byte(doc), 0o600))
	return path
}

// TestWatchFailsClosed: a reading counts for three seconds, and a cluster that was built
// anew is found again by its new kubeconfig.
func TestWatchFailsClosed(t *testing.T) {
	says, status := `{"data":{"writes":"true"}}`, http.StatusOK
	api := func() *httptest.Server {
		return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "/api/v1/namespaces/wallet/configmaps/role", r.URL.Path)
			w.WriteHeader(status)
			fmt.Fprint(w, says)
		}))
	}
	first := api()
	file := kubeconfig(t, filepath.Join(t.TempDir(), "k.yaml"), first.URL)
	w := NewWatch(file, "wallet")
	now := time.Now()
	w.now = func() time.Time { return now }
	_, err := w.Role()
	require.ErrorContains(t, err, "not read yet", "before the first reading nothing is known")

	w.poll(t.Context())
	role, err := w.Role()
	require.NoError(t, err)
	require.True(t, role.Writes)

	status = http.StatusInternalServerError
	now = now.Add(2 * time.Second)
	w.poll(t.Context())
	role, err = w.Role()
	require.NoError(t, err, "one bad reading is not three seconds")
	require.True(t, role.Writes)
	now = now.Add(1100 * time.Millisecond)
	_, err = w.Role()
	require.ErrorContains(t, err, "500", "the last good reading is too old, and the reason is told")

	first.Close()
	status, says = http.StatusOK, `{"data":{"writes":"false","forward":"b"}}`
	second := api()
	defer second.Close()
	kubeconfig(t, file, second.URL)
	w.poll(t.Context())
	role, err = w.Role()
	require.NoError(t, err)
	require.Equal(t, Role{Forward: "b"}, role)
}

//go:build integration

package casino

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/casino/door"
	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/casino/load"
	"pitboss/sandbox/internal/casino/servertest"
)

// world is a market of two regions on real servers.
type world struct {
	*Casino
	t              *testing.T
	writer, follow *servertest.Server
	sessions       map[string]*servertest.Sessions
	dns            *dns

	mu    sync.Mutex
	roles map[string]map[string]string
}

type dns struct {
	mu   sync.Mutex
	says door.Routing
}

func (d *dns) Routes(context.Context) (door.Routing, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.says, nil
}

func (d *dns) weigh(a, b int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.says = door.Routing{Weights: map[string]int{"a": a, "b": b}}
}

// newWorld is a market that writes in a; b follows.
func newWorld(t *testing.T, prometheus string) *world {
	t.Helper()
	w := &world{t: t, dns: &dns{}, sessions: map[string]*servertest.Sessions{"a": servertest.Redis(t), "b": servertest.Redis(t)},
		roles: map[string]map[string]string{}}
	w.writer = servertest.Postgres(t)
	w.follow = w.writer.Follower()
	w.sessions["b"].Follow(true)
	w.tell("a", "true", "")
	w.tell("b", "false", "")
	w.dns.weigh(100, 0)
	o := options(t)
	o.Stores = stores{map[string]ledger.Endpoint{"a": w.writer.Endpoint, "b": w.follow.Endpoint},
		map[string]ledger.Endpoint{"a": w.sessions["a"].Endpoint, "b": w.sessions["b"].Endpoint}}
	o.Routes, o.Prometheus = w.dns, prometheus
	var err error
	if prometheus != "" {
		o.PrometheusAddress, err = freeAddress()
		require.NoError(t, err)
	}
	for i, r := range o.Regions {
		o.Regions[i].Kubeconfig = w.cluster(r.Name)
	}
	w.Casino = launch(t, o)
	require.Eventually(t, func() bool { return w.serves("a") }, 10*time.Second, 20*time.Millisecond)
	return w
}

// cluster is a region's API server, as far as a role goes.
func (w *world) cluster(region string) string {
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		_ = json.NewEncoder(out).Encode(map[string]any{"data": w.roles[region]})
	}))
	w.t.Cleanup(server.Close)
	file := filepath.Join(w.t.TempDir(), region+".yaml")
	doc := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c,
clusters: [{name: c, cluster: {server: %q}}], users: [{name: c, user: {}}], contexts: [{name: c, context: {cluster: c, user: c}}]}`, server.URL)
	require.NoError(w.t, os.WriteFile(file, []byte(doc), 0o600))
	return file
}

func (w *world) tell(region, writes, forward string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.roles[region] = map[string]string{"role": "active", "writes": writes}
	if forward != "" {
		w.roles[region]["forward"] = forward
	}
}

// witnessed calls the witness over the door, as a drill does.
func (w *world) witnessed(path, body string, into any) {
	w.t.Helper()
	status, said := post(w.t, w.Casino, w.opts.Door, "/witness/"+path, body)
	require.Equal(w.t, http.StatusOK, status, said)
	require.NoError(w.t, json.Unmarshal([]byte(said), into))
}

func (w *world) start(rate int) {
	w.t.Helper()
	w.witnessed("start", fmt.Sprintf(`{"rate":%d}`, rate), &load.View{})
}

func (w *world) stop(region string) (out load.Tally) {
	w.t.Helper()
	w.witnessed("stop", fmt.Sprintf(`{"region":%q}`, region), &out)
	return out
}

// until waits for so many more acknowledged writes.
func (w *world) until(more int) {
	w.t.Helper()
	from := w.witness.View().Acknowledged
	require.Eventually(w.t, func() bool { return w.witness.View().Acknowledged >= from+more }, 30*time.Second, 20*time.Millisecond)
}

// caughtUp waits until the follower has all that was written.
func (w *world) caughtUp() {
	w.t.Helper()
	ask := func(s *servertest.Server, sql string) (at string) {
		conn, err := pgx.Connect(w.t.Context(), s.Endpoint.URL())
		require.NoError(w.t, err)
		defer conn.Close(w.t.Context())
		require.NoError(w.t, conn.QueryRow(w.t.Context(), sql).Scan(&at))
		return at
	}
	at := ask(w.writer, `SELECT pg_current_wal_lsn()::text`)
	require.Eventually(w.t, func() bool {
		return ask(w.follow, `SELECT (pg_last_wal_replay_lsn() >= '`+at+`')::text`) == "true"
	}, 10*time.Second, 20*time.Millisecond)
}

// reads is what Prometheus answers to a query, 0 for nothing.
func (w *world) reads(query string) float64 {
	w.t.Helper()
	resp, err := http.Get(w.prom.URL() + "/api/v1/query?query=" + url.QueryEscape(query))
	require.NoError(w.t, err)
	defer resp.Body.Close()
	var out struct {
		Data struct{ Result []struct{ Value [2]any } }
	}
	require.NoError(w.t, json.NewDecoder(resp.Body).Decode(&out))
	if len(out.Data.Result) == 0 {
		return 0
	}
	var n float64
	_, err = fmt.Sscan(out.Data.Result[0].Value[1].(string), &n)
	require.NoError(w.t, err)
	return n
}

// serves says whether the door takes a region's indicators for good.
func (w *world) serves(region string) bool {
	for _, r := range w.Status(w.t.Context()).Regions {
		if r.Region == region {
			return r.Serves
		}
	}
	return false
}

package door

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/casino/ledger"
)

func TestChoose(t *testing.T) {
	both := map[string]bool{"a": true, "b": true}
	cases := map[string]struct {
		reason  string
		weights map[string]int
		open    map[string]bool
		dice    int
		want    string
	}{
		"ByRole":        {"weights 100 and 0 prefer the active region", map[string]int{"a": 100}, both, 99, "a"},
		"Share":         {"the last of the first share", map[string]int{"a": 95, "b": 5}, both, 94, "a"},
		"OtherShare":    {"the first of the second", map[string]int{"a": 95, "b": 5}, both, 95, "b"},
		"Failover":      {"the preferred one is closed, the other open", map[string]int{"a": 100}, map[string]bool{"b": true}, 0, "b"},
		"NeitherOpen":   {"Route 53 answers with the preferred one", map[string]int{"a": 100}, nil, 0, "a"},
		"NeitherOpenB":  {"also when the dice prefer the other", map[string]int{"a": 50, "b": 50}, nil, 50, "b"},
		"WeightedDown":  {"a share of a closed region goes to the open one", map[string]int{"a": 75, "b": 25}, map[string]bool{"a": true}, 80, "a"},
		"AllZero":       {"all-zero weights are an even split", map[string]int{}, both, 1, "b"},
		"BelowNothing":  {"a negative weight is none", map[string]int{"a": -5, "b": 1}, both, 0, "b"},
		"WeightNoRoute": {"weight on a region that there is not", map[string]int{"c": 100}, both, 0, "a"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := choose([]string{"a", "b"}, c.weights, func(r string) bool { return c.open[r] }, func(n int) int {
				require.Less(t, c.dice, n, "the dice have as many sides as there is weight")
				return c.dice
			})
			assert.Equal(t, c.want, got, c.reason)
		})
	}
}

func TestMindChangesAfterThreeInARow(t *testing.T) {
	m := &mind{}
	m.hear(true)
	require.True(t, m.healthy, "the first answer makes it")
	for _, ok := range []bool{false, false, true, false, false} {
		m.hear(ok)
		require.True(t, m.healthy, "two are not three in a row")
	}
	m.hear(false)
	require.False(t, m.healthy)
	m.hear(true)
	m.hear(true)
	require.False(t, m.healthy)
	m.hear(true)
	require.True(t, m.healthy)
}

type routes struct {
	says  Routing
	err   error
	asked int
}

func (r *routes) Routes(context.Context) (Routing, error) { r.asked++; return r.says, r.err }

func TestCacheKeepsTheLastAnswer(t *testing.T) {
	r := &routes{err: errors.New("boom")}
	now := time.Now()
	c := &cache{from: r, now: func() time.Time { return now }}
	_, err := c.get(t.Context())
	require.ErrorContains(t, err, "boom", "nothing is known yet")
	r.says, r.err = Routing{Weights: map[string]int{"a": 1}}, nil
	now = now.Add(routesKept)
	got, err := c.get(t.Context())
	require.NoError(t, err)
	require.Equal(t, r.says, got)
	_, _ = c.get(t.Context())
	require.Equal(t, 2, r.asked, "kept for a moment")
	now, r.err = now.Add(time.Hour), errors.New("boom")
	got, err = c.get(t.Context())
	require.NoError(t, err, "the last answer holds")
	require.Equal(t, map[string]int{"a": 1}, got.Weights)
}

// region answers as one would, and remembers the last request.
type region struct {
	name string
	ill  bool
	last *http.Request
}

func (r *region) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if strings.HasPrefix(req.URL.Path, "/sli/") {
		if r.ill && req.URL.Path == "/sli/deposit" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return
	}
	r.last = req
	_, _ = io.WriteString(w, r.name)
}

func get(t *testing.T, d *Door, host, path string) (int, string) {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, "http://"+host+path, nil)
	req.Header.Set(ledger.HeaderForwarded, "1")
	out := httptest.NewRecorder()
	d.ServeHTTP(out, req)
	return out.Code, out.Body.String()
}

func TestDoor(t *testing.T) {
	a, b := &region{name: "in a"}, &region{name: "in b"}
	serverA, serverB := httptest.NewServer(a), httptest.NewServer(b)
	defer serverB.Close()
	r := &routes{says: Routing{Weights: map[string]int{"a": 100}}}
	witness := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "witness") })
	d, err := New(Options{API: "api.mt.example.com", Regions: map[string]string{"a": serverA.URL, "b": serverB.URL}, Routes: r, Witness: witness})
	require.NoError(t, err)
	now := time.Now()
	d.routes.now = func() time.Time { now = now.Add(time.Minute); return now } // every request asks
	check := func(times int) {
		for range times {
			for _, path := range checks {
				d.health.hear("a", path, d.health.ask(t.Context(), serverA.URL+path))
				d.health.hear("b", path, d.health.ask(t.Context(), serverB.URL+path))
			}
		}
	}
	says := func(host, path string, want string) {
		t.Helper()
		status, said := get(t, d, host, path)
		require.Equal(t, http.StatusOK, status, said)
		require.Equal(t, want, said)
	}
	check(1)
	says("api.mt.example.com:8080", "/wallets/x", "in a")
	require.Empty(t, a.last.Header.Get(ledger.HeaderForwarded), "a player is not a region")
	says("b.api.mt.example.com", "/wallets/x", "in b")
	says("127.0.0.1:8080", "/witness", "witness")
	status, said := get(t, d, "127.0.0.1:8080", "/wallets/x")
	require.Equal(t, http.StatusNotFound, status, said)
	status, said = get(t, d, "c.api.mt.example.com", "/wallets/x")
	require.Equal(t, http.StatusNotFound, status)
	require.Contains(t, said, "its regions are a, b")
	status, _ = get(t, d, "a.api.mt.example.com", ledger.AdminSour)
	require.Equal(t, http.StatusNotFound, status, "faults are not for players")

	a.ill = true // one indicator of three
	check(2)
	says("api.mt.example.com", "/", "in a")
	check(1)
	says("api.mt.example.com", "/", "in b")
	says("a.api.mt.example.com", "/", "in a") // its own name never moves
	a.ill = false
	check(3)
	r.says.Evacuated = map[string]bool{"a": true}
	says("api.mt.example.com", "/", "in b")
	r.says.Evacuated = map[string]bool{"a": true, "b": true}
	says("api.mt.example.com", "/", "in a")

	serverA.Close()
	status, _ = get(t, d, "api.mt.example.com", "/")
	require.Equal(t, http.StatusBadGateway, status)
	views := d.Views(t.Context())
	require.Equal(t, 1, views[0].Dead)
	require.Zero(t, views[1].Dead)
}

// TestRunFindsOut: the checks run by themselves, and one region that hangs keeps nobody.
func TestRunFindsOut(t *testing.T) {
	healthy := httptest.NewServer(&region{})
	defer healthy.Close()
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer hanging.Close()
	defer close(release)
	d, err := New(Options{API: "api", Regions: map[string]string{"a": hanging.URL, "b": healthy.URL}, Routes: &routes{}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	require.Eventually(t, func() bool { return d.health.serves("b") }, time.Second, 5*time.Millisecond)
	require.False(t, d.health.serves("a"))
	cancel()
	<-done
}

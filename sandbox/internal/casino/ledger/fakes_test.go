package ledger

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var errBoom = errors.New("boom")

type told struct {
	role Role
	err  error
}

func (t *told) Role() (Role, error) { return t.role, t.err }

// memory is a store that does what it is told.
type memory struct {
	mu    sync.Mutex
	err   error
	moves []Move
}

func (m *memory) Apply(_ context.Context, move Move) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.moves = append(m.moves, move)
	}
	return m.err
}

func (m *memory) Wallet(context.Context, string) (int64, error)    { return 7, m.err }
func (m *memory) Writable(context.Context) error                   { return m.err }
func (m *memory) Settle(context.Context) error                     { return m.err }
func (m *memory) Unsettled(context.Context) (time.Duration, error) { return 0, m.err }
func (m *memory) Put(_ context.Context, _, _ string) error         { return m.err }
func (m *memory) applied() int                                     { m.mu.Lock(); defer m.mu.Unlock(); return len(m.moves) }

// place is one region in a test.
type place struct {
	role            *told
	money, sessions *memory
	service         *Service
	url             string
	hits            int // requests for money and logins
}

// market is two regions, a and b, that know each other.
func market(t *testing.T) (a, b *place) {
	t.Helper()
	out := map[string]*place{"a": {}, "b": {}}
	peers := map[string]map[string]string{"a": {}, "b": {}}
	for name, p := range out {
		p.role, p.money, p.sessions = &told{role: Role{Writes: true}}, &memory{}, &memory{}
		p.service = New(Config{Market: "mt", Region: name, Peers: peers[name], Token: "secret"}, p.role, p.money, p.sessions)
		handler := p.service.Handler()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				p.hits++
			}
			handler.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		p.url = server.URL
	}
	peers["a"]["b"], peers["b"]["a"] = out["b"].url, out["a"].url
	return out["a"], out["b"]
}

const transferBody = `{"id":"0198c0de-0000-7000-8000-000000000001","from":"player-001","to":"player-002","amount":5}`

// ask is one request; "" for body is a GET.
func ask(t *testing.T, url, body string, header ...string) (status int, said, outcome string) {
	t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(data), resp.Header.Get(HeaderOutcome)
}

// counted is a region's requests of one operation by outcome, as Prometheus reads them.
func counted(t *testing.T, p *place, op string) map[string]int {
	t.Helper()
	out := map[string]int{}
	all, err := p.service.metrics.registry.Gather()
	require.NoError(t, err)
	for _, family := range all {
		if family.GetName() != "casino_requests_total" {
			continue
		}
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if n := int(m.GetCounter().GetValue()); labels["operation"] == op && n > 0 {
				out[labels["outcome"]] = n
			}
		}
	}
	return out
}

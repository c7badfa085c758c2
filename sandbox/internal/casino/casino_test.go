package casino

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/casino/door"
	"pitboss/sandbox/internal/casino/ledger"
)

// asLedger makes the test's own binary one region's process.
const asLedger = "PITBOSS_TEST_LEDGER"

func TestMain(m *testing.M) {
	if os.Getenv(asLedger) != "" {
		if err := ledger.Main(os.Args[1:]); err != nil {
			_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

type stores struct {
	ledger, sessions map[string]ledger.Endpoint
}

func (s stores) Ledger(region string) (ledger.Endpoint, error) {
	e, ok := s.ledger[region]
	if !ok {
		return e, errors.New("no ledger in " + region)
	}
	return e, nil
}

func (s stores) Sessions(region string) (ledger.Endpoint, error) { return s.sessions[region], nil }

type fixed struct{ routing door.Routing }

func (f *fixed) Routes(context.Context) (door.Routing, error) { return f.routing, nil }

// options are a market's whose stores are not there.
func options(t *testing.T) Options {
	t.Helper()
	nowhere := ledger.Endpoint{Host: "127.0.0.1", Port: 1, User: "u", Password: "p", Database: "ledger"}
	address, err := freeAddress()
	require.NoError(t, err)
	all := map[string]ledger.Endpoint{"a": nowhere, "b": nowhere}
	return Options{Dir: t.TempDir(), Self: []string{os.Args[0]}, Env: []string{asLedger + "=1"}, Log: t.Output(),
		Market: "mt", API: "api.mt.example.com", Token: "secret", Door: address,
		Regions: []Region{{Name: "b", Kubeconfig: "/nowhere", Namespace: "wallet"}, {Name: "a", Kubeconfig: "/nowhere", Namespace: "wallet"}},
		Stores:  stores{all, all}, Routes: &fixed{door.Routing{Weights: map[string]int{"a": 100}}}}
}

func launch(t *testing.T, o Options) *Casino {
	t.Helper()
	c, err := New(o)
	require.NoError(t, err)
	t.Cleanup(c.Stop)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, c.Ready(ctx))
	return c
}

// post is a player's request over the door.
func post(t *testing.T, c *Casino, host, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, "http://"+c.opts.Door+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Host = host
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(said)
}

// TestRegionsDieAndComeBack without any store: nothing is acknowledged, and processes are
// what they are said to be.
func TestRegionsDieAndComeBack(t *testing.T) {
	c := launch(t, options(t))
	const deposit = `{"id":"0198c0de-0000-7000-8000-000000000001","wallet":"x","amount":1}`
	status, said := post(t, c, "api.mt.example.com", "/deposits", deposit)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, said, "role could not be read")

	require.NoError(t, c.KillRegion("a"))
	require.Eventually(t, func() bool { return !c.sites["a"].keeper.State().Running }, 2*time.Second, 5*time.Millisecond)
	status, said = post(t, c, "a.api.mt.example.com", "/deposits", deposit)
	require.Equal(t, http.StatusBadGateway, status, said)
	require.NoError(t, c.Sour(t.Context(), "a", ledger.SourLogin, true), "it is told when it starts")
	s := c.Status(t.Context())
	require.Equal(t, "a", s.Regions[0].Region)
	assert.True(t, s.Regions[0].Process.Killed)
	assert.Equal(t, 1, s.Regions[0].Dead)
	assert.Equal(t, []string{ledger.SourLogin}, s.Regions[0].Sour)
	assert.True(t, s.Regions[1].Process.Running)

	require.NoError(t, c.RestoreRegion("a"))
	reached := func(region string) func() bool {
		return func() bool {
			return call(t.Context(), http.MethodGet, "http://"+c.sites[region].address+"/healthz", "", nil) == nil
		}
	}
	require.Eventually(t, reached("a"), 5*time.Second, 10*time.Millisecond)
	config, err := ledger.ReadConfig(c.opts.Dir + "/a.json")
	require.NoError(t, err)
	assert.Equal(t, []string{ledger.SourLogin}, config.Sour)
	require.NoError(t, c.Sour(t.Context(), "a", ledger.SourLogin, false), "with the sandbox's token")

	pid := c.sites["b"].keeper.State().PID
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	require.Eventually(t, func() bool { return c.sites["b"].keeper.State().Restarts == 1 && reached("b")() }, 5*time.Second, 10*time.Millisecond)
}

func TestRefusals(t *testing.T) {
	c := launch(t, options(t))
	require.ErrorContains(t, c.KillRegion("z"), "choose one of a, b")
	require.ErrorContains(t, c.Sour(t.Context(), "a", "weather", true), "login, deposit, latency, bets")
	second := options(t)
	second.Door = c.opts.Door
	_, err := New(second)
	require.ErrorContains(t, err, "the front door")
	second.Routes = nil
	_, err = New(second)
	require.ErrorContains(t, err, "Routes is empty")
}

//go:build integration

package plane

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/procs"
)

const (
	home, away = "home-1", "away-1"
	ledger     = "market-ledger"
	sessions   = "market-sessions"
)

func stores() []Store {
	members := []Member{{Region: home, ID: "h", Writer: true}, {Region: away, ID: "a"}}
	return []Store{
		{Kind: Postgres, Global: ledger, Name: "ledger", User: "master", Password: "it's a secret", Members: members},
		{Kind: Redis, Global: sessions, Name: "sessions", Password: `quo"te and space`, Members: members},
	}
}

// options of a plane in a folder, whose processes do not outlive the test.
func options(t *testing.T, dir string) Options {
	t.Helper()
	cache := os.Getenv("PITBOSS_CACHE")
	if cache == "" {
		base, err := os.UserCacheDir()
		require.NoError(t, err)
		cache = filepath.Join(base, "pitboss")
	}
	t.Cleanup(func() {
		_, err := procs.End(dir, 0)
		require.NoError(t, err)
	})
	return Options{Dir: dir, Log: t.Output(), Env: []string{procs.Mark(dir)}, Find: func() (Binaries, error) {
		return FindBinaries(context.Background(), cache, t.Output())
	}}
}

// template is a plane that was made and is down: to make one takes longest.
var template string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "plane-")
	if err != nil {
		panic(err)
	}
	template = filepath.Join(dir, "data")
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// up is a plane of the test's own, all of which runs.
func up(t *testing.T) *Plane {
	t.Helper()
	if _, err := os.Stat(template); err != nil {
		p, err := Open(options(t, template))
		require.NoError(t, err)
		timed(t, "Up of nothing", func() error { return p.Up(t.Context(), stores()) })
		require.NoError(t, p.Down(t.Context()))
	}
	dir := filepath.Join(t.TempDir(), "data")
	require.NoError(t, exec.Command("cp", "-a", template, dir).Run())
	p, err := Open(options(t, dir))
	require.NoError(t, err)
	t.Cleanup(p.closeLinks) // the next test's are at the same ports
	timed(t, "Up of what is there", func() error { return p.Up(t.Context(), stores()) })
	return p
}

func timed(t *testing.T, what string, f func() error) time.Duration {
	t.Helper()
	started := time.Now()
	require.NoError(t, f(), what)
	took := time.Since(started)
	t.Logf("%s took %s", what, took.Round(time.Millisecond))
	return took
}

// connect is a session of the services' user in a region.
func connect(t *testing.T, p *Plane, region string) (*pgx.Conn, error) {
	t.Helper()
	e, err := p.ServiceEndpoint(ledger, region)
	require.NoError(t, err)
	return dial(t.Context(), e)
}

func dial(ctx context.Context, e Endpoint) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(fmt.Sprintf("host=%s port=%d sslmode=disable connect_timeout=2", e.Host, e.Port))
	if err != nil {
		return nil, err
	}
	cfg.User, cfg.Password, cfg.Database = e.User, e.Password, e.Database
	return pgx.ConnectConfig(ctx, cfg)
}

// A load writes rows one after another, wherever the writer is, and remembers what was
// acknowledged and when.
type load struct {
	mu    sync.Mutex
	acked map[int]time.Time
	// longest is the longest time between two acknowledgements.
	longest, wait time.Duration
	stop          func()
}

func startLoad(t *testing.T, p *Plane) *load {
	t.Helper()
	c, err := connect(t, p, home)
	require.NoError(t, err)
	_, err = c.Exec(t.Context(), "CREATE TABLE IF NOT EXISTS entries (id bigint PRIMARY KEY)")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	l, done := &load{acked: map[int]time.Time{}}, make(chan struct{})
	l.stop = func() { cancel(); <-done }
	last := time.Now()
	go func() {
		defer close(done)
		for id := 0; ctx.Err() == nil; id++ {
			if c == nil || c.IsClosed() {
				region, err := p.WriterOf(ledger)
				if err != nil {
					return
				}
				if c, err = connect(t, p, region); err != nil {
					c = nil
					time.Sleep(5 * time.Millisecond)
					continue
				}
			}
			if _, err := c.Exec(ctx, "INSERT INTO entries VALUES ($1)", id); err != nil {
				_ = c.Close(context.Background())
				continue
			}
			l.mu.Lock()
			l.acked[id] = time.Now()
			l.longest, last = max(l.longest, time.Since(last)), time.Now()
			l.mu.Unlock()
			time.Sleep(2 * time.Millisecond)
		}
		if c != nil {
			_ = c.Close(context.Background())
		}
	}()
	return l
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// lost is what was acknowledged and is not in a region.
func (l *load) lost(t *testing.T, p *Plane, region string) (out []time.Time) {
	t.Helper()
	c, err := connect(t, p, region)
	require.NoError(t, err)
	defer c.Close(context.Background())
	rows, err := c.Query(t.Context(), "SELECT id FROM entries")
	require.NoError(t, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	require.NoError(t, err)
	there := map[int]bool{}
	for _, id := range ids {
		there[int(id)] = true
	}
	for id := range l.acked {
		if !there[id] {
			out = append(out, l.acked[id])
		}
	}
	return out
}

// settled waits until a region has all that the writer has.
func settled(t *testing.T, p *Plane, global, region string) {
	t.Helper()
	require.Eventually(t, func() bool {
		lag, err := p.Lag(t.Context(), global, region)
		return err == nil && lag == 0
	}, 15*time.Second, 20*time.Millisecond)
}

func set(t *testing.T, p *Plane, region, key, value string) error {
	t.Helper()
	s, m, err := p.lookMember(sessions, region)
	require.NoError(t, err)
	_, err = p.node(s, m).redis(t.Context(), "SET", key, value)
	return err
}

func get(t *testing.T, p *Plane, region, key string) any {
	t.Helper()
	s, m, err := p.lookMember(sessions, region)
	require.NoError(t, err)
	v, err := p.node(s, m).redis(t.Context(), "GET", key)
	if err != nil {
		return err
	}
	return v
}

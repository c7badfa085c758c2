package conformance

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/drill/awsport"
	"pitboss/drill/inventory"
	"pitboss/drill/kubeport"
	"pitboss/drill/port"
	"pitboss/drill/promport"
	"pitboss/regions"
)

// TestRealMarket reads the market that the environment names, through the adapters that a
// drill uses. Without one there is nothing to read.
func TestRealMarket(t *testing.T) {
	m, named, err := FromEnvironment()
	require.NoError(t, err)
	if !named {
		t.Logf("%s names no market: only the suites themselves are tried", MarketVariable)
		return
	}
	dry, inv := Mode{}, m.Inventory
	aws, err := awsport.New(t.Context(), awsport.Options{Region: inv.Standby})
	require.NoError(t, err)
	for _, d := range inv.Databases {
		t.Run("database "+d.Name, func(t *testing.T) { Databases(t, dry, aws.Databases(), d) })
	}
	for _, c := range inv.Caches {
		t.Run("cache "+c.Name, func(t *testing.T) { Caches(t, dry, aws.Caches(), c) })
	}
	t.Run("streams", func(t *testing.T) { Streams(t, dry, aws.Streams(), inv.Streams) })
	t.Run("traffic", func(t *testing.T) { Traffic(t, dry, aws.Traffic(), inv.Traffic) })
	t.Run("account", func(t *testing.T) { Account(t, aws.Account(), inv.Standby) })
	kubeconfigs := map[regions.Region]kubeport.Kubeconfig{}
	for _, at := range []regions.Region{inv.Home, inv.Standby} {
		t.Run("vault "+at.String(), func(t *testing.T) { Vault(t, dry, aws.Vault(at, inv.Buckets[at])) })
		if path := m.Kubeconfigs[at]; path != "" {
			kubeconfigs[at] = kubeport.Kubeconfig{Path: path}
			t.Run("cluster "+at.String(), func(t *testing.T) { Workloads(t, dry, kubeport.New(kubeconfigs), at, inv.Other(at)) })
		}
	}
	if len(m.Prometheus) > 0 {
		levels, err := promport.New(promport.Options{Market: inv.Market, URLs: m.Prometheus})
		require.NoError(t, err)
		t.Run("indicators", func(t *testing.T) { Indicators(t, levels, inv.Active) })
	}
}

// complaints is what a suite says of an implementation.
type complaints struct {
	ctx   context.Context
	found []string
}

func (c *complaints) Helper()                  {}
func (c *complaints) FailNow()                 { runtime.Goexit() }
func (c *complaints) Context() context.Context { return c.ctx }
func (c *complaints) Errorf(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func judge(t *testing.T, suite func(T)) []string {
	t.Helper()
	c := &complaints{ctx: t.Context()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		suite(c)
	}()
	<-done
	return c.found
}

var two = regions.All()[:2]

// small is a world of one database and one bucket that can be wrong in one way.
type small struct {
	wrong   string
	writer  regions.Region
	frozen  bool
	turning int
	objects map[string]string
}

var errNo = errors.New("no")

func (s *small) Describe(_ context.Context, _ regions.Region, d inventory.Database) (port.Replicated, error) {
	if strings.HasSuffix(d.GlobalID, "not-there") {
		return port.Replicated{}, errNo
	}
	var out port.Replicated
	if s.turning > 0 {
		s.turning--
		out.Busy = "switching-over"
	}
	for _, at := range two {
		out.Members = append(out.Members, port.Member{Region: at, Writer: at == s.writer || s.wrong == "two writers", Ready: true})
	}
	return out, nil
}

func (s *small) Lag(_ context.Context, d inventory.Database, at regions.Region) (time.Duration, error) {
	if d.ARNs[at] == "" {
		return 0, errNo
	}
	return time.Second, nil
}

func (s *small) Switchover(ctx context.Context, d inventory.Database, _, to regions.Region) error {
	return s.Failover(ctx, d, to)
}

func (s *small) Failover(_ context.Context, d inventory.Database, to regions.Region) error {
	if to == s.writer && s.wrong != "promotes the writer" || d.ARNs[to] == "" {
		return errNo
	}
	s.writer, s.turning = to, 2
	if s.wrong == "frost melts" {
		s.frozen = false
	}
	return nil
}

func (s *small) Freeze(context.Context, inventory.Database, regions.Region) error {
	if s.frozen && s.wrong == "freezes once" {
		return errNo
	}
	s.frozen = s.wrong != "does not freeze"
	return nil
}

func (s *small) Thaw(context.Context, inventory.Database, regions.Region) error {
	s.frozen = s.wrong == "does not thaw"
	return nil
}

func (s *small) TryWrite(_ context.Context, _ inventory.Database, at regions.Region) (bool, error) {
	return !s.frozen && (at == s.writer || s.wrong == "writes in both"), nil
}

func (s *small) Close(context.Context, inventory.Database, regions.Region) error { return nil }
func (s *small) Open(context.Context, inventory.Database, regions.Region) error  { return nil }

func (s *small) Put(_ context.Context, key string, data []byte) error {
	s.objects[key] = string(data)
	return nil
}

func (s *small) PutNew(ctx context.Context, key string, data []byte) error {
	if _, there := s.objects[key]; there && s.wrong != "overwrites" {
		return port.ErrExists
	}
	return s.Put(ctx, key, data)
}

func (s *small) Get(_ context.Context, key string) ([]byte, error) {
	data, there := s.objects[key]
	if !there && s.wrong != "nothing is something" {
		return nil, port.ErrNotFound
	}
	return []byte(data), nil
}

func (s *small) List(_ context.Context, prefix string) ([]string, error) {
	var out []string
	for key := range s.objects {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	if s.wrong == "lists backwards" {
		slices.Reverse(out)
	}
	return out, nil
}

// TestSuitesSeeWhatIsWrong: a world without a fault passes, and with any one does not.
func TestSuitesSeeWhatIsWrong(t *testing.T) {
	database := inventory.Database{Name: "ledger", GlobalID: "g", ARNs: map[regions.Region]string{two[0]: "a", two[1]: "b"}}
	mode := Mode{Full: true, Patience: time.Second, Wait: func(time.Duration) {}}
	run := func(wrong string) (stores, vault []string) {
		s := &small{wrong: wrong, writer: two[0], objects: map[string]string{}}
		return judge(t, func(c T) { Databases(c, mode, s, database) }), judge(t, func(c T) { Vault(c, mode, s) })
	}
	stores, vault := run("")
	assert.Empty(t, stores)
	assert.Empty(t, vault)
	for _, wrong := range []string{"two writers", "promotes the writer", "frost melts", "freezes once", "does not freeze", "does not thaw", "writes in both"} {
		stores, _ := run(wrong)
		assert.NotEmpty(t, stores, wrong)
	}
	for _, wrong := range []string{"overwrites", "nothing is something", "lists backwards"} {
		_, vault := run(wrong)
		assert.NotEmpty(t, vault, wrong)
	}
}

func TestFromEnvironment(t *testing.T) {
	t.Setenv(MarketVariable, t.TempDir()+"/absent.json")
	_, named, err := FromEnvironment()
	assert.True(t, named)
	require.ErrorContains(t, err, MarketVariable)
}

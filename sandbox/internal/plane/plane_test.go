package plane

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func aStore() Store {
	return Store{Kind: Redis, Global: "g", Name: "cache", Password: "p", Members: []Member{{Region: "r1", Writer: true}, {Region: "r2"}}}
}

func opened(t *testing.T, dir string) *Plane {
	t.Helper()
	p, err := Open(Options{Dir: dir, Find: func() (Binaries, error) { return Binaries{}, errors.New("no programs") }})
	require.NoError(t, err)
	return p
}

func TestStoresAreJudgedBeforeAnythingIsStarted(t *testing.T) {
	good := aStore()
	require.NoError(t, validate([]Store{good}))
	for want, spoil := range map[string]func(*Store){
		"it is \"postgres\" or \"redis\"": func(s *Store) { s.Kind = "mysql" },
		"its identifier has to be":        func(s *Store) { s.Global = "../up" },
		"has no password":                 func(s *Store) { s.Password = "" },
		"which is no region":              func(s *Store) { s.Members[1].Region = "a/b" },
		"2 writers of 2 members":          func(s *Store) { s.Members[1].Writer = true },
		"0 writers":                       func(s *Store) { s.Members[0].Writer = false },
		"who is not casino":               func(s *Store) { s.Kind, s.User = Postgres, serviceUser },
	} {
		bad := aStore()
		spoil(&bad)
		require.ErrorContains(t, opened(t, t.TempDir()).Up(t.Context(), []Store{bad}), want)
	}
}

func TestWhatWasChosenOnceIsRemembered(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	p := opened(t, dir)
	require.False(t, p.Running())
	require.NoError(t, p.Restart(t.Context()), "what was not up stays down, and needs no programs")
	require.ErrorContains(t, p.Up(t.Context(), []Store{aStore()}), "no programs")
	require.NoError(t, p.adopt([]Store{aStore()}))
	first, err := p.Endpoint("g", "r2")
	require.NoError(t, err)
	p.SetLag(time.Second)
	p.Cut("r2", "r1", true)

	again := opened(t, dir)
	require.True(t, again.Running())
	more := aStore()
	more.Password, more.Members = "new", append(more.Members, Member{Region: "r3"})
	require.NoError(t, again.adopt([]Store{more}))
	second, err := again.Endpoint("g", "r2")
	require.NoError(t, err)
	require.Equal(t, first.Port, second.Port)
	require.Equal(t, "new", second.Password)
	require.Equal(t, time.Second, again.delay())
	require.Contains(t, again.severed("r1", "r2"), "is cut")
	require.Empty(t, again.severed("r1", "r3"))
	s, err := again.look("g")
	require.NoError(t, err)
	require.Equal(t, RoleNew, s.member("r3").Role)
	ports := map[int]bool{}
	for _, m := range s.Members {
		ports[m.Port] = true
	}
	for _, l := range again.rec.Links {
		ports[l.Port] = true
	}
	require.Len(t, ports, 3+6, "every server and every way between two of them has a port of its own")
	info, err := os.Stat(again.statePath())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it has passwords")
	left, err := filepath.Glob(filepath.Join(dir, "*.*"))
	require.NoError(t, err)
	require.Equal(t, []string{again.statePath()}, left)

	require.ErrorContains(t, again.Forget(), "Down comes first")
	require.NoError(t, again.Down(t.Context()))
	require.NoError(t, again.Forget())
	_, err = again.WriterOf("g")
	require.ErrorContains(t, err, "holds no store")
}

func TestNothingStartsInADeadRegion(t *testing.T) {
	p := opened(t, filepath.Join(t.TempDir(), "data"))
	require.NoError(t, p.adopt([]Store{aStore()}))
	require.NoError(t, p.KillRegion("r1"))
	require.True(t, p.Dead("r1"))
	s, err := p.look("g")
	require.NoError(t, err)
	n := p.node(s, s.member("r1"))
	require.NoError(t, os.MkdirAll(n.dir, 0o700))
	require.ErrorContains(t, p.spawn(n, false, "/bin/sleep", "60"), "restore it first")
	require.ErrorContains(t, p.Failover(t.Context(), "g", "r2"), "rejoin it first")
	require.NoError(t, p.Down(t.Context()))
	require.ErrorIs(t, p.spawn(p.node(s, s.member("r2")), false, "/bin/sleep", "60"), os.ErrNotExist, "it has no folder yet")
	require.ErrorIs(t, p.Failover(t.Context(), "g", "r2"), errDown)
}

func TestAPidIsBelievedOnlyInItsOwnFolder(t *testing.T) {
	p := opened(t, filepath.Join(t.TempDir(), "data"))
	require.NoError(t, p.adopt([]Store{aStore()}))
	s, err := p.look("g")
	require.NoError(t, err)
	n := p.node(s, s.member("r1"))
	require.NoError(t, os.MkdirAll(n.dir, 0o700))
	require.Zero(t, n.pid())
	require.NoError(t, os.WriteFile(n.pidFile(), []byte("1"), 0o600))
	require.Zero(t, n.pid(), "process 1 is somebody else")
	require.NoError(t, p.spawn(n, false, "/bin/sh", "-c", "sleep 60 & wait"))
	pid := n.pid()
	require.NotZero(t, pid)
	require.Eventually(t, func() bool { return len(children(pid)) == 1 }, 5*time.Second, 10*time.Millisecond)
	child := children(pid)[0]
	n.kill()
	require.Zero(t, n.pid())
	require.Eventually(t, func() bool { return !inside(child, n.dir) }, 5*time.Second, 10*time.Millisecond, "its children end with it")
}

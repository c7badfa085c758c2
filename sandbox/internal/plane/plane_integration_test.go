//go:build integration

package plane

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/procs"
)

func TestSwitchoverLosesNothing(t *testing.T) {
	p := up(t)
	require.True(t, p.Running())
	l := startLoad(t, p)
	require.NoError(t, set(t, p, home, "k", "1"))
	for lag, to := range []string{away, home} {
		before := l.count()
		p.SetLag(time.Duration(lag) * time.Second) // none, and a second
		require.Eventually(t, func() bool { return l.count() > before+50 }, 10*time.Second, 5*time.Millisecond)
		took := timed(t, "Switchover postgres", func() error { return p.Switchover(t.Context(), ledger, to) })
		require.Less(t, took, 5*time.Second)
		timed(t, "Switchover redis", func() error { return p.Switchover(t.Context(), sessions, to) })
		writer, err := p.WriterOf(ledger)
		require.NoError(t, err)
		require.Equal(t, to, writer)
		require.NoError(t, p.Switchover(t.Context(), ledger, to), "that it is so already is no error")
		require.NoError(t, set(t, p, to, "k", to))
	}
	p.SetLag(0)
	before := l.count()
	require.Eventually(t, func() bool { return l.count() > before+50 }, 10*time.Second, 5*time.Millisecond)
	l.stop()
	t.Logf("%d writes, the longest time without one: %s", l.count(), l.longest)
	require.Empty(t, l.lost(t, p, home))
	settled(t, p, ledger, away)
	require.Empty(t, l.lost(t, p, away), "the old writer follows")
	settled(t, p, sessions, away)
	require.Equal(t, home, get(t, p, away, "k"))
	require.ErrorContains(t, set(t, p, away, "k", "no"), "READONLY")
}

func TestTheMasterFreezesWhatTheServicesWrite(t *testing.T) {
	p := up(t)
	ctx := t.Context()
	casino, err := connect(t, p, home)
	require.NoError(t, err)
	_, err = casino.Exec(ctx, "CREATE TABLE wallets (id int)")
	require.NoError(t, err)
	e, err := p.Endpoint(ledger, home)
	require.NoError(t, err)
	master, err := dial(ctx, e)
	require.NoError(t, err)
	_, err = master.Exec(ctx, "ALTER DATABASE ledger SET default_transaction_read_only = on")
	require.NoError(t, err)
	_, err = master.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'casino'")
	require.NoError(t, err)
	_, err = casino.Exec(ctx, "INSERT INTO wallets VALUES (1)")
	require.Error(t, err)
	casino, err = connect(t, p, home)
	require.NoError(t, err)
	_, err = casino.Exec(ctx, "INSERT INTO wallets VALUES (1)")
	require.ErrorContains(t, err, "25006")
	// The freeze travels with the data, and nothing of the plane's stumbles over it.
	require.NoError(t, p.Up(ctx, stores()))
	require.NoError(t, p.Switchover(ctx, ledger, away))
	casino, err = connect(t, p, away)
	require.NoError(t, err)
	_, err = casino.Exec(ctx, "INSERT INTO wallets VALUES (1)")
	require.ErrorContains(t, err, "25006")
	require.NoError(t, p.Up(ctx, stores()), "a plane that is up stays as it is")
	writer, err := p.WriterOf(ledger)
	require.NoError(t, err)
	require.Equal(t, away, writer)
	require.NoError(t, master.Close(ctx))
}

func TestALossOfARegionLosesTheLagAndNoMore(t *testing.T) {
	const lag = time.Second
	p := up(t)
	l := startLoad(t, p)
	p.SetLag(lag)
	time.Sleep(2 * lag)
	for range 3 {
		got, err := p.Lag(t.Context(), ledger, away)
		require.NoError(t, err)
		require.InDelta(t, lag.Seconds(), got.Seconds(), 0.35)
		time.Sleep(100 * time.Millisecond)
	}
	require.NoError(t, set(t, p, home, "early", "1"))
	redisLag, err := p.Lag(t.Context(), sessions, away)
	require.NoError(t, err)
	require.InDelta(t, lag.Seconds(), redisLag.Seconds(), 0.4)
	require.NoError(t, set(t, p, home, "late", "1"))

	killed := time.Now()
	timed(t, "KillRegion", func() error { return p.KillRegion(home) })
	require.True(t, p.Dead(home))
	_, err = p.Lag(t.Context(), ledger, away)
	require.ErrorContains(t, err, "not known")
	require.Error(t, p.Switchover(t.Context(), ledger, away))
	timed(t, "Failover postgres", func() error { return p.Failover(t.Context(), ledger, away) })
	timed(t, "Failover redis", func() error { return p.Failover(t.Context(), sessions, away) })
	before := l.count()
	require.Eventually(t, func() bool { return l.count() > before+20 }, 10*time.Second, 5*time.Millisecond)
	l.stop()
	lost := l.lost(t, p, away)
	t.Logf("%d of %d writes lost", len(lost), l.count())
	require.NotEmpty(t, lost, "what the link held is lost")
	for _, at := range lost {
		require.WithinRange(t, at, killed.Add(-lag-300*time.Millisecond), killed.Add(300*time.Millisecond))
	}
	require.Equal(t, "1", get(t, p, away, "early"))
	require.Error(t, get(t, p, away, "late").(error))
	require.Error(t, p.Rejoin(t.Context(), ledger, home), "it is dead")

	p.SetLag(0)
	timed(t, "RestoreRegion", func() error { return p.RestoreRegion(t.Context(), home) })
	settled(t, p, ledger, home)
	require.ElementsMatch(t, lost, l.lost(t, p, home), "it has the new writer's history, not its own")
	settled(t, p, sessions, home)
	require.Equal(t, "1", get(t, p, home, "early"))
	require.NoError(t, p.Switchover(t.Context(), ledger, home))
}

func TestADeposedWriterRejoins(t *testing.T) {
	p := up(t)
	l := startLoad(t, p)
	require.Eventually(t, func() bool { return l.count() > 50 }, 10*time.Second, 5*time.Millisecond)
	p.SetLag(300 * time.Millisecond)
	timed(t, "Failover of a writer that lives", func() error { return p.Failover(t.Context(), ledger, away) })
	_, err := connect(t, p, home)
	require.Error(t, err, "it takes no writes any more")
	require.ErrorContains(t, p.Switchover(t.Context(), ledger, home), "rejoin it first")
	p.Cut(home, away, true)
	require.ErrorContains(t, p.Rejoin(t.Context(), ledger, home), "is cut")
	p.Cut(away, home, false)
	timed(t, "Rejoin postgres", func() error { return p.Rejoin(t.Context(), ledger, home) })
	require.NoError(t, p.Rejoin(t.Context(), ledger, home), "that it follows already is no error")
	p.SetLag(0)
	l.stop()
	settled(t, p, ledger, home)
	require.NoError(t, p.Failover(t.Context(), sessions, away))
	timed(t, "Rejoin redis", func() error { return p.Rejoin(t.Context(), sessions, home) })
	require.NoError(t, set(t, p, away, "k", "2"))
	settled(t, p, sessions, home)
	require.Equal(t, "2", get(t, p, home, "k"))
}

func TestRestartAfterTheOwnerIsGone(t *testing.T) {
	first := up(t)
	require.NoError(t, first.Switchover(t.Context(), ledger, away))
	pids := map[string]int{}
	for _, s := range first.State().Stores {
		for _, m := range s.Members {
			pids[s.Global+m.Region] = m.PID
		}
	}
	first.closeLinks() // as the kernel does with a process that ends
	second, err := Open(first.o)
	require.NoError(t, err)
	t.Cleanup(second.closeLinks)
	timed(t, "Restart", func() error { return second.Restart(t.Context()) })
	for _, s := range second.State().Stores {
		for _, m := range s.Members {
			require.True(t, m.Alive)
			require.Equal(t, pids[s.Global+m.Region], m.PID, "what still runs is left alone")
		}
	}
	settled(t, second, ledger, home)

	// After a crash between a promotion and its record, the data says what happened.
	s, err := second.look(ledger)
	require.NoError(t, err)
	require.NoError(t, postgresEngine{}.handOver(t.Context(), second.node(s, s.member(away)), second.node(s, s.member(home))))
	require.NoError(t, second.changeStore(ledger, func(s *storeRecord) { s.Turn = &turnRecord{From: away, To: home} }))
	require.NoError(t, postgresEngine{}.promote(t.Context(), second.node(s, s.member(home))))
	second.closeLinks()
	third, err := Open(first.o)
	require.NoError(t, err)
	t.Cleanup(third.closeLinks)
	require.NoError(t, third.Restart(t.Context()))
	writer, err := third.WriterOf(ledger)
	require.NoError(t, err)
	require.Equal(t, home, writer)
	require.NoError(t, third.Rejoin(t.Context(), ledger, away))
	settled(t, third, ledger, away)

	require.NoError(t, set(t, third, home, "kept", "1"))
	timed(t, "Down", func() error { return third.Down(t.Context()) })
	require.False(t, third.Running())
	found, err := procs.Find(first.o.Dir)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Error(t, third.Failover(t.Context(), ledger, away))
	timed(t, "Up again", func() error { return third.Up(t.Context(), stores()) })
	require.Equal(t, "1", get(t, third, home, "kept"))
	settled(t, third, ledger, away)
	require.NoError(t, third.Down(t.Context()))
	require.NoError(t, third.Forget())
	require.NoDirExists(t, first.o.Dir)
}

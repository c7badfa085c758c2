//go:build integration

package plane

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAHungPromotionWritesNowhereUntilItGoesOnOrIsGivenUp(t *testing.T) {
	p := up(t)
	for _, global := range []string{ledger, sessions} {
		p.Hang(global, true)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		require.ErrorContains(t, p.Switchover(ctx, global, away), "hangs")
		cancel()
		writer, err := p.WriterOf(global)
		require.NoError(t, err)
		require.Equal(t, home, writer, "what was given up did not happen")
		settled(t, p, global, away)
		done := make(chan error, 1)
		go func() { done <- p.Switchover(t.Context(), global, away) }()
		select {
		case err := <-done:
			t.Fatalf("it did not wait: %v", err)
		case <-time.After(700 * time.Millisecond):
		}
		p.Hang(global, false)
		require.NoError(t, <-done)
		settled(t, p, global, home)
	}
	require.NoError(t, set(t, p, away, "k", "1"))
}

func TestACutIsNoLossUntilSomebodyFailsOver(t *testing.T) {
	p := up(t)
	l := startLoad(t, p)
	p.Cut(home, away, true)
	require.ErrorContains(t, p.Switchover(t.Context(), ledger, away), "is cut")
	before := l.count()
	require.Eventually(t, func() bool { return l.count() > before+50 }, 10*time.Second, 5*time.Millisecond, "home writes on")
	time.Sleep(1200 * time.Millisecond)
	lag, err := p.Lag(t.Context(), ledger, away)
	require.NoError(t, err)
	require.Greater(t, lag, time.Second)
	_, err = p.Lag(t.Context(), sessions, away)
	require.ErrorContains(t, err, "not known")
	p.Cut(away, home, false)
	l.stop()
	settled(t, p, ledger, away)
	require.Empty(t, l.lost(t, p, away))
	settled(t, p, sessions, away)
	time.Sleep(1200 * time.Millisecond)
	lag, err = p.Lag(t.Context(), ledger, away)
	require.NoError(t, err)
	require.Zero(t, lag, "of a writer that is idle nobody is behind")
}

func TestARegionThatDiesInTheMiddleOfASwitchover(t *testing.T) {
	p := up(t)
	l := startLoad(t, p)
	require.Eventually(t, func() bool { return l.count() > 20 }, 10*time.Second, 5*time.Millisecond)
	middle := func(dies string) error {
		p.Hang(ledger, true)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- p.Switchover(ctx, ledger, away) }()
		require.Eventually(t, func() bool {
			s, err := p.look(ledger)
			return err == nil && s.Turn != nil && p.node(s, s.member(home)).pid() == 0
		}, 10*time.Second, 5*time.Millisecond)
		require.NoError(t, p.KillRegion(dies))
		if dies == home {
			cancel() // whoever asked gives up
		}
		p.Hang(ledger, dies == home)
		return <-done
	}

	require.Error(t, middle(away))
	writer, err := p.WriterOf(ledger)
	require.NoError(t, err)
	require.Equal(t, home, writer, "who was to be the writer is dead: the old one writes again")
	before := l.count()
	require.Eventually(t, func() bool { return l.count() > before+20 }, 10*time.Second, 5*time.Millisecond)
	require.NoError(t, p.RestoreRegion(t.Context(), away))
	l.stop()
	settled(t, p, ledger, away)

	require.Error(t, middle(home))
	p.Hang(ledger, false)
	require.NoError(t, p.Failover(t.Context(), ledger, away))
	require.Empty(t, l.lost(t, p, away), "it had received everything before home died")
	require.NoError(t, p.RestoreRegion(t.Context(), home))
	settled(t, p, ledger, home)
	s := p.State()
	require.Equal(t, RoleStandby, s.Stores[0].Members[0].Role)
	require.Empty(t, s.Stores[0].Turning)
	require.Empty(t, s.Dead)
}

func TestThreeRegionsThroughTwoLosses(t *testing.T) {
	const far = "away-2"
	p := up(t)
	more := stores()
	for i := range more {
		more[i].Members = append(more[i].Members, Member{Region: far, ID: "f"})
	}
	timed(t, "Up with one more member each", func() error { return p.Up(t.Context(), more) })
	l := startLoad(t, p)
	require.NoError(t, p.KillRegion(home))
	timed(t, "RestoreRegion of the writers", func() error { return p.RestoreRegion(t.Context(), home) })
	before := l.count()
	require.Eventually(t, func() bool { return l.count() > before+20 }, 10*time.Second, 5*time.Millisecond, "nobody took over")
	timed(t, "Switchover of three", func() error { return p.Switchover(t.Context(), ledger, away) })
	l.stop()
	require.Empty(t, l.lost(t, p, away))
	settled(t, p, ledger, home)
	settled(t, p, ledger, far)

	require.NoError(t, p.KillRegion(away))
	require.NoError(t, p.Failover(t.Context(), ledger, far))
	settled(t, p, ledger, home)
	require.Empty(t, l.lost(t, p, far), "who had everything has it still")
	require.NoError(t, p.KillRegion(home))
	require.NoError(t, p.Failover(t.Context(), ledger, far), "that it is so already is no error, whoever is dead")
	require.ErrorContains(t, set(t, p, far, "k", "1"), "READONLY", "nobody promoted that one")
	require.NoError(t, p.RestoreRegion(t.Context(), home))
	require.NoError(t, p.RestoreRegion(t.Context(), away))
	for _, region := range []string{home, away} {
		settled(t, p, ledger, region)
	}
	settled(t, p, sessions, away)
	settled(t, p, sessions, far)
}

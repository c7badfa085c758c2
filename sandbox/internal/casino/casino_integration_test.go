//go:build integration

package casino

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/casino/keeper"
	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/casino/load"
	"pitboss/sandbox/internal/casino/servertest"
)

func whole(t *testing.T, got load.Tally) {
	t.Helper()
	assert.Positive(t, got.Acknowledged)
	assert.Equal(t, got.Acknowledged, got.Present)
	assert.Zero(t, got.Lost)
	assert.Empty(t, got.LostWrites)
	assert.Zero(t, got.Duplicated)
	assert.Equal(t, got.Before, got.After, "no money came or went")
	assert.Positive(t, got.Before)
	assert.Zero(t, got.GaveUp)
	t.Logf("%d acknowledged, %d lost, %d duplicated, %d refused at first (%d refusals, %d failures), longest without: %.2f s",
		got.Acknowledged, got.Lost, got.Duplicated, got.Refused, got.Refusals, got.Failures, got.RefusedForSeconds)
}

// TestAServerKilledUnderLoadLosesNothing: the writer dies in the middle and comes back.
func TestAServerKilledUnderLoadLosesNothing(t *testing.T) {
	w := newWorld(t, "")
	w.start(100)
	w.until(200)
	w.writer.Kill()
	time.Sleep(700 * time.Millisecond)
	w.writer.Start()
	w.until(200)
	require.NoError(t, w.KillRegion("a")) // the service as well
	time.Sleep(300 * time.Millisecond)
	require.NoError(t, w.RestoreRegion("a"))
	w.until(200)
	got := w.stop("a")
	whole(t, got)
	assert.Positive(t, got.Refused)
	assert.Greater(t, got.RefusedForSeconds, 0.3)

	// Another process, after this one, counts the same: the journal is all it needs.
	later := load.New(load.Options{Dir: w.opts.Dir, Ledger: w.opts.Stores.Ledger})
	again, err := later.Stop(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, got, again)
}

// TestWritesMoveOverAndNothingIsLost is a switchover by hand.
func TestWritesMoveOverAndNothingIsLost(t *testing.T) {
	w := newWorld(t, servertest.Prometheus(t))
	w.start(100)
	w.until(200)
	w.tell("a", "false", "") // freeze
	time.Sleep(500 * time.Millisecond)
	w.caughtUp()
	w.follow.Promote()
	w.sessions["a"].Follow(true)
	w.sessions["b"].Follow(false)
	w.tell("b", "true", "")
	w.tell("a", "false", "b") // players still come to a
	w.until(100)
	w.dns.weigh(75, 25)
	w.until(200)
	w.dns.weigh(0, 100)
	w.until(100)
	time.Sleep(1500 * time.Millisecond) // the last scrape
	assert.Positive(t, w.reads(`sum(casino_requests_total{region="b",market="mt",operation="transfer",outcome="success"})`))
	assert.Positive(t, w.reads(`sum(casino_requests_total{region="a",operation="deposit",outcome="refused"})`))
	assert.Less(t, w.reads(`max(casino_oldest_unsettled_bet_seconds{region="b"})`), 2.0)
	p95 := w.reads(`histogram_quantile(0.95, sum by (le) (rate(casino_request_duration_seconds_bucket{region="b"}[10s])))`)
	assert.Positive(t, p95)
	view := w.witness.View()
	t.Logf("p95 in b by Prometheus %.1f ms; witness p50 %.1f ms, p95 %.1f ms, %d logins", p95*1000, view.P50, view.P95, view.Logins)
	got := w.stop("b")
	whole(t, got)
	assert.Positive(t, got.Refusals)
	assert.Less(t, got.RefusedForSeconds, 10.0)
}

// TestTheTallyFindsWhatIsWrong: one write that is not there, one that was applied twice.
func TestTheTallyFindsWhatIsWrong(t *testing.T) {
	w := newWorld(t, "")
	w.start(100)
	w.until(100)
	before := w.stop("a")
	whole(t, before)
	w.writer.Exec(`DO $$ DECLARE t transfers; BEGIN
		SELECT * INTO t FROM transfers WHERE kind = 'transfer' ORDER BY at LIMIT 1;
		DELETE FROM transfers WHERE id = t.id;
		UPDATE wallets SET balance = balance + t.amount WHERE id = t.source;
		UPDATE wallets SET balance = balance - t.amount WHERE id = t.target;
	END $$`)
	got := w.stop("a")
	assert.Equal(t, 1, got.Lost)
	assert.Equal(t, before.Present-1, got.Present)
	assert.Zero(t, got.Duplicated, "what was lost was lost whole")
	require.Len(t, got.LostWrites, 1)
	assert.WithinDuration(t, time.Now(), got.LostWrites[0].At, time.Minute)
	w.writer.Exec(`UPDATE wallets SET balance = balance + CASE id WHEN 'player-001' THEN 5 ELSE -5 END WHERE id IN ('player-001', 'player-002')`)
	got = w.stop("a")
	assert.Equal(t, 1, got.Duplicated)
	assert.Equal(t, got.Before, got.After)
	w.writer.Exec(`UPDATE wallets SET balance = balance + 1 WHERE id = 'player-003'`)
	assert.Equal(t, before.Before+1, w.stop("a").After)
}

// TestSourIsSeenByPrometheusOnly: one login in twenty, and the door stays open.
func TestSourIsSeenByPrometheusOnly(t *testing.T) {
	w := newWorld(t, servertest.Prometheus(t))
	require.NoError(t, w.Sour(t.Context(), "a", ledger.SourLogin, true))
	require.NoError(t, w.Sour(t.Context(), "a", ledger.SourLatency, true))
	w.start(200)
	w.until(400)
	// Prometheus looks for its targets every five seconds, and a rate needs two readings.
	slow := func() bool {
		return w.reads(`histogram_quantile(0.95, sum by (le) (rate(casino_request_duration_seconds_bucket{region="a"}[10s])))`) > 0.4
	}
	require.Eventually(t, slow, 20*time.Second, 250*time.Millisecond)
	// Logins are counted, not drawn by lot: however few there were, at most one is still to come.
	const logins = `sum(casino_requests_total{region="a",operation="login"})`
	require.Eventually(t, func() bool { return w.reads(logins) >= 40 }, 20*time.Second, 250*time.Millisecond)
	failed := w.reads(`sum(casino_requests_total{region="a",operation="login",outcome="failed"}) - floor(` + logins + ` / 20)`)
	assert.InDelta(t, 0, failed, 1)
	assert.Positive(t, w.reads(`sum(casino_requests_total{region="a",operation="login",outcome="failed"})`))
	assert.True(t, w.serves("a"))
	whole(t, w.stop("a"))
}

// TestAsMuchAsItTakes measures: no figure of a busy machine is a promise.
func TestAsMuchAsItTakes(t *testing.T) {
	w := newWorld(t, servertest.Prometheus(t))
	for _, rate := range []int{100, 1000} {
		w.start(rate)
		begun := time.Now()
		time.Sleep(4 * time.Second)
		view := w.witness.View()
		got := w.stop("a")
		whole(t, got)
		perSecond := float64(got.Acknowledged) / time.Since(begun).Seconds()
		t.Logf("asked for %d/s: %.0f writes/s acknowledged, p50 %.1f ms, p95 %.1f ms", rate, perSecond, view.P50, view.P95)
		assert.Greater(t, perSecond, 30.0)
	}
	for _, p := range []keeper.State{w.sites["a"].keeper.State(), w.sites["b"].keeper.State(), w.prom.State()} {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID))
		require.NoError(t, err)
		_, rest, _ := strings.Cut(string(status), "VmRSS:")
		kib := 0
		_, err = fmt.Sscan(rest, &kib)
		require.NoError(t, err)
		t.Logf("process %d takes %d MiB", p.PID, kib>>10)
		assert.Less(t, kib>>10, 200)
	}
}

//go:build integration

package ledger_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/casino/servertest"
)

func open(t *testing.T, e ledger.Endpoint, region string) *ledger.Postgres {
	t.Helper()
	s, err := ledger.OpenPostgres(t.Context(), e, region)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// one is a number that a ledger tells.
func one(t *testing.T, e ledger.Endpoint, sql string, args ...any) (n int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), e.URL())
	require.NoError(t, err)
	defer conn.Close(t.Context())
	require.NoError(t, conn.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

func money(t *testing.T, e ledger.Endpoint) int64 {
	return one(t, e, `SELECT sum(balance)::bigint FROM wallets`)
}

func move(amount int64) ledger.Move {
	return ledger.Move{ID: uuid.New(), Kind: ledger.Transfer, From: ledger.Player(1), To: ledger.Player(2), Amount: amount}
}

func TestOneIDIsAppliedOnce(t *testing.T) {
	server := servertest.Postgres(t)
	store := open(t, server.Endpoint, "a")
	other := open(t, server.Endpoint, "b") // a region that was handed the same
	require.NoError(t, store.Writable(t.Context()))
	whole := money(t, server.Endpoint)
	m := move(10)
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() {
			s := store
			if i%2 == 1 {
				s = other
			}
			errs[i] = s.Apply(t.Context(), m)
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...), "every one of them is told that it is done")
	balance, err := store.Wallet(t.Context(), m.To)
	require.NoError(t, err)
	assert.EqualValues(t, 1_000_010, balance)
	assert.EqualValues(t, 1, one(t, server.Endpoint, `SELECT count(*) FROM transfers WHERE id = $1`, m.ID))

	changed := m
	changed.Amount = 11
	require.ErrorIs(t, store.Apply(t.Context(), changed), ledger.ErrConflict)
	require.ErrorIs(t, store.Apply(t.Context(), move(2_000_000)), ledger.ErrFunds)
	lost := move(1)
	lost.To = "nobody"
	require.ErrorIs(t, store.Apply(t.Context(), lost), ledger.ErrNoWallet)
	_, err = store.Wallet(t.Context(), "nobody")
	require.ErrorIs(t, err, ledger.ErrNoWallet)
	assert.EqualValues(t, 1, one(t, server.Endpoint, `SELECT count(*) FROM transfers`), "what was refused left nothing")
	deposit := ledger.Move{ID: uuid.New(), Kind: ledger.Deposit, From: "house-03", To: "nobody", Amount: 3}
	require.NoError(t, store.Apply(t.Context(), deposit), "a deposit makes a wallet")
	assert.Equal(t, whole, money(t, server.Endpoint), "the sum never changes")
}

func TestBetsAreSettledByWhoWritesNow(t *testing.T) {
	server := servertest.Postgres(t)
	a, b := open(t, server.Endpoint, "a"), open(t, server.Endpoint, "b")
	require.NoError(t, a.Writable(t.Context()))
	whole := money(t, server.Endpoint)
	won, lost := uuid.New(), uuid.New()
	won[15], lost[15] = 2, 1
	for _, id := range []uuid.UUID{won, lost, won} { // one of them twice
		require.NoError(t, a.Apply(t.Context(), ledger.Move{ID: id, Kind: ledger.Stake, From: ledger.Player(1), To: "house-01", Amount: 100}))
	}
	time.Sleep(100 * time.Millisecond)
	age, err := b.Unsettled(t.Context())
	require.NoError(t, err)
	assert.Greater(t, age, 90*time.Millisecond)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { assert.NoError(t, b.Settle(t.Context())) })
	}
	wg.Wait()
	age, err = b.Unsettled(t.Context())
	require.NoError(t, err)
	assert.Zero(t, age)
	balance, err := b.Wallet(t.Context(), ledger.Player(1))
	require.NoError(t, err)
	assert.EqualValues(t, 1_000_000-100-100+200, balance, "one won, once")
	assert.Equal(t, whole, money(t, server.Endpoint))
}

// TestFrozenDatabase: what a drill does to fence a writer, and that a session from that
// time does not keep refusing.
func TestFrozenDatabase(t *testing.T) {
	server := servertest.Postgres(t)
	store := open(t, server.Endpoint, "a")
	require.NoError(t, store.Apply(t.Context(), move(1)))
	server.Exec(`ALTER DATABASE ledger SET default_transaction_read_only = on`)
	server.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ledger' AND pid <> pg_backend_pid()`)
	frozen := move(1)
	require.Eventually(t, func() bool {
		return errors.Is(store.Apply(t.Context(), frozen), ledger.ErrReadOnly)
	}, 3*time.Second, 20*time.Millisecond, "new sessions refuse, and it says so")
	require.ErrorIs(t, store.Writable(t.Context()), ledger.ErrReadOnly)
	assert.Zero(t, one(t, server.Endpoint, `SELECT count(*) FROM transfers WHERE id = $1`, frozen.ID))
	server.Exec(`BEGIN READ WRITE; ALTER DATABASE ledger RESET default_transaction_read_only; COMMIT`)
	require.NoError(t, store.Apply(t.Context(), frozen), "at once: no session is left over")
}

// TestPromotion: a region's own member follows, is promoted, and the same pool writes.
func TestPromotion(t *testing.T) {
	writer := servertest.Postgres(t)
	a := open(t, writer.Endpoint, "a")
	require.NoError(t, a.Apply(t.Context(), move(1)))
	follower := writer.Follower()
	b := open(t, follower.Endpoint, "b")
	m := move(5)
	require.ErrorIs(t, b.Apply(t.Context(), m), ledger.ErrReadOnly)
	require.ErrorIs(t, b.Writable(t.Context()), ledger.ErrReadOnly)
	writer.Kill()
	begun := time.Now()
	require.Error(t, a.Apply(t.Context(), m), "no server, no acknowledgement")
	assert.Less(t, time.Since(begun), 1500*time.Millisecond, "and at once")
	follower.Promote()
	require.NoError(t, b.Apply(t.Context(), m))
	assert.NoError(t, b.Writable(t.Context()))
}

// TestACommitThatGaveUpItsCopy: PostgreSQL says "committed" when it was made to stop
// waiting for a synchronous copy. For money that is not an acknowledgement.
func TestACommitThatGaveUpItsCopy(t *testing.T) {
	server := servertest.Postgres(t)
	store := open(t, server.Endpoint, "a")
	require.NoError(t, store.Writable(t.Context()))
	server.Exec(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`)
	server.Exec(`SELECT pg_reload_conf()`)
	time.Sleep(200 * time.Millisecond)
	done := make(chan error)
	go func() { done <- store.Apply(context.Background(), move(1)) }()
	cancel := `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`
	require.Eventually(t, func() bool { return one(t, server.Endpoint, cancel) > 0 }, 900*time.Millisecond, 10*time.Millisecond)
	require.ErrorContains(t, <-done, "stopped waiting for its copy")
}

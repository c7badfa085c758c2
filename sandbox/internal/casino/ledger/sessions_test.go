package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/casino/servertest"
)

// TestSessions on a real Redis where there is one in PATH.
func TestSessions(t *testing.T) {
	server := servertest.Redis(t)
	s := ledger.OpenRedis(server.Endpoint)
	defer s.Close()
	require.NoError(t, s.Put(t.Context(), "one", "player-001"))
	require.NoError(t, s.Writable(t.Context()))
	server.Follow(true)
	require.ErrorIs(t, s.Put(t.Context(), "two", "player-001"), ledger.ErrReadOnly)
	require.ErrorIs(t, s.Writable(t.Context()), ledger.ErrReadOnly)
	server.Follow(false)
	require.NoError(t, s.Put(t.Context(), "two", "player-001"), "it was promoted: the same connection writes")

	gone := ledger.OpenRedis(ledger.Endpoint{Host: "127.0.0.1", Port: 1})
	defer gone.Close()
	err := gone.Put(t.Context(), "one", "player-001")
	require.ErrorContains(t, err, "does not answer")
	require.NotErrorIs(t, err, ledger.ErrReadOnly, "a dead one is not handed on")
}

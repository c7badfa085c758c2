package keeper

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestKeeper(t *testing.T) {
	dir := t.TempDir()
	prepared := 0
	k := Start(Spec{Command: []string{"sleep", "60"}, Log: filepath.Join(dir, "log"), Prepare: func() error { prepared++; return nil }})
	up := func() bool { return k.State().Running }
	require.Eventually(t, up, 2*time.Second, 5*time.Millisecond)
	first := k.State().PID

	require.NoError(t, syscall.Kill(first, syscall.SIGKILL))
	require.Eventually(t, func() bool { return up() && k.State().PID != first }, 3*time.Second, 5*time.Millisecond, "it ended by itself: again")
	require.Equal(t, 1, k.State().Restarts)
	require.Contains(t, k.State().Error, "killed")

	k.Kill()
	require.Eventually(t, func() bool { return !up() }, 2*time.Second, 5*time.Millisecond)
	time.Sleep(2 * again)
	require.False(t, up(), "it was killed on purpose: it stays dead")
	require.True(t, k.State().Killed)

	k.Restore()
	require.Eventually(t, up, 2*time.Second, 5*time.Millisecond)
	require.Equal(t, 3, prepared, "before every start")
	last := k.State().PID
	k.Stop()
	require.False(t, up())
	require.ErrorIs(t, syscall.Kill(last, 0), syscall.ESRCH)
}

func TestKeeperTellsWhyNothingStarts(t *testing.T) {
	k := Start(Spec{Command: []string{"/no/such/program"}, Log: filepath.Join(t.TempDir(), "log")})
	defer k.Stop()
	require.Eventually(t, func() bool { return k.State().Error != "" }, 2*time.Second, 5*time.Millisecond)
	require.Contains(t, k.State().Error, os.ErrNotExist.Error()[:4])
	require.False(t, k.State().Running)
}

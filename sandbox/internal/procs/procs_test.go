package procs

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEndReachesOrphansAndNobodyElse(t *testing.T) {
	state := t.TempDir()
	start := func(mark string) *exec.Cmd {
		// The shell ends at once; its child, which ignores SIGTERM, is an orphan.
		cmd := exec.Command("sh", "-c", `(trap "" TERM; sleep 60) & echo started; wait`)
		cmd.Env = append(os.Environ(), mark)
		require.NoError(t, cmd.Start())
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		return cmd
	}
	start(Mark(state))
	other := start(Mark(state + "-other"))
	require.Eventually(t, func() bool {
		found, err := Find(state)
		return err == nil && len(found) >= 2
	}, 5*time.Second, 20*time.Millisecond)
	n, err := End(state, 200*time.Millisecond)
	require.NoError(t, err)
	require.GreaterOrEqual(t, n, 2)
	require.Eventually(t, func() bool {
		for _, p := range must(Find(state)) {
			if p.Command != "" { // a zombie has none; the test's own child is one until reaped
				return false
			}
		}
		return true
	}, 5*time.Second, 20*time.Millisecond)
	found, err := Find(state + "-other")
	require.NoError(t, err)
	require.NotEmpty(t, found, "another sandbox's processes are left alone")
	require.NoError(t, other.Process.Kill())
	_, err = End(state+"-other", 0)
	require.NoError(t, err)
}

func must(p []Process, err error) []Process {
	if err != nil {
		panic(err)
	}
	return p
}

package engine

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// script is a program that stands where pulumi would: these tests are about
// processes and signals, not about Pulumi.
func script(t *testing.T, kill <-chan struct{}, body string) *command {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pulumi")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o700))
	return &command{path: path, environ: os.Environ(), logs: t.TempDir(), kill: kill}
}

func started(t *testing.T, path string) {
	t.Helper()
	require.Eventually(t, func() bool { _, err := os.Stat(path); return err == nil }, 10*time.Second, 10*time.Millisecond)
}

func TestCancelWaitsForTheStateToBeSaved(t *testing.T) {
	ready := filepath.Join(t.TempDir(), "ready")
	c := script(t, nil, `trap 'sleep 0.3; echo saved; exit 1' INT; touch `+ready+`; while :; do sleep 0.05; done`)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { started(t, ready); cancel() }()
	out, _, code, err := c.Run(ctx, "", nil, nil, nil, nil, "up", "--event-log", "x", "--stack", "mt")
	require.Error(t, err)
	assert.Equal(t, 1, code)
	assert.Equal(t, "saved\n", out)
	log, err := os.ReadFile(filepath.Join(c.logs, "mt-up.out"))
	require.NoError(t, err)
	assert.Equal(t, "saved\n", string(log), "an update writes to a file, which cannot lose its reader")
}

func TestRunReportsHowItEnded(t *testing.T) {
	c := script(t, nil, `echo "$@"; echo bad >&2; echo "$PITBOSS_TEST" >&2; exit 7`)
	var extra strings.Builder
	out, errOut, code, err := c.Run(t.Context(), "", nil, nil, nil, []string{"PITBOSS_TEST=there"}, "stack", "ls")
	require.Error(t, err)
	assert.Equal(t, 7, code)
	assert.Equal(t, "--non-interactive stack ls\n", out, "it never asks")
	assert.Equal(t, "bad\nthere\n", errOut)
	assert.Empty(t, extra.String())
}

func TestACancelledRunStartsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, _, err := script(t, nil, "exit 0").Run(ctx, "", nil, nil, nil, nil, "up")
	assert.ErrorIs(t, err, context.Canceled)
}

func TestNewCommandChecksTheVersion(t *testing.T) {
	cases := map[string]struct {
		reason, body string
		good         bool
	}{
		"Exact": {"the SDK's own version", "echo v3.259.0", true},
		"Newer": {"newer is fine", "echo v3.300.1", true},
		"Older": {"an older engine reads our programs wrongly", "echo v3.258.9", false},
		"Dev":   {"a build without a version", "echo", false},
		"Dead":  {"it does not even run", "exit 3", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := Engine{Pulumi: script(t, nil, c.body).path, environ: os.Environ(), Dir: t.TempDir()}
			_, err := newCommand(t.Context(), e, nil)
			if c.good {
				require.NoError(t, err, c.reason)
				return
			}
			require.ErrorContains(t, err, "3.259.0 or newer", c.reason)
		})
	}
}

func TestAlive(t *testing.T) {
	assert.True(t, alive(os.Getpid()))
	cmd := exec.Command("true")
	require.NoError(t, cmd.Run())
	assert.False(t, alive(cmd.Process.Pid))
}

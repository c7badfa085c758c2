package engine

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKillLeavesNothingRunning(t *testing.T) {
	child := filepath.Join(t.TempDir(), "child")
	kill := make(chan struct{})
	// The child has a process group of its own, as Pulumi's plugins have.
	c := script(t, kill, `trap '' INT; setsid sh -c 'echo $$ > `+child+`.new; mv `+child+`.new `+child+`; exec sleep 60' & wait; sleep 60`)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { started(t, child); cancel(); time.Sleep(100 * time.Millisecond); close(kill) }()
	_, _, _, err := c.Run(ctx, "", nil, nil, nil, nil, "up")
	require.Error(t, err)
	raw, err := os.ReadFile(child)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	require.NoError(t, err)
	assert.Eventually(t, func() bool { return !running(pid) }, 5*time.Second, 20*time.Millisecond)
}

// running tells a live process from one that only nobody has waited for yet.
func running(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

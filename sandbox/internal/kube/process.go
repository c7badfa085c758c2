package kube

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// lockPath is the file that a running supervisor holds locked, with its pid in
// it. The kernel gives the lock back when the process ends, so it cannot lie as
// a pid file can, whose number may be another process's by now.
func lockPath(dir string) string { return filepath.Join(dir, "lock") }

// supervised says whether a supervisor runs in dir.
func supervised(dir string) bool {
	f, err := os.OpenFile(lockPath(dir), os.O_RDONLY, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	return errors.Is(err, syscall.EWOULDBLOCK)
}

func supervisorPID(dir string) (int, error) {
	// The pid is written just after the lock is taken.
	for range 20 {
		data, err := os.ReadFile(lockPath(dir))
		if err != nil {
			return 0, err
		}
		if pid, err := strconv.Atoi(strings.TrimSpace(string(data))); err == nil && pid > 1 {
			return pid, nil
		}
		time.Sleep(poll)
	}
	return 0, fmt.Errorf("%s is held but names no process: find the pitboss-kube with this folder and stop it", lockPath(dir))
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// tail is the end of a log, for an error message.
func tail(path string) string {
	const enough = 2000
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	if len(data) > enough {
		data = data[len(data)-enough:]
	}
	return strings.TrimSpace(string(data))
}

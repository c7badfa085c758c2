// Package procs finds and ends the processes of one sandbox. Every process that
// the sandbox starts carries a mark in its environment, which its own children
// inherit, so even the orphans of a crash are found. It reads /proc: the
// sandbox runs on Linux.
package procs

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Variable is the mark's name; its value is the sandbox's state folder.
const Variable = "PITBOSS_SANDBOX_MARK"

// Mark is the environment entry of the processes of the sandbox in state.
func Mark(state string) string { return Variable + "=" + state }

// Process is one marked process.
type Process struct {
	PID     int    `json:"pid"`
	Command string `json:"command"`
	RSS     int64  `json:"rss"` // bytes
}

// Find lists the marked processes of the sandbox in state, but not the caller.
func Find(state string) ([]Process, error) {
	entries, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return nil, err
	}
	var out []Process
	for _, e := range entries {
		dir := filepath.Dir(e)
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || pid == os.Getpid() {
			continue
		}
		env, err := os.ReadFile(e)
		if err != nil || !marked(env, state) {
			continue // it is gone, or somebody else's
		}
		out = append(out, Process{PID: pid, Command: command(dir), RSS: rss(dir)})
	}
	return out, nil
}

func marked(env []byte, state string) bool {
	for _, kv := range bytes.Split(env, []byte{0}) {
		if string(kv) == Mark(state) {
			return true
		}
	}
	return false
}

func command(dir string) string {
	data, err := os.ReadFile(filepath.Join(dir, "cmdline"))
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(bytes.ReplaceAll(data, []byte{0}, []byte{' '})))
}

// rss is the resident memory, in bytes.
func rss(dir string) int64 {
	data, err := os.ReadFile(filepath.Join(dir, "statm"))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(data)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// End stops every marked process, politely for the grace period, then hard. It
// returns how many there were.
func End(state string, grace time.Duration) (int, error) {
	found, err := Find(state)
	if err != nil {
		return 0, err
	}
	for _, p := range found {
		_ = syscall.Kill(p.PID, syscall.SIGTERM)
	}
	for until := time.Now().Add(grace); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		if left, err := Find(state); err != nil || len(left) == 0 {
			return len(found), err
		}
	}
	left, err := Find(state)
	for _, p := range left {
		_ = syscall.Kill(p.PID, syscall.SIGKILL)
	}
	for until := time.Now().Add(2 * time.Second); err == nil && len(left) > 0 && time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		left, err = Find(state)
	}
	return len(found), err
}

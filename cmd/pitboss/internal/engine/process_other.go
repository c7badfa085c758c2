//go:build !linux && !windows

package engine

import (
	"os"
	"os/exec"
	"syscall"
)

// isolate puts pulumi into a process group of its own, so that a Ctrl-C of
// the terminal reaches it once, from us.
func isolate(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func interrupt(p *os.Process) { _ = p.Signal(os.Interrupt) }

// killTree ends pulumi and its process group at once.
func killTree(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }

// alive tells whether a process has this id.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || err == syscall.EPERM
}

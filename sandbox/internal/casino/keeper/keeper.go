// Package keeper keeps one process running: it is started again when it ends by itself,
// and not when it was killed on purpose. Package casino and its parts import it.
package keeper

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

const (
	// again is the pause before a process that ended is started again.
	again = 200 * time.Millisecond
	// grace is how long a process may take to end.
	grace = 3 * time.Second
)

// A Spec is what to run.
type Spec struct {
	// Command is the program and its arguments.
	Command []string
	// Env is added to the environment.
	Env []string
	// Log is the file that takes its output.
	Log string
	// Prepare is called before every start; nil is none.
	Prepare func() error
}

// A Keeper keeps one process.
type Keeper struct {
	spec Spec
	ctx  context.Context // ends with Stop
	end  context.CancelFunc
	wg   sync.WaitGroup

	mu     sync.Mutex
	cmd    *exec.Cmd
	held   bool // killed on purpose
	starts int
	err    error
	wake   chan struct{}
}

// A State is how the process is.
type State struct {
	PID      int    `json:"pid,omitempty"`
	Running  bool   `json:"running"`
	Killed   bool   `json:"killed"` // on purpose
	Restarts int    `json:"restarts"`
	Error    string `json:"error,omitempty"` // of the last end
}

// Start starts the process and keeps it.
func Start(spec Spec) *Keeper {
	ctx, end := context.WithCancel(context.Background())
	k := &Keeper{spec: spec, ctx: ctx, end: end, wake: make(chan struct{}, 1)}
	k.wg.Go(k.keep)
	return k
}

func (k *Keeper) keep() {
	for k.ctx.Err() == nil {
		if k.isHeld() {
			select {
			case <-k.wake:
			case <-k.ctx.Done():
			}
			continue
		}
		err := k.once()
		k.mu.Lock()
		k.err, k.cmd = err, nil
		k.mu.Unlock()
		select {
		case <-time.After(again):
		case <-k.wake:
		case <-k.ctx.Done():
		}
	}
}

func (k *Keeper) isHeld() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held
}

// once runs the process until it ends.
func (k *Keeper) once() error {
	if k.spec.Prepare != nil {
		if err := k.spec.Prepare(); err != nil {
			return err
		}
	}
	log, err := os.OpenFile(k.spec.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the child holds its own descriptor
	cmd := exec.Command(k.spec.Command[0], k.spec.Command[1:]...)
	cmd.Env = append(os.Environ(), k.spec.Env...)
	cmd.Stdout, cmd.Stderr = log, log
	// A process group of its own, so that a signal to sandboxd's terminal is not one to
	// it; Pdeathsig, so that it does not outlive a killed sandboxd.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	k.mu.Lock()
	if k.held || k.ctx.Err() != nil {
		k.mu.Unlock()
		return nil
	}
	err = cmd.Start()
	if err == nil {
		k.cmd = cmd
		k.starts++
	}
	k.mu.Unlock()
	if err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%w: see %s", err, k.spec.Log)
	}
	return nil
}

// Kill ends the process at once and keeps it from coming back until Restore.
func (k *Keeper) Kill() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = true
	k.signal(syscall.SIGKILL)
}

// Restore lets a killed process come back.
func (k *Keeper) Restore() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = false
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Stop ends the process for good, politely first.
func (k *Keeper) Stop() {
	k.end()
	k.mu.Lock()
	k.signal(syscall.SIGTERM)
	k.mu.Unlock()
	hard := time.AfterFunc(grace, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.signal(syscall.SIGKILL)
	})
	defer hard.Stop()
	k.wg.Wait()
}

// signal is called with mu held: a process that was waited for is gone from cmd then.
func (k *Keeper) signal(sig syscall.Signal) {
	if k.cmd != nil {
		_ = syscall.Kill(-k.cmd.Process.Pid, sig)
	}
}

// State says how the process is.
func (k *Keeper) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := State{Running: k.cmd != nil, Killed: k.held, Restarts: max(0, k.starts-1)}
	if k.cmd != nil {
		out.PID = k.cmd.Process.Pid
	}
	if k.err != nil {
		out.Error = k.err.Error()
	}
	return out
}

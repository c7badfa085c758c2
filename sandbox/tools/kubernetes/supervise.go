package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const (
	restartMin = 300 * time.Millisecond
	restartMax = 15 * time.Second
	// steady is how long a part must have run for its next crash to count as a
	// first one.
	steady = time.Minute
	// graceful is how long a part gets between SIGTERM and SIGKILL. All state is
	// in etcd, so being killed costs nothing.
	graceful = 3 * time.Second
)

// supervisor starts parts as children of this process and restarts those that
// end. The kernel kills every child when this process dies (Pdeathsig), however
// it dies.
type supervisor struct {
	layout   layout
	self     string // path of this binary
	reported string
	spawn    chan func() // runs on the one thread that starts children

	mu       sync.Mutex
	children []*child
}

type child struct {
	part   part
	cancel context.CancelFunc
	done   chan struct{}

	mu      sync.Mutex
	crashes int // since the last steady run
	last    error
}

func newSupervisor(l layout, reported string) (*supervisor, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &supervisor{layout: l, self: self, reported: reported, spawn: make(chan func())}
	// Pdeathsig fires when the *thread* that started the child ends. This one
	// never does before the process.
	go func() {
		runtime.LockOSThread()
		for start := range s.spawn {
			start()
		}
	}()
	return s, nil
}

// start runs a part until the supervisor stops it.
func (s *supervisor) start(p part) (*child, error) {
	log, err := openLog(s.layout.logs(p.name + ".log"))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &child{part: p, cancel: cancel, done: make(chan struct{})}
	s.mu.Lock()
	s.children = append(s.children, c)
	s.mu.Unlock()
	go func() {
		defer close(c.done)
		defer log.Close()
		s.keepRunning(ctx, c, log)
	}()
	return c, nil
}

func (s *supervisor) keepRunning(ctx context.Context, c *child, log *logFile) {
	wait := restartMin
	for ctx.Err() == nil {
		began := time.Now()
		err := s.runOnce(ctx, c.part, log)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > steady {
			wait = restartMin
		}
		c.crashed(err, time.Since(began) > steady)
		fmt.Fprintf(os.Stderr, "%s %s ended (%v), starting it again in %v; its log: %s\n",
			time.Now().UTC().Format(time.RFC3339), c.part.name, err, wait, log.path)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, restartMax)
	}
}

// runOnce starts the part and waits until it ended, asking it to when ctx is done.
func (s *supervisor) runOnce(ctx context.Context, p part, log *logFile) error {
	cmd := exec.Command(s.self, append([]string{p.name}, p.args...)...)
	cmd.Dir = s.layout.dir
	cmd.Env = p.environment(s.layout, s.reported)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGKILL,
		Setpgid:   true, // Ctrl-C is for the supervisor, which stops them in order
	}
	started := make(chan error)
	s.spawn <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			err = errors.New("exit status 0")
		}
		return err
	case <-ctx.Done():
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(graceful):
		_ = cmd.Process.Kill()
		<-ended
	}
	return ctx.Err()
}

// stop ends all parts: those that talk to the API first, etcd last.
func (s *supervisor) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.children) - 1; i >= 0; i-- {
		c := s.children[i]
		c.cancel()
		// Only etcd must not go before its client has finished; the rest may
		// end together.
		if c.part.name == partAPIServer || c.part.name == partEtcd {
			for _, later := range s.children[i:] {
				<-later.done
			}
		}
	}
	s.children = nil
}

func (c *child) crashed(err error, wasSteady bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if wasSteady {
		c.crashes = 0
	}
	c.crashes++
	c.last = err
}

// failing reports how often the part ended in a row, and why the last time.
func (c *child) failing() (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.crashes, c.last
}

package daemon

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/procs"
)

// stateService runs the process that keeps the stacks' state, and starts it again when it
// dies: engines wait for it and go on.
type stateService struct {
	binary string
	layout layout.Layout

	end   context.CancelFunc
	ended chan struct{}
}

// startState returns once the service answers.
func startState(binary string, l layout.Layout) (*stateService, error) {
	address, err := os.ReadFile(l.StateAddress())
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	s := &stateService{binary: binary, layout: l, end: end, ended: make(chan struct{})}
	go s.keep(ctx, string(address))
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", string(address), time.Second)
		if err == nil {
			return s, conn.Close()
		}
	}
	s.close()
	return nil, fmt.Errorf("the service that keeps the stacks' state does not answer on %s; see %s\n  next: if another program took that port, end it; or `make down`, which forgets the sandbox", address, s.log())
}

func (s *stateService) log() string { return filepath.Join(s.layout.Logs(), "state.log") }

func (s *stateService) keep(ctx context.Context, address string) {
	defer close(s.ended)
	for ctx.Err() == nil {
		if err := s.run(ctx, address); ctx.Err() == nil {
			fmt.Fprintf(os.Stderr, "the state service ended (%v), starting it again\n", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (s *stateService) run(ctx context.Context, address string) error {
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the child has its own descriptor
	cmd := exec.CommandContext(ctx, s.binary, "--dir", s.layout.Backend(), "--listen", address, "--token", s.layout.StateToken())
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), procs.Mark(s.layout.State))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd.Run()
}

func (s *stateService) close() {
	s.end()
	<-s.ended
}

package engine

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// lockPatience is how long to wait for a live run to let go of a stack: one
// that was just interrupted still finishes the resource it is creating.
const lockPatience = 2 * time.Minute

// isLocked recognises the backends' words for a stack that is in use.
func isLocked(stderr string) bool {
	return strings.Contains(stderr, "the stack is currently locked by") || strings.Contains(stderr, "Another update is currently in progress")
}

// holder is how the file and object-store backends write who holds a lock.
var holder = regexp.MustCompile(`created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)`)

// A LockError is a stack that somebody else is working on.
type LockError struct{ Stack, Words string }

func (e *LockError) Error() string {
	return fmt.Sprintf("stack %s is in use: %s\n  next: wait for that run to end; if it is dead, `pulumi cancel --stack %s` and run this again", e.Stack, e.Words, e.Stack)
}

// unlock clears the lock of a run that is dead. It waits for one that lives,
// and never clears the lock of another machine.
func (s *Stack) unlock(ctx context.Context, words string, watch Watch) error {
	holders := holder.FindAllStringSubmatch(words, -1)
	host, err := os.Hostname()
	if err != nil || len(holders) == 0 {
		return &LockError{s.Name, strings.TrimSpace(words)}
	}
	deadline, waited := time.Now().Add(lockPatience), false
	for _, h := range holders {
		pid, err := strconv.Atoi(h[3])
		if err != nil || h[2] != host {
			return &LockError{s.Name, strings.TrimSpace(h[0])}
		}
		for ; alive(pid); waited = true {
			if !waited {
				watch(Report{Stack: s.Name, Doing: "repair", Note: fmt.Sprintf("waiting for process %d, which still works on this stack", pid)})
			}
			if time.Now().After(deadline) {
				return &LockError{s.Name, strings.TrimSpace(h[0])}
			}
			select {
			case <-ctx.Done():
				return ErrInterrupted
			case <-time.After(time.Second):
			}
		}
	}
	if waited {
		return nil // it has let go by itself, or will be found dead
	}
	if err := s.auto.Cancel(ctx); err != nil {
		return s.w.failed(ctx, "clear the lock of "+s.Name, stderrOf(err), err)
	}
	s.note(watch, "cleared the lock of a run that is dead (process %s)", holders[0][3])
	return nil
}

func (s *Stack) note(watch Watch, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.notes = append(s.notes, text)
	watch(Report{Stack: s.Name, Doing: "repair", Note: text})
}

// edit runs one pulumi command that changes state, past a dead run's lock.
// next makes its arguments and standard input anew for each try, because the
// run that held the lock may have changed the state meanwhile; no arguments
// means that nothing is left to do.
func (s *Stack) edit(ctx context.Context, what string, watch Watch, next func() (args []string, stdin []byte, err error)) error {
	for {
		args, stdin, err := next()
		if err != nil || len(args) == 0 {
			return err
		}
		_, stderr, _, err := s.w.cmd.Run(ctx, s.w.mirror.dir, bytes.NewReader(stdin), nil, nil, nil, append(args, "--stack", s.Name)...)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || !isLocked(stderr) {
			return s.w.failed(ctx, what+" "+s.Name, stderr, err)
		}
		if err := s.unlock(ctx, stderr, watch); err != nil {
			return err
		}
	}
}

// repair settles the operations that a killed run left open, so that the
// update that follows starts from what is really there.
//
// The first step reads again what was being changed. It holds the stack's
// lock, so when it ends no other run is writing: only then is the state taken
// out, edited and put back.
func (s *Stack) repair(ctx context.Context, watch Watch) error {
	if len(s.State.Pending) == 0 {
		return nil
	}
	var notes []string
	err := s.edit(ctx, "read again what a killed run was changing in", watch, func() (args []string, _ []byte, err error) {
		if s.State, err = s.w.State(ctx, s.Name); err != nil || len(s.State.Pending) == 0 {
			return nil, nil, err
		}
		var targets []string
		targets, notes = s.State.changing()
		return refresh(targets), nil, nil
	})
	if err != nil || len(s.State.Pending) == 0 {
		return err
	}
	for _, text := range notes {
		s.note(watch, "%s", text)
	}
	if err := s.settle(ctx, watch); err != nil {
		return err
	}
	s.State, err = s.w.State(ctx, s.Name)
	return err
}

// settle takes what was being created into the state where its id can be told
// from its inputs, looks for it in the cloud, and forgets the rest.
func (s *Stack) settle(ctx context.Context, watch Watch) error {
	var plan settlement
	err := s.edit(ctx, "write the repaired state of", watch, func() ([]string, []byte, error) {
		export, stderr, _, err := s.w.cmd.Run(ctx, s.w.mirror.dir, nil, nil, nil, nil, "stack", "export", "--stack", s.Name)
		if err != nil {
			return nil, nil, s.w.failed(ctx, "read the state of "+s.Name, stderr, err)
		}
		var doc []byte
		if doc, plan, err = settle([]byte(export)); err != nil {
			return nil, nil, fmt.Errorf("state of %s: %w", s.Name, err)
		}
		if len(plan.notes) == 0 {
			return nil, nil, nil
		}
		return []string{"stack", "import"}, doc, nil
	})
	if err != nil {
		return err
	}
	for _, text := range plan.notes {
		s.note(watch, "%s", text)
	}
	if len(plan.adopted) == 0 {
		return nil
	}
	err = s.edit(ctx, "look for what a killed run was creating in", watch, func() ([]string, []byte, error) {
		return refresh(plan.adopted), nil, nil
	})
	if err != nil {
		return err
	}
	return s.disown(ctx, plan.adopted, watch)
}

// disown lets go again of what turned out to be somebody else's: it had the name
// that the killed run wanted, but not this stack's tags.
func (s *Stack) disown(ctx context.Context, adopted []string, watch Watch) error {
	state, err := s.w.State(ctx, s.Name)
	if err != nil {
		return err
	}
	for _, urn := range state.strangers(s.Name, adopted) {
		s.note(watch, "%s is there, but it is not this stack's: left alone. If it is yours, `pulumi import` it", label(urn))
		err := s.edit(ctx, "let go of a resource in", watch, func() ([]string, []byte, error) {
			return []string{"state", "delete", urn, "--force", "--yes"}, nil, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// refresh is the command that reads some resources again, without the program.
func refresh(targets []string) []string {
	args := []string{"refresh", "--yes", "--skip-preview", "--color=never", "--suppress-outputs", "--suppress-progress"}
	for _, t := range targets {
		args = append(args, "--target="+t)
	}
	return args
}

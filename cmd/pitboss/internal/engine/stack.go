package engine

import (
	"context"
	"errors"
	"regexp"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

// A Stack is one stack of a workspace, ready to be worked on.
type Stack struct {
	Name string
	// State is what was recorded when the stack was opened.
	State State

	w     *Workspace
	auto  auto.Stack
	notes []string // what was repaired
}

// OpenStack opens one stack, see OpenStacks.
func (w *Workspace) OpenStack(ctx context.Context, name string) (*Stack, error) {
	all, err := w.OpenStacks(ctx, name)
	return all[name], err
}

// OpenStacks reads what is recorded of stacks, and makes an empty one in the backend where
// there is none. The checked-in stack files are only read.
//
// Stacks that exist are read at the same time. One that does not is made on its own: making
// one writes which stack is selected, into a file that every run of pulumi reads.
func (w *Workspace) OpenStacks(ctx context.Context, names ...string) (map[string]*Stack, error) {
	opening := make([]*Stack, len(names))
	for i, name := range names {
		opening[i] = &Stack{Name: name, w: w}
		if err := w.mirror.copyStack(name); err != nil {
			return nil, err
		}
	}
	if err := each(opening, func(s *Stack) error { return s.read(ctx) }); err != nil {
		return nil, err
	}
	for _, s := range opening {
		if err := s.open(ctx); err != nil {
			return nil, err
		}
	}
	if err := each(opening, func(s *Stack) error { return s.fill(ctx) }); err != nil {
		return nil, err
	}
	out := make(map[string]*Stack, len(opening))
	for _, s := range opening {
		out[s.Name] = s
	}
	return out, nil
}

// each does something with every stack at the same time; the error is that of the first in
// the order of the list.
func each(stacks []*Stack, do func(*Stack) error) error {
	errs := make([]error, len(stacks))
	var group sync.WaitGroup
	for i, s := range stacks {
		group.Go(func() { errs[i] = do(s) })
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// read takes note of what is recorded of the stack, if it exists.
func (s *Stack) read(ctx context.Context) error {
	state, err := s.w.State(ctx, s.Name)
	var refused *CommandError
	switch {
	case err == nil:
		s.State = state
		s.w.cmd.exists.Store(s.Name, true)
	case errors.As(err, &refused) && missing.MatchString(refused.Words):
		s.w.cmd.exists.Delete(s.Name)
		err = nil
	}
	return err
}

// missing is how pulumi says that a stack does not exist; the Automation API reads the same.
var missing = regexp.MustCompile(`no stack named .* found`)

// open gives the stack to the Automation API, and makes it if it does not exist.
func (s *Stack) open(ctx context.Context) error {
	provider, err := s.w.mirror.secretsProvider(s.Name)
	if err != nil {
		return err
	}
	ws := s.w.ws
	if provider != "" {
		ws, err = auto.NewLocalWorkspace(ctx, auto.WorkDir(s.w.mirror.dir), auto.Pulumi(s.w.cmd), auto.SecretsProvider(provider))
		if err != nil {
			return err
		}
	}
	with := auto.SelectStack // which command.Run knows the answer of
	if _, ok := s.w.cmd.exists.Load(s.Name); !ok {
		with = auto.UpsertStack // somebody else may have made it by now
	}
	if s.auto, err = with(ctx, s.Name, ws); err != nil {
		return s.w.failed(ctx, "open stack "+s.Name, stderrOf(err), err)
	}
	return nil
}

// fill puts into a stack that was made what it is to start from, and into the mirror's copy
// of its file what only the state says.
func (s *Stack) fill(ctx context.Context) error {
	if _, ok := s.w.cmd.exists.Load(s.Name); !ok {
		if err := s.w.fill(ctx, s.Name); err != nil {
			return err
		}
		if err := s.read(ctx); err != nil {
			return err
		}
	}
	return s.w.mirror.restore(s.Name, s.State.raw.SecretsProviders)
}

// Planned is how many resources the stack had when last counted; zero if that
// is not known.
func (s *Stack) Planned() int { return s.w.counts.of(s.Name) }

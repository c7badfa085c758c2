package engine

import (
	"context"

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

// OpenStack selects a stack, and makes an empty one in the backend if there
// is none. The checked-in stack file is only read.
func (w *Workspace) OpenStack(ctx context.Context, name string) (*Stack, error) {
	if err := w.mirror.copyStack(name); err != nil {
		return nil, err
	}
	ps, err := w.mirror.secretsProvider(name)
	if err != nil {
		return nil, err
	}
	ws := w.ws
	if ps != "" {
		ws, err = auto.NewLocalWorkspace(ctx, auto.WorkDir(w.mirror.dir), auto.Pulumi(w.cmd), auto.SecretsProvider(ps))
		if err != nil {
			return nil, err
		}
	}
	st, err := auto.UpsertStack(ctx, name, ws)
	if err != nil {
		return nil, w.failed(ctx, "open stack "+name, stderrOf(err), err)
	}
	if err := w.fill(ctx, name); err != nil {
		return nil, err
	}
	s := &Stack{Name: name, w: w, auto: st}
	if s.State, err = w.State(ctx, name); err != nil {
		return nil, err
	}
	return s, w.mirror.restore(name, s.State.raw.SecretsProviders)
}

// Planned is how many resources the stack had when last counted; zero if that
// is not known.
func (s *Stack) Planned() int { return s.w.counts.of(s.Name) }

package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// consented is what the last destroy of a stack was told may go, by URN. It is written
// down before any protection comes off, because a run that is stopped dead cannot put it
// back: what is left then still has to be named again.
type consented struct {
	Named    []string `json:"named"`
	Guarded  []string `json:"guarded"`  // what the engine protected
	Shielded []string `json:"shielded"` // what AWS protected, and the destroy would delete
}

// consents are the lists of all stacks. Losing one is no convenience lost, unlike counts:
// what cannot be read or written is an error.
type consents struct{ dir string }

func openConsents(dir string) consents { return consents{filepath.Join(dir, "consents")} }

func (c consents) path(stack string) string { return filepath.Join(c.dir, stack+".json") }

func (c consents) read(stack string) (list consented, err error) {
	raw, err := os.ReadFile(c.path(stack))
	if errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &list)
	}
	if err != nil {
		return list, fmt.Errorf("what the last down of stack %s let go: %w\n  next: run `pitboss up` for the market, so that all of it is protected, and remove %s", stack, err, c.path(stack))
	}
	return list, nil
}

// has tells whether something of a stack was let go, and nothing has put it back since.
func (c consents) has(stack string) bool {
	list, err := c.read(stack)
	return err != nil || len(list.Named) > 0
}

// add notes what is about to be let go, with what was let go before: a destroy that is
// repeated is told names of which some are gone.
func (c consents) add(stack string, more consented) error {
	list, err := c.read(stack)
	if err != nil || len(more.Named) == 0 {
		return err
	}
	list.Named = union(list.Named, more.Named)
	list.Guarded = union(list.Guarded, more.Guarded)
	list.Shielded = union(list.Shielded, more.Shielded)
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	return writeFile(c.path(stack), raw)
}

// forget is for a stack whose protection is whole again.
func (c consents) forget(stack string) error {
	if err := os.Remove(c.path(stack)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// Consented lists the URNs that the last destroys of a stack were told may go, since its
// last whole update. Some may be gone.
func (w *Workspace) Consented(stack string) ([]string, error) {
	list, err := w.consents.read(stack)
	return list.Named, err
}

// protectPatience is how long putting the engine's protection back may take.
const protectPatience = time.Minute

// protectAgain puts the engine's protection back on what a destroy that failed has left,
// and lists what of it AWS does not protect any more: only the program can change that.
// An interrupt does not stop it, a second one does.
func (s *Stack) protectAgain(ctx context.Context, watch Watch) (exposed []string) {
	list, err := s.w.consents.read(s.Name)
	if err != nil || len(list.Named) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), protectPatience)
	defer cancel()
	go func() {
		select {
		case <-s.w.cmd.kill:
			cancel()
		case <-ctx.Done():
		}
	}()
	state, err := s.w.State(ctx, s.Name)
	if err != nil {
		s.note(watch, "it could not be read what is left (%v); what was named and is left must be named again", err)
		return nil
	}
	bare := state.urns(func(r apitype.ResourceV3) bool {
		return !r.Protect && !r.Delete && slices.Contains(list.Guarded, string(r.URN))
	})
	if len(bare) > 0 {
		err = s.edit(ctx, "protect again the resources of", watch, func() ([]string, []byte, error) {
			return append(append([]string{"state", "protect"}, bare...), "--yes"), nil, nil
		})
		if err != nil {
			s.note(watch, "the engine's protection of %d resources that are left could not be put back (%v); they must be named again all the same", len(bare), err)
		} else {
			s.note(watch, "put the engine's protection back on what is left, resources: %d; it must be named again", len(bare))
		}
	}
	return state.urns(func(r apitype.ResourceV3) bool {
		return !r.Delete && !shielded(r) && slices.Contains(list.Shielded, string(r.URN))
	})
}

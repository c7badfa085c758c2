package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

// aimPreview chooses what a preview compares with: the engine's backend as it is, or a copy
// of states in a folder of its own, if they were given or if a stack does not exist, which
// the engine would otherwise make.
func (a *app) aimPreview(ctx context.Context, p previewing) (target, func(), error) {
	nothing := func() {}
	if p.state != "" {
		return a.aimCopy(ctx, p, func(m market.Market) (map[string][]byte, error) {
			states, err := engine.ReadStates(p.state, stackNames(m.Stacks()))
			if err != nil {
				return nil, &inputError{err}
			}
			return states, nil
		})
	}
	t, err := a.aim(ctx, p.market, p.stack)
	if err != nil {
		return t, nothing, err
	}
	known, err := t.ws.Stacks(ctx)
	if err != nil {
		return t, nothing, err
	}
	missing := slices.DeleteFunc(stackNames(t.market.Stacks()), func(n string) bool { _, ok := known[n]; return ok })
	if len(missing) == 0 {
		return t, nothing, nil
	}
	a.say("copy     %v: not built yet, so a copy of the states is previewed", missing)
	return a.aimCopy(ctx, p, func(m market.Market) (map[string][]byte, error) {
		out := map[string][]byte{}
		for _, s := range m.Stacks() {
			if _, ok := known[s.Name]; !ok {
				continue
			}
			raw, err := t.ws.Export(ctx, s.Name)
			if err != nil {
				return nil, err
			}
			out[s.Name] = raw
		}
		return out, nil
	})
}

// aimCopy aims at a copy of states.
func (a *app) aimCopy(ctx context.Context, p previewing, read func(market.Market) (map[string][]byte, error)) (target, func(), error) {
	nothing := func() {}
	if p.refresh {
		return target{}, nothing, &usageError{"--refresh reads the cloud, and a copy of states is previewed without its credentials", "leave --refresh out, or preview what is built in the engine's own backend"}
	}
	var closeIt func() error
	t, err := a.aimWith(p.market, p.stack, func(e engine.Engine, m market.Market) (*engine.Workspace, error) {
		states, err := read(m)
		if err != nil {
			return nil, err
		}
		w, done, err := engine.OpenCopy(ctx, a.dir, e, a.env.Kill, states)
		if err != nil {
			return nil, err
		}
		closeIt = done
		w.Backend = fmt.Sprintf("a copy of %d states: %v", len(states), slices.Sorted(maps.Keys(states)))
		return w, nil
	})
	if err != nil {
		if closeIt != nil {
			_ = closeIt() // the error at hand says more
		}
		return t, nothing, err
	}
	// What this stack reads of others is in the copy only once they are opened.
	if _, err := t.ws.OpenStacks(ctx, stackNames(t.market.Stacks())...); err != nil {
		_ = closeIt()
		return t, nothing, err
	}
	return t, func() {
		if err := closeIt(); err != nil {
			a.say("warning  the copy could not be removed: %v", err)
		}
	}, nil
}

func stackNames(stacks []market.Stack) []string {
	out := make([]string, 0, len(stacks))
	for _, s := range stacks {
		out = append(out, s.Name)
	}
	return out
}

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

// A refusal is a down whose turn has not come: something else still stands on what it
// would take, and naming things changes nothing about that.
type refusal struct {
	Stack   string `json:"stack"`
	Found   string `json:"found"`
	Allowed string `json:"allowed"`
	Next    string `json:"next"`
}

// of tells whether it is this stack that is refused.
func (r *refusal) of(s market.Stack) bool { return r != nil && r.Stack == s.Name }

// states reads what is recorded of every stack of the market that exists, also of those
// that the run is not about.
func (t target) states(ctx context.Context, open map[string]*engine.Stack) (map[string]engine.State, error) {
	var known map[string]engine.StackSummary
	var err error
	if len(open) < len(t.market.Stacks()) { // asking the backend is a run of its own
		if known, err = t.ws.Stacks(ctx); err != nil {
			return nil, err
		}
	}
	out := map[string]engine.State{}
	for _, s := range t.market.Stacks() {
		if st, ok := open[s.Name]; ok {
			out[s.Name] = st.State
		} else if _, ok := known[s.Name]; ok {
			if out[s.Name], err = t.ws.State(ctx, s.Name); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// outOfTurn says why these stacks cannot go now; nil if they can. AWS deletes a global
// database or datastore only after its secondaries, and the datastore itself is in the
// home stack: so the home region goes after the standby, and must be the active one then.
// A stack goes after those that read it; only of the standby can the gslb stack let go
// (see detachment).
func (t target) outOfTurn(states map[string]engine.State) *refusal {
	m := t.market
	home, standby := regionStack(m, true), regionStack(m, false)
	has := func(s market.Stack) bool { return states[s.Name].Resources > 0 }
	goes := func(s market.Stack) bool {
		return slices.ContainsFunc(t.stacks, func(one market.Stack) bool { return one.Name == s.Name })
	}
	swapped := m.Active == m.Standby && has(home) && has(standby)
	swapBack := fmt.Sprintf("set active to %s in %s, run `pitboss up %s`, then ", m.Home, m.File, m.Name)
	if swapped && goes(standby) {
		return &refusal{
			standby.Name, fmt.Sprintf("active: %s, while %s has %s", m.Active, home.Name, count(states[home.Name].Resources, "resource")),
			fmt.Sprintf("active: %s (home), because AWS takes the secondaries of a global database and datastore first, and the datastore's identity is in the home stack", m.Home),
			swapBack + "run this again",
		}
	}
	for _, s := range t.stacks {
		var readers, commands []string
		for _, later := range slices.Backward(after(m.Stacks(), s)) {
			detached := s.Name == standby.Name && later.Kind == market.KindGSLB
			if has(later) && !goes(later) && !detached {
				readers = append(readers, fmt.Sprintf("%s (%s)", later.Name, count(states[later.Name].Resources, "resource")))
				commands = append(commands, fmt.Sprintf("`pitboss down %s --stack %s`", m.Name, later.Name))
			}
		}
		if len(readers) == 0 {
			continue
		}
		r := &refusal{s.Name, list(readers) + ": each reads it", "a stack goes after those that read it", strings.Join(append(commands, "this again"), ", then ")}
		if s.Name == home.Name && has(standby) {
			r.Allowed += "; the home region after the standby, because AWS takes the secondaries of a global database and datastore first, and the datastore's identity is in the home stack"
		}
		if swapped {
			r.Next = swapBack + r.Next
		}
		return r
	}
	return nil
}

// after lists the stacks that are built later than s, each of which reads it.
func after(stacks []market.Stack, s market.Stack) []market.Stack {
	return stacks[slices.IndexFunc(stacks, func(one market.Stack) bool { return one.Name == s.Name })+1:]
}

// regionStack is the stack of one of the market's two regions.
func regionStack(m market.Market, home bool) market.Stack {
	stacks := m.Stacks()
	return stacks[slices.IndexFunc(stacks, func(s market.Stack) bool {
		return s.Kind == market.KindRegion && m.IsHome(s.Region) == home
	})]
}

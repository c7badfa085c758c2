package cli

import (
	"context"
	"fmt"
	"strings"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/tally"
	"pitboss/stacks/market"
)

// A detachment is what another stack has to let go of before a region can be destroyed
// alone. The zero value is nothing.
type detachment struct {
	market string
	stack  string // the one that lets go
	region string
	urns   []string
}

// detachment finds what the gslb stack keeps in the VPC of a region that is destroyed
// without it.
func (t target) detachment(states map[string]engine.State) detachment {
	if len(t.stacks) != 1 || t.stacks[0].Kind != market.KindRegion || states[t.stacks[0].Name].Empty() {
		return detachment{}
	}
	d := detachment{market: t.market.Name, region: t.stacks[0].Region.String()}
	for _, s := range t.market.Stacks() {
		if s.Kind == market.KindGSLB {
			d.stack, d.urns = s.Name, states[s.Name].Attached(d.region)
		}
	}
	return d
}

// what it is about, for people: "2 endpoint groups and 2 replicators".
func (d detachment) what() string {
	groups := 0
	for _, urn := range d.urns {
		if typeOf(urn) == engine.EndpointGroupType {
			groups++
		}
	}
	var parts []string
	if groups > 0 {
		parts = append(parts, count(groups, "endpoint group"))
	}
	if n := len(d.urns) - groups; n > 0 {
		parts = append(parts, count(n, "replicator"))
	}
	return strings.Join(parts, " and ")
}

func (d detachment) say(watch engine.Watch, verb string) {
	watch(engine.Report{Stack: d.stack, Note: fmt.Sprintf("%s %s from %s; the next `pitboss up %s` makes them again", verb, d.what(), d.region, d.market)})
}

// planned says what would be detached, before the work of a dry run.
func (d detachment) planned(do work) work {
	if len(d.urns) == 0 {
		return do
	}
	return func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		d.say(watch, "would detach")
		o := do(ctx, s, st, watch)
		o.Detached = d.urns
		return o
	}
}

// before detaches, and then does the work. Cut off between the two, the next run finds
// nothing to detach.
func (d detachment) before(t target, do work) work {
	if len(d.urns) == 0 {
		return do
	}
	return func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		from, err := t.ws.OpenStack(ctx, d.stack)
		r := engine.Result{Err: err}
		if err == nil {
			r = from.Detach(ctx, d.urns, func(r engine.Report) {
				if r.Note == "" {
					r.Stack = s.Name // one line of progress, that of the stack that is waiting for it
				}
				watch(r)
			})
		}
		if r.Err != nil {
			r.Changes = tally.Changes{} // of this stack nothing was destroyed
			o := judge(s, r, false)
			o.at = d.stack
			return o
		}
		d.say(watch, "detached")
		o := do(ctx, s, st, watch)
		o.Detached, o.Repairs = d.urns, append(r.Repairs, o.Repairs...)
		return o
	}
}

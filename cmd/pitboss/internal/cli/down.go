package cli

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

func (a *app) down() *cobra.Command {
	var stack, from string
	var named []string
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "down <market>",
		Short: "Destroy a market's stacks, except what is protected",
		Long: `Destroy a market's stacks: what sends it traffic (gslb), its standby region, its
home region, then its foundation. With --stack only one of them: a lost standby
region is destroyed and built anew while the others stay; what the gslb stack keeps
in its VPC (Global Accelerator's endpoint groups, MSK's replicators) is detached
first, and the next up makes it again. A stack goes after those that read it, and the
home region last of the two and while it is active: AWS takes the secondaries of a
global database and datastore first. What is out of turn is refused.

Keys, evidence, databases and whatever else is protected, by the engine or by
AWS's own deletion protection, must be named, each by itself; otherwise nothing
at all is destroyed, and the refusal names each of them. What was named is
unprotected and destroyed. Consent is for one run: if it fails half-way, what is left
is protected by the engine again and must be named again; the next up puts AWS's
own protection back, too. Resources that are marked to be retained leave the stack and stay in
the cloud: they are counted. The empty stacks and their history stay in the
backend.`,
		Example: `  pitboss down mt --dry-run                 # what would be destroyed, and what is protected
  pitboss down mt --stack mt-eu-central-1   # one region; the rest stays
  pitboss down mt --stack mt-gslb --destroy-protected mt-gslb/gslb-accelerator --destroy-protected mt-gslb/gslb-arc
  pitboss down mt --dry-run --json          # .stacks[].protected[].name is what scripts need
  pitboss down mt --destroy-protected-from names.txt`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runDown(cmd.Context(), args[0], stack, named, from, dryRun)
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "only this stack of the market")
	cmd.Flags().StringArrayVar(&named, "destroy-protected", nil, "<stack>/<resource name> of a protected thing that may go, as a refusal names it; may be given more than once")
	cmd.Flags().StringVar(&from, "destroy-protected-from", "", "file with such names, one a line (\"-\" is standard input)")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be destroyed, and destroy nothing")
	a.withJSON(cmd)
	return cmd
}

func (a *app) runDown(ctx context.Context, name, stack string, named []string, from string, dryRun bool) error {
	consented, err := a.consents(named, from)
	if err != nil {
		return err
	}
	t, err := a.aim(ctx, name, stack)
	if err != nil {
		return err
	}
	if t.stacks, err = a.existing(ctx, t); err != nil {
		return err
	}
	open, err := t.open(ctx)
	if err != nil {
		return err
	}
	states, err := t.states(ctx, open)
	if err != nil {
		return err
	}
	protected, err := t.protections(open, states, consented)
	if err != nil {
		return err
	}
	attached := t.detachment(states)
	o, order, do := newOutcome("down", t), backwards(inTurn(t.stacks)), attached.before(t, destroy(protected))
	o.OutOfTurn = t.outOfTurn(states)
	refused := t.refused(protected)
	if refused && o.OutOfTurn == nil {
		o.next = t.command(protected, stack)
	}
	switch {
	case dryRun:
		order, do = [][]market.Stack{slices.Concat(order...)}, attached.planned(planned(protected, o.OutOfTurn))
	case refused || o.OutOfTurn != nil:
		order, do = [][]market.Stack{slices.Concat(order...)}, refuse(protected, o.OutOfTurn)
	default:
		if err := a.prepareToExpose(ctx, t, open); err != nil {
			return err
		}
	}
	a.execute(ctx, &o, order, open, false, do)
	err = a.finish(&o, t)
	a.retained(o)
	return err
}

// refused tells whether anything that the run would destroy is protected and not named.
func (t target) refused(p protections) bool {
	return slices.ContainsFunc(t.stacks, func(s market.Stack) bool { return len(p.unnamed(s.Name)) > 0 })
}

// planned shows what would be destroyed. It is refused where the run itself would be.
func planned(p protections, turn *refusal) work {
	return func(_ context.Context, s market.Stack, st *engine.Stack, _ engine.Watch) stackOutcome {
		o := judge(s, st.State.PlanDestroy(), true)
		o.Protected = p[s.Name]
		if o.Refused = p.unnamed(s.Name); len(o.Refused) > 0 || turn.of(s) {
			o.Result = resultRefused
		}
		return o
	}
}

// refuse touches nothing: with a stack that must stay, the others stay too.
func refuse(p protections, turn *refusal) work {
	return func(_ context.Context, s market.Stack, _ *engine.Stack, _ engine.Watch) stackOutcome {
		o := skipped(s)
		o.Protected = p[s.Name]
		if o.Refused = p.unnamed(s.Name); len(o.Refused) > 0 || turn.of(s) {
			o.Result = resultRefused
		}
		return o
	}
}

// destroy destroys one stack.
func destroy(p protections) work {
	return func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		if st.State.Empty() {
			return judge(s, engine.Result{}, false)
		}
		r := judge(s, st.Destroy(ctx, p.named(s.Name), watch), false)
		if r.Result == resultSucceeded {
			r.Retained = st.State.Retained
		}
		return r
	}
}

// prepareToExpose makes the program ready to run where AWS's own deletion protection has
// to come off first: only the program can do that.
func (a *app) prepareToExpose(ctx context.Context, t target, open map[string]*engine.Stack) error {
	for _, s := range t.stacks {
		if len(open[s.Name].State.Shielded()) > 0 {
			return a.prepare(ctx, t)
		}
	}
	return nil
}

// existing are the stacks that there is anything of to destroy.
func (a *app) existing(ctx context.Context, t target) ([]market.Stack, error) {
	known, err := t.ws.Stacks(ctx)
	if err != nil {
		return nil, err
	}
	var out []market.Stack
	for _, s := range t.stacks {
		if _, ok := known[s.Name]; ok {
			out = append(out, s)
			continue
		}
		a.say("%s: was never created", s.Name)
	}
	return out, nil
}

// retained counts, by type, what left a stack and is still in the cloud. There
// can be hundreds: their URNs are in the JSON.
func (a *app) retained(o outcome) {
	for _, s := range o.Stacks {
		if len(s.Retained) == 0 {
			continue
		}
		byType := map[string]int{}
		for _, urn := range s.Retained {
			byType[typeOf(urn)]++
		}
		a.say("")
		a.say("%s: these left the stack and are still in the cloud, because they are marked to be retained (--json lists them):", s.Name)
		for _, t := range slices.Sorted(maps.Keys(byType)) {
			a.say("  %4d %s", byType[t], t)
		}
	}
}

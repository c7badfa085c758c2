package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

func (a *app) up() *cobra.Command {
	var stack, file string
	var accept []string
	var refresh bool
	cmd := &cobra.Command{
		Use:   "up <market>",
		Short: "Bring a market up, or up to date",
		Long: `Bring a market up, or up to date: its foundation first, then its home region, then
its standby region, then what sends it traffic (gslb). Each reads what those before
it have made, so they follow one another.

A market is first built with active: home. To swap, drill: pitboss drill moves the
data, the players and then active. An up moves no data: it refuses to make a region
active that is a standby, and to run while a drill does, unless that is accepted by
name (--accept-risk=swap:<region>, --accept-risk=abandon:<run>).

It never asks. It goes on from where a failed, interrupted or killed run
stopped, and says what it repaired. Interrupt it once (Ctrl-C) and it finishes what
is in flight and saves its state; interrupt it twice and it stops dead, which the
next run repairs.

Each stack is previewed and judged by the policy first. Before anything is touched
it refuses to replace or delete what is protected, to break a rule of the policy,
and to replace or delete anything stateful, open anything to the world or move data
out of where it may be, unless exactly that is accepted for exactly that resource
with --accept-risk; what was accepted is recorded with the update. With --reviewed
it carries out the plan that was read, and stops if the plan of now is another.`,
		Example: `  pitboss up mt                         # everything of Malta
  pitboss up mt --stack mt-eu-south-1   # one stack only
  pitboss up mt --refresh               # look at the cloud first, and undo drift
  pitboss up mt --reviewed out/plan.json # what preview --report out showed, and nothing else
  pitboss up mt --accept-risk='replace:urn:pulumi:mt-eu-south-1::pitboss::...'
  pitboss up mt --json                  # the summary as JSON`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runUp(cmd.Context(), args[0], stack, refresh, accept, file)
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "only this stack of the market")
	cmd.Flags().BoolVar(&refresh, "refresh", false, "read every resource from the cloud first")
	cmd.Flags().StringArrayVar(&accept, "accept-risk", nil, "accept one danger, as a refusal names it: <kind>:<urn>, swap:<region> or abandon:<run>; may be given again")
	cmd.Flags().StringVar(&file, "reviewed", "", "the plan.json of a preview: stop if the plan is another")
	a.withJSON(cmd)
	return cmd
}

func (a *app) runUp(ctx context.Context, name, stack string, refresh bool, accept []string, file string) error {
	m, err := market.Load(a.dir, name)
	if err != nil {
		return &inputError{err}
	}
	v, err := newReview(m, accept, file)
	if err != nil {
		return err
	}
	t, open, err := a.ready(ctx, name, stack)
	if err != nil {
		return err
	}
	v.first = firsts(open)
	drills, err := a.guard(ctx, t, open, accept)
	if err != nil {
		return err
	}
	used := slices.Clone(drills)
	o := newOutcome("up", t)
	a.execute(ctx, &o, inTurn(t.stacks), open, false, func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		var took []string
		r := st.Up(ctx, engine.Choice{
			Refresh: refresh,
			Review: func(p engine.Result) error {
				took = v.took(s, p)
				used = append(used, took...)
				return v.of(s, p)
			},
			Message: func() string {
				return strings.Join(slices.Concat([]string{"pitboss up " + name}, drills, took), "; accepted ")
			},
		}, watch)
		return v.add(judge(s, r, false), s, r)
	})
	err = a.finish(&o, t)
	for _, words := range accept {
		if !slices.Contains(used, words) && o.Result == resultSucceeded {
			a.say("warning  --accept-risk=%s was not needed: no plan of this run had that danger", words)
		}
	}
	if err == nil {
		a.say("next: pitboss status %s", name)
	}
	return err
}

// ready opens a market's stacks for a run of the program, or says what stands in
// the way of one.
func (a *app) ready(ctx context.Context, name, stack string) (target, map[string]*engine.Stack, error) {
	t, err := a.aim(ctx, name, stack)
	if err != nil {
		return t, nil, err
	}
	open, err := a.readyFor(ctx, t)
	return t, open, err
}

// readyFor opens the stacks while the program is built: neither needs the other.
func (a *app) readyFor(ctx context.Context, t target) (map[string]*engine.Stack, error) {
	building, stop := context.WithCancel(ctx)
	defer stop()
	type opened struct {
		stacks map[string]*engine.Stack
		err    error
	}
	opening := make(chan opened, 1)
	go func() {
		open, err := t.open(ctx)
		if err != nil {
			stop()
		}
		opening <- opened{open, err}
	}()
	buildErr := a.prepare(building, t)
	got := <-opening
	if got.err != nil {
		return nil, got.err
	}
	if buildErr != nil {
		return nil, buildErr
	}
	if err := a.checkKubernetes(t, got.stacks); err != nil {
		return nil, err
	}
	return got.stacks, checkFirstBuild(ctx, t, got.stacks)
}

// checkFirstBuild refuses to build a market anywhere but at home first. Later, active may
// be either. That does not mean that up alone can rebuild a home region that was destroyed
// while the other is active: its databases' members can be, since the role decides what
// they are created as; but the identity of the replicated caches is in the home stack, so
// they must be rebuilt with both members. For this down refuses to take home first.
func checkFirstBuild(ctx context.Context, t target, open map[string]*engine.Stack) error {
	m := t.market
	if m.Active == m.Home {
		return nil
	}
	states, err := t.states(ctx, open)
	if err != nil {
		return err
	}
	for _, s := range m.Stacks() {
		if s.Kind == market.KindRegion && states[s.Name].Resources > 0 {
			return nil
		}
	}
	return &inputError{fmt.Errorf(
		"%s: active: found %s, and neither region is built yet\n    allowed: %s (home): a market is first built with active: home, because the home stack founds the replicated caches and the databases' first members\n    next: set active to %s, run `pitboss up %s`, then swap",
		m.File, m.Active, m.Home, m.Home, m.Name)}
}

// checkKubernetes warns of a version about to leave standard support, and
// refuses to build a new cluster on one that has left it. A cluster that runs
// may still be operated: an old version never stands in the way of a swap.
func (a *app) checkKubernetes(t target, open map[string]*engine.Stack) error {
	warning, err := t.market.Support(a.env.Now())
	if warning != "" {
		a.say("warning  %s: kubernetes: %s", t.market.File, warning)
	}
	if err == nil {
		return nil
	}
	for _, s := range t.stacks {
		if s.Kind == market.KindRegion && open[s.Name].State.Resources == 0 {
			return &inputError{fmt.Errorf("%s: kubernetes: %w", t.market.File, err)}
		}
	}
	a.say("warning  %s: kubernetes: %v", t.market.File, err)
	return nil
}

package cli

import (
	"context"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/spf13/cobra"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

// riskDestroy names the risk of losing what a stack protects.
func riskDestroy(stack string) string { return "destroy-protected:" + stack }

func (a *app) down() *cobra.Command {
	var stack string
	var accepted []string
	var dryRun, parallel bool
	cmd := &cobra.Command{
		Use:   "down <market>",
		Short: "Destroy a market's stacks, except what is protected",
		Long: `Destroy a market's stacks: its regions first, then its foundation.

A stack that holds protected resources (keys, evidence) is refused as a whole,
with their URNs, unless its risk is accepted by name. Resources that are marked
to be retained leave the stack and stay in the cloud: they are counted. The empty
stacks and their history stay in the backend.`,
		Example: `  pitboss down mt --dry-run                 # what would be destroyed
  pitboss down mt --stack mt-eu-central-1   # one region; the foundation stays
  pitboss down mt --accept-risk=destroy-protected:mt-foundation`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runDown(cmd.Context(), args[0], stack, accepted, dryRun, parallel)
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "only this stack of the market")
	cmd.Flags().StringArrayVar(&accepted, "accept-risk", nil, "a risk you accept, as a refusal names it; may be given more than once")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be destroyed, and destroy nothing")
	cmd.Flags().BoolVar(&parallel, "parallel", true, parallelHelp)
	a.withJSON(cmd)
	return cmd
}

func (a *app) runDown(ctx context.Context, name, stack string, accepted []string, dryRun, parallel bool) error {
	if err := checkRisks(a.dir, name, accepted); err != nil {
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
	o := newOutcome("down", t)
	a.execute(ctx, &o, backwards(waves(t.stacks)), open, parallel, func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		accept := slices.Contains(accepted, riskDestroy(s.Name))
		if st.State.Empty() {
			return judge(s, engine.Result{}, dryRun)
		}
		if dryRun {
			r := judge(s, st.PreviewDestroy(ctx, watch), true)
			if accept && r.Result == resultRefused {
				r.Result, r.Refused, r.Failures = resultSucceeded, nil, nil
			}
			return r
		}
		if len(st.State.Protected) > 0 && !accept {
			r := skipped(s)
			r.Result, r.Refused = resultRefused, st.State.Protected
			return r
		}
		r := judge(s, st.Destroy(ctx, accept, watch), false)
		if r.Result == resultSucceeded {
			r.Retained = st.State.Retained
		}
		return r
	})
	err = a.finish(&o, t)
	a.retained(o)
	return err
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

// checkRisks refuses an accepted risk that this market does not have: a typing
// error there would otherwise look like a refusal for another reason.
func checkRisks(dir, name string, accepted []string) error {
	if len(accepted) == 0 {
		return nil
	}
	m, err := market.Load(dir, name)
	if err != nil {
		return &inputError{err}
	}
	var known []string
	for _, s := range m.Stacks() {
		known = append(known, riskDestroy(s.Name))
	}
	for _, risk := range accepted {
		if !slices.Contains(known, risk) {
			return &usageError{"--accept-risk: found " + risk, "accept one of " + list(known)}
		}
	}
	return nil
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
			byType[string(resource.URN(urn).Type())]++
		}
		a.say("")
		a.say("%s: these left the stack and are still in the cloud, because they are marked to be retained (--json lists them):", s.Name)
		for _, t := range slices.Sorted(maps.Keys(byType)) {
			a.say("  %4d %s", byType[t], t)
		}
	}
}

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

func (a *app) preview() *cobra.Command {
	var stack string
	var refresh, parallel, expectNone bool
	cmd := &cobra.Command{
		Use:   "preview <market>",
		Short: "Show what up would change",
		Long: `Show what up would change, one line per resource, without touching anything.

A stack that does not exist yet is made, empty, in the engine's backend: Pulumi
needs it to compare with. Each stack is compared with what the others have
published so far, so one that reads a change of another shows it after the up.`,
		Example: `  pitboss preview mt                        # all of Malta
  pitboss preview mt --stack mt-eu-south-1  # one stack only
  pitboss preview mt --expect-no-changes    # exit 5 if anything would change
  pitboss preview mt --json`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runPreview(cmd.Context(), args[0], stack, refresh, parallel, expectNone)
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "only this stack of the market")
	cmd.Flags().BoolVar(&refresh, "refresh", false, "read every resource from the cloud first")
	cmd.Flags().BoolVar(&parallel, "parallel", true, "look at several stacks at the same time")
	cmd.Flags().BoolVar(&expectNone, "expect-no-changes", false, "exit with 5 if anything would change")
	a.withJSON(cmd)
	return cmd
}

func (a *app) runPreview(ctx context.Context, name, stack string, refresh, parallel, expectNone bool) error {
	t, open, err := a.ready(ctx, name, stack)
	if err != nil {
		return err
	}
	o := newOutcome("preview", t)
	a.execute(ctx, &o, together(t.stacks, built(t.stacks, open)), open, parallel, func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		return judge(s, st.Preview(ctx, refresh, watch), true)
	})
	err = a.finish(&o, t)
	if err == nil && expectNone && o.Total.Any() {
		return errChanges
	}
	return err
}

package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"pitboss/drill/plan"
	"pitboss/drill/steps"
)

// drilling is what a drill was asked for.
type drilling struct {
	market, to, kind string
	plan             bool
	state            string
	accept           []string
	resume, abort    string
	prometheus       string
	out              string
	quietly          bool // no witness
	pace             steps.Pace
}

func (a *app) drill() *cobra.Command {
	d := drilling{pace: steps.DefaultPace()}
	cmd := &cobra.Command{
		Use:   "drill <market>",
		Short: "Move a market to its other region on purpose, with the data, and prove it",
		Long: `Move a market to its other region on purpose, with the data, and prove it.

The plan is derived from what the market's stacks have published; --plan prints exactly
what a run would walk, how long players are without service by its promises, and ends
with 3 if that is more than the market's RTO.

Kinds:
  switchover  between two regions that live. Nothing is lost.
  failover    leaves a region that is gone. What it had not sent is lost, and must be
              accepted by name: --accept-risk=lose:ledger. Where that region cannot be
              reached to be kept from writing, somebody must also know that it is dead:
              --accept-risk=unfenced:eu-south-1; or its ledger is bound to the RPO.
  failback    takes a region back into service and moves the market to it.

A drill asks nothing while it runs. What cannot be done is taken back by itself, up to the
point from where there is no way back. Killed at any moment, --resume goes on with a run
and --abort takes it back: never do two regions take writes. A report, signed and kept in
the market's audit bucket, says what was promised and what happened.

Exit codes: 0 done and every promise kept, 1 not done or a promise broken, 3 refused.`,
		Example: `  pitboss drill mt --to eu-central-1 --plan          # what it would do, and how long it may take
  pitboss drill mt --to eu-central-1                 # a switchover
  pitboss drill mt --to eu-south-1 --kind failback   # back again
  pitboss drill mt --to eu-central-1 --kind failover --accept-risk=lose:ledger --accept-risk=lose:vault
  pitboss drill mt --resume 20270101T100000-switchover-eu-central-1
  pitboss drill mt --plan --state exports            # in a pull request: does it still keep the RTO?`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d.market = args[0]
			return a.runDrill(cmd.Context(), d)
		},
	}
	f := cmd.Flags()
	f.StringVar(&d.to, "to", "", "the region that is to be active; a plan is to the one that is not")
	f.StringVar(&d.kind, "kind", string(plan.Switchover), "switchover, failover or failback")
	f.BoolVar(&d.plan, "plan", false, "only print the plan")
	f.StringVar(&d.state, "state", "", "with --plan: a folder of exported states instead of the engine's backend")
	f.StringArrayVar(&d.accept, "accept-risk", nil, "accept one loss by name, as lose:<database> or unfenced:<region>; may be given again")
	f.StringVar(&d.resume, "resume", "", "go on with this run")
	f.StringVar(&d.abort, "abort", "", "take this run back")
	f.StringVar(&d.prometheus, "prometheus", "", "address of the Prometheus with the regions' indicators, or several with commas: the first that knows a region is believed (the engine's own by default)")
	f.StringVar(&d.out, "out", "", "folder for journals and reports (the engine's own by default)")
	f.BoolVar(&d.quietly, "no-witness", false, "do not have somebody write to the market while it runs, where the engine could")
	f.DurationVar(&d.pace.Hold, "hold", d.pace.Hold, "how long each share of the players is watched: at least what clients keep an address for")
	f.DurationVar(&d.pace.Poll, "poll", d.pace.Poll, "how long to wait before asking again")
	f.IntVar(&d.pace.Requests, "requests", d.pace.Requests, "how many requests the indicators of a share must be of")
	a.withJSON(cmd)
	cmd.AddCommand(a.drillVerify(), a.drillHistory())
	return cmd
}

// runDrill plans, and runs unless only the plan was asked for.
func (a *app) runDrill(ctx context.Context, d drilling) error {
	if err := d.check(); err != nil {
		return err
	}
	if d.resume != "" || d.abort != "" {
		return a.goOn(ctx, d)
	}
	if d.plan {
		return a.planDrill(ctx, d)
	}
	return a.startDrill(ctx, d)
}

func (d drilling) check() error {
	switch again := d.resume != "" || d.abort != ""; {
	case d.resume != "" && d.abort != "":
		return &usageError{"--resume and --abort: a run cannot go both ways", "choose one"}
	case again && (d.to != "" || d.plan):
		return &usageError{"--resume and --abort have their plan already", "leave --to and --plan out"}
	case !again && !d.plan && d.to == "":
		return &usageError{"--to: found nothing, needs the region that is to be active", "for example: pitboss drill " + d.market + " --to eu-central-1 --plan"}
	case d.state != "" && !d.plan:
		return &usageError{"--state: only a plan can be made of copies", "add --plan, or leave --state out"}
	case d.pace.Hold < 0 || d.pace.Poll <= 0 || d.pace.Poll > time.Minute:
		return &usageError{"--hold must not be negative, --poll must be between 0 and a minute", "leave them out"}
	case d.pace.Requests < 1:
		return &usageError{"--requests must be at least 1: indicators of no request say nothing", "leave it out"}
	}
	return nil
}

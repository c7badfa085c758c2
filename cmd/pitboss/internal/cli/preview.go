package cli

import (
	"context"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/report"
	"pitboss/cmd/pitboss/internal/risk"
	"pitboss/policy/exemptions"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// previewing is what a preview was asked for.
type previewing struct {
	market, stack     string
	refresh, parallel bool
	state             string // where the states are from; "" is the engine's backend
	report            string // folder; "" writes none
}

func (a *app) preview() *cobra.Command {
	var p previewing
	cmd := &cobra.Command{
		Use:   "preview <market>",
		Short: "Show what up would change, what is dangerous about it, and what it would cost",
		Long: `Show what up would change, without touching anything: what changes, what of that is
dangerous, which rules of the policy it breaks, and with --report what it would cost.

Each stack is compared with what the others have published so far, so one that reads
a change of another shows it after the up. If a stack does not exist yet, or with
--state, the states are copied first and the backend they are from is not written to.
Secrets of a copy are unknown. No credentials of a cloud are needed, except with
--refresh.

--report writes report.md (for a pull request), report.html, report.json, map.svg and
plan.json, which up --reviewed carries out.

Exit codes: 0 nothing changes, 5 something does, 7 some of it is dangerous, 8 it breaks
a rule of the policy, 4 it could not tell.`,
		Example: `  pitboss preview mt                        # all of Malta
  pitboss preview mt --stack mt-eu-south-1  # one stack only
  pitboss preview mt --report out           # with a report to read and to review
  pitboss preview mt --state exports        # a folder of <stack>.json: no backend is needed
  pitboss preview mt --state none           # as if nothing were built
  pitboss preview mt --json`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p.market = args[0]
			return a.runPreview(cmd.Context(), p)
		},
	}
	cmd.Flags().StringVar(&p.stack, "stack", "", "only this stack of the market")
	cmd.Flags().BoolVar(&p.refresh, "refresh", false, "read every resource from the cloud first")
	cmd.Flags().BoolVar(&p.parallel, "parallel", true, "look at several stacks at the same time")
	cmd.Flags().StringVar(&p.state, "state", "", "a folder of exported states, or none, instead of the engine's backend")
	cmd.Flags().StringVar(&p.report, "report", "", "write reports into this folder")
	a.withJSON(cmd)
	return cmd
}

func (a *app) runPreview(ctx context.Context, p previewing) error {
	if _, err := exemptions.Load(a.dir, a.env.Now()); err != nil {
		return &inputError{err}
	}
	t, closeIt, err := a.aimPreview(ctx, p)
	if err != nil {
		return err
	}
	defer closeIt()
	open, err := a.readyFor(ctx, t)
	if err != nil {
		return err
	}
	o := newOutcome("preview", t)
	found := findings{results: map[string]engine.Result{}}
	a.execute(ctx, &o, together(t.stacks, built(t.stacks, open)), open, p.parallel, func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		r := st.Preview(ctx, p.refresh, watch)
		found.set(s.Name, r)
		return found.judge(s, r)
	})
	in, err := found.input(t, open)
	if err != nil {
		return err
	}
	o.Verdict = report.Verdict(in)
	for i := range o.Stacks {
		o.Stacks[i].Risks = slices.DeleteFunc(slices.Clone(in.Risks), func(one risk.Risk) bool { return one.Stack != o.Stacks[i].Name })
	}
	if p.report != "" {
		if err := a.writeReport(p.report, in, found.plan(t)); err != nil {
			return err
		}
	}
	if err := a.finish(&o, t); o.Result == resultInterrupted {
		return err
	}
	a.explainFindings(in)
	return verdictError(o.Verdict)
}

// verdictError is the exit code of a verdict.
func verdictError(v report.Judgement) error {
	switch v {
	case report.Clean:
		return nil
	case report.Changed:
		return errChanges
	case report.Dangerous:
		return errDanger
	case report.PolicyFailure:
		return errPolicy
	}
	return errUnknown
}

// findings are what previews of several stacks found.
type findings struct {
	mu      sync.Mutex
	results map[string]engine.Result
}

func (f *findings) set(stack string, r engine.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.results[stack] = r
}

// breaks tells whether a plan breaks a rule of the policy: all of it was seen, and the
// engine refused it for that.
func breaks(r engine.Result) bool {
	return r.Judged && slices.ContainsFunc(r.Findings, func(f rules.Finding) bool { return f.Verdict == rules.Broken })
}

// judge makes a stack's outcome. One that only breaks the policy was previewed all the same.
func (f *findings) judge(s market.Stack, r engine.Result) stackOutcome {
	o := judge(s, r, true)
	if o.Result == resultFailed && breaks(r) {
		o.Result, o.Failures = resultRefused, nil
	}
	o.Findings = r.Findings
	return o
}

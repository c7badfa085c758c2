package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/progress"
	"pitboss/cmd/pitboss/internal/report"
	"pitboss/cmd/pitboss/internal/risk"
	"pitboss/cmd/pitboss/internal/tally"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// The results a stack, and a whole run, may have.
const (
	resultSucceeded   = "succeeded"
	resultFailed      = "failed"
	resultRefused     = "refused"
	resultInterrupted = "interrupted"
	resultSkipped     = "skipped" // something it needs did not succeed
)

// An outcome is the --json answer of up, preview and down.
type outcome struct {
	Command        string           `json:"command"`
	Market         string           `json:"market"`
	Account        string           `json:"account"`
	Engine         engineJSON       `json:"engine"`
	Result         string           `json:"result"`
	ElapsedSeconds float64          `json:"elapsedSeconds"`
	Total          tally.Changes    `json:"total"`
	Verdict        report.Judgement `json:"verdict,omitempty"` // of a preview
	Stacks         []stackOutcome   `json:"stacks"`

	OutOfTurn *refusal `json:"outOfTurn,omitempty"` // why a down is refused whatever is named

	next string // the command that a refused down would have been
}

type engineJSON struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Backend     string `json:"backend"`
	Own         bool   `json:"own"`
}

type stackOutcome struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Region string `json:"region"`
	Result string `json:"result"`
	tally.Changes
	ElapsedSeconds float64          `json:"elapsedSeconds"`
	Planned        []tally.Change   `json:"planned,omitempty"` // preview and --dry-run only
	Failures       []tally.Failure  `json:"failures,omitempty"`
	Refused        []string         `json:"refused,omitempty"`   // URNs that it would lose
	Protected      []protectedThing `json:"protected,omitempty"` // what a down must be told by name
	Retained       []string         `json:"retained,omitempty"`  // URNs that left the stack and stay in the cloud
	Detached       []string         `json:"detached,omitempty"`  // URNs of the gslb stack that a down deletes first; the next up makes them again
	Exposed        []string         `json:"exposed,omitempty"`   // URNs that a failed down has left without AWS's own protection
	Repairs        []string         `json:"repairs,omitempty"`
	Risks          []risk.Risk      `json:"risks,omitempty"`    // dangers that nobody accepted
	Findings       []rules.Finding  `json:"findings,omitempty"` // what the policy found, of a preview
	Differs        []string         `json:"differs,omitempty"`  // how the plan differs from the reviewed one

	at string // the stack that it failed at, if it is another
}

func newOutcome(command string, t target) outcome {
	return outcome{
		Command: command, Market: t.market.Name, Account: t.market.Account, Result: resultSucceeded,
		Stacks: []stackOutcome{},
		Engine: engineJSON{t.ws.Engine.Name, t.ws.Engine.Description, withoutSecrets(t.ws.Backend), t.ws.Engine.Own},
	}
}

// add takes the result of one stack. The worst result is that of the run.
func (o *outcome) add(s stackOutcome) {
	o.Stacks = append(o.Stacks, s)
	o.Total = o.Total.Add(s.Changes)
	order := []string{resultSucceeded, resultSkipped, resultRefused, resultFailed, resultInterrupted}
	if index(order, s.Result) > index(order, o.Result) {
		o.Result = s.Result
	}
}

func index(list []string, s string) int {
	for i, v := range list {
		if v == s {
			return i
		}
	}
	return -1
}

// err is what the run's exit code is made of.
func (o *outcome) err() error {
	switch o.Result {
	case resultSucceeded:
		return nil
	case resultInterrupted:
		return errInterrupted
	case resultRefused:
		return errRefused
	}
	return errFailed
}

// judge makes the outcome of one stack. With plan, the changes are listed.
func judge(s market.Stack, r engine.Result, plan bool) stackOutcome {
	o := stackOutcome{
		Name: s.Name, Kind: string(s.Kind), Region: s.Region.String(), Result: resultSucceeded,
		Changes: r.Changes, ElapsedSeconds: seconds(r.Elapsed), Failures: r.Failures, Repairs: r.Repairs, Exposed: r.Exposed,
	}
	if plan {
		o.Planned = r.List
	}
	for _, c := range r.Lost {
		o.Refused = append(o.Refused, c.URN)
	}
	for _, f := range r.Failures {
		if isProtected(f.Message) && f.URN != "" && index(o.Refused, f.URN) < 0 {
			o.Refused = append(o.Refused, f.URN)
		}
	}
	switch {
	case errors.Is(r.Err, engine.ErrInterrupted):
		o.Result = resultInterrupted
	case len(o.Refused) > 0:
		o.Result = resultRefused
	case r.Err != nil:
		o.Result = resultFailed
		if len(o.Failures) == 0 {
			o.Failures = []tally.Failure{{Message: r.Err.Error()}}
		}
	}
	return o
}

func skipped(s market.Stack) stackOutcome {
	return stackOutcome{Name: s.Name, Kind: string(s.Kind), Region: s.Region.String(), Result: resultSkipped}
}

// seconds with one decimal: more would pretend to be measured better.
func seconds(d time.Duration) float64 {
	return float64(d.Round(100*time.Millisecond).Milliseconds()) / 1000
}

// table prints the summary, one row per stack and the total.
func (o *outcome) table(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "STACK\tRESULT\tCREATE\tUPDATE\tREPLACE\tDELETE\tSAME\tELAPSED")
	row := func(name, result string, c tally.Changes, s float64) {
		elapsed := progress.Elapsed(time.Duration(s * float64(time.Second)))
		fmt.Fprintf(tw, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", name, result, c.Creates, c.Updates, c.Replaces, c.Deletes, c.Same, elapsed)
	}
	for _, s := range o.Stacks {
		row(s.Name, s.Result, s.Changes, s.ElapsedSeconds)
	}
	row("total", o.Result, o.Total, o.ElapsedSeconds)
	return tw.Flush()
}

// changes prints what a preview found, one line per resource.
func (o *outcome) changes(w io.Writer) {
	for _, s := range o.Stacks {
		for _, c := range s.Planned {
			line := fmt.Sprintf("%s  %-7s  %s  %s", s.Name, c.Op, c.Type, c.Name)
			if len(c.Why) > 0 {
				line += "  [" + strings.Join(c.Why, ", ") + "]"
			}
			if c.Protected {
				line += "  protected"
			}
			if c.Retained && c.Op == "delete" {
				line += "  stays in the cloud"
			}
			fmt.Fprintln(w, line)
		}
	}
}

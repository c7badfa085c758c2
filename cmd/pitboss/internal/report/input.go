// Package report writes what a preview of a market found: as Markdown for a pull request,
// as one HTML page, and as JSON for scripts. All three are made from the same Document, and
// the same Input gives the same bytes. Import it from cmd/pitboss only.
package report

import (
	"time"

	"pitboss/cmd/pitboss/internal/cost"
	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/risk"
	"pitboss/policy/rules"
)

// Input is everything that a report says.
type Input struct {
	Plan plan.Market
	// Stacks are what else is known of each stack, in the order of building. A stack of the
	// plan may be missing, and one that could not be previewed need not be in the plan.
	Stacks []Stack
	// Risks are those of the whole plan, as risk.Find returns them.
	Risks []risk.Risk
	// Cost is the estimate; nil if there is none.
	Cost *cost.Bill
	// Topology is a picture of the market as SVG; empty if there is none.
	Topology []byte
	// ActiveBefore and ActiveAfter are the region that takes writes, as recorded and as the
	// plan has it. Before is empty if it is not recorded; After empty is the market file's.
	ActiveBefore, ActiveAfter string
	// Notes are sentences about the whole run.
	Notes []string
	// Full is a link to, or the name of, the file with the full report.
	Full string
	// Rule finds a rule; nil is rules.ByID.
	Rule func(id string) (rules.Rule, bool)
}

// Stack is what is known of a stack beside its plan.
type Stack struct {
	Name     string
	Findings []rules.Finding
	// New says that the stack does not exist yet.
	New bool
	// Failed is why it could not be previewed; empty if it could.
	Failed  string
	Notes   []string
	Elapsed time.Duration
}

// Judgement is the whole report in a word.
type Judgement string

// The judgements; of those that apply the first one counts.
const (
	CouldNotTell  Judgement = "could-not-tell" // a stack could not be previewed
	PolicyFailure Judgement = "policy-failure" // a rule is broken and not exempted
	Dangerous     Judgement = "danger"         // there is a risk that somebody has to accept
	Changed       Judgement = "changes"
	Clean         Judgement = "clean"
)

// Verdict is the judgement on an input.
func Verdict(in Input) Judgement { return Make(in).Verdict }

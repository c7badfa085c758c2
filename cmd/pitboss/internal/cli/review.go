package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/risk"
	"pitboss/stacks/market"
)

// errNotAccepted and errNotReviewed refuse a plan; the outcome says what is wrong with it.
var (
	errNotAccepted = errors.New("it is dangerous, and nobody accepted that")
	errNotReviewed = errors.New("it is not the plan that was reviewed")
)

// reviewed is a plan that somebody has read: the lines of each stack. `preview --report`
// writes it as plan.json.
type reviewed struct {
	Market string              `json:"market"`
	Stacks map[string][]string `json:"stacks"`
}

// A review decides whether a plan may be carried out.
type review struct {
	market   market.Market
	accepted []string
	plan     *reviewed       // nil: none was given
	first    map[string]bool // stacks that were never built to their end
}

// newReview reads what was accepted and reviewed. Both must be what they say they are.
func newReview(m market.Market, accepted []string, file string) (review, error) {
	v := review{market: m, accepted: accepted}
	for _, words := range accepted {
		if ofDrills(words) {
			continue
		}
		kind, urn, ok := strings.Cut(words, ":")
		if !ok || !slices.Contains(risk.Kinds(), risk.Kind(kind)) || !strings.HasPrefix(urn, "urn:pulumi:"+m.Name+"-") {
			return v, &usageError{
				fmt.Sprintf("--accept-risk: found %q, allowed: one of %v, a colon and the whole URN of a resource of market %s", words, risk.Kinds(), m.Name),
				"take the words from what `pitboss preview " + m.Name + "` or the refused up prints",
			}
		}
	}
	if file == "" {
		return v, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return v, &inputError{fmt.Errorf("--reviewed: %w\n  next: give the plan.json that `pitboss preview %s --report <folder>` wrote", err, m.Name)}
	}
	v.plan = &reviewed{}
	if err := json.Unmarshal(raw, v.plan); err != nil || v.plan.Stacks == nil {
		return v, &inputError{fmt.Errorf("--reviewed: %s is no plan\n  next: give the plan.json that `pitboss preview %s --report <folder>` wrote", file, m.Name)}
	}
	if v.plan.Market != m.Name {
		return v, &inputError{fmt.Errorf("--reviewed: %s is the plan of market %s, want %s", file, v.plan.Market, m.Name)}
	}
	return v, nil
}

// of refuses a stack's plan, or lets it pass.
func (v review) of(s market.Stack, r engine.Result) error {
	if len(v.open(s, r)) > 0 {
		return errNotAccepted
	}
	if len(v.differs(s, r)) > 0 {
		return errNotReviewed
	}
	return nil
}

// risks are all dangers of a stack's plan.
func (v review) risks(s market.Stack, r engine.Result) []risk.Risk {
	return dangers(plan.Market{Market: v.market, Stacks: []plan.Stack{{Stack: s, Steps: r.Steps}}}, v.first)
}

// dangers are the risks of a plan. The doors of a stack that is built for the first time
// are none: nobody is behind them yet, and the policy knows each of them.
func dangers(p plan.Market, first map[string]bool) []risk.Risk {
	return slices.DeleteFunc(risk.Find(p), func(one risk.Risk) bool { return one.Kind == risk.Expose && first[one.Stack] })
}

// firsts are the stacks that were never built to their end: a stack publishes its outputs
// only then.
func firsts(open map[string]*engine.Stack) map[string]bool {
	out := map[string]bool{}
	for name, st := range open {
		out[name] = len(st.State.Outputs) == 0
	}
	return out
}

// open are the dangers that nobody accepted.
func (v review) open(s market.Stack, r engine.Result) []risk.Risk {
	return slices.DeleteFunc(v.risks(s, r), func(one risk.Risk) bool { return slices.Contains(v.accepted, one.Words()) })
}

// took are the words of the dangers of this plan that were accepted, for the record.
func (v review) took(s market.Stack, r engine.Result) []string {
	var out []string
	for _, one := range v.risks(s, r) {
		if slices.Contains(v.accepted, one.Words()) {
			out = append(out, one.Words())
		}
	}
	return out
}

// differs is what is only in the reviewed plan of a stack, and what is only in the one of
// now.
func (v review) differs(s market.Stack, r engine.Result) []string {
	if v.plan == nil {
		return nil
	}
	var out []string
	was, is := v.plan.Stacks[s.Name], plan.Lines(r.Steps)
	for _, line := range was {
		if !slices.Contains(is, line) {
			out = append(out, "reviewed, and not so now: "+line)
		}
	}
	for _, line := range is {
		if !slices.Contains(was, line) {
			out = append(out, "now, and not reviewed: "+line)
		}
	}
	return out
}

// add says in a stack's outcome what was refused.
func (v review) add(o stackOutcome, s market.Stack, r engine.Result) stackOutcome {
	switch {
	case breaks(r) && o.Result == resultFailed && !errors.Is(r.Err, errNotAccepted) && !errors.Is(r.Err, errNotReviewed):
		o.Result = resultRefused // by the policy, before anything was touched
	case errors.Is(r.Err, errNotAccepted):
		o.Result, o.Failures, o.Risks = resultRefused, nil, v.open(s, r)
	case errors.Is(r.Err, errNotReviewed):
		o.Result, o.Failures, o.Differs = resultRefused, nil, v.differs(s, r)
	}
	return o
}

// explainReview says why a plan was refused, and what to do about it.
func (a *app) explainReview(s stackOutcome, t target) {
	if len(s.Risks) > 0 {
		a.say("")
		a.say("%s: refused, and nothing was touched: %s nobody accepted", s.Name, count(len(s.Risks), "danger"))
		for _, one := range s.Risks {
			a.say("  %s", one.Says)
			for _, because := range one.Because {
				a.say("    because of %s", because)
			}
			a.say("    to accept it: --accept-risk='%s'", one.Words())
		}
	}
	if len(s.Differs) > 0 {
		a.say("")
		a.say("%s: refused, and nothing was touched: the plan is not the one that was reviewed", s.Name)
		for _, line := range s.Differs {
			a.say("  %s", line)
		}
		a.say("  next: `pitboss preview %s --report <folder>`, have it reviewed, and give its plan.json", t.market.Name)
	}
}

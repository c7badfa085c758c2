package run

import (
	"encoding/json"
	"fmt"
	"slices"

	"pitboss/drill/journal"
	"pitboss/drill/plan"
)

// A Consent is what somebody who goes on with a run accepts by name, beside what was
// accepted before.
type Consent struct {
	Accepted []string `json:"accepted"`
}

// Accepted are all risks that a journal says were accepted by name: when the run began, and
// by whoever went on with it.
func Accepted(all []journal.Entry) ([]string, error) {
	h, err := ReadHeader(all)
	if err != nil {
		return nil, err
	}
	out := h.Accepted
	for _, e := range all {
		if e.Kind != journal.Resume || e.Data == nil {
			continue
		}
		var c Consent
		if err := json.Unmarshal(e.Data, &c); err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		out = append(out, c.Accepted...)
	}
	return out, nil
}

// resume writes down who goes on, and what nobody had accepted before. A run that was
// killed before its first entry is not gone on with.
func (r *Runner) resume() error {
	if len(r.Journal.Entries()) == 0 {
		return nil
	}
	before, err := Accepted(r.Journal.Entries())
	if err != nil {
		return err
	}
	var consent any
	if more := slices.DeleteFunc(slices.Clone(r.World.Accepted), func(risk string) bool { return slices.Contains(before, risk) }); len(more) > 0 {
		consent = Consent{more}
	}
	return r.add(journal.Resume, "", r.World.Who, consent)
}

// unaccepted is an error if the plan loses something that was not accepted by name.
func (r *Runner) unaccepted() error {
	var missing []string
	for _, risk := range r.Plan.Losses {
		if !slices.Contains(r.World.Accepted, risk) {
			missing = append(missing, "--accept-risk="+risk)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &UnacceptedError{Plan: r.Plan, Flags: missing}
}

// An UnacceptedError is a loss that nobody has accepted.
type UnacceptedError struct {
	Plan  plan.Plan
	Flags []string
}

func (e *UnacceptedError) Error() string {
	text := fmt.Sprintf("a %s to %s loses what %s had not sent yet (at most %s by company policy, if it was kept)\n  next: accept it by name:",
		e.Plan.Kind, e.Plan.To, e.Plan.From, e.Plan.RPO)
	for _, f := range e.Flags {
		text += " " + f
	}
	return text
}

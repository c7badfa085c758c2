package run

import (
	"fmt"

	"pitboss/drill/plan"
)

// unaccepted is an error if the plan loses something that was not accepted by name.
func (r *Runner) unaccepted() error {
	var missing []string
	for _, risk := range r.Plan.Losses {
		accepted := false
		for _, one := range r.World.Accepted {
			accepted = accepted || one == risk
		}
		if !accepted {
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

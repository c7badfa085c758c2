package model

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pitboss/drill/plan"
	"pitboss/drill/steps"
)

// without drops steps by the beginning of their ids.
func without(prefixes ...string) func([]steps.Step) []steps.Step {
	return func(all []steps.Step) []steps.Step {
		return slices.DeleteFunc(slices.Clone(all), func(s steps.Step) bool {
			return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s.ID, p) })
		})
	}
}

// early moves a step in front of another one.
func early(id, before string) func([]steps.Step) []steps.Step {
	return func(all []steps.Step) []steps.Step {
		out := without(id)(all)
		i := slices.IndexFunc(out, func(s steps.Step) bool { return s.ID == before })
		j := slices.IndexFunc(all, func(s steps.Step) bool { return s.ID == id })
		return slices.Insert(out, i, all[j])
	}
}

// TestTheModelBites: a drill that leaves out or exchanges what keeps it safe is caught.
func TestTheModelBites(t *testing.T) {
	lose := []string{steps.Lose("ledger"), steps.Lose("vault")}
	for _, c := range []struct {
		name, want string
		kind       plan.Kind
		faults     Faults
		alter      func([]steps.Step) []steps.Step
	}{
		{"nobody fences the region that is cut off", "both regions take writes", plan.Failover, Faults{Apart: true}, without("fence")},
		{"services are not told to stop", "services of both regions are told to write", plan.Switchover, Faults{}, without("freeze")},
		{"the handing on never ends", "are told", plan.Switchover, Faults{}, without("settle")},
		{"the databases stay closed", "what the program would still change", plan.Switchover, Faults{}, without("open")},
		{"the lock stays", "lock", plan.Switchover, Faults{}, without("unlock")},
		{"players stay", "the floor in eu-south-1", plan.Switchover, Faults{}, without("traffic", "say-so", "agree")},
		{"the code is not told", "the floor in eu-south-1", plan.Switchover, Faults{}, without("say-so", "agree")},
		{"the new region writes before it has the data", "aborted", plan.Switchover, Faults{}, early("resume", "promote:ledger")},
	} {
		w := New(Example(), c.faults)
		d := &Drill{World: w, Kind: c.kind, To: w.Inv.Standby, Accepted: lose, Alter: c.alter}
		o, _, err := d.Go(context.Background())
		saw := string(o)
		if err := verdict(w, d, o, err); err != nil {
			saw = err.Error()
		}
		if !strings.Contains(saw, c.want) {
			t.Errorf("%s: want %q, got %s", c.name, c.want, saw)
		}
	}
}

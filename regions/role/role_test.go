package role

import (
	"fmt"
	"testing"
)

// TestOneRegionDoesIt: whatever must happen in exactly one region of a market is asked of
// exactly one role.
func TestOneRegionDoesIt(t *testing.T) {
	a, s := Active.Numbers(), Standby.Numbers()
	for what, only := range map[string]bool{
		"traffic by name":    a.Weight == 100 && s.Weight == 0,
		"traffic by anycast": a.Dial == 100 && s.Dial == 0,
		"writing":            a.Writes && !s.Writes,
		"scheduled work":     !a.SchedulesSuspended && s.SchedulesSuspended,
		"replication":        a.Replicates && !s.Replicates,
	} {
		if !only {
			t.Errorf("%s: active has %+v, standby has %+v", what, a, s)
		}
	}
	if a.Floor != FloorFull || s.Floor != FloorWarm {
		t.Errorf("floors are %s and %s", a.Floor, s.Floor)
	}
}

// TestNoRoleIsHarmless: a role that nobody set takes no traffic and writes nothing.
func TestNoRoleIsHarmless(t *testing.T) {
	for _, r := range []Role{"", "home", "Active"} {
		if r.Valid() || r.Other() != "" || r.Numbers() != Standby.Numbers() {
			t.Errorf("%q is valid, has another role or has numbers of its own: %+v", r, r.Numbers())
		}
	}
}

func TestOther(t *testing.T) {
	for _, r := range []Role{Active, Standby} {
		if !r.Valid() || r.Other() == r || r.Other().Other() != r {
			t.Errorf("%s: other is %s", r, r.Other())
		}
	}
}

func ExampleRole_Numbers() {
	for _, r := range []Role{Active, Standby} {
		fmt.Println(r, "weight", r.Numbers().Weight, "floor", r.Numbers().Floor)
	}
	// Output:
	// active weight 100 floor full
	// standby weight 0 floor warm
}

package model

import (
	"context"
	"flag"
	"fmt"
	"sync/atomic"
	"testing"

	"pitboss/drill/plan"
	"pitboss/drill/run"
	"pitboss/drill/steps"
)

// How far apart crashes are that are tried. `make e2e` tries every first one, and many
// more second ones.
var (
	each   = flag.Int("each", 7, "points between two first crashes")
	second = flag.Int("second", 151, "points between two second crashes")
)

// situation is a drill and what it begins in.
type situation struct {
	name     string
	kind     plan.Kind
	faults   Faults
	accepted []string
	// back drills it from a market that was moved before, with the region returned.
	back bool
}

func situations() []situation {
	lose := []string{steps.Lose("ledger"), steps.Lose("vault")}
	dead := append([]string{steps.Unfenced(Example().Home)}, lose...)
	return []situation{
		{name: "switchover", kind: plan.Switchover},
		{name: "switchover with lag", kind: plan.Switchover, faults: Faults{Lag: 5}},
		{name: "switchover, a promotion hangs", kind: plan.Switchover, faults: Faults{Hangs: "vault"}},
		{name: "switchover, logins fail at 25 %", kind: plan.Switchover, faults: Faults{Sour: 25}},
		{name: "switchover without Prometheus", kind: plan.Switchover, faults: Faults{Blind: true}},
		{name: "switchover, roles are told late", kind: plan.Switchover, faults: Faults{Late: 3}},
		{name: "switchover, metrics are stale", kind: plan.Switchover, faults: Faults{Stale: 40}},
		{name: "switchover, databases are dazed", kind: plan.Switchover, faults: Faults{Dazed: 20}},
		{name: "failover of a dead region", kind: plan.Failover, faults: Faults{Dead: true, Lag: 3}, accepted: dead},
		{name: "failover of a region that is cut off", kind: plan.Failover, faults: Faults{Apart: true}, accepted: lose},
		{name: "failover of a region that lives", kind: plan.Failover, accepted: lose},
		{name: "failback after a failover", kind: plan.Failback, faults: Faults{Dead: true, Lag: 3}, accepted: dead, back: true},
	}
}

// begin makes the world of a situation, and the drill in it.
func (s situation) begin(t *testing.T) (*World, *Drill) {
	w := New(Example(), s.faults)
	to := w.Inv.Standby
	if s.back {
		before := &Drill{World: w, Kind: plan.Failover, To: to, Accepted: s.accepted, Name: "before"}
		if o, died, err := before.Go(context.Background()); o != run.Done || died || err != nil {
			t.Fatalf("the failover before: %s, %v, %v", o, died, err)
		}
		w.Return()
		w.Inv.Active, to = w.Inv.Standby, w.Inv.Home
		w.whole, w.Points = false, 0
	}
	return w, &Drill{World: w, Kind: s.kind, To: to, Accepted: s.accepted}
}

// verdict checks everything that must hold once a drill is over.
func verdict(w *World, d *Drill, o run.Outcome, err error) error {
	if w.Broken != nil {
		return w.Broken
	}
	from, active := w.Inv.Other(d.To), d.To
	switch o {
	case run.Done:
		if err != nil {
			return fmt.Errorf("done, and an error: %w", err)
		}
	case run.Aborted, run.Refused:
		active = from
	case run.Stuck:
		// Nothing may be settled where something hangs. What must hold is checked at each tick.
		if w.Faults.Hangs == "" {
			return fmt.Errorf("stuck: %w", err)
		}
		return nil
	default:
		return fmt.Errorf("it ended %s: %w", o, err)
	}
	// What a failover left stays as it is until a failback has taken it back.
	left := d.Kind == plan.Failover && o == run.Done || d.Kind == plan.Failback && o != run.Done
	if err := w.Settled(active, left); err != nil {
		return fmt.Errorf("%s: %w", o, err)
	}
	lost, twice := w.Lost(active)
	if twice {
		return fmt.Errorf("%s: a write is there twice", o)
	}
	if len(lost) > 0 && w.whole && d.Kind != plan.Failover {
		return fmt.Errorf("%s: acknowledged writes are lost: %v", o, lost)
	}
	return nil
}

// TestEverySituation walks each once without a crash.
func TestEverySituation(t *testing.T) {
	want := map[string]run.Outcome{
		"switchover, a promotion hangs": run.Stuck, "switchover, logins fail at 25 %": run.Aborted, "switchover without Prometheus": run.Refused, "failover of a region that is cut off": run.Aborted,
	}
	for _, s := range situations() {
		w, d := s.begin(t)
		o, _, err := d.Go(context.Background())
		expected, ok := want[s.name]
		if !ok {
			expected = run.Done
		}
		if o != expected {
			t.Errorf("%s: %s (%v), want %s", s.name, o, err, expected)
		}
		if err := verdictOf(w, d, o, err, expected); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		t.Logf("%s: %s after %d points, %d writes acknowledged", s.name, o, w.Points, len(w.acks))
	}
}

func verdictOf(w *World, d *Drill, o run.Outcome, err error, expected run.Outcome) error {
	if expected != run.Done && err != nil {
		err = nil
	}
	return verdict(w, d, o, err)
}

// TestCrashEverywhere kills each drill at each point, goes on with it or takes it back, and
// kills that at each point too. No two regions may ever take writes, and what it ends in
// must be whole.
func TestCrashEverywhere(t *testing.T) {
	var first, more atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d crash points, %d more in what followed: two regions wrote in 0", first.Load(), more.Load())
	})
	for _, s := range situations() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for at := 1; ; at += *each {
				w, d := s.begin(t)
				w.CrashAt = at
				if _, died, _ := d.Go(context.Background()); !died {
					break
				}
				first.Add(1)
				for _, back := range []bool{false, true} {
					more.Add(int64(s.recover(t, at, back)))
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// recover goes on after a crash at a point, or takes it back; without another crash, and
// with one at each point of that, each followed by going on.
func (s situation) recover(t *testing.T, at int, back bool) (points int) {
	for again := 0; ; again += *second {
		w, d := s.begin(t)
		w.CrashAt = at
		_, _, _ = d.Go(context.Background())
		if w.CrashAt = 0; again > 0 {
			w.CrashAt = w.Points + again
		}
		next := d.Go
		if back {
			next = d.Abort
		}
		o, died, err := next(context.Background())
		if died {
			points++
			w.CrashAt = 0
			o, _, err = d.Go(context.Background())
		}
		if err := s.after(t, w, d, o, err, back); err != nil {
			t.Errorf("killed at %d, %s, killed again after %d: %v", at, map[bool]string{true: "aborted", false: "resumed"}[back], again, err)
			return points
		}
		if again > 0 && !died {
			return points
		}
	}
}

// after judges how it ended. Where there is no way back, an abort is refused, and going on
// must lead to the end.
func (s situation) after(t *testing.T, w *World, d *Drill, o run.Outcome, err error, back bool) error {
	if back && o == run.Stuck && s.faults.Hangs == "" || back && o == run.Done {
		w.CrashAt = 0
		o, _, err = d.Go(context.Background())
	}
	if o != run.Done {
		err = nil
	}
	return verdict(w, d, o, err)
}

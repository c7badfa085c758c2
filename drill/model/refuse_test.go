package model

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pitboss/drill/inventory"
	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/drill/run"
	"pitboss/drill/steps"
	"pitboss/regions"
)

// TestRefusals: what must not be drilled is refused before anybody notices anything, says
// what to do, and leaves the market as it was.
func TestRefusals(t *testing.T) {
	lose := []string{steps.Lose("ledger"), steps.Lose("vault")}
	for _, c := range []struct {
		name, want string
		kind       plan.Kind
		faults     Faults
		accepted   []string
	}{
		{name: "a standby that lags", want: "lag of ledger: found 1m30s, want at most 1m0s (company policy)", kind: plan.Switchover, faults: Faults{Lag: 90}},
		{name: "an alarm rings", want: "alarms in eu-central-1: found replica-lag", kind: plan.Switchover, faults: Faults{Ringing: true}},
		{name: "a call that is not allowed", want: "rds:SwitchoverGlobalCluster on ledger-home", kind: plan.Switchover, faults: Faults{Denied: "rds:SwitchoverGlobalCluster"}},
		{name: "a call that a cluster refuses", want: "calls that are not allowed in the cluster of eu-south-1: found patch configmaps", kind: plan.Switchover, faults: Faults{Forbidden: "patch configmaps"}},
		{name: "a call that the cluster that is left refuses", want: "calls that are not allowed in the cluster of eu-central-1", kind: plan.Failover, faults: Faults{Dead: true, Forbidden: "patch configmaps"}, accepted: lose},
		{name: "a quota too small for everybody", want: "quota of vCPUs in eu-central-1: found 16, want at least 24, what the nodes in eu-south-1 have", kind: plan.Switchover, faults: Faults{Quota: 16}},
		{name: "a quota too small for what is there", want: "quota of vCPUs in eu-central-1: found 4, want at least 8, what the nodes in eu-central-1 have", kind: plan.Failover, faults: Faults{Dead: true, Quota: 4}, accepted: lose},
		{name: "an update in flight", want: "updates in flight: found mt-gslb", kind: plan.Switchover, faults: Faults{Updating: "mt-gslb"}},
		{name: "nobody can be asked", want: "indicators of eu-central-1: found no answer", kind: plan.Switchover, faults: Faults{Blind: true}},
		{name: "a loss that nobody accepted", want: "--accept-risk=lose:ledger --accept-risk=lose:vault", kind: plan.Failover, faults: Faults{Dead: true}},
		{name: "one loss of two", want: "--accept-risk=lose:vault", kind: plan.Failover, faults: Faults{Dead: true}, accepted: lose[:1]},
		{name: "a region that might write", want: "--accept-risk=unfenced:eu-south-1", kind: plan.Failover, faults: Faults{Dead: true}, accepted: lose},
	} {
		inv := Example()
		w := New(inv, c.faults)
		d := &Drill{World: w, Kind: c.kind, To: inv.Standby, Accepted: c.accepted}
		o, _, err := d.Go(context.Background())
		if err == nil || !strings.Contains(err.Error(), c.want) || o != run.Refused && o != run.Aborted {
			t.Errorf("%s: %s: want %q, got %v", c.name, o, c.want, err)
		}
		if err := w.Settled(inv.Active, c.faults.Dead); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// counter counts how often it was told to write.
type counter struct{ starts int }

func (c *counter) Start(context.Context) error { c.starts++; return nil }
func (c *counter) Stop(context.Context, regions.Region) (*port.Tally, error) {
	return nil, errors.New("a drill's end is its caller's")
}

// TestTwoDrills: the second one is kept out, told by whom, and leaves the first one's lock
// and witness.
func TestTwoDrills(t *testing.T) {
	w, writes, none := New(Example(), Faults{}), &counter{}, &counter{}
	first := &Drill{World: w, Kind: plan.Switchover, To: w.Inv.Standby, Name: "first", Witness: writes}
	w.CrashAt = 200
	if _, died, _ := first.Go(context.Background()); !died {
		t.Fatal("the first one did not die")
	}
	w.CrashAt = 0
	o, _, err := (&Drill{World: w, Kind: plan.Switchover, To: w.Inv.Standby, Name: "second", Witness: none}).Go(context.Background())
	var locked *steps.LockedError
	if o != run.Refused || !errors.As(err, &locked) || locked.Run != "first" || !strings.Contains(err.Error(), "--resume first") {
		t.Errorf("the second: %s, %v", o, err)
	}
	if o, _, err := first.Go(context.Background()); o != run.Done || err != nil {
		t.Errorf("the first, resumed: %s, %v", o, err)
	}
	if writes.starts != 1 || none.starts != 0 {
		t.Errorf("the witness was started %d times by the first drill and %d times by the second", writes.starts, none.starts)
	}
}

// TestARegionDiesInADrill: a switchover of which either region dies, at any moment, may be
// neither finished nor taken back. A failover to the region that is left must be possible
// all the same, once somebody says that the other drill is left as it is.
func TestARegionDiesInADrill(t *testing.T) {
	home, standby := Example().Home, Example().Standby
	for _, dies := range []regions.Region{home, standby} {
		stays := home
		if dies == home {
			stays = standby
		}
		accepted := []string{steps.Lose("ledger"), steps.Lose("vault"), steps.Unfenced(dies)}
		for at := 10; ; at += 7 {
			w := New(Example(), Faults{})
			first := &Drill{World: w, Kind: plan.Switchover, To: w.Inv.Standby, Name: "first"}
			w.CrashAt = at
			if _, died, _ := first.Go(context.Background()); !died {
				break
			}
			w.CrashAt, w.whole, w.Faults.Dead, w.Faults.Gone = 0, false, true, dies
			held, _, locked, err := steps.Locked(context.Background(), kept(w.vault[stays]), w.Inv.Market)
			if err != nil {
				t.Fatal(err)
			}
			if dies == standby && w.onlyIn(home) {
				continue // nothing has moved: the market is written where it was, and no failover is needed
			}
			if dies == home && w.file == standby {
				break // the market has moved, as the program says
			}
			second := &Drill{World: w, Kind: plan.Failover, To: stays, Name: "second", Accepted: accepted}
			if locked {
				if o, _, err := second.Go(context.Background()); o != run.Refused || !strings.Contains(err.Error(), steps.Abandon(held.Run)) {
					t.Fatalf("%s died at %d: the second: %s, %v", dies, at, o, err)
				}
				second = &Drill{World: w, Kind: plan.Failover, To: stays, Name: "third", Accepted: append(accepted, steps.Abandon(held.Run))}
			}
			o, _, err := second.Go(context.Background())
			if err := verdict(w, second, o, err); err != nil || o != run.Done {
				t.Fatalf("%s died at %d: %s, %v", dies, at, o, err)
			}
		}
	}
}

// onlyIn says whether every store is written in a region, and nothing is under way.
func (w *World) onlyIn(r regions.Region) bool {
	for _, name := range w.names {
		if s := w.stores[name]; s.busy != "" || !s.writer[r] {
			return false
		}
	}
	return true
}

// TestNoDrill: questions that no drill is the answer to.
func TestNoDrill(t *testing.T) {
	inv, one := Example(), Example()
	one.Standby = regions.Region{}
	for want, c := range map[string]struct {
		inv  inventory.Inventory
		kind plan.Kind
		to   regions.Region
	}{
		"active already":           {inv, plan.Switchover, inv.Home},
		"the loss of a zone":       {one, plan.Switchover, inv.Standby},
		"the market's regions":     {inv, plan.Switchover, mustParse("eu-west-1")},
		"found kind \"fall-over\"": {inv, "fall-over", inv.Standby},
	} {
		_, _, err := steps.Derive(c.inv, c.kind, c.to, steps.DefaultPace())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

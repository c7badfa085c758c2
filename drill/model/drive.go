package model

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/journal"
	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/drill/run"
	"pitboss/drill/steps"
	"pitboss/regions"
)

// A Drill is one run in a world, which may be killed and gone on with.
type Drill struct {
	World *World
	Kind  plan.Kind
	To    regions.Region
	// Accepted are the risks that were accepted by name.
	Accepted []string
	// Name is the run's; "" is "drill".
	Name string
	// Witness is told when to write; nil is nobody.
	Witness port.Witness
	// Alter, if set, changes the steps: to see that what must never be is seen.
	Alter func([]steps.Step) []steps.Step

	entries []journal.Entry
}

// Append and Entries are the drill's journal, which outlives it.
func (d *Drill) Append(e journal.Entry) error {
	d.World.point()
	d.entries = append(d.entries, e)
	d.World.point()
	return nil
}

// Entries is what was written.
func (d *Drill) Entries() ([]journal.Entry, error) { return slices.Clone(d.entries), nil }

// Go runs it, or goes on with it; died says that it was killed.
func (d *Drill) Go(ctx context.Context) (o run.Outcome, died bool, err error) {
	return d.guarded(ctx, (*run.Runner).Run)
}

// Abort takes it back.
func (d *Drill) Abort(ctx context.Context) (o run.Outcome, died bool, err error) {
	return d.guarded(ctx, (*run.Runner).Abort)
}

func (d *Drill) guarded(ctx context.Context, do func(*run.Runner, context.Context) (run.Outcome, error)) (o run.Outcome, died bool, err error) {
	defer func() {
		if what := recover(); what != nil {
			if _, died = what.(Crash); !died {
				panic(what)
			}
		}
	}()
	r, err := d.runner()
	if err != nil {
		return run.Refused, false, err
	}
	o, err = do(r, ctx)
	return o, false, err
}

func (d *Drill) runner() (*run.Runner, error) {
	name := d.Name
	if name == "" {
		name = "drill"
	}
	inv, pace := d.World.Inv, steps.Pace{Poll: time.Second, Hold: 3 * time.Second, Requests: 10, Warmups: 2}
	p, all, err := steps.Derive(inv, d.Kind, d.To, pace)
	if err != nil {
		return nil, err
	}
	if d.Alter != nil {
		all = d.Alter(all)
	}
	j, err := journal.Open(d, name, d.World.Now)
	if err != nil {
		return nil, err
	}
	w := d.World.World(name, d.Accepted, pace)
	w.OneByOne, w.Witness = true, d.Witness
	return &run.Runner{World: w, Plan: p, Steps: all, Journal: j}, nil
}

// World is the ports to this world.
func (w *World) World(name string, accepted []string, pace steps.Pace) *steps.World {
	out := &steps.World{
		Inventory: w.Inv, Databases: databases{w}, Caches: caches{w}, Streams: streams{w}, Workloads: workloads{w},
		Traffic: traffic{w}, Indicators: w, Account: account{w}, Code: code{w}, Clock: w, Pace: pace,
		Vaults: map[regions.Region]port.Vault{}, Run: name, Who: "sre", Accepted: accepted,
	}
	for _, r := range w.regions() {
		out.Vaults[r] = vault{w, r}
	}
	return out
}

// Settled is an error unless everything in the world is as it must be while a region is
// active, and nothing of a drill is left. left says that the other region was left by a
// failover: it stays closed until a failback.
func (w *World) Settled(active regions.Region, left bool) error {
	other := w.Inv.Other(active)
	for _, name := range w.names {
		s := w.stores[name]
		switch {
		case s.busy != "" || !s.writer[active] || s.writer[other] && !w.lost(other):
			return fmt.Errorf("%s is not written in %s alone: %v, %s", name, active, s.writer, s.busy)
		case s.frozen[active]:
			return fmt.Errorf("%s is frozen in %s", name, active)
		}
	}
	for _, r := range w.regions() {
		if w.lost(r) {
			continue
		}
		if held, _, ok, _ := steps.Locked(context.Background(), kept(w.vault[r]), w.Inv.Market); ok {
			return fmt.Errorf("the lock in %s is still %s's", r, held.Run)
		}
		at, floor := w.at[r], 1
		if r == active {
			floor = 3
		}
		switch {
		case left && r == other:
		case at.flag != port.Flag{Writes: r == active}:
			return fmt.Errorf("services in %s are told %+v", r, at.flag)
		case len(at.closed) > 0:
			return fmt.Errorf("databases in %s are closed: %v", r, at.closed)
		case at.floor != floor:
			return fmt.Errorf("the floor in %s is %d, not %d", r, at.floor, floor)
		}
	}
	switch {
	case w.shares[active] != 100 || w.shares[other] != 0:
		return fmt.Errorf("players go to %v", w.shares)
	case w.file != active:
		return fmt.Errorf("the market's file says %s", w.file)
	case !left && (w.shut[active] || w.shut[other]):
		return fmt.Errorf("the switch closes %v", w.shut)
	case !left && (!w.carry[active] || w.carry[other]):
		return fmt.Errorf("topics leave %v", w.carry)
	}
	return nil
}

// Lost are the acknowledged writes that are not in the region that is active, and whether
// any is there twice.
func (w *World) Lost(active regions.Region) (lost []int, twice bool) {
	there := map[int]int{}
	for _, r := range w.stores[w.ledger()].rows[active] {
		there[r.id]++
		twice = twice || there[r.id] > 1
	}
	for _, a := range w.acks {
		if there[a.row] == 0 {
			lost = append(lost, a.row)
		}
	}
	return lost, twice
}

// Example is a market with two databases and a cache.
func Example() inventory.Inventory {
	home, standby := mustParse("eu-south-1"), mustParse("eu-central-1")
	both := func(prefix string) map[regions.Region]string {
		return map[regions.Region]string{home: prefix + "-home", standby: prefix + "-standby"}
	}
	return inventory.Inventory{
		Market: "mt", Account: "111122223333", Home: home, Standby: standby, Active: home,
		RTO: 15 * time.Minute, RPO: time.Minute, DrillsPerYear: 4,
		Databases: []inventory.Database{
			{Name: "ledger", GlobalID: "ledger", ARNs: both("ledger"), SecretARNs: both("secret"), Ledger: true},
			{Name: "vault", GlobalID: "vault", ARNs: both("vault"), SecretARNs: both("secret")},
		},
		Caches:  []inventory.Cache{{Name: "sessions", GlobalID: "sessions", Groups: both("sessions")}},
		Streams: inventory.Streams{Replicators: map[regions.Region]inventory.Replicator{home: {ARN: "r-home", In: standby}, standby: {ARN: "r-standby", In: home}}},
		Traffic: inventory.Traffic{Direct: both("direct"), ZoneID: "Z1", Controls: both("control"), Failover: 90 * time.Second},
		Buckets: both("bucket"),
	}
}

func mustParse(s string) regions.Region {
	r, err := regions.Parse(s)
	if err != nil {
		panic(err)
	}
	return r
}

// kept reads a vault without a call.
type kept map[string]string

func (k kept) Put(context.Context, string, []byte) error    { return errRefused }
func (k kept) PutNew(context.Context, string, []byte) error { return errRefused }

func (k kept) Get(_ context.Context, key string) ([]byte, error) { return []byte(k[key]), nil }

func (k kept) List(_ context.Context, prefix string) (out []string, err error) {
	for _, key := range slices.Sorted(maps.Keys(k)) {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	return out, nil
}

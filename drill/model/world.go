// Package model is a world with two regions that is small enough to crash a drill in
// everywhere: at every call that it makes and at every line of its journal. It implements
// the ports, so the steps that run in it are the steps that run on AWS.
//
// After everything that changes, players write in both regions, copies catch up, and it is
// checked that no two regions take writes.
package model

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
	"pitboss/regions/role"
)

// Crash is what a drill dies of.
type Crash struct{ At int }

// A Faults is what goes wrong by itself.
type Faults struct {
	// Dead and Apart are of the region that is active at first, or of Gone: lost, or alive
	// where the drill cannot reach it.
	Dead, Apart bool
	Gone        regions.Region
	// Hangs never finishes a promotion of this store.
	Hangs string
	// Sour is the share from which on logins fail in the new region; zero is never.
	Sour int
	// Blind is a Prometheus that gives no answer.
	Blind bool
	// Lag is how many seconds copies are behind.
	Lag int
	// Ringing is an alarm in the new region.
	Ringing bool
	// Denied is an action that is not allowed.
	Denied string
	// Forbidden is a call that the clusters would refuse.
	Forbidden string
	// Stale is how many seconds old the metrics of topics are.
	Stale int
	// Late is for how many seconds after a change of roles was asked for the old roles are
	// told, as if nothing were under way.
	Late int
	// Dazed is for how many seconds after a change of roles a database gives no answer.
	Dazed int
	// Quota is how many vCPUs a region may have; zero is plenty.
	Quota int
	// Updating is a stack that is being updated.
	Updating string
}

// A World is both regions and what is between them.
type World struct {
	Faults Faults
	Inv    inventory.Inventory
	// CrashAt is the point at which the drill dies; zero is never.
	CrashAt int
	// Points is how many there have been.
	Points int
	// Broken is the first thing that must never be and was.
	Broken error

	now    time.Time
	file   regions.Region               // active in the market's file
	said   map[regions.Region]role.Role // what each was last brought up as
	stores map[string]*store
	names  []string // of stores
	at     map[regions.Region]*region
	vault  map[regions.Region]map[string]string
	shares map[regions.Region]int
	shut   map[regions.Region]bool // evacuated
	carry  map[regions.Region]bool
	rows   int
	acks   []write
	whole  bool // no region was ever lost
}

// region is one region's cluster.
type region struct {
	flag   port.Flag
	floor  int
	closed map[string]bool // databases whose door is closed
}

// write is one that a player was told is kept.
type write struct {
	row int
	at  regions.Region
}

// store is one store with a copy in each region.
type store struct {
	database bool
	writer   map[regions.Region]bool
	frozen   map[regions.Region]bool
	rows     map[regions.Region][]row
	busy     string
	left     int // ticks until a change is done
	to       regions.Region
	lossy    bool
	asked    time.Time // when the change under way was asked for
	turned   time.Time // when the last one was done
	from     regions.Region
}

type row struct {
	id int
	at time.Time
}

// New is a world in which inv's active region takes writes.
func New(inv inventory.Inventory, f Faults) *World {
	start := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	w := &World{Faults: f, Inv: inv, now: start, file: inv.Active, whole: !f.Dead && !f.Apart,
		stores: map[string]*store{}, at: map[regions.Region]*region{}, vault: map[regions.Region]map[string]string{},
		shares: map[regions.Region]int{inv.Active: 100, inv.Other(inv.Active): 0}, shut: map[regions.Region]bool{},
		carry: map[regions.Region]bool{inv.Active: true},
		said:  map[regions.Region]role.Role{inv.Active: role.Active, inv.Other(inv.Active): role.Standby},
	}
	for _, d := range inv.Databases {
		w.stores[d.Name] = newStore(true, inv.Active)
	}
	for _, c := range inv.Caches {
		w.stores[c.Name] = newStore(false, inv.Active)
	}
	w.names = slices.Sorted(maps.Keys(w.stores))
	for _, r := range w.regions() {
		w.at[r] = &region{flag: port.Flag{Writes: r == inv.Active}, floor: 1, closed: map[string]bool{}}
		w.vault[r] = map[string]string{}
	}
	w.at[inv.Active].floor = 3
	return w
}

func newStore(database bool, writer regions.Region) *store {
	return &store{database: database, writer: map[regions.Region]bool{writer: true}, frozen: map[regions.Region]bool{}, rows: map[regions.Region][]row{}}
}

func (w *World) regions() []regions.Region { return []regions.Region{w.Inv.Home, w.Inv.Standby} }

// lost is the region that was active at first and is gone or cut off, if one is.
func (w *World) lost(r regions.Region) bool {
	return r == w.gone() && (w.Faults.Dead || w.Faults.Apart)
}

func (w *World) alive(r regions.Region) bool { return !(r == w.gone() && w.Faults.Dead) }

func (w *World) gone() regions.Region {
	if w.Faults.Gone.IsZero() {
		return w.Inv.Active
	}
	return w.Faults.Gone
}

// Return brings the region back that was lost: what it had not sent is gone, and its
// copies follow.
func (w *World) Return() {
	w.Faults.Dead, w.Faults.Apart = false, false
	for _, name := range w.names {
		s := w.stores[name]
		for _, r := range w.regions() {
			if other := w.Inv.Other(r); r == w.Inv.Active && s.writer[other] {
				s.writer[r], s.frozen[r], s.rows[r] = false, s.frozen[other], slices.Clone(s.rows[other])
			}
		}
	}
	w.tick()
}

// point is a moment at which the drill may die.
func (w *World) point() {
	w.Points++
	if w.Points == w.CrashAt {
		panic(Crash{w.Points})
	}
}

// call is one call of the drill: it may die before it, and after it without having heard.
func (w *World) call(r regions.Region, do func() error) error {
	w.point()
	if w.lost(r) {
		return fmt.Errorf("%s: %w", r, port.ErrUnreachable)
	}
	err := do()
	w.tick()
	w.point()
	return err
}

// nowhere is a call that no region answers by itself.
var nowhere regions.Region

// Now and Sleep are the world's clock: a second is a tick.
func (w *World) Now() time.Time { return w.now }

// Sleep lets the world go on.
func (w *World) Sleep(ctx context.Context, d time.Duration) error {
	w.point()
	for range max(1, int(d/time.Second)) {
		w.tick()
	}
	return ctx.Err()
}

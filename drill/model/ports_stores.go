package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// errRefused is what the world says to what it would not do.
var errRefused = errors.New("refused")

// ticks is how long a change of roles takes.
const ticks = 3

func (w *World) describe(ask regions.Region, name, id string) (out port.Replicated, err error) {
	err = w.call(ask, func() error {
		if id != name { // in the model a store's id is its name
			return fmt.Errorf("%w: %s", port.ErrNotFound, id)
		}
		s := w.stores[name]
		out.Busy = s.busy
		late := s.busy != "" && w.now.Sub(s.asked) < time.Duration(w.Faults.Late)*time.Second
		if late {
			out.Busy = ""
		}
		for _, r := range w.regions() {
			out.Members = append(out.Members, port.Member{
				Region: r, Writer: late && r == s.from || !late && s.writer[r] && (!w.lost(r) || !s.writer[w.Inv.Other(r)]), Ready: !w.lost(r), Version: "1",
			})
		}
		return nil
	})
	return out, err
}

// begin starts a change of roles.
func (w *World) begin(ask regions.Region, name string, from, to regions.Region, lossy bool) error {
	return w.call(ask, func() error {
		s := w.stores[name]
		switch {
		case !slices.Contains(w.regions(), to):
			return fmt.Errorf("%w: %s has no member in %s", errRefused, name, to)
		case s.busy != "":
			return fmt.Errorf("%w: %s is %s", errRefused, name, s.busy)
		case s.writer[to]:
			return fmt.Errorf("%w: %s writes %s already", errRefused, to, name)
		case !lossy && w.lost(from):
			return fmt.Errorf("%w: the writer of %s gives no answer", errRefused, name)
		}
		s.busy, s.to, s.lossy, s.left, s.asked, s.from = "switching-over", to, lossy, ticks, w.now, from
		if w.Faults.Hangs == name {
			s.left = 1 << 30
		}
		if !lossy {
			s.writer[from] = false // its service stops it first
		}
		return nil
	})
}

// Databases, Caches and the rest are the world's ports.
type (
	databases struct{ *World }
	caches    struct{ *World }
	streams   struct{ *World }
	workloads struct{ *World }
	traffic   struct{ *World }
	code      struct{ *World }
	account   struct{ *World }
	vault     struct {
		*World
		at regions.Region
	}
)

func (d databases) Describe(_ context.Context, ask regions.Region, db inventory.Database) (port.Replicated, error) {
	return d.describe(ask, db.Name, db.GlobalID)
}

func (d databases) Lag(_ context.Context, _ inventory.Database, at regions.Region) (lag time.Duration, err error) {
	err = d.call(at, func() error {
		if !slices.Contains(d.regions(), at) {
			return fmt.Errorf("%w: a member in %s", port.ErrNotFound, at)
		}
		lag = time.Duration(d.Faults.Lag) * time.Second
		return nil
	})
	return lag, err
}

func (d databases) Switchover(_ context.Context, db inventory.Database, from, to regions.Region) error {
	return d.begin(from, db.Name, from, to, false)
}

func (d databases) Failover(_ context.Context, db inventory.Database, to regions.Region) error {
	return d.begin(to, db.Name, d.Inv.Other(to), to, true)
}

func (d databases) Freeze(_ context.Context, db inventory.Database, at regions.Region) error {
	return d.set(at, db, true)
}

func (d databases) Thaw(_ context.Context, db inventory.Database, at regions.Region) error {
	return d.set(at, db, false)
}

func (d databases) set(at regions.Region, db inventory.Database, frozen bool) error {
	return d.call(at, func() error {
		s := d.stores[db.Name]
		if d.dazed(s) {
			return fmt.Errorf("%w: %s was promoted just now", port.ErrUnreachable, db.Name)
		}
		if !s.writer[at] {
			return fmt.Errorf("%w: %s is not written in %s", errRefused, db.Name, at)
		}
		s.frozen[at] = frozen
		return nil
	})
}

func (d databases) TryWrite(_ context.Context, db inventory.Database, at regions.Region) (taken bool, err error) {
	err = d.call(at, func() error {
		s := d.stores[db.Name]
		if d.dazed(s) {
			return fmt.Errorf("%w: %s was promoted just now", port.ErrUnreachable, db.Name)
		}
		taken = d.takes(s, at)
		return nil
	})
	return taken, err
}

// dazed says that a database has changed its roles just now.
func (w *World) dazed(s *store) bool {
	return !s.turned.IsZero() && w.now.Sub(s.turned) < time.Duration(w.Faults.Dazed)*time.Second
}

func (d databases) Close(_ context.Context, db inventory.Database, at regions.Region) error {
	return d.call(at, func() error { d.World.at[at].closed[db.Name] = true; return nil })
}

func (d databases) Open(_ context.Context, db inventory.Database, at regions.Region) error {
	return d.call(at, func() error { delete(d.World.at[at].closed, db.Name); return nil })
}

func (c caches) Describe(_ context.Context, ask regions.Region, one inventory.Cache) (port.Replicated, error) {
	return c.describe(ask, one.Name, one.GlobalID)
}

func (c caches) Promote(_ context.Context, one inventory.Cache, to regions.Region) error {
	return c.begin(to, one.Name, c.Inv.Other(to), to, c.lost(c.Inv.Other(to)))
}

func (s streams) Carries(_ context.Context, _ inventory.Streams, from regions.Region) (carries, settled bool, err error) {
	// A replicator is in the region that it writes to.
	err = s.call(s.Inv.Other(from), func() error {
		if !slices.Contains(s.regions(), from) {
			return fmt.Errorf("%w: a replicator out of %s", port.ErrNotFound, from)
		}
		carries = s.carry[from]
		return nil
	})
	return carries, true, err
}

// Behind tells metrics that are as old as Faults.Stale says.
func (s streams) Behind(_ context.Context, _ inventory.Streams, from regions.Region) (port.Backlog, error) {
	return port.Backlog{AsOf: s.now.Add(-time.Duration(s.Faults.Stale) * time.Second)}, s.call(from, func() error { return nil })
}

func (s streams) Turn(_ context.Context, _ inventory.Streams, from regions.Region, carries bool) error {
	return s.call(s.Inv.Other(from), func() error { s.carry[from] = carries; return nil })
}

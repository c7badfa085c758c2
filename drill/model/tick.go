package model

import (
	"fmt"
	"slices"
	"time"

	"pitboss/regions"
)

// tick is a second: players write, copies catch up, changes end, and the world is checked.
func (w *World) tick() {
	w.now = w.now.Add(time.Second)
	for _, r := range w.regions() {
		w.play(r)
	}
	for _, name := range w.names {
		w.copy(w.stores[name])
	}
	w.check()
}

// play is a player who writes in a region.
func (w *World) play(r regions.Region) {
	if !w.alive(r) {
		return
	}
	f := w.at[r].flag
	at := r
	if !f.Writes {
		if f.Forward.IsZero() || !w.alive(f.Forward) || w.lost(f.Forward) || !w.at[f.Forward].flag.Writes {
			return
		}
		at = f.Forward
	}
	s := w.stores[w.ledger()]
	if !w.takes(s, at) {
		return
	}
	w.rows++
	s.rows[at] = append(s.rows[at], row{w.rows, w.now})
	w.acks = append(w.acks, write{w.rows, at})
}

func (w *World) ledger() string {
	for _, d := range w.Inv.Databases {
		if d.Ledger {
			return d.Name
		}
	}
	return ""
}

// takes says whether a copy takes writes now.
func (w *World) takes(s *store, r regions.Region) bool {
	return w.alive(r) && s.writer[r] && !s.frozen[r]
}

// copy brings a store's other copy up to date, as far as the lag lets it, and ends changes
// of roles that are done.
func (w *World) copy(s *store) {
	for _, r := range w.regions() {
		other := w.Inv.Other(r)
		if s.writer[r] && !s.writer[other] && !w.lost(r) && !w.lost(other) {
			for n := len(s.rows[other]); n < len(s.rows[r]) && w.now.Sub(s.rows[r][n].at) >= time.Duration(w.Faults.Lag)*time.Second; n++ {
				s.rows[other] = append(s.rows[other], s.rows[r][n])
			}
			s.frozen[other] = s.frozen[r]
		}
	}
	if s.busy == "" {
		return
	}
	if s.left--; s.left > 0 {
		return
	}
	from := w.Inv.Other(s.to)
	if !s.lossy {
		s.rows[s.to] = slices.Clone(s.rows[from])
	}
	s.writer[s.to] = true
	if !w.lost(from) {
		s.writer[from] = false
	}
	s.busy, s.turned = "", w.now
}

// check is what must never be.
func (w *World) check() {
	if w.Broken != nil {
		return
	}
	for _, name := range w.names {
		s := w.stores[name]
		if s.database && w.takes(s, w.Inv.Home) && w.takes(s, w.Inv.Standby) {
			w.Broken = fmt.Errorf("both regions take writes of %s", name)
		}
	}
	home, standby := w.at[w.Inv.Home], w.at[w.Inv.Standby]
	switch {
	case w.whole && home.flag.Writes && standby.flag.Writes:
		w.Broken = fmt.Errorf("services of both regions are told to write")
	case !home.flag.Forward.IsZero() && !standby.flag.Forward.IsZero():
		w.Broken = fmt.Errorf("both regions hand writes on")
	}
}

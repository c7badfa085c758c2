package plane

import (
	"fmt"
	"slices"
	"time"
)

// hot is what a follower of each kind says when replication begins.
func hot(kind string) string {
	if kind == Redis {
		return "PSYNC"
	}
	return "START_REPLICATION"
}

type linkKey struct{ global, from, to string }

func (r *record) linkPort(global, from, to string) int {
	for _, l := range r.Links {
		if l.Global == global && l.From == from && l.To == to {
			return l.Port
		}
	}
	return 0
}

// upstream is the port where the member in a region finds the store's writer.
func (p *Plane) upstream(s *storeRecord, region string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rec.linkPort(s.Global, s.Writer, region)
}

// openLinks opens every link that the state has and that is not open.
func (p *Plane) openLinks() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.rec.Links {
		key := linkKey{l.Global, l.From, l.To}
		if p.links[key] != nil {
			continue
		}
		s := p.rec.store(l.Global)
		k, err := openLink(address(l.Port), address(s.member(l.From).Port), hot(s.Kind))
		if err != nil {
			return fmt.Errorf("link of %s from %s to %s: %w: its port was chosen when the store was made, and another process has it now: end that one", l.Global, l.From, l.To, err)
		}
		p.links[key] = k
	}
	p.tuneLinksLocked()
	return nil
}

func (p *Plane) closeLinks() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.rec.Links {
		key := linkKey{l.Global, l.From, l.To}
		if k := p.links[key]; k != nil {
			k.close()
			delete(p.links, key)
		}
	}
}

// tuneLinksLocked makes the links be as the state says.
func (p *Plane) tuneLinksLocked() {
	for _, l := range p.rec.Links {
		if k := p.links[linkKey{l.Global, l.From, l.To}]; k != nil {
			k.setDelay(p.rec.Lag)
			k.setClosed(p.deadLocked(l.From) || p.deadLocked(l.To) || p.rec.cut(l.From, l.To))
		}
	}
}

// severed says why nothing travels between two regions; "" is that it does.
func (p *Plane) severed(a, b string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range []string{a, b} {
		if p.deadLocked(r) {
			return r + " is dead"
		}
	}
	if p.rec.cut(a, b) {
		return fmt.Sprintf("the link between %s and %s is cut", a, b)
	}
	return ""
}

// dropFrom loses what the links out of a store's member still hold.
func (p *Plane) dropFrom(global, region string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.rec.Links {
		if k := p.links[linkKey{l.Global, l.From, l.To}]; k != nil && l.Global == global && l.From == region {
			k.drop()
		}
	}
}

// SetLag makes every stream between regions arrive that much later; 0 is at once.
func (p *Plane) SetLag(d time.Duration) {
	p.alter("set the lag", func(r *record) { r.Lag = max(d, 0) })
}

// Cut makes nothing travel between two regions, or lets it again.
func (p *Plane) Cut(regionA, regionB string, cut bool) {
	p.alter("cut", func(r *record) {
		r.Cuts = slices.DeleteFunc(r.Cuts, func(c [2]string) bool {
			return c == [2]string{regionA, regionB} || c == [2]string{regionB, regionA}
		})
		if cut {
			r.Cuts = append(r.Cuts, [2]string{regionA, regionB})
		}
	})
}

// alter changes the state and tunes the links. What cannot be saved is in force all the
// same, and said in the log: a fault has no one to give an error to.
func (p *Plane) alter(what string, f func(*record)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.changeLocked(f); err != nil {
		p.logf("%s: the state is not saved: %v", what, err)
	}
	p.tuneLinksLocked()
}

package plane

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

func (p *Plane) deadLocked(region string) bool { return slices.Contains(p.rec.Dead, region) }

// Dead says whether a region was killed and not restored.
func (p *Plane) Dead(region string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.deadLocked(region)
}

// KillRegion ends all servers of a region as a loss of power does, and what its links still
// hold with them. It waits for no change under way: that one fails.
func (p *Plane) KillRegion(region string) error {
	var nodes []node
	for _, s := range p.stores() {
		if m := s.member(region); m != nil {
			nodes = append(nodes, p.node(s, m))
		}
	}
	// From here on nothing starts there, and nothing leaves it.
	p.mu.Lock()
	err := p.changeLocked(func(r *record) {
		if !slices.Contains(r.Dead, region) {
			r.Dead = append(r.Dead, region)
		}
	})
	p.tuneLinksLocked()
	p.mu.Unlock()
	var wg sync.WaitGroup
	for _, n := range nodes {
		wg.Go(n.kill)
	}
	wg.Wait()
	p.logf("%s is dead, %d servers", region, len(nodes))
	return err
}

// RestoreRegion gives a region that was killed its servers back: those of stores whose
// writer is elsewhere rejoin it.
func (p *Plane) RestoreRegion(ctx context.Context, region string) error {
	p.standing.RLock()
	defer p.standing.RUnlock()
	p.mu.Lock()
	err := p.changeLocked(func(r *record) {
		r.Dead = slices.DeleteFunc(r.Dead, func(d string) bool { return d == region })
	})
	p.tuneLinksLocked()
	p.mu.Unlock()
	if err != nil || !p.Running() {
		return err
	}
	stores := p.stores()
	errs := make([]error, len(stores))
	var g errgroup.Group
	g.SetLimit(2)
	for i, s := range stores {
		if s.member(region) != nil {
			g.Go(func() error { errs[i] = p.restore(ctx, s.Global, region); return nil })
		}
	}
	_ = g.Wait()
	return errors.Join(errs...)
}

func (p *Plane) restore(ctx context.Context, global, region string) error {
	release, err := p.hold(ctx, global)
	if err != nil {
		return err
	}
	defer release()
	// A writer that comes back, and members that are not there yet.
	if err := p.startStore(ctx, global); err != nil {
		return err
	}
	s, err := p.look(global)
	if err != nil || s.Writer == region || p.severed(s.Writer, region) != "" {
		return err
	}
	return p.followAgain(ctx, s, region)
}

// Hang makes promotions of a store wait, once the old writer has stopped, until it is off.
func (p *Plane) Hang(global string, on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hung[global] = on
}

func (p *Plane) unhung(ctx context.Context, global string) error {
	return until(ctx, func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.rec.Running {
			return errDown
		}
		if p.hung[global] {
			return errors.New(global + ": the promotion hangs")
		}
		return nil
	})
}

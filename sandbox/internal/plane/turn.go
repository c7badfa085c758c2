package plane

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// flowWithin is how long a stream may take to flow before a switchover relies on it.
	flowWithin = 3 * time.Second
	// repairWithin bounds what is done after a failure, whatever became of the caller.
	repairWithin = 30 * time.Second
)

// Switchover makes the member in a region the writer and loses nothing: the old writer
// stops taking writes first, and follows afterwards. If only that last step fails, the
// change has happened all the same: the old one is RoleLost, and waits for Rejoin.
func (p *Plane) Switchover(ctx context.Context, global, to string) error {
	return p.turn(ctx, global, to, false)
}

// Failover makes the member in a region the writer at once: what it did not receive is
// lost. The old writer, if it lives, is ended first and waits for Rejoin.
func (p *Plane) Failover(ctx context.Context, global, to string) error {
	return p.turn(ctx, global, to, true)
}

func (p *Plane) turn(ctx context.Context, global, to string, lossy bool) error {
	p.standing.RLock()
	defer p.standing.RUnlock()
	release, err := p.hold(ctx, global)
	if err != nil {
		return err
	}
	defer release()
	if !p.Running() {
		return errDown
	}
	started := time.Now()
	if err := p.settle(ctx, global); err != nil {
		return err
	}
	s, m, err := p.lookMember(global, to)
	if err != nil || s.Writer == to {
		return err
	}
	if m.Role != RoleStandby {
		return fmt.Errorf("%s in %s cannot be promoted: it is %q, not %q: rejoin it first", global, to, m.Role, RoleStandby)
	}
	if p.Dead(to) {
		return fmt.Errorf("%s in %s cannot be promoted: the region is dead", global, to)
	}
	from, next := p.node(s, s.member(s.Writer)), p.node(s, m)
	if !lossy {
		if err := p.mayHandOver(ctx, from, next); err != nil {
			return err
		}
	}
	turn := &turnRecord{From: s.Writer, To: to, Lossy: lossy}
	if err := p.changeStore(global, func(s *storeRecord) { s.Turn = turn }); err != nil {
		return err
	}
	if err := p.promote(ctx, from, next, lossy); err != nil {
		repair, cancel := within(context.WithoutCancel(ctx), repairWithin)
		defer cancel()
		return errors.Join(err, p.settle(repair, global))
	}
	if err := p.turned(global, *turn); err != nil {
		return err
	}
	p.logf("%s: %s writes instead of %s (lossy %v) after %s", global, to, turn.From, lossy, time.Since(started).Round(time.Millisecond))
	// It has happened, whatever becomes of the caller and of the other members.
	rest, cancel := within(context.WithoutCancel(ctx), repairWithin)
	defer cancel()
	if err := p.regroup(rest, global, *turn); err != nil {
		p.logf("%v", err)
	}
	return nil
}

// mayHandOver says why a lossless change cannot work, before anything is changed.
func (p *Plane) mayHandOver(ctx context.Context, from, to node) error {
	if why := p.severed(from.region(), to.region()); why != "" {
		return fmt.Errorf("%s cannot be switched over to %s: %s: a failover loses what was not received", to.store.Global, to.region(), why)
	}
	ctx, cancel := within(ctx, flowWithin)
	defer cancel()
	e := p.engine(to.store.Kind)
	if err := until(ctx, func() error { return e.follows(ctx, to) }); err != nil {
		return fmt.Errorf("%s cannot be switched over to %s, which does not follow: %w", to.store.Global, to.region(), err)
	}
	return nil
}

func (p *Plane) promote(ctx context.Context, from, to node, lossy bool) error {
	e := p.engine(to.store.Kind)
	if lossy {
		p.dropFrom(from.store.Global, from.region())
		from.kill()
		if err := e.start(ctx, to, p.upstream(to.store, to.region())); err != nil {
			return err
		}
	} else if err := e.handOver(ctx, from, to); err != nil {
		return fmt.Errorf("hand over from %s to %s: %w", from, to.region(), err)
	}
	if err := p.unhung(ctx, to.store.Global); err != nil {
		return err
	}
	if err := e.promote(ctx, to); err != nil {
		return fmt.Errorf("promote %s: %w", to, err)
	}
	return nil
}

// turned records that a promotion has happened. The old writer counts as lost until it
// follows.
func (p *Plane) turned(global string, t turnRecord) error {
	return p.changeStore(global, func(s *storeRecord) {
		s.Writer, s.Turn = t.To, nil
		s.member(t.To).Role = RoleWriter
		s.member(t.From).Role = RoleLost
	})
}

// regroup makes the other members follow the new writer.
func (p *Plane) regroup(ctx context.Context, global string, t turnRecord) error {
	s, err := p.look(global)
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range s.Members {
		if m.Region == t.To || m.Role == RoleNew || p.severed(m.Region, t.To) != "" {
			continue
		}
		switch {
		case m.Region != t.From:
			err = p.followAgain(ctx, s, m.Region)
		case t.Lossy:
			continue // its own history is over: Rejoin
		default:
			n := p.node(s, m)
			if err = p.engine(s.Kind).follow(ctx, n, p.upstream(s, m.Region)); err == nil {
				err = p.setRole(global, m.Region, RoleStandby)
			} else {
				p.logf("%s does not follow %s: %v: it rejoins", n, t.To, err)
				err = p.followAgain(ctx, s, m.Region)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s writes in %s now, but the member in %s does not follow and has to rejoin: %w", global, t.To, m.Region, err))
		}
	}
	return errors.Join(errs...)
}

func (p *Plane) setRole(global, region, role string) error {
	return p.changeStore(global, func(s *storeRecord) { s.member(region).Role = role })
}

// settle ends a change of roles that was left half done. If the new writer was promoted it
// is the writer; if not, the old one is, and writes again.
func (p *Plane) settle(ctx context.Context, global string) error {
	s, err := p.look(global)
	if err != nil || s.Turn == nil {
		return err
	}
	t := *s.Turn
	e, from, to := p.engine(s.Kind), p.node(s, s.member(t.From)), p.node(s, s.member(t.To))
	done, err := e.promoted(ctx, to)
	if err != nil {
		return fmt.Errorf("%s: whether it was promoted is not known: %w", to, err)
	}
	if done {
		// One that was cut short must write nothing after this.
		from.kill()
		if err := p.turned(global, t); err != nil {
			return err
		}
		if p.Dead(t.To) {
			return nil
		}
		return e.start(ctx, to, 0)
	}
	if !p.Dead(t.From) {
		if err := e.takeBack(ctx, from); err != nil {
			return fmt.Errorf("%s: make it write again: %w", from, err)
		}
	}
	p.logf("%s: the change to %s did not happen: %s is the writer as before", global, t.To, t.From)
	return p.changeStore(global, func(s *storeRecord) { s.Turn = nil })
}

// Rejoin makes a member that was lost or deposed follow the writer again; one that follows
// is left alone.
func (p *Plane) Rejoin(ctx context.Context, global, region string) error {
	p.standing.RLock()
	defer p.standing.RUnlock()
	release, err := p.hold(ctx, global)
	if err != nil {
		return err
	}
	defer release()
	if !p.Running() {
		return errDown
	}
	if err := p.settle(ctx, global); err != nil {
		return err
	}
	s, _, err := p.lookMember(global, region)
	if err != nil || s.Writer == region {
		return err
	}
	return p.followAgain(ctx, s, region)
}

// followAgain is Rejoin with the store's turn held.
func (p *Plane) followAgain(ctx context.Context, s *storeRecord, region string) error {
	if why := p.severed(s.Writer, region); why != "" {
		return fmt.Errorf("%s in %s cannot follow %s: %s", s.Global, region, s.Writer, why)
	}
	started := time.Now()
	m := s.member(region)
	n, writer, port := p.node(s, m), p.node(s, s.member(s.Writer)), p.upstream(s, region)
	if writer.pid() == 0 {
		return fmt.Errorf("%s cannot follow: the writer in %s does not run", n, s.Writer)
	}
	e := p.engine(s.Kind)
	if m.Role == RoleStandby {
		if n.pid() != 0 && e.follows(ctx, n) == nil {
			return nil
		}
		// One that only lost its connection is back quickest, and may be promoted meanwhile.
		if e.follow(ctx, n, port) == nil {
			return nil
		}
	}
	if m.Role != RoleNew {
		if err := p.setRole(s.Global, region, RoleLost); err != nil {
			return err
		}
	}
	if err := e.rejoin(ctx, n, writer, port); err != nil {
		return fmt.Errorf("%s does not follow %s again: %w", n, s.Writer, err)
	}
	p.logf("%s follows %s after %s", n, s.Writer, time.Since(started).Round(time.Millisecond))
	return p.setRole(s.Global, region, RoleStandby)
}

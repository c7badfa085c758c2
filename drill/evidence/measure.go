package evidence

import (
	"fmt"
	"time"

	"pitboss/drill/plan"
	"pitboss/drill/run"
)

func (b *builder) step(id string) Step {
	if i, ok := b.at[id]; ok {
		return b.r.Steps[i]
	}
	return Step{}
}

// measure reads the figures off the steps' times.
func (b *builder) measure() {
	m, begin := &b.r.Measured, b.step("freeze").Began
	if b.r.Kind == plan.Failover {
		begin = &b.r.Began
	}
	m.Frozen = between(begin, b.step("resume").Ended)
	m.Whole = between(begin, b.step("traffic:100").Ended)
	if m.RTO = m.Frozen; b.r.Kind == plan.Failover {
		m.RTO = m.Whole
	}
	b.rpo()
}

// rpo is how much work was lost: from the oldest acknowledged write that is not there to
// the newest. It is zero where nothing was lost, and not known where nobody looked.
func (b *builder) rpo() {
	w := b.r.Writes
	if w == nil || b.r.Outcome != run.Done {
		return
	}
	span := 0.0
	if n := len(w.LostWrites); n > 0 {
		oldest, newest := w.LostWrites[0].At, w.LostWrites[0].At
		for _, lost := range w.LostWrites {
			if lost.At.Before(oldest) {
				oldest = lost.At
			}
			if lost.At.After(newest) {
				newest = lost.At
			}
		}
		span = newest.Sub(oldest).Seconds()
	}
	b.r.Measured.RPO = &span
}

func between(from, to *time.Time) *float64 {
	if from == nil || to == nil || to.Before(*from) {
		return nil
	}
	s := to.Sub(*from).Seconds()
	return &s
}

// judge compares what was promised with what happened.
func (b *builder) judge() {
	r, miss := &b.r, func(format string, args ...any) { b.r.Misses = append(b.r.Misses, fmt.Sprintf(format, args...)) }
	if r.Outcome != run.Done {
		miss("the market is not in %s: the run was %s", r.To, r.Outcome)
	}
	if r.Outcome == run.Done && r.Measured.RTO == nil {
		miss("RTO: not known")
	}
	if r.Measured.RTO != nil && *r.Measured.RTO > r.Promised.RTO {
		miss("RTO: %.1f s, promised %.0f s", *r.Measured.RTO, r.Promised.RTO)
	}
	if r.Measured.RPO != nil && *r.Measured.RPO > r.Promised.RPO {
		miss("RPO: %.1f s, promised %.0f s", *r.Measured.RPO, r.Promised.RPO)
	}
	if w := r.Writes; w != nil {
		if w.Lost > 0 && r.Kind != plan.Failover {
			miss("%d acknowledged writes are lost, and a %s loses none", w.Lost, r.Kind)
		}
		if w.Duplicated > 0 {
			miss("%d writes are there twice", w.Duplicated)
		}
		if w.Before != w.After {
			miss("the money's sum was %d and is %d", w.Before, w.After)
		}
	}
	for _, s := range r.Steps {
		if took := between(s.Began, s.Ended); took != nil && *took > s.Within.Seconds() {
			miss("%s took %.1f s, promised %s", s.ID, *took, s.Within)
		}
	}
}

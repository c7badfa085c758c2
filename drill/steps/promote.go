package steps

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/regions"
)

// drain waits until the new region has every record, and the old one's consumers have read
// theirs. What was measured before writes were frozen says nothing: CloudWatch is minutes
// behind.
func drain(ctx context.Context, h *Here) error {
	frozen := h.Clock.Now()
	return h.until(ctx, "every record of "+h.Plan.From.String()+" is copied and read", func(ctx context.Context) (bool, string, error) {
		left, err := h.Streams.Behind(ctx, h.Inventory.Streams, h.Plan.From)
		if err == nil && left.AsOf.Before(frozen) {
			return false, "what is known is of " + frozen.Sub(left.AsOf).Round(time.Millisecond).String() + " before the freeze", nil
		}
		return left.Copied == 0 && left.Read == 0, fmt.Sprintf("%d to copy, %d to read", left.Copied, left.Read), err
	})
}

// A roles is how a store that is one across regions is told to change its writer.
type roles struct {
	name     string
	describe func(context.Context, regions.Region) (port.Replicated, error)
	promote  func(ctx context.Context, from, to regions.Region) error
}

func (h *Here) database(d inventory.Database) roles {
	return roles{
		name: d.Name,
		describe: func(ctx context.Context, ask regions.Region) (port.Replicated, error) {
			return h.Databases.Describe(ctx, ask, d)
		},
		promote: func(ctx context.Context, from, to regions.Region) error {
			if h.leaves(from) {
				return h.Databases.Failover(ctx, d, to)
			}
			return h.Databases.Switchover(ctx, d, from, to)
		},
	}
}

func (h *Here) cache(c inventory.Cache) roles {
	return roles{
		name: c.Name,
		describe: func(ctx context.Context, ask regions.Region) (port.Replicated, error) {
			return h.Caches.Describe(ctx, ask, c)
		},
		promote: func(ctx context.Context, _, to regions.Region) error { return h.Caches.Promote(ctx, c, to) },
	}
}

// promote makes the new region the writer of a store, and waits until it is.
func promote(of func(*Here) roles) func(context.Context, *Here) error {
	return func(ctx context.Context, h *Here) error { return h.turn(ctx, of(h), h.Plan.From, h.Plan.To) }
}

// demote makes the old one the writer again. A change under way is waited for first.
func demote(of func(*Here) roles) func(context.Context, *Here) error {
	return func(ctx context.Context, h *Here) error { return h.turn(ctx, of(h), h.Plan.To, h.Plan.From) }
}

// settled is how many looks in a row must agree once a change of roles was asked for: a
// service may report the old roles for a moment after it was asked, and after it changed
// them.
const settled = 3

// turn makes to the writer of a store. It asks in to, which must live; what is under way
// is waited for, and begun again if it led elsewhere. Once this run has asked, a refusal is
// another way to say that something is under way.
func (h *Here) turn(ctx context.Context, r roles, from, to regions.Region) error {
	asked, err := h.Log.Recall(h.Step.ID, noteAsked, new(bool))
	if err != nil {
		return err
	}
	seen := 0
	return h.until(ctx, r.name+" is written in "+to.String(), func(ctx context.Context) (bool, string, error) {
		now, err := r.describe(ctx, to)
		if err != nil {
			return false, "", err
		}
		if now.Busy != "" {
			seen = 0
			return false, "it is " + now.Busy, nil
		}
		at, ok := now.Writer()
		switch {
		case !ok:
			return false, "nobody writes", nil
		case at == to:
			seen++
			return !asked || seen >= settled, "it is", nil
		}
		seen = 0
		if m, there := now.In(to); !there || !m.Ready {
			return false, "the member in " + to.String() + " does not follow", nil
		}
		before := asked
		if err := h.Log.Note(h.Step.ID, noteAsked, true); err != nil {
			return false, "", err
		}
		asked = true
		if err := r.promote(ctx, from, to); err != nil && !(before && !errors.Is(err, port.ErrUnreachable)) {
			return false, "", err
		} else if err != nil {
			return false, "asked for; it answers: " + err.Error(), nil
		}
		return false, "asked for", nil
	})
}

// noteAsked is that a change of roles was asked for.
const noteAsked = "asked"

// turnStreams turns the replicators: what carried stops before the other starts, so that
// no record runs in a circle.
func turnStreams(from, to func(*Here) regions.Region) func(context.Context, *Here) error {
	return func(ctx context.Context, h *Here) error {
		if err := h.carry(ctx, from(h), false); err != nil {
			return err
		}
		return h.carry(ctx, to(h), true)
	}
}

func (h *Here) carry(ctx context.Context, from regions.Region, want bool) error {
	return h.until(ctx, "topics leave "+from.String()+": "+strconv.FormatBool(want), func(ctx context.Context) (bool, string, error) {
		carries, settled, err := h.Streams.Carries(ctx, h.Inventory.Streams, from)
		switch {
		case err != nil:
			return false, "", err
		case !settled:
			return false, "a change is under way", nil
		case carries == want:
			return true, strconv.FormatBool(carries), nil
		}
		return false, "asked for", h.Streams.Turn(ctx, h.Inventory.Streams, from, want)
	})
}

// quiet stops the replicator that copied out of a region that is gone. The other one is in
// that region, and is turned when it is back.
func quiet(ctx context.Context, h *Here) error {
	err := h.carry(ctx, h.Plan.From, false)
	var late *LateError
	if errors.As(err, &late) {
		return h.deviate("the replicator out of %s could not be stopped: %v", h.Plan.From, err)
	}
	return err
}

// resume lets the new region write: first its databases, tried, then its services; and
// hands on what still arrives in the old one.
func resume(ctx context.Context, h *Here) error {
	for _, d := range h.Inventory.Databases {
		// A drill that ended halfway may have closed this one.
		if err := h.Databases.Open(ctx, d, h.Plan.To); err != nil {
			return err
		}
		if err := h.thaw(ctx, d, h.Plan.To); err != nil {
			return err
		}
	}
	if err := h.tell(ctx, h.Plan.To, port.Flag{Writes: true}); err != nil {
		return err
	}
	if h.Plan.Kind == plan.Failover {
		return nil
	}
	return h.tell(ctx, h.Plan.From, port.Flag{Forward: h.Plan.To})
}

func (h *Here) tell(ctx context.Context, at regions.Region, f port.Flag) error {
	return h.until(ctx, "services in "+at.String()+" are told: "+describe(f), func(ctx context.Context) (bool, string, error) {
		if err := h.Workloads.SetFlag(ctx, at, f); err != nil {
			return false, "", err
		}
		return h.told(ctx, at, f)
	})
}

// refreeze is the reverse of resume: services first, then the data, wherever it is
// written now.
func refreeze(ctx context.Context, h *Here) error {
	if err := h.tell(ctx, h.Plan.To, port.Flag{}); err != nil {
		return err
	}
	if err := h.tell(ctx, h.Plan.From, port.Flag{}); err != nil {
		return err
	}
	return h.each(func(d inventory.Database) error {
		now, err := h.Databases.Describe(ctx, h.Plan.To, d)
		if err != nil {
			return err
		}
		if at, ok := now.Writer(); !ok || at != h.Plan.To {
			return nil
		}
		return h.Databases.Freeze(ctx, d, h.Plan.To)
	})
}

// settle ends the handing on: players are all in the new region.
func settle(ctx context.Context, h *Here) error { return h.tell(ctx, h.Plan.From, port.Flag{}) }

// handOn begins it again.
func handOn(ctx context.Context, h *Here) error {
	return h.tell(ctx, h.Plan.From, port.Flag{Forward: h.Plan.To})
}

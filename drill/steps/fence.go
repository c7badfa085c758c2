package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pitboss/drill/inventory"
	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/regions"
)

// leaves says whether r is a region that this drill leaves because it is gone: the only
// one that may give no answer.
func (h *Here) leaves(r regions.Region) bool {
	return h.Plan.Kind == plan.Failover && r == h.Plan.From
}

// freeze tells the services of the old region to write no more.
func freeze(ctx context.Context, h *Here) error {
	return h.tell(ctx, h.Plan.From, port.Flag{})
}

func (h *Here) told(ctx context.Context, at regions.Region, want port.Flag) (bool, string, error) {
	got, agreed, err := h.Workloads.Flag(ctx, at)
	if err != nil {
		return false, "", err
	}
	if !agreed {
		return false, "some are told otherwise", nil
	}
	return got == want, describe(got), nil
}

func describe(f port.Flag) string {
	switch {
	case f.Writes:
		return "they may write"
	case !f.Forward.IsZero():
		return "they hand writes on to " + f.Forward.String()
	}
	return "they may not write"
}

// unfreeze lets them write again, once all data is back.
func unfreeze(ctx context.Context, h *Here) error {
	for _, d := range h.Inventory.Databases {
		now, err := h.Databases.Describe(ctx, h.Plan.From, d)
		if err != nil {
			return err
		}
		if at, ok := now.Writer(); !ok || at != h.Plan.From {
			return fmt.Errorf("services in %s may not write yet: %s is not written there", h.Plan.From, d.Name)
		}
	}
	return h.tell(ctx, h.Plan.From, port.Flag{Writes: true})
}

// closeDoor keeps new connections from the old region's databases.
func closeDoor(ctx context.Context, h *Here) error {
	return h.each(func(d inventory.Database) error { return h.Databases.Close(ctx, d, h.Plan.From) })
}

func openDoor(ctx context.Context, h *Here) error {
	return h.each(func(d inventory.Database) error { return h.Databases.Open(ctx, d, h.Plan.From) })
}

func (h *Here) each(do func(inventory.Database) error) error {
	for _, d := range h.Inventory.Databases {
		if err := do(d); err != nil {
			return fmt.Errorf("%s: %w", d.Name, err)
		}
	}
	return nil
}

// freezeData makes a database refuse writes where it is written now, and tries one.
func freezeData(d inventory.Database) func(context.Context, *Here) error {
	return func(ctx context.Context, h *Here) error {
		var writer regions.Region
		err := h.until(ctx, "who writes "+d.Name, func(ctx context.Context) (bool, string, error) {
			now, err := h.Databases.Describe(ctx, h.Plan.To, d)
			at, ok := now.Writer()
			writer = at
			return ok, at.String() + now.Busy, err
		})
		if err != nil {
			return err
		}
		if writer != h.Plan.From { // a run before this one got further
			return h.read(Check{What: d.Name + " takes no write in " + h.Plan.From.String(), Saw: "it is not written there", OK: true})
		}
		if err := h.Databases.Freeze(ctx, d, h.Plan.From); err != nil {
			return err
		}
		return h.until(ctx, d.Name+" takes no write in "+h.Plan.From.String(), func(ctx context.Context) (bool, string, error) {
			taken, err := h.Databases.TryWrite(ctx, d, h.Plan.From)
			if err == nil && taken { // a session that was opened in between
				err = h.Databases.Freeze(ctx, d, h.Plan.From)
			}
			return !taken, tried(taken), err
		})
	}
}

func tried(taken bool) string {
	if taken {
		return "a write that was tried was taken"
	}
	return "a write that was tried was refused"
}

// thawData lets it write again where it was.
func thawData(d inventory.Database) func(context.Context, *Here) error {
	return func(ctx context.Context, h *Here) error {
		now, err := h.Databases.Describe(ctx, h.Plan.From, d)
		if err != nil {
			return err
		}
		if at, ok := now.Writer(); !ok || at != h.Plan.From {
			return fmt.Errorf("%s is not written in %s: it stays frozen", d.Name, h.Plan.From)
		}
		return h.thaw(ctx, d, h.Plan.From)
	}
}

// thaw lets a database write in a region, and tries until it does: one that was promoted
// just now may not answer yet.
func (h *Here) thaw(ctx context.Context, d inventory.Database, at regions.Region) error {
	return h.until(ctx, d.Name+" takes writes in "+at.String(), func(ctx context.Context) (bool, string, error) {
		if err := h.Databases.Thaw(ctx, d, at); err != nil {
			return false, "", err
		}
		taken, err := h.Databases.TryWrite(ctx, d, at)
		return taken, tried(taken), err
	})
}

// Unfenced is the risk that the region that is left still writes: only somebody who knows
// that it is dead can accept it.
func Unfenced(r regions.Region) string { return "unfenced:" + r.String() }

// fence keeps a region that is left from writing, as far as it can be reached. Nothing is
// promoted before it is sure that it does not: every database refused a write that was
// tried, or somebody who knows that the region is dead has said so. One that takes a write
// is not dead, whatever was said.
func fence(ctx context.Context, h *Here) error {
	from := h.Plan.From
	if _, err := h.reached("telling services not to write", h.Workloads.SetFlag(ctx, from, port.Flag{})); err != nil {
		return err
	}
	refuses := make([]bool, len(h.Inventory.Databases))
	err := h.Together(len(refuses), func(i int) (err error) { // each waits for who gives no answer
		d := h.Inventory.Databases[i]
		if _, err := h.reached("closing "+d.Name, h.Databases.Close(ctx, d, from)); err != nil {
			return err
		}
		refuses[i], err = h.refuses(ctx, d)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(refuses, false):
		return h.read(Check{What: from.String() + " does not write", Saw: "every database refused a write that was tried", OK: true})
	case h.accepted(Unfenced(from)):
		return h.read(Check{What: from.String() + " does not write", Saw: h.Who + " says that it is dead (" + Unfenced(from) + ")", OK: true})
	}
	return &RefusedError{h.Step.ID, []Check{{
		What: from.String() + " does not write", Saw: "not all of it can be reached, so nobody knows",
		Want: "proof that it is dead, accepted with --accept-risk=" + Unfenced(from),
	}}}
}

// reached says whether somebody answered; that nobody did is a deviation.
func (h *Here) reached(what string, err error) (bool, error) {
	if errors.Is(err, port.ErrUnreachable) {
		return false, h.deviate("%s: %s gives no answer", what, h.Plan.From)
	}
	return err == nil, err
}

// refuses freezes one database if it can be reached, and tries a write until it is refused.
// A database that is written in the new region already, by a drill that the loss has ended,
// cannot be written in the old one.
func (h *Here) refuses(ctx context.Context, d inventory.Database) (bool, error) {
	now, err := h.Databases.Describe(ctx, h.Plan.To, d)
	if err != nil {
		return false, err
	}
	if at, ok := now.Writer(); ok && at == h.Plan.To {
		return true, nil
	}
	ok, err := h.reached("freezing "+d.Name, h.Databases.Freeze(ctx, d, h.Plan.From))
	if err != nil || !ok {
		return false, err
	}
	for deadline := h.Clock.Now().Add(h.Step.Within); ; {
		taken, err := h.Databases.TryWrite(ctx, d, h.Plan.From)
		ok, err := h.reached("trying a write to "+d.Name, err)
		if err != nil || !ok || !taken {
			return ok && !taken && err == nil, err
		}
		if !h.Clock.Now().Before(deadline) {
			return false, &RefusedError{h.Step.ID, []Check{{What: d.Name + " in " + h.Plan.From.String(), Saw: "it lives, and takes writes although it was frozen", Want: "a region that is dead, or does not write"}}}
		}
		if _, err := h.reached("freezing "+d.Name, h.Databases.Freeze(ctx, d, h.Plan.From)); err != nil {
			return false, err
		}
		if err := h.Clock.Sleep(ctx, h.Pace.Poll); err != nil {
			return false, err
		}
	}
}

func (h *Here) accepted(risk string) bool { return slices.Contains(h.Accepted, risk) }

// unfence lets a region that lives write again, before anything was promoted.
func unfence(ctx context.Context, h *Here) error {
	for _, d := range h.Inventory.Databases {
		if err := thawData(d)(ctx, h); err != nil && !errors.Is(err, port.ErrUnreachable) {
			return err
		}
		if err := h.Databases.Open(ctx, d, h.Plan.From); err != nil && !errors.Is(err, port.ErrUnreachable) {
			return err
		}
	}
	err := unfreeze(ctx, h)
	if errors.Is(err, port.ErrUnreachable) {
		return h.deviate("%s gives no answer: it stays as it is", h.Plan.From)
	}
	return err
}

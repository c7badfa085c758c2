package steps

import (
	"context"
	"errors"
	"fmt"

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
	if err := h.Workloads.SetFlag(ctx, h.Plan.From, port.Flag{}); err != nil {
		return err
	}
	return h.until(ctx, "services in "+h.Plan.From.String()+" are told not to write", func(ctx context.Context) (bool, string, error) {
		return h.told(ctx, h.Plan.From, port.Flag{})
	})
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
	return h.Workloads.SetFlag(ctx, h.Plan.From, port.Flag{Writes: true})
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
		now, err := h.Databases.Describe(ctx, h.Plan.To, d)
		if err != nil {
			return err
		}
		if at, _ := now.Writer(); at != h.Plan.From { // a run before this one got further
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
		return h.Databases.Thaw(ctx, d, h.Plan.From)
	}
}

// Unfenced is the risk that the region that is left still writes: only somebody who knows
// that it is dead can accept it.
func Unfenced(r regions.Region) string { return "unfenced:" + r.String() }

// fence keeps a region that is left from writing, as far as it can be reached. Nothing is
// promoted before it is sure that it does not: it was told so and a write was refused, or
// its ledger has stopped by itself, or somebody who knows that it is dead has said so.
func fence(ctx context.Context, h *Here) error {
	from := h.Plan.From
	reached := func(what string, err error) (bool, error) {
		if errors.Is(err, port.ErrUnreachable) {
			return false, h.deviate("%s: %s gives no answer", what, from)
		}
		return err == nil, err
	}
	if _, err := reached("telling services not to write", h.Workloads.SetFlag(ctx, from, port.Flag{})); err != nil {
		return err
	}
	refused := 0
	for _, d := range h.Inventory.Databases {
		if _, err := reached("closing "+d.Name, h.Databases.Close(ctx, d, from)); err != nil {
			return err
		}
		ok, err := h.refuses(ctx, d, reached)
		if err != nil {
			return err
		}
		if ok {
			refused++
		}
	}
	if refused == len(h.Inventory.Databases) {
		return h.read(Check{What: from.String() + " does not write", Saw: "every database refused a write that was tried", OK: true})
	}
	if h.accepted(Unfenced(from)) {
		return h.read(Check{What: from.String() + " does not write", Saw: h.Who + " says that it is dead (" + Unfenced(from) + ")", OK: true})
	}
	if !h.Inventory.Bound {
		return &RefusedError{h.Step.ID, []Check{{
			What: from.String() + " does not write", Saw: "nothing of it can be reached, and its ledger is not bound to the RPO",
			Want: "proof that it is dead, accepted with --accept-risk=" + Unfenced(from),
		}}}
	}
	return h.outwait(ctx)
}

// refuses freezes one database if it can be reached, and tries a write.
func (h *Here) refuses(ctx context.Context, d inventory.Database, reached func(string, error) (bool, error)) (bool, error) {
	ok, err := reached("freezing "+d.Name, h.Databases.Freeze(ctx, d, h.Plan.From))
	if err != nil || !ok {
		return false, err
	}
	taken, err := h.Databases.TryWrite(ctx, d, h.Plan.From)
	ok, err = reached("trying a write to "+d.Name, err)
	return ok && !taken, err
}

// outwait waits until a ledger that is bound to the RPO has stopped by itself: Aurora
// holds back commits on a primary whose copies are further behind (rds.global_db_rpo).
func (h *Here) outwait(ctx context.Context) error {
	if err := h.Clock.Sleep(ctx, h.Inventory.RPO+boundMargin); err != nil {
		return err
	}
	return h.read(Check{What: h.Plan.From.String() + " does not write",
		Saw: fmt.Sprintf("its ledger commits nothing that is not copied within %s, and that has passed", h.Inventory.RPO), OK: true})
}

func (h *Here) accepted(risk string) bool {
	for _, one := range h.Accepted {
		if one == risk {
			return true
		}
	}
	return false
}

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

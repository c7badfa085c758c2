package steps

import (
	"context"
	"fmt"

	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/regions"
	"pitboss/regions/role"
)

// saySo writes into the market's file what is true, and brings the program up: from then
// on the code and the cloud agree. A region that is gone cannot be brought up.
func saySo(ctx context.Context, h *Here) error {
	if err := h.Code.SetActive(ctx, h.Plan.To); err != nil {
		return err
	}
	if err := h.Code.Up(ctx, h.only()...); err != nil {
		return fmt.Errorf("active is %s in the market's file, and the update failed: %w", h.Plan.To, err)
	}
	return h.read(Check{What: "the program says which region is active", Saw: h.Plan.To.String(), OK: true})
}

// only are the regions whose stacks can be worked on; none is all.
func (h *Here) only() []regions.Region {
	if h.Plan.Kind == plan.Failover {
		return []regions.Region{h.Plan.To}
	}
	return nil
}

// agree wants nothing left to change.
func agree(ctx context.Context, h *Here) error {
	changes, err := h.Code.Changes(ctx, h.only()...)
	if err != nil {
		return err
	}
	c := &checks{h: h}
	c.want(len(changes) == 0, "what the program would still change", some(changes), "nothing")
	return c.verdict()
}

// welcome waits for a region that was lost: its databases and caches must follow, closely
// enough, before anything is asked of it.
func welcome(ctx context.Context, h *Here) error {
	for _, d := range h.Inventory.Databases {
		if err := h.follows(ctx, h.database(d)); err != nil {
			return err
		}
		err := h.until(ctx, d.Name+" in "+h.Plan.To.String()+" is close behind", func(ctx context.Context) (bool, string, error) {
			lag, err := h.Databases.Lag(ctx, d, h.Plan.To)
			return lag <= h.Inventory.RPO, lag.String(), err
		})
		if err != nil {
			return err
		}
	}
	for _, c := range h.Inventory.Caches {
		if err := h.follows(ctx, h.cache(c)); err != nil {
			return err
		}
	}
	return nil
}

func (h *Here) follows(ctx context.Context, r roles) error {
	return h.until(ctx, r.name+" in "+h.Plan.To.String()+" follows", func(ctx context.Context) (bool, string, error) {
		now, err := r.describe(ctx, h.Plan.From)
		m, ok := now.In(h.Plan.To)
		return ok && m.Ready && now.Busy == "", fmt.Sprintf("member %v, ready %v, %s", ok, m.Ready, now.Busy), err
	})
}

// rebuild makes of a region that came back a standby again: it is told not to write before
// anything else, its doors are opened, and the program brings it up.
func rebuild(ctx context.Context, h *Here) error {
	if err := h.tell(ctx, h.Plan.To, port.Flag{}); err != nil {
		return err
	}
	for _, d := range h.Inventory.Databases {
		if err := h.Databases.Open(ctx, d, h.Plan.To); err != nil {
			return err
		}
	}
	said, err := h.Code.Says(ctx, h.Plan.To)
	if err != nil {
		return err
	}
	if said == role.Standby { // it was left by a switchover, which brought it up
		err = h.read(Check{What: h.Plan.To.String() + " was brought up as a standby", Saw: "it was", OK: true})
	} else {
		err = h.Code.Up(ctx, h.Plan.To)
	}
	if err != nil {
		return err
	}
	if err := h.carry(ctx, h.Plan.To, false); err != nil {
		return err
	}
	return h.carry(ctx, h.Plan.From, true)
}

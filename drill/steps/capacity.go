package steps

import (
	"context"
	"fmt"
	"strings"

	"pitboss/drill/plan"
	"pitboss/drill/port"
)

// scaleUp gives the new region the floors that the old one has, so that it is ready for
// everybody before anybody comes. Of a region that is gone nothing can be asked: the
// program's own numbers are then taken by the update that ends the drill, and the
// autoscalers do the rest.
func scaleUp(ctx context.Context, h *Here) error {
	now, err := h.Workloads.Floors(ctx, h.Plan.To)
	if err != nil {
		return err
	}
	if err := h.Log.Note(h.Step.ID, "floors", now); err != nil {
		return err
	}
	full, err := h.fullFloors(ctx)
	if err != nil {
		return err
	}
	var raise []port.Floor
	for _, f := range now {
		if want, ok := full[key(f)]; ok && want.Min > f.Min {
			raise = append(raise, want)
		}
	}
	if len(raise) > 0 {
		if err := h.Workloads.SetFloors(ctx, h.Plan.To, raise); err != nil {
			return err
		}
	}
	return h.until(ctx, fmt.Sprintf("%d floors raised in %s, and everything runs", len(raise), h.Plan.To), func(ctx context.Context) (bool, string, error) {
		waiting, err := h.Workloads.Waiting(ctx, h.Plan.To)
		return len(waiting) == 0, some(waiting), err
	})
}

// fullFloors are those of the region that is active, or what was kept of them.
func (h *Here) fullFloors(ctx context.Context) (map[string]port.Floor, error) {
	full := map[string]port.Floor{}
	floors, err := h.Workloads.Floors(ctx, h.Plan.From)
	if err != nil && h.Plan.Kind == plan.Failover {
		return full, h.deviate("floors of %s are not known (%v): those of %s stay until the program is brought up", h.Plan.From, err, h.Plan.To)
	}
	for _, f := range floors {
		full[key(f)] = f
	}
	return full, err
}

func key(f port.Floor) string { return f.Namespace + "/" + f.Kind + "/" + f.Name }

// scaleBack gives the new region the floors that it had.
func scaleBack(ctx context.Context, h *Here) error {
	var before []port.Floor
	ok, err := h.Log.Recall(h.Step.ID, "floors", &before)
	if err != nil || !ok {
		return err
	}
	return h.Workloads.SetFloors(ctx, h.Plan.To, before)
}

// some is a list in words that stay short.
func some(all []string) string {
	const few = 5
	switch {
	case len(all) == 0:
		return "nothing"
	case len(all) > few:
		return strings.Join(all[:few], "; ") + fmt.Sprintf(" and %d more", len(all)-few)
	}
	return strings.Join(all, "; ")
}

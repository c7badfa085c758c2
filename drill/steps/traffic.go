package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitboss/drill/port"
	"pitboss/regions"
)

// The service levels that each share of the players must keep before the next one moves.
const (
	LoginRatio   = 0.999
	DepositRatio = 0.9985
	P95          = 400 * time.Millisecond
	// Unsettled is how old a bet may get before it is settled.
	Unsettled = 30 * time.Second
)

// Stages are the shares of the players that the new region gets, one after the other.
func Stages() []int { return []int{5, 10, 25, 50, 100} }

// move gives the new region a share of the players, holds, and looks.
func move(percent int) func(context.Context, *Here) error {
	return func(ctx context.Context, h *Here) error {
		want := map[regions.Region]int{h.Plan.To: percent, h.Plan.From: 100 - percent}
		if err := h.share(ctx, want); err != nil {
			return err
		}
		return h.gate(ctx)
	}
}

// moveBack gives everybody back to the old region.
func moveBack(ctx context.Context, h *Here) error {
	return h.share(ctx, map[regions.Region]int{h.Plan.To: 0, h.Plan.From: 100})
}

func (h *Here) share(ctx context.Context, want map[regions.Region]int) error {
	return h.until(ctx, fmt.Sprintf("%d %% of players go to %s", want[h.Plan.To], h.Plan.To), func(ctx context.Context) (bool, string, error) {
		now, err := h.Traffic.Shares(ctx, h.Inventory.Traffic)
		if err != nil {
			return false, "", err
		}
		if now[h.Plan.To] == want[h.Plan.To] && now[h.Plan.From] == want[h.Plan.From] {
			return true, fmt.Sprintf("%d to %d", now[h.Plan.From], now[h.Plan.To]), nil
		}
		return false, "asked for", h.Traffic.Move(ctx, h.Inventory.Traffic, want)
	})
}

// gate holds for a while and then wants the indicators of that while. Too few requests, and
// indicators that cannot be told yet, are waited for as long as the step has promised; a
// level that is not kept ends the drill.
func (h *Here) gate(ctx context.Context) error {
	if err := h.Clock.Sleep(ctx, h.Pace.Hold); err != nil {
		return err
	}
	began := h.Clock.Now().Add(-h.Pace.Hold)
	deadline := h.Clock.Now().Add(h.Step.Within)
	for {
		window := h.Clock.Now().Sub(began)
		got, err := h.Indicators.Read(ctx, h.Plan.To, window)
		if (err != nil || got.Requests < float64(h.Pace.Requests)) && h.Clock.Now().Before(deadline) {
			if err := h.Clock.Sleep(ctx, h.Pace.Poll); err != nil {
				return err
			}
			continue
		}
		return h.judge(got, err)
	}
}

func (h *Here) judge(got port.Reading, err error) error {
	c := &checks{h: h}
	if !c.unknown("indicators of "+h.Plan.To.String(), err) {
		c.want(got.Requests >= float64(h.Pace.Requests), "requests", fmt.Sprintf("%.0f", got.Requests), fmt.Sprintf("at least %d", h.Pace.Requests))
		c.want(got.Login >= LoginRatio, "logins that succeed", percent(got.Login), "at least "+percent(LoginRatio))
		c.want(got.Deposit >= DepositRatio, "deposits that succeed", percent(got.Deposit), "at least "+percent(DepositRatio))
		c.want(got.P95 <= P95, "95 of 100 answers come within", got.P95.Round(time.Millisecond).String(), "at most "+P95.String())
		c.want(got.Unsettled <= Unsettled, "oldest bet that is not settled", got.Unsettled.Round(time.Millisecond).String(), "at most "+Unsettled.String())
	}
	return c.verdict()
}

func percent(ratio float64) string { return fmt.Sprintf("%.3f %%", 100*ratio) }

// evacuate closes the region that is gone by the switch, which needs nothing of it, and
// opens the other.
func evacuate(ctx context.Context, h *Here) error {
	return h.throw(ctx, map[regions.Region]bool{h.Plan.From: true, h.Plan.To: false})
}

// reopen opens both.
func reopen(ctx context.Context, h *Here) error {
	return h.throw(ctx, map[regions.Region]bool{h.Plan.From: false, h.Plan.To: false})
}

func (h *Here) throw(ctx context.Context, want map[regions.Region]bool) error {
	return h.until(ctx, "the switch: "+closed(want), func(ctx context.Context) (bool, string, error) {
		now, err := h.Traffic.Evacuated(ctx, h.Inventory.Traffic)
		if err != nil {
			return false, "", err
		}
		if now[h.Plan.From] == want[h.Plan.From] && now[h.Plan.To] == want[h.Plan.To] {
			return true, closed(now), nil
		}
		return false, "asked for", h.Traffic.Evacuate(ctx, h.Inventory.Traffic, want)
	})
}

func closed(now map[regions.Region]bool) string {
	var names []string
	for r, is := range now {
		if is {
			names = append(names, r.String())
		}
	}
	if len(names) == 0 {
		return "no region is closed"
	}
	slices.Sort(names)
	return strings.Join(names, ", ") + " closed"
}

// moveAll gives everybody to the new region. The switch has done it already; where the
// names' control plane gives no answer, it is enough.
func moveAll(ctx context.Context, h *Here) error {
	err := h.share(ctx, map[regions.Region]int{h.Plan.To: 100, h.Plan.From: 0})
	var late *LateError
	if errors.As(err, &late) || errors.Is(err, port.ErrUnreachable) {
		err = h.deviate("weights and dials stay as they are; the switch is thrown: %v", err)
	}
	if err != nil {
		return err
	}
	return h.gate(ctx)
}

// warm asks the new region whether a player could log in until it answers in time, before
// any player does: the first answers fill its caches.
func warm(ctx context.Context, h *Here) error {
	path := "/sli/login"
	row := 0
	return h.until(ctx, "answers of "+h.Plan.To.String()+" in a row that come in time", func(ctx context.Context) (bool, string, error) {
		for row < h.Pace.Warmups {
			ok, took, err := h.Traffic.Ask(ctx, h.Inventory.Traffic, h.Plan.To, path)
			if err != nil || !ok || took > P95 {
				row = 0
				return false, fmt.Sprintf("%s: ok %v after %s", path, ok, took.Round(time.Millisecond)), err
			}
			row++
		}
		return true, fmt.Sprint(row), nil
	})
}

package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitboss/drill/port"
	"pitboss/regions"
)

// A Lock is what a lock says: who drills, since when.
type Lock struct {
	Run  string    `json:"run"`
	Who  string    `json:"who"`
	Kind string    `json:"kind"`
	To   string    `json:"to"`
	At   time.Time `json:"at"`
}

// A LockedError says that another drill runs.
type LockedError struct {
	Market string
	Lock
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("a %s of %s to %s runs already: %s, by %s, since %s\n  next: wait for it; or, if it is dead, `pitboss drill %s --resume %s` or `--abort %s`; "+
		"if neither is possible because a region is gone, --accept-risk=%s leaves it as it is",
		e.Kind, e.Market, e.To, e.Run, e.Who, e.At.Format(time.RFC3339), e.Market, e.Run, e.Run, Abandon(e.Run))
}

// Abandon is the risk that another drill, which is not over, is left as it is: whoever
// accepts it knows that nobody goes on with it.
func Abandon(run string) string { return "abandon:" + run }

// Nobody can delete from an audit bucket, so a lock is two objects: one that takes it, with
// the next number, and one that gives it back. Who takes a number first has it.
const (
	takenSuffix = "-taken.json"
	givenSuffix = "-given.json"
)

// LockPrefix is where a market's locks are.
func LockPrefix(market string) string { return "drills/" + market + "/lock/" }

func lockKey(market string, n int, suffix string) string {
	return fmt.Sprintf("%s%06d%s", LockPrefix(market), n, suffix)
}

// Locked is who has the lock in a vault, and its number; ok is false if nobody has.
func Locked(ctx context.Context, v port.Vault, market string) (held Lock, n int, ok bool, err error) {
	keys, err := v.List(ctx, LockPrefix(market))
	if err != nil {
		return held, 0, false, err
	}
	for _, key := range keys {
		name := strings.TrimPrefix(key, LockPrefix(market))
		if number, isTaken := strings.CutSuffix(name, takenSuffix); isTaken {
			if _, err := fmt.Sscanf(number, "%d", &n); err != nil {
				return held, 0, false, fmt.Errorf("%s is no lock", key)
			}
		}
	}
	if n == 0 || slices.Contains(keys, lockKey(market, n, givenSuffix)) {
		return held, n, false, nil
	}
	data, err := v.Get(ctx, lockKey(market, n, takenSuffix))
	if err == nil {
		err = json.Unmarshal(data, &held)
	}
	return held, n, err == nil, err
}

// lock takes the lock in both regions, home's first, so that two drills cannot each have
// one. A region that gives no answer has no lock to give where it is the one that is left.
func lock(ctx context.Context, h *Here) error {
	mine := Lock{Run: h.Run, Who: h.Who, Kind: string(h.Plan.Kind), To: h.Plan.To.String(), At: h.Clock.Now().UTC()}
	data, err := json.Marshal(mine)
	if err != nil {
		return err
	}
	for _, at := range h.both() {
		err := h.take(ctx, at, data)
		if h.leaves(at) && errors.Is(err, port.ErrUnreachable) {
			err = h.deviate("no lock in %s, which gives no answer: %v", at, err)
		}
		if err != nil {
			return err
		}
	}
	if err := h.read(Check{What: "no other drill of the market runs", Saw: "the lock is " + h.Run + "'s", OK: true}); err != nil {
		return err
	}
	return h.testify(ctx)
}

// Witnessed is the note of a run whose witness was started.
const Witnessed = "witness"

// testify starts the witness: not before the lock, or a drill that is refused would end the
// one of the drill that runs.
func (h *Here) testify(ctx context.Context) error {
	var before bool
	if found, err := h.Log.Recall(h.Step.ID, Witnessed, &before); err != nil || found || h.Witness == nil {
		return err
	}
	if err := h.Witness.Start(ctx); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return h.Log.Note(h.Step.ID, Witnessed, true)
}

// take takes the lock in one region, or finds that this run has it.
func (h *Here) take(ctx context.Context, at regions.Region, data []byte) error {
	v, market := h.Vaults[at], h.Inventory.Market
	for {
		held, n, ok, err := Locked(ctx, v, market)
		switch {
		case err != nil:
			return fmt.Errorf("lock in %s: %w", at, err)
		case ok && held.Run == h.Run:
			return nil
		case ok && h.accepted(Abandon(held.Run)):
			if err := h.deviate("run %s was not over and is left as it is (%s)", held.Run, Abandon(held.Run)); err != nil {
				return err
			}
			if err := h.give(ctx, at, n, held.Run); err != nil {
				return err
			}
			continue
		case ok:
			return &LockedError{market, held}
		}
		err = v.PutNew(ctx, lockKey(market, n+1, takenSuffix), data)
		if errors.Is(err, port.ErrExists) {
			continue // somebody was faster, or it was this run, which did not hear of it
		}
		if err != nil {
			return fmt.Errorf("lock in %s: %w", at, err)
		}
		return nil
	}
}

// unlock gives back what is this run's.
func unlock(ctx context.Context, h *Here) error {
	for _, at := range h.both() {
		held, n, ok, err := Locked(ctx, h.Vaults[at], h.Inventory.Market)
		if err == nil && ok && held.Run == h.Run {
			err = h.give(ctx, at, n, h.Run)
		}
		if h.leaves(at) && errors.Is(err, port.ErrUnreachable) {
			err = h.deviate("the lock in %s, if it has one, stays: it gives no answer", at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// give gives a lock back.
func (h *Here) give(ctx context.Context, at regions.Region, n int, run string) error {
	return h.Vaults[at].Put(ctx, lockKey(h.Inventory.Market, n, givenSuffix), fmt.Appendf(nil, "{\"run\":%q}", run))
}

func (h *Here) both() []regions.Region {
	return []regions.Region{h.Inventory.Home, h.Inventory.Standby}
}

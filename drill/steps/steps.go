// Package steps is what a drill does: one function a step to do it, one to take it back.
// Each looks first and acts only where something is left to do, so that each may be begun
// again by a run that does not know how far the one before it got.
//
// The order, and what each step promises, is in derive.go. The ports are the world's, or
// drill/model's: the same code runs on both.
package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/regions"
)

// A Clock tells the time and waits.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// A Log is the run's journal, as steps see it.
type Log interface {
	// Note keeps what a step must know again; what was noted first stays.
	Note(step, key string, value any) error
	// Recall reads a note back, and says whether there is one.
	Recall(step, key string, into any) (bool, error)
	// Read records one check.
	Read(step string, c Check) error
	// Deviate records that something was not as planned and the run goes on.
	Deviate(step, text string) error
}

// A Check is one thing that was looked at.
type Check struct {
	What string `json:"what"`
	Saw  string `json:"saw"`
	Want string `json:"want,omitempty"`
	OK   bool   `json:"ok"`
}

// Pace is how patient a drill is.
type Pace struct {
	// Poll is how long it waits before it asks again.
	Poll time.Duration `json:"poll"`
	// Hold is how long each share of the players is watched before the next one moves:
	// at least what clients keep an address for.
	Hold time.Duration `json:"hold"`
	// Requests is how many requests a share's indicators must be of.
	Requests int `json:"requests"`
	// Warmups is how many answers in a row must come in time before players come.
	Warmups int `json:"warmups"`
}

// DefaultPace is for a real account: a minute is what the market's names are kept for.
func DefaultPace() Pace {
	return Pace{Poll: 2 * time.Second, Hold: time.Minute, Requests: 100, Warmups: 20}
}

// A World is everything that steps work on.
type World struct {
	Inventory  inventory.Inventory
	Databases  port.Databases
	Caches     port.Caches
	Streams    port.Streams
	Workloads  port.Workloads
	Traffic    port.Traffic
	Indicators port.Indicators
	Account    port.Account
	Code       port.Code
	Vaults     map[regions.Region]port.Vault
	// Witness writes from the lock on; nil is nobody.
	Witness port.Witness

	Clock    Clock
	Log      Log
	Pace     Pace
	Run, Who string
	// Accepted are the risks that were accepted by name.
	Accepted []string
	// OneByOne does one after the other what could be done at the same time.
	OneByOne bool
}

// Together does something n times, at the same time unless the world is OneByOne; then the
// first error ends it.
func (w *World) Together(n int, do func(i int) error) error {
	errs := make([]error, n)
	if w.OneByOne {
		for i := range n {
			if errs[i] = do(i); errs[i] != nil {
				break
			}
		}
		return errors.Join(errs...)
	}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = do(i) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// A Step is one step with its code.
type Step struct {
	plan.Step
	// Beside names steps that may run at the same time: those next to each other that
	// share it.
	Beside string
	Do     func(context.Context, *Here) error
	// Back takes it back; nil is that there is nothing to take back.
	Back func(context.Context, *Here) error
}

// Here is a step in its world.
type Here struct {
	*World
	Plan plan.Plan
	Step plan.Step
}

// A LateError is a promise that was not kept.
type LateError struct {
	Step, What, Saw string
	Within          time.Duration
}

func (e *LateError) Error() string {
	return fmt.Sprintf("%s: %s: promised within %s, and still: %s", e.Step, e.What, e.Within, e.Saw)
}

// A RefusedError is a check that must hold and does not.
type RefusedError struct {
	Step   string
	Checks []Check
}

func (e *RefusedError) Error() string {
	text := e.Step + ":"
	for i, c := range e.Checks {
		if i > 0 {
			text += ";"
		}
		text += fmt.Sprintf(" %s: found %s, want %s", c.What, c.Saw, c.Want)
	}
	return text
}

// until asks until it is so, or the step's promise is broken. That nobody answers is
// another reason to ask again; a refusal is not.
func (h *Here) until(ctx context.Context, what string, ask func(context.Context) (ok bool, saw string, err error)) error {
	deadline := h.Clock.Now().Add(h.Step.Within)
	for {
		ok, saw, err := ask(ctx)
		switch {
		case err == nil && ok:
			return h.read(Check{What: what, Saw: saw, OK: true})
		case err != nil && !errors.Is(err, port.ErrUnreachable):
			return fmt.Errorf("%s: %s: %w", h.Step.ID, what, err)
		case err != nil:
			saw = err.Error()
		}
		if !h.Clock.Now().Before(deadline) {
			if err := h.read(Check{What: what, Saw: saw, Want: "within " + h.Step.Within.String()}); err != nil {
				return err
			}
			return &LateError{h.Step.ID, what, saw, h.Step.Within}
		}
		if err := h.Clock.Sleep(ctx, h.Pace.Poll); err != nil {
			return err
		}
	}
}

func (h *Here) read(c Check) error { return h.Log.Read(h.Step.ID, c) }

func (h *Here) deviate(format string, args ...any) error {
	return h.Log.Deviate(h.Step.ID, fmt.Sprintf(format, args...))
}

// checks collects what must hold, so that everything that does not is told at once.
type checks struct {
	h      *Here
	failed []Check
	err    error
}

func (c *checks) want(ok bool, what, saw, want string) {
	if c.err != nil {
		return
	}
	one := Check{What: what, Saw: saw, Want: want, OK: ok}
	if c.err = c.h.read(one); c.err == nil && !ok {
		c.failed = append(c.failed, one)
	}
}

// unknown is an answer that could not be had: never fine.
func (c *checks) unknown(what string, err error) bool {
	if err != nil {
		c.want(false, what, "no answer: "+err.Error(), "an answer")
	}
	return err != nil
}

// note keeps what could not be written down.
func (c *checks) note(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *checks) verdict() error {
	if c.err == nil && len(c.failed) > 0 {
		return &RefusedError{c.h.Step.ID, c.failed}
	}
	return c.err
}

// A Memory is a Log over what a journal noted; the runner's and the model's share it.
type Memory map[string]json.RawMessage

// Key is where a note of a step is kept.
func Key(step, key string) string { return step + "\x00" + key }

// Recall reads a note.
func (m Memory) Recall(step, key string, into any) (bool, error) {
	raw, ok := m[Key(step, key)]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw, into)
}

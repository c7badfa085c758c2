// Package run walks a drill's steps and keeps its journal. It can be killed at any moment:
// what the journal holds is enough to go on, or to take everything back.
package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/journal"
	"pitboss/drill/plan"
	"pitboss/drill/steps"
)

// Outcome is how a run ended.
type Outcome string

const (
	// Done: the market is where it should be.
	Done Outcome = "done"
	// Refused: nothing that anybody notices was begun.
	Refused Outcome = "refused"
	// Aborted: everything was taken back.
	Aborted Outcome = "aborted"
	// Stuck: neither the next step nor the way back could be done. Somebody must look, and
	// then go on with it or abort it.
	Stuck Outcome = "stuck"
	// Interrupted: it was told to stop. It can be gone on with or aborted.
	Interrupted Outcome = "interrupted"
)

// A Header is what a run begins with: enough to go on with it where nothing else answers.
type Header struct {
	Plan      plan.Plan           `json:"plan"`
	Inventory inventory.Inventory `json:"inventory"`
	Pace      steps.Pace          `json:"pace"`
	Who       string              `json:"who"`
	Accepted  []string            `json:"accepted,omitempty"`
}

// A Runner walks one plan.
type Runner struct {
	World   *steps.World
	Plan    plan.Plan
	Steps   []steps.Step
	Journal *journal.Journal
	// Watch, if set, is told of every entry.
	Watch func(journal.Entry)
	// Mirror, if set, keeps a copy of new entries where nobody can change them. What it
	// fails to keep it is given again.
	Mirror func(context.Context, []journal.Entry) error
	// Close, if set, is called before a run is over, to look at what it has led to.
	Close func(context.Context, Outcome) ([]Extra, error)

	mu       sync.Mutex
	notes    steps.Memory
	state    map[string]journal.Kind // a step's last Start, Done, Failed, Undoing or Undone
	aborting bool
	mirrored int
}

// recall rebuilds what the journal knows.
func (r *Runner) recall() {
	r.notes, r.state, r.aborting = steps.Memory{}, map[string]journal.Kind{}, false
	for _, e := range r.Journal.Entries() {
		r.learn(e)
	}
	r.World.Log = &log{r}
}

func (r *Runner) learn(e journal.Entry) {
	switch e.Kind {
	case journal.Note:
		r.notes[steps.Key(e.Step, e.Text)] = e.Data
	case journal.Start, journal.Done, journal.Failed, journal.Undoing, journal.Undone:
		r.state[e.Step] = e.Kind
	case journal.Abort:
		r.aborting = true
	}
}

// Run walks the plan from its beginning, or from where the journal ends. A run that was
// being aborted goes on being aborted.
func (r *Runner) Run(ctx context.Context) (Outcome, error) {
	r.recall()
	if over, ok := r.over(); ok {
		return over, nil
	}
	if len(r.Journal.Entries()) == 0 {
		if err := r.add(journal.Begin, "", r.Plan.ID(), r.header()); err != nil {
			return Refused, err
		}
	} else if err := r.resume(); err != nil {
		return Interrupted, err
	}
	if err := r.unaccepted(); err != nil {
		return Refused, errors.Join(err, r.end(ctx, Refused))
	}
	if r.aborting {
		return r.back(ctx, nil)
	}
	for i := 0; i < len(r.Steps); {
		n := r.group(i)
		if err := r.doAll(ctx, r.Steps[i:i+n]); err != nil {
			return r.fail(ctx, err)
		}
		i += n
	}
	return Done, r.end(ctx, Done)
}

// Abort takes back what was begun.
func (r *Runner) Abort(ctx context.Context) (Outcome, error) {
	r.recall()
	if over, ok := r.over(); ok {
		return over, fmt.Errorf("run %s is over: it was %s\n  next: a %s brings the market back", r.World.Run, over, plan.Failback)
	}
	if s, ok := r.final(); ok {
		return Stuck, fmt.Errorf("run %s has begun %q, and from there is no way back\n  next: --resume it, and then drill a %s", r.World.Run, s.Does, plan.Failback)
	}
	if err := r.resume(); err != nil {
		return Interrupted, err
	}
	if err := r.mark(ctx, "asked for by "+r.World.Who); err != nil {
		return Interrupted, err
	}
	return r.back(ctx, nil)
}

// over is the end that the journal tells of.
func (r *Runner) over() (Outcome, bool) {
	all := r.Journal.Entries()
	if n := len(all); n > 0 && all[n-1].Kind == journal.End {
		return Outcome(all[n-1].Text), true
	}
	return "", false
}

// final is the first step without a way back that was begun.
func (r *Runner) final() (steps.Step, bool) {
	for _, s := range r.Steps {
		if _, begun := r.state[s.ID]; begun && s.Final {
			return s, true
		}
	}
	return steps.Step{}, false
}

// group is how many steps from i on may be done at the same time.
func (r *Runner) group(i int) int {
	n := 1
	for beside := r.Steps[i].Beside; beside != "" && i+n < len(r.Steps) && r.Steps[i+n].Beside == beside; n++ {
	}
	return n
}

func (r *Runner) doAll(ctx context.Context, group []steps.Step) error {
	return r.World.Together(len(group), func(i int) error { return r.do(ctx, group[i]) })
}

// do is one step: written down, done, written down.
func (r *Runner) do(ctx context.Context, s steps.Step) error {
	if r.last(s.ID) == journal.Done {
		return nil
	}
	if err := r.add(journal.Start, s.ID, s.Does, nil); err != nil {
		return err
	}
	r.mirror(ctx)
	began := r.World.Clock.Now()
	if err := s.Do(ctx, r.here(s)); err != nil {
		if ctx.Err() == nil {
			err = errors.Join(err, r.add(journal.Failed, s.ID, err.Error(), nil))
		}
		return err
	}
	if took := r.World.Clock.Now().Sub(began); took > s.Within {
		if err := r.add(journal.Deviant, s.ID, fmt.Sprintf("it took %s, promised were %s", took.Round(time.Millisecond), s.Within), nil); err != nil {
			return err
		}
	}
	err := r.add(journal.Done, s.ID, "", nil)
	r.mirror(ctx)
	return err
}

func (r *Runner) here(s steps.Step) *steps.Here {
	return &steps.Here{World: r.World, Plan: r.Plan, Step: s.Step}
}

func (r *Runner) header() Header {
	w := r.World
	return Header{Plan: r.Plan, Inventory: w.Inventory, Pace: w.Pace, Who: w.Who, Accepted: w.Accepted}
}

// ReadHeader is the header of a journal.
func ReadHeader(all []journal.Entry) (Header, error) {
	var h Header
	if len(all) == 0 || all[0].Kind != journal.Begin {
		return h, errors.New("the journal does not begin with a run's plan")
	}
	return h, json.Unmarshal(all[0].Data, &h)
}

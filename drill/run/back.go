package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pitboss/drill/journal"
	"pitboss/drill/plan"
	"pitboss/drill/steps"
)

// fail decides what a step that could not be done means: the way back where there is one.
// A run that was told to stop stays where it is, and says how to go on.
func (r *Runner) fail(ctx context.Context, cause error) (Outcome, error) {
	if ctx.Err() != nil {
		return Interrupted, fmt.Errorf("interrupted: %w\n  next: --resume %s goes on, --abort %s takes it back", cause, r.World.Run, r.World.Run)
	}
	if s, ok := r.final(); ok {
		return Stuck, fmt.Errorf("%w\n  %q has begun, and from there is no way back\n  next: mend it, then --resume %s", cause, s.Does, r.World.Run)
	}
	if err := r.mark(ctx, cause.Error()); err != nil {
		return Stuck, errors.Join(cause, err)
	}
	return r.back(ctx, cause)
}

// mark writes down that from here on everything is taken back.
func (r *Runner) mark(ctx context.Context, why string) error {
	r.mu.Lock()
	aborting := r.aborting
	r.mu.Unlock()
	if aborting {
		return nil
	}
	err := r.add(journal.Abort, "", why, nil)
	r.mirror(ctx)
	return err
}

// back takes back every step that was begun, the last one first.
func (r *Runner) back(ctx context.Context, cause error) (Outcome, error) {
	outcome := Refused
	for _, s := range slices.Backward(r.Steps) {
		last := r.last(s.ID)
		if last == "" {
			continue
		}
		if s.Phase != plan.Before {
			outcome = Aborted
		}
		if last == journal.Undone {
			continue
		}
		if err := r.undo(ctx, s); err != nil {
			if ctx.Err() != nil {
				return Interrupted, errors.Join(cause, err)
			}
			return Stuck, errors.Join(cause, fmt.Errorf("the way back: %s: %w\n  next: mend it, then --abort %s", s.ID, err, r.World.Run))
		}
	}
	return outcome, errors.Join(cause, r.end(ctx, outcome))
}

func (r *Runner) undo(ctx context.Context, s steps.Step) error {
	if err := r.add(journal.Undoing, s.ID, s.Undo, nil); err != nil {
		return err
	}
	r.mirror(ctx)
	if s.Back != nil {
		if err := s.Back(ctx, r.here(s)); err != nil {
			return errors.Join(err, r.add(journal.Failed, s.ID, "taking it back: "+err.Error(), nil))
		}
	}
	err := r.add(journal.Undone, s.ID, "", nil)
	r.mirror(ctx)
	return err
}

// An Extra is an entry that somebody else has for the journal.
type Extra struct {
	Kind journal.Kind
	Text string
	Data any
}

// end writes down how it ended, and before that what there is to say of it. What cannot be
// said is a deviation: the run is over all the same.
func (r *Runner) end(ctx context.Context, o Outcome) error {
	if r.Close != nil {
		extras, err := r.Close(ctx, o)
		for _, e := range extras {
			if err := r.add(e.Kind, "", e.Text, e.Data); err != nil {
				return err
			}
		}
		if err != nil {
			if err := r.add(journal.Deviant, "", err.Error(), nil); err != nil {
				return err
			}
		}
	}
	err := r.add(journal.End, "", string(o), nil)
	r.mirror(ctx)
	return err
}

// last is the last thing that the journal says of a step.
func (r *Runner) last(id string) journal.Kind {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state[id]
}

func (r *Runner) add(kind journal.Kind, step, text string, data any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, err := r.Journal.Add(kind, step, text, data)
	if err != nil {
		return err
	}
	r.learn(e)
	if r.Watch != nil {
		r.Watch(e)
	}
	return nil
}

// mirror copies what is new. A copy that fails stops nothing: a market with frozen writes
// must not wait for its bucket. It is told, and tried again with the next one.
func (r *Runner) mirror(ctx context.Context) {
	if r.Mirror == nil {
		return
	}
	r.mu.Lock()
	all, from := slices.Clone(r.Journal.Entries()), r.mirrored
	r.mu.Unlock()
	if from >= len(all) {
		return
	}
	err := r.Mirror(ctx, all[from:])
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.mirrored = max(r.mirrored, len(all))
	} else if r.Watch != nil {
		r.Watch(journal.Entry{Kind: journal.Deviant, Text: "the journal's copy: " + err.Error()})
	}
}

// log is the journal as steps see it.
type log struct{ r *Runner }

func (l *log) Note(step, key string, value any) error {
	l.r.mu.Lock()
	_, there := l.r.notes[steps.Key(step, key)]
	l.r.mu.Unlock()
	if there {
		return nil
	}
	err := l.r.add(journal.Note, step, key, value)
	l.r.mirror(context.Background()) // somebody else may have to know it
	return err
}

func (l *log) Recall(step, key string, into any) (bool, error) {
	l.r.mu.Lock()
	defer l.r.mu.Unlock()
	return l.r.notes.Recall(step, key, into)
}

func (l *log) Read(step string, c steps.Check) error {
	return l.r.add(journal.Reading, step, c.What, c)
}

func (l *log) Deviate(step, text string) error { return l.r.add(journal.Deviant, step, text, nil) }

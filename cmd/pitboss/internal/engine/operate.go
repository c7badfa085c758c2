package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/tally"
	"pitboss/policy/rules"
)

// A Report is how far one operation on one stack is.
type Report struct {
	Stack   string
	Doing   string // "up", "preview", "compare", "down", "repair", "unprotect", "detach"
	Done    int
	Running int
	Planned int    // zero: not known
	Note    string // a sentence of its own, instead of numbers
}

// A Watch is told of progress. It is called from one goroutine per stack.
type Watch func(Report)

// A Result is how one operation on one stack ended.
type Result struct {
	Changes  tally.Changes
	List     []tally.Change
	Failures []tally.Failure
	Lost     []tally.Change // protected resources it would have deleted or replaced
	Exposed  []string       // URNs that a failed destroy has left without AWS's own protection
	Repairs  []string
	Elapsed  time.Duration
	Err      error // nil only if everything that was asked for was done

	// Of a preview:
	Steps    []plan.Step
	Findings []rules.Finding // what the policy pack found
	Judged   bool            // the policy pack saw the whole plan; also of a preview that it refused
	Judging  time.Duration   // what the policy pack took for that
	outputs  map[string]any  // what the stack would publish
}

type operation func(ctx context.Context, ch chan<- events.EngineEvent, errOut *bytes.Buffer) error

// operate runs one operation of the Automation API and counts its events. If
// a dead run holds the stack's lock, it clears the lock and tries once more.
func (s *Stack) operate(ctx context.Context, doing string, planned int, watch Watch, op operation) Result {
	start := time.Now()
	for {
		var errOut bytes.Buffer
		t, err := s.count(ctx, doing, planned, watch, op, &errOut)
		if err != nil && ctx.Err() == nil && isLocked(errOut.String()) {
			if err = s.unlock(ctx, errOut.String(), watch); err == nil {
				continue
			}
		}
		return s.result(ctx, doing, t, err, errOut.String(), time.Since(start))
	}
}

func (s *Stack) count(ctx context.Context, doing string, planned int, watch Watch, op operation, errOut *bytes.Buffer) (*tally.Tally, error) {
	ch, stop, done := make(chan events.EngineEvent), make(chan struct{}), make(chan struct{})
	t := new(tally.Tally)
	go func() {
		defer close(done)
		watch(Report{Stack: s.Name, Doing: doing, Planned: planned})
		for {
			select {
			case e, open := <-ch:
				if !open {
					return
				}
				if e.Error == nil {
					t.Add(e.EngineEvent)
				}
				n, running := t.Progress()
				watch(Report{Stack: s.Name, Doing: doing, Done: n, Running: running, Planned: total(planned, n+running)})
			case <-stop: // pulumi ended without ever opening the stream
				return
			}
		}
	}()
	err := op(ctx, ch, errOut)
	close(stop)
	<-done
	return t, err
}

// total is the planned count, unless the operation already knows of more.
func total(planned, seen int) int {
	if planned == 0 {
		return 0
	}
	return max(planned, seen)
}

func (s *Stack) result(ctx context.Context, doing string, t *tally.Tally, err error, stderr string, elapsed time.Duration) Result {
	r := Result{Changes: t.Changes(), List: t.List(), Lost: t.Lost(), Repairs: s.notes, Elapsed: elapsed, Err: err}
	switch {
	case err == nil:
		// Nothing is left of a destroyed stack; exposing and detaching look at a part of one.
		if left := r.Changes.Total() - r.Changes.Deletes; left > 0 && doing != exposing && doing != detaching {
			s.w.counts.set(s.Name, left)
		}
		if doing == previewing {
			r.Err = s.judged(&r, t)
			if r.Err == nil && !r.Judged {
				r.Err = fmt.Errorf("the policy pack in %s said nothing of %s: the plan is not judged", s.w.Engine.PolicyPack, s.Name)
			}
		}
		return r
	case ctx.Err() != nil:
		r.Err = ErrInterrupted
	case doing == previewing:
		r.Err = errors.Join(r.Err, s.judged(&r, t))
	}
	r.Failures = t.Failures()
	if len(r.Failures) == 0 && ctx.Err() == nil {
		r.Failures = []tally.Failure{{Message: words(stderr, err)}}
	}
	return r
}

// words is the best of what pulumi said of its failure.
func words(stderr string, err error) string {
	if w := strings.TrimPrefix(strings.TrimSpace(stderr), "error: "); w != "" {
		return w
	}
	return stderrOf(err)
}

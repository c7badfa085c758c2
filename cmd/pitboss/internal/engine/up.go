package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/tally"
	"pitboss/policy/rules"
)

// What operations that touch nothing say they are doing.
const (
	previewing = "preview"
	comparing  = "compare"
)

// Preview finds what Up would do, and has the policy pack judge it. Nothing is touched.
func (s *Stack) Preview(ctx context.Context, refresh bool, watch Watch) Result {
	if err := s.w.tellPack(ctx, s.Name); err != nil {
		return Result{Err: err}
	}
	return s.look(ctx, previewing, refresh, watch, optpreview.PolicyPacks(s.w.Engine.PolicyPack))
}

// Compare reads every resource from the cloud and finds what the program would change of it.
// No policy pack judges that: it is no plan that anybody carries out.
func (s *Stack) Compare(ctx context.Context, watch Watch) Result {
	return s.look(ctx, comparing, true, watch)
}

// look is one run of the engine's preview.
func (s *Stack) look(ctx context.Context, doing string, refresh bool, watch Watch, opts ...optpreview.Option) Result {
	return s.operate(ctx, doing, s.Planned(), watch, func(ctx context.Context, ch chan<- events.EngineEvent, errOut *bytes.Buffer) error {
		opts := append(opts, optpreview.EventStreams(ch), optpreview.ErrorProgressStreams(errOut), optpreview.Color("never"),
			optpreview.SuppressProgress(), optpreview.SuppressOutputs())
		if refresh {
			opts = append(opts, optpreview.Refresh())
		}
		_, err := s.auto.Preview(ctx, opts...)
		return err
	})
}

// A Choice is how an update is to be made.
type Choice struct {
	// Refresh reads every resource from the cloud first.
	Refresh bool
	// Review looks at the plan before anything is touched, and refuses it with an error.
	Review func(Result) error
	// Message is recorded with the update.
	Message func() string
}

// Up brings the stack to what the program declares. It repairs what a killed run left
// first, previews, and has the plan reviewed before anything is touched. A plan that
// changes nothing is not carried out.
func (s *Stack) Up(ctx context.Context, c Choice, watch Watch) Result {
	start := time.Now()
	if err := s.repair(ctx, watch); err != nil {
		return Result{Repairs: s.notes, Err: err, Elapsed: time.Since(start)}
	}
	p := s.Preview(ctx, c.Refresh, watch)
	p.Repairs = s.notes
	if p.Err == nil && len(p.Lost) == 0 {
		p.Err = c.Review(p)
	}
	if p.Err != nil || len(p.Lost) > 0 {
		p.Changes, p.List, p.Elapsed = tally.Changes{}, nil, time.Since(start) // nothing was done
		return p
	}
	if !c.Refresh && s.isAs(p) {
		p.Elapsed = time.Since(start)
		return p
	}
	r := s.operate(ctx, "up", p.Changes.Total(), watch, func(ctx context.Context, ch chan<- events.EngineEvent, errOut *bytes.Buffer) error {
		opts := []optup.Option{
			optup.EventStreams(ch), optup.ErrorProgressStreams(errOut), optup.Color("never"), optup.Message(c.Message()),
			optup.SuppressProgress(), optup.SuppressOutputs(), optup.ShowSecrets(false), optup.PolicyPacks(s.w.Engine.PolicyPack),
		}
		if c.Refresh {
			opts = append(opts, optup.Refresh())
		}
		_, err := s.auto.Up(ctx, opts...)
		return err
	})
	if r.Err == nil {
		r.Err = s.w.consents.forget(s.Name) // all is protected again
	}
	r.Elapsed, r.Repairs = time.Since(start), s.notes
	return r
}

// isAs tells whether an update would leave the stack as it is: its resources, what it
// publishes, and what only the engine knows, such as a protection that an earlier run took
// away.
func (s *Stack) isAs(p Result) bool {
	if p.Changes.Any() || s.State.Empty() || s.w.consents.has(s.Name) || !reflect.DeepEqual(plain(s.State.Outputs), plain(p.outputs)) {
		return false
	}
	return !slices.ContainsFunc(p.Steps, func(one plan.Step) bool {
		return one.Old != nil && one.New != nil && (one.Old.Protect != one.New.Protect || !reflect.DeepEqual(one.Old.Retain, one.New.Retain))
	})
}

// judged adds to a preview's result what the policy pack saw, if it came to that.
func (s *Stack) judged(r *Result, t *tally.Tally) error {
	j, ok, err := rules.TakeJudgement(s.w.judgements(), s.Name)
	if err != nil {
		return fmt.Errorf("what the policy pack found of %s: %w", s.Name, err)
	}
	if !ok { // the engine gave up before
		r.Steps = s.steps(t.Steps(), j)
		return nil
	}
	r.Judged, r.Findings, r.Judging = true, j.Findings, time.Duration(j.Seconds*float64(time.Second))
	r.Steps, r.outputs = s.steps(t.Steps(), j), t.Outputs()
	if s.w.copies != nil {
		r.lift()
	}
	return nil
}

// lift takes what differs only by secrets for the same: in a copy they cannot be compared.
func (r *Result) lift() {
	for i := range r.Steps {
		step := &r.Steps[i]
		if step.Op != plan.Update && step.Op != plan.Replace || slices.ContainsFunc(step.Changes, func(c plan.Change) bool {
			return c.Old != (any)(rules.Secret{}) && c.New != (any)(rules.Secret{})
		}) {
			continue
		}
		if step.Op == plan.Update {
			r.Changes.Updates--
		} else {
			r.Changes.Replaces--
		}
		r.Changes.Same++
		step.Op, step.Changes = plan.Same, nil
		about := func(c tally.Change) bool { return c.URN == step.New.URN }
		r.List, r.Lost = slices.DeleteFunc(r.List, about), slices.DeleteFunc(r.Lost, about)
	}
}

// judgements is the folder where the policy pack leaves what it found.
func (w *Workspace) judgements() string { return filepath.Join(w.Engine.Dir, "judgements") }

// tellPack refuses to run a program that nothing would judge, forgets what was found
// before, and tells the policy pack of which class the foundation's keys are.
func (w *Workspace) tellPack(ctx context.Context, stack string) error {
	file := filepath.Join(w.Engine.PolicyPack, "PulumiPolicy.yaml")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no policy pack: %s is missing\n  next: run this in a checkout of the project; for the sandbox, `make up`", file)
	} else if err != nil {
		return err
	}
	if err := os.MkdirAll(w.judgements(), 0o700); err != nil {
		return err
	}
	// An update leaves a judgement too, which is not that of a preview that fails early.
	if err := rules.ForgetJudgement(w.judgements(), stack); err != nil {
		return err
	}
	// The foundation shows its keys itself, and is brought up before any stack that uses them.
	if w.Foundation == "" || stack == w.Foundation {
		return nil
	}
	w.telling.Lock()
	defer w.telling.Unlock()
	if len(w.keys) == 0 {
		// A foundation that cannot be read, or was not built to its end, is none yet: then the
		// pack says what it cannot tell.
		if state, err := w.State(ctx, w.Foundation); err == nil && len(state.Outputs) > 0 {
			s := &rules.Stack{}
			for _, r := range state.ByURN() {
				s.Resources = append(s.Resources, r)
			}
			s.FindKeys()
			w.keys = s.Keys
		}
	}
	return rules.WriteKeys(w.judgements(), w.keys)
}

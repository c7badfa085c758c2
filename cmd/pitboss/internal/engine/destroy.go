package engine

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"pitboss/cmd/pitboss/internal/tally"
)

// shields are the properties by which AWS itself refuses to delete a resource.
var shields = []string{"deletionProtection", "deletionProtectionEnabled", "enableDeletionProtection"}

// shielded says that AWS would refuse what a destroy asks of it. What stays in the cloud
// anyway keeps its shield: nobody asks AWS to delete it.
func shielded(r apitype.ResourceV3) bool {
	if r.RetainOnDelete || r.Delete {
		return false
	}
	return slices.ContainsFunc(shields, func(property string) bool { return r.Outputs[property] == true })
}

// Shielded lists the URNs of what AWS itself refuses to delete, and Destroy would.
func (s State) Shielded() []string { return s.urns(shielded) }

// guarded lists the URNs of what the engine refuses to delete.
func (s State) guarded() []string {
	return s.urns(func(r apitype.ResourceV3) bool { return r.Protect && !r.Delete })
}

func (s State) urns(match func(apitype.ResourceV3) bool) []string {
	var out []string
	for _, r := range s.raw.Resources {
		if match(r) {
			out = append(out, string(r.URN))
		}
	}
	return out
}

// PlanDestroy is what Destroy would do: to delete everything that is recorded, the last
// made first. It takes no engine, so it is quick, and touches nothing.
func (s State) PlanDestroy() Result {
	var r Result
	for _, res := range slices.Backward(s.raw.Resources) {
		if res.Type == rootType || isDefault(res) {
			continue
		}
		r.Changes.Deletes++
		r.List = append(r.List, tally.Change{
			Op: "delete", Type: string(res.Type), Name: res.URN.Name(), URN: string(res.URN),
			Protected: slices.Contains(s.Protected, string(res.URN)), Retained: res.RetainOnDelete,
		})
	}
	return r
}

// lost is what of a plan is protected and was not named.
func lost(plan []tally.Change, named []string) []tally.Change {
	return slices.DeleteFunc(slices.Clone(plan), func(c tally.Change) bool { return !c.Protected || slices.Contains(named, c.URN) })
}

// Destroy deletes every resource of the stack, the protected ones only if each of them is
// named by its URN; otherwise nothing is touched. The empty stack and its history stay.
//
// AWS's own deletion protection comes off first, then the engine's. If it fails, or is
// interrupted, the engine's is put back at once on what is left, and the next Up puts
// AWS's back: the setting that takes it off is in no file that anybody keeps. What was
// named is written down first, so that what is left must be named again even after a run
// that was stopped dead.
func (s *Stack) Destroy(ctx context.Context, named []string, watch Watch) Result {
	start := time.Now()
	end := func(r Result) Result {
		r.Elapsed, r.Repairs = time.Since(start), s.notes
		return r
	}
	if err := s.repair(ctx, watch); err != nil {
		return end(Result{Err: err})
	}
	if left := lost(s.State.PlanDestroy().List, named); len(left) > 0 {
		return end(Result{Lost: left})
	}
	if err := s.w.consents.add(s.Name, consented{Named: named, Guarded: s.State.guarded(), Shielded: s.State.Shielded()}); err != nil {
		return end(Result{Err: err})
	}
	r := s.destroy(ctx, watch)
	if r.Err != nil {
		r.Exposed = s.protectAgain(ctx, watch)
	}
	return end(r)
}

// destroy takes every protection off, and then deletes.
func (s *Stack) destroy(ctx context.Context, watch Watch) Result {
	if r := s.expose(ctx, watch); r.Err != nil {
		r.Changes = tally.Changes{} // nothing was destroyed
		return r
	}
	if err := s.unprotect(ctx, watch); err != nil {
		return Result{Err: err}
	}
	return s.operate(ctx, "down", s.State.Resources, watch, func(ctx context.Context, ch chan<- events.EngineEvent, errOut *bytes.Buffer) error {
		_, err := s.auto.Destroy(ctx, optdestroy.EventStreams(ch), optdestroy.ErrorProgressStreams(errOut), optdestroy.Color("never"),
			optdestroy.SuppressProgress(), optdestroy.SuppressOutputs(), optdestroy.ShowSecrets(false))
		return err
	})
}

// exposing is how an operation is called that only takes AWS's protection off.
const exposing = "unprotect"

// expose updates what AWS refuses to delete, and nothing else, so that it no longer does.
func (s *Stack) expose(ctx context.Context, watch Watch) Result {
	targets := s.State.Shielded()
	if len(targets) == 0 {
		return Result{}
	}
	config, err := s.w.mirror.unprotected(s.Name)
	if err != nil {
		return Result{Err: err}
	}
	defer os.Remove(config) //nolint:errcheck // a leftover is read by nobody
	watch(Report{Stack: s.Name, Doing: exposing, Note: fmt.Sprintf("taking AWS's deletion protection off %d resources, which were named", len(targets))})
	return s.operate(ctx, exposing, len(targets), watch, func(ctx context.Context, ch chan<- events.EngineEvent, errOut *bytes.Buffer) error {
		_, err := s.auto.Up(ctx, optup.Target(targets), optup.ConfigFile(config), optup.EventStreams(ch), optup.ErrorProgressStreams(errOut),
			optup.Color("never"), optup.SuppressProgress(), optup.SuppressOutputs(), optup.ShowSecrets(false))
		return err
	})
}

// unprotect lets the engine delete what is protected, all of which was named.
func (s *Stack) unprotect(ctx context.Context, watch Watch) error {
	guarded := s.State.guarded()
	if len(guarded) == 0 {
		return nil
	}
	return s.edit(ctx, "unprotect the resources of", watch, func() ([]string, []byte, error) {
		return append(append([]string{"state", "unprotect"}, guarded...), "--yes"), nil, nil
	})
}

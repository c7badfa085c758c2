package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// A State is what is recorded of one stack.
type State struct {
	Resources int       // managed resources, the stack itself not counted
	Protected []string  // URNs of what nobody may lose by accident, in the order of the state; also what an earlier destroy unprotected and left
	Retained  []string  // URNs that a destroy forgets but leaves in the cloud
	Pending   []Pending // operations that a killed run left open
	Outputs   map[string]any

	raw apitype.DeploymentV3
}

// A Pending operation was started, and nobody knows how it ended.
type Pending struct {
	URN  string
	Kind string // creating, updating, deleting, reading
}

// Empty tells whether there is nothing left to destroy or to repair.
func (s State) Empty() bool { return len(s.raw.Resources) == 0 && len(s.Pending) == 0 }

// rootType is the type of the resource that stands for the stack itself.
const rootType = "pulumi:pulumi:Stack"

// State reads what is recorded of a stack. Secrets stay encrypted.
func (w *Workspace) State(ctx context.Context, stack string) (State, error) {
	out, err := w.Export(ctx, stack)
	if err != nil {
		return State{}, err
	}
	list, err := w.consents.read(stack)
	if err != nil {
		return State{}, err
	}
	return ParseState(stack, out, list.Named...)
}

// ParseState reads the state of a stack as it was exported. consented are the URNs that
// earlier destroys were told may go.
func ParseState(stack string, raw []byte, consented ...string) (State, error) {
	var export struct {
		Version    int                  `json:"version"`
		Deployment apitype.DeploymentV3 `json:"deployment"`
	}
	if err := json.Unmarshal(raw, &export); err != nil {
		return State{}, fmt.Errorf("state of %s: %w", stack, err)
	}
	return newState(export.Deployment, consented...), nil
}

// Export is the state of a stack as it is recorded, secrets encrypted.
func (w *Workspace) Export(ctx context.Context, stack string) ([]byte, error) {
	out, stderr, _, err := w.cmd.Run(ctx, w.mirror.dir, nil, nil, nil, nil, "stack", "export", "--stack", stack)
	if err != nil {
		return nil, w.failed(ctx, "read the state of "+stack, stderr, err)
	}
	return []byte(out), nil
}

// newState takes the URNs that earlier destroys were told may go: consent is for one run,
// so what is left of them is protected whatever the state says.
func newState(d apitype.DeploymentV3, consented ...string) State {
	s := State{raw: d}
	for _, r := range d.Resources {
		if r.Type == rootType {
			s.Outputs = r.Outputs
			continue
		}
		if isDefault(r) {
			continue
		}
		s.Resources++
		if r.Protect || shielded(r) || slices.Contains(consented, string(r.URN)) {
			s.Protected = append(s.Protected, string(r.URN))
		}
		if r.RetainOnDelete {
			s.Retained = append(s.Retained, string(r.URN))
		}
	}
	for _, op := range d.PendingOperations {
		s.Pending = append(s.Pending, Pending{URN: string(op.Resource.URN), Kind: string(op.Type)})
	}
	return s
}

// isDefault recognises the providers that the engine makes for itself.
func isDefault(r apitype.ResourceV3) bool {
	return strings.HasPrefix(string(r.Type), "pulumi:providers:") && strings.HasPrefix(r.URN.Name(), "default")
}

// An Update is the last thing that was done to a stack.
type Update struct {
	Kind   string // update, destroy, refresh, import …
	Result string // succeeded, failed, in-progress …
	Ended  time.Time
}

// LastUpdate reads the end of a stack's history; ok is false if there is none.
func (w *Workspace) LastUpdate(ctx context.Context, stack string) (u Update, ok bool, err error) {
	out, stderr, _, err := w.cmd.Run(ctx, w.mirror.dir, nil, nil, nil, nil,
		"stack", "history", "--json", "--page-size", "1", "--page", "1", "--stack", stack)
	if err != nil {
		return u, false, w.failed(ctx, "read the history of "+stack, stderr, err)
	}
	var history []auto.UpdateSummary
	if err := json.Unmarshal([]byte(out), &history); err != nil {
		return u, false, fmt.Errorf("history of %s: %w", stack, err)
	}
	if len(history) == 0 {
		return u, false, nil
	}
	u = Update{Kind: history[0].Kind, Result: history[0].Result}
	if end := history[0].EndTime; end != nil {
		if u.Ended, err = time.Parse(time.RFC3339, *end); err != nil {
			return u, false, fmt.Errorf("history of %s: end time: %w", stack, err)
		}
	}
	return u, true, nil
}

// SecretOutput reads one output of a stack in clear. Never print it.
func (w *Workspace) SecretOutput(ctx context.Context, stack, name string) (any, error) {
	out, stderr, _, err := w.cmd.Run(ctx, w.mirror.dir, nil, nil, nil, nil,
		"stack", "output", "--json", "--show-secrets", "--stack", stack)
	if err != nil {
		return nil, w.failed(ctx, "read the outputs of "+stack, stderr, err)
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		return nil, fmt.Errorf("outputs of %s: not JSON", stack)
	}
	return all[name], nil
}

// Package tally turns the event stream of one engine operation into numbers:
// what was planned, what is done, what failed and in whose words. It is pure:
// events in, numbers out.
//
// Import it from cmd/pitboss only.
package tally

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Changes counts resources by what happens to them.
type Changes struct {
	Creates  int `json:"creates"`
	Updates  int `json:"updates"`
	Replaces int `json:"replaces"`
	Deletes  int `json:"deletes"`
	Same     int `json:"same"`
}

// Any tells whether anything changes.
func (c Changes) Any() bool { return c.Creates+c.Updates+c.Replaces+c.Deletes > 0 }

// Add returns the sum of both.
func (c Changes) Add(d Changes) Changes {
	return Changes{c.Creates + d.Creates, c.Updates + d.Updates, c.Replaces + d.Replaces, c.Deletes + d.Deletes, c.Same + d.Same}
}

// Total is how many resources there are in all.
func (c Changes) Total() int { return c.Creates + c.Updates + c.Replaces + c.Deletes + c.Same }

// A Change is one resource that does not stay as it is.
type Change struct {
	Op        string   `json:"op"` // create, update, replace, delete
	Type      string   `json:"type"`
	Name      string   `json:"name"`
	URN       string   `json:"urn"`
	Why       []string `json:"why,omitempty"` // properties that changed; for a replace, those that force it
	Protected bool     `json:"protected,omitempty"`
	Retained  bool     `json:"retained,omitempty"` // a delete that leaves it in the cloud
}

// A Failure is one resource, or the program, with the error's own words.
type Failure struct {
	URN     string `json:"urn,omitempty"`
	Type    string `json:"type,omitempty"`
	Name    string `json:"name,omitempty"`
	Message string `json:"message"`
}

// A Tally is the state of one operation. The zero value is ready.
type Tally struct {
	changes  []Change
	index    map[string]int // URN to its place in changes
	state    map[string]step
	running  int
	done     int
	same     int
	failures []Failure
	output   []string       // what the program itself printed as an error
	root     apitype.OpType // what happens to the stack itself, which is nobody's resource
	summary  *apitype.SummaryEvent
	told     map[string]apitype.StepEventMetadata // what happens to each resource, by URN
	outputs  map[string]any                       // the stack's, as they would be
}

type step int

const (
	started step = iota + 1
	finished
)

// Add takes the next event.
func (t *Tally) Add(e apitype.EngineEvent) {
	switch {
	case e.ResourcePreEvent != nil:
		t.begin(e.ResourcePreEvent.Metadata)
	case e.ResOutputsEvent != nil && e.ResOutputsEvent.Metadata.Op != apitype.OpRefresh:
		if m := e.ResOutputsEvent.Metadata; isRoot(m.Type) && m.New != nil {
			t.outputs = m.New.Outputs
		}
		t.end(e.ResOutputsEvent.Metadata.URN)
	case e.ResOpFailedEvent != nil:
		t.end(e.ResOpFailedEvent.Metadata.URN)
	case e.DiagnosticEvent != nil:
		t.hear(*e.DiagnosticEvent)
	case e.PolicyEvent != nil && e.PolicyEvent.EnforcementLevel == "mandatory":
		t.fail(e.PolicyEvent.ResourceURN, e.PolicyEvent.PolicyName+": "+e.PolicyEvent.Message)
	case e.ErrorEvent != nil:
		t.fail("", e.ErrorEvent.Error)
	case e.SummaryEvent != nil:
		t.summary = e.SummaryEvent
	}
}

// steps of a replacement other than the logical one, and what is no change.
var silent = []apitype.OpType{
	apitype.OpCreateReplacement, apitype.OpDeleteReplaced, apitype.OpRead, apitype.OpReadReplacement,
	apitype.OpReadDiscard, apitype.OpDiscardReplaced, apitype.OpRemovePendingReplace,
}

func (t *Tally) begin(m apitype.StepEventMetadata) {
	if t.state == nil {
		t.state, t.index, t.told = map[string]step{}, map[string]int{}, map[string]apitype.StepEventMetadata{}
	}
	if isRoot(m.Type) {
		t.root = m.Op
		return
	}
	if m.Op == apitype.OpRefresh || isDefault(m) {
		return // a look before the work, or the engine's own provider
	}
	if t.state[m.URN] == 0 {
		t.state[m.URN] = started
		t.running++
	}
	if !slices.Contains(silent, m.Op) {
		t.told[m.URN] = m
	}
	if m.Op == apitype.OpSame {
		t.same++
		t.end(m.URN) // the engine does not tell the end of every one of these
		return
	}
	if slices.Contains(silent, m.Op) {
		return
	}
	i, ok := t.index[m.URN]
	if !ok {
		i = len(t.changes)
		t.index[m.URN] = i
		t.changes = append(t.changes, Change{})
	}
	t.changes[i] = change(m)
}

func change(m apitype.StepEventMetadata) Change {
	c := Change{Op: string(m.Op), Type: m.Type, Name: name(m.URN), URN: m.URN}
	c.Why = append(c.Why, m.Diffs...)
	if m.Op == apitype.OpReplace && len(m.Keys) > 0 {
		c.Why = append([]string(nil), m.Keys...)
	}
	slices.Sort(c.Why)
	if m.Old != nil {
		c.Protected, c.Retained = m.Old.Protect, m.Old.RetainOnDelete
	}
	if m.Op == apitype.OpImport {
		c.Op = string(apitype.OpCreate)
	}
	return c
}

func (t *Tally) end(urn string) {
	if t.state[urn] != started {
		return
	}
	t.state[urn] = finished
	t.running--
	t.done++
}

// hear keeps what is an error, and what the program printed in case it fails.
func (t *Tally) hear(d apitype.DiagnosticEvent) {
	message := strings.TrimSpace(Plain(d.Message))
	switch d.Severity {
	case "error":
		t.fail(d.URN, message)
	case "info#err":
		if message != "" && !d.Ephemeral {
			t.output = append(t.output, message)
		}
	}
}

func (t *Tally) fail(urn, message string) {
	message = strings.TrimPrefix(strings.TrimSpace(Plain(message)), "error: ")
	f := Failure{URN: urn, Message: message}
	if urn != "" {
		f.Type, f.Name = kind(urn), name(urn)
	}
	if message != "" && !slices.Contains(t.failures, f) {
		t.failures = append(t.failures, f)
	}
}

// markup is the engine's own way to write colours: <{%fg 1%}>.
var markup = regexp.MustCompile(`<\{%[^%]*%\}>`)

// Plain returns text without the engine's colour markup.
func Plain(s string) string { return markup.ReplaceAllString(s, "") }

// isDefault recognises the providers that the engine makes for itself, which
// its own summary does not count either.
func isDefault(m apitype.StepEventMetadata) bool {
	return strings.HasPrefix(m.Type, "pulumi:providers:") && strings.HasPrefix(name(m.URN), "default")
}

func isRoot(typ string) bool { return typ == "pulumi:pulumi:Stack" }

// name is the last part of a URN.
func name(urn string) string { return urn[strings.LastIndex(urn, "::")+len("::"):] }

// kind is the type in a URN: urn:pulumi:<stack>::<project>::<parents$type>::<name>.
func kind(urn string) string {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return ""
	}
	return parts[2][strings.LastIndex(parts[2], "$")+1:]
}

package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// changing lists what a killed run was updating, deleting or reading, with the
// stack itself, which every state that has anything has; and a note for each.
func (s State) changing() (targets, notes []string) {
	known := map[string]bool{}
	for _, r := range s.raw.Resources {
		known[string(r.URN)] = true
		if r.Type == rootType {
			targets = append(targets, string(r.URN))
		}
	}
	for _, p := range s.Pending {
		switch {
		case p.Kind == creating:
		case known[p.URN]:
			targets = append(targets, p.URN)
			notes = append(notes, fmt.Sprintf("%s was cut off while %s: read what is there", label(p.URN), p.Kind))
		default:
			notes = append(notes, fmt.Sprintf("%s was cut off while %s: forgotten", label(p.URN), p.Kind))
		}
	}
	return targets, notes
}

// creating is the kind of operation that a refresh cannot settle by itself.
const creating = "creating"

// settlement is what settle decided.
type settlement struct {
	adopted []string // URNs now in the state, to be looked for in the cloud
	notes   []string
}

// settle takes the open creations out of an exported state. It edits the
// document as it is, so that nothing that a newer Pulumi wrote gets lost.
func settle(export []byte) ([]byte, settlement, error) {
	var plan settlement
	var doc map[string]any
	dec := json.NewDecoder(bytes.NewReader(export))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		return nil, plan, err
	}
	deployment, ok := doc["deployment"].(map[string]any)
	if !ok {
		return nil, plan, fmt.Errorf("no deployment in it")
	}
	resources, _ := deployment["resources"].([]any)
	known := map[string]bool{}
	for _, r := range resources {
		if m, ok := r.(map[string]any); ok {
			known[text(m["urn"])] = true
		}
	}
	ops, _ := deployment["pending_operations"].([]any)
	for _, op := range ops {
		m, _ := op.(map[string]any)
		res, _ := m["resource"].(map[string]any)
		urn := text(res["urn"])
		id := adoptedID(res)
		if text(m["type"]) != creating || known[urn] || id == "" {
			plan.notes = append(plan.notes, fmt.Sprintf("%s was cut off while %s: doing it anew; if the cloud had finished the first one, that is left over there", label(urn), text(m["type"])))
			continue
		}
		res["id"] = id
		resources = append(resources, res)
		known[urn] = true
		plan.adopted = append(plan.adopted, urn)
		plan.notes = append(plan.notes, fmt.Sprintf("%s was cut off while creating: looking for it as %q", label(urn), id))
	}
	deployment["resources"] = resources
	delete(deployment, "pending_operations")
	out, err := json.Marshal(doc)
	return out, plan, err
}

// stackTag is the tag by which every resource says which stack made it; the
// program sets it as one of its provider's default tags.
const stackTag = "pitboss:stack"

// strangers are those of the URNs whose resource has tags, and not this stack's.
func (s State) strangers(stack string, urns []string) []string {
	var out []string
	for _, r := range s.raw.Resources {
		tags, tagged := r.Outputs["tagsAll"].(map[string]any)
		if tagged && tags[stackTag] != stack && slices.Contains(urns, string(r.URN)) {
			out = append(out, string(r.URN))
		}
	}
	return out
}

// label names a resource for people: its type and name.
func label(urn string) string {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return urn
	}
	return parts[2][strings.LastIndex(parts[2], "$")+1:] + " " + parts[3]
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

package admission_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	rules "pitboss/components/admission"
	"pitboss/components/services"
	"pitboss/tests/admission"
)

const registry = "111122223333.dkr.ecr.eu-south-1.amazonaws.com"

// TestUnsafe wants enough of the corpus that each rule is seen to refuse more than one
// thing.
func TestUnsafe(t *testing.T) {
	unsafe := admission.Unsafe()
	if len(unsafe) < 60 {
		t.Errorf("%d unsafe manifests, want at least 60", len(unsafe))
	}
	examples := map[string]int{}
	for _, m := range unsafe {
		examples[m.Rule]++
	}
	for _, r := range rules.Rules(registry) {
		if examples[r.Name] < 2 {
			t.Errorf("%d manifests break %s, want at least 2", examples[r.Name], r.Name)
		}
		delete(examples, r.Name)
	}
	for name := range examples {
		t.Errorf("%q is broken by a manifest and is no rule", name)
	}
}

// TestSafe wants every kind that is refused somewhere to be accepted somewhere.
func TestSafe(t *testing.T) {
	safe := admission.Safe()
	if len(safe) < 20 {
		t.Errorf("%d safe manifests, want at least 20", len(safe))
	}
	var kinds []string
	for _, m := range safe {
		if m.Rule != "" {
			t.Errorf("%s is safe and breaks %s", m.Name, m.Rule)
		}
		kinds = append(kinds, m.Kind())
	}
	for _, m := range admission.Unsafe() {
		if !slices.Contains(kinds, m.Kind()) {
			t.Errorf("no safe %s: a rule that refuses every one would pass", m.Kind())
		}
	}
}

// TestUnsafeIsSafeButForOneEdit: two manifests that are equal prove one thing twice, and
// one that equals a safe one proves nothing.
func TestUnsafeIsSafeButForOneEdit(t *testing.T) {
	seen := map[string]string{}
	for _, m := range append(admission.Safe(), admission.Unsafe()...) {
		body := m.Object.JSON(registry)
		if bytes.Contains(body, []byte(admission.Registry)) || !json.Valid(body) {
			t.Errorf("%s is sent as %s", m.Name, body)
		}
		if other, ok := seen[string(body)]; ok {
			t.Errorf("%q and %q are the same manifest", m.Name, other)
		}
		seen[string(body)] = m.Name
	}
}

// TestEveryTierHasAnExample: rules that depend on the tier are seen with each.
func TestEveryTierHasAnExample(t *testing.T) {
	for _, tier := range services.Tiers() {
		class := []byte(`"priorityClassName":"` + tier.Tier.PriorityClass() + `"`)
		if !slices.ContainsFunc(admission.Safe(), func(m admission.Manifest) bool { return bytes.Contains(m.Object.JSON(registry), class) }) {
			t.Errorf("no safe manifest is of tier %s", tier.Tier)
		}
	}
}

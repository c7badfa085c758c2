package tests

import (
	"slices"
	"testing"

	"pitboss/components/admission"
	"pitboss/internal/record"
	policy "pitboss/policy/rules"
	"pitboss/stacks/market"
)

// judged is a recorded stack as the rules of the policy read it.
func judged(m market.Market, s market.Stack, r record.Recording) *policy.Stack {
	out := &policy.Stack{Market: m, Stack: s, Keys: map[string]string{}}
	for _, one := range r.Resources {
		out.Resources = append(out.Resources, asRule(r, one))
	}
	for _, class := range classes { // a region's stack reads them, and a recording keeps no references
		for _, region := range []string{"", "-replica"} {
			out.Keys["arn:aws:recorded:::keys-"+class+region] = class
		}
	}
	return out
}

// classes of keys that a recorded foundation makes.
var classes = []string{"audit", "cluster", "data", "ledger", "payments", "pii"}

func asRule(all record.Recording, r record.Resource) policy.Resource {
	retain := r.Retain
	out := policy.Resource{
		URN: r.URN, Type: r.Type, Name: r.Name, Parent: r.Parent, Custom: r.Custom, Protect: r.Protect, Retain: &retain,
		IgnoreChanges: r.IgnoreChanges, Provider: policy.Provider{Name: r.Provider}, Inputs: r.Inputs, From: r.From,
	}
	if p, ok := all.Named(r.Provider); ok {
		out.Provider.Region, out.Provider.Accounts = p.Text("region"), p.Texts("allowedAccountIds")
	}
	return out
}

// TestPolicyHolds judges every stack of every market as it is: nothing is broken, and every
// rule has something to judge.
func TestPolicyHolds(t *testing.T) {
	applied := map[string]int{}
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		whole := judged(m, s, r)
		for _, rule := range policy.All() {
			for _, one := range whole.Resources {
				if rule.About(one) {
					applied[rule.ID]++
				}
			}
		}
		for _, f := range policy.Judge(whole, policy.All(), policy.Exemptions{}) {
			if f.Verdict == policy.Broken {
				t.Errorf("%s", f)
			}
		}
	})
	for _, rule := range policy.All() {
		if applied[rule.ID] == 0 && !slices.Contains(aboutNothing, rule.ID) {
			t.Errorf("%s is about nothing that any market has", rule.ID)
		}
	}
}

// aboutNothing are rules about what no market has, and must not get unseen.
var aboutNothing = []string{"database-instance-encrypted", "iam-no-lasting-keys"}

// TestPolicyAndAdmissionCiteEachOther: what the API server refuses is refused before it
// gets there, and both say so.
func TestPolicyAndAdmissionCiteEachOther(t *testing.T) {
	cited := map[string][]string{}
	for _, rule := range policy.All() {
		if rule.Admission != "" {
			cited[rule.Admission] = append(cited[rule.Admission], rule.ID)
		}
	}
	for _, rule := range admission.Rules("registry") {
		if got := rule.JudgedBefore(); len(got) == 0 || !slices.Equal(got, cited[rule.Name]) {
			t.Errorf("%s cites %v, and is cited by %v", rule.Name, got, cited[rule.Name])
		}
		delete(cited, rule.Name)
	}
	for name, by := range cited {
		t.Errorf("%v cite %s, which is no rule of components/admission", by, name)
	}
}

package rules

import (
	"cmp"
	"slices"
	"strings"
)

// Judge looks at every resource of a stack by every rule that is about it, and returns
// what does not plainly hold: what is broken first, the worst first. Exemptions turn what
// is broken into what is exempted.
func Judge(s *Stack, by []Rule, exempt Exemptions) []Finding {
	var out []Finding
	for _, rule := range by {
		for _, r := range s.Resources {
			if rule.About(r) {
				out = append(out, judge(s, rule, r, exempt)...)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(verdicts, a.Verdict), slices.Index(verdicts, b.Verdict)),
			cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
			strings.Compare(a.Rule, b.Rule), strings.Compare(a.URN, b.URN))
	})
	return out
}

var (
	verdicts   = []Verdict{Broken, Untold, Exempted}
	severities = []Severity{Critical, High, Medium}
)

func judge(s *Stack, rule Rule, r Resource, exempt Exemptions) []Finding {
	found := &findings{}
	rule.Check(&Case{Stack: s, Resource: r, found: found})
	f := Finding{Rule: rule.ID, Severity: rule.Severity, URN: r.URN, Type: r.Type, Name: r.Name}
	switch {
	case len(found.broken) > 0:
		f.Verdict, f.Says = Broken, found.broken
		if e, ok := exempt.of(rule.ID, r.URN); ok {
			f.Verdict, f.Exemption = Exempted, &e
		}
	case len(found.unknown) > 0:
		f.Verdict = Untold
		for _, what := range found.unknown {
			f.Says = append(f.Says, what+" is not known yet")
		}
	default:
		return nil
	}
	return []Finding{f}
}

// ByID is the rule with this id.
func ByID(id string) (Rule, bool) {
	for _, r := range all() {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

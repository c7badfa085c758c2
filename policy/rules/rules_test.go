package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pitboss/stacks/market"
)

// stackOf puts an example into the first market of the project.
func stackOf(t *testing.T, e Example) *Stack {
	t.Helper()
	all, err := market.LoadAll("../..")
	if err != nil {
		t.Fatal(err)
	}
	m := all[slices.IndexFunc(all, func(m market.Market) bool { return m.Name == "mt" })]
	kind := market.Kind(e.Kind)
	if kind == "" {
		kind = market.KindRegion
	}
	s := &Stack{Market: m, Keys: map[string]string{}}
	for _, class := range []string{"data", "pii", "payments", "ledger", "audit", "cluster"} {
		s.Keys["arn:aws:kms:eu-south-1:111122223333:key/"+class] = class
	}
	s.Stack = m.Stacks()[slices.IndexFunc(m.Stacks(), func(one market.Stack) bool { return one.Kind == kind })]
	for i, r := range e.Resources {
		if r.Name == "" {
			r.Name = "example" + strconv.Itoa(i)
		}
		if r.URN == "" {
			r.URN = "urn:pulumi:" + s.Stack.Name + "::pitboss::" + r.Type + "::" + r.Name
		}
		if r.Inputs == nil {
			r.Inputs = map[string]any{}
		}
		r.Inputs = copied(r.Inputs).(map[string]any)
		s.Resources = append(s.Resources, r)
	}
	return s
}

// verdictOn judges the first resource of a stack and returns what was read.
func verdictOn(s *Stack, r Rule) (Verdict, []string, []string) {
	found := &findings{}
	r.Check(&Case{Stack: s, Resource: s.Resources[0], found: found})
	switch {
	case len(found.broken) > 0:
		return Broken, found.broken, found.read
	case len(found.unknown) > 0:
		return Untold, found.unknown, found.read
	}
	return "", nil, found.read
}

func TestEveryRuleSaysWhatItIs(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range All() {
		if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`).MatchString(r.ID) || seen[r.ID] {
			t.Errorf("%q is not an id of words and dashes, or two rules have it", r.ID)
		}
		seen[r.ID] = true
		if r.Title == "" || r.Protects == "" || r.Source.Text == "" || r.About == nil || r.Check == nil {
			t.Errorf("%s does not say title, what it protects, source, what it is about and what it checks", r.ID)
		}
		if !slices.Contains(severities, r.Severity) || !slices.Contains([]Scope{One, Whole}, r.Scope) ||
			!slices.Contains([]SourceKind{Regulation, AWS, Kubernetes, House}, r.Source.Kind) {
			t.Errorf("%s: severity %q, scope %q or source %q is none that there is", r.ID, r.Severity, r.Scope, r.Source.Kind)
		}
		if r.Source.Kind == Regulation && !strings.Contains(r.Source.Text, "verified") {
			t.Errorf("%s: a source in law says how far it is verified", r.ID)
		}
	}
	if len(seen) < 50 {
		t.Errorf("there are %d rules, want at least 50", len(seen))
	}
}

func TestExamplesShowTheRule(t *testing.T) {
	for _, r := range All() {
		if len(r.Holds) == 0 || len(r.Breaks) == 0 {
			t.Errorf("%s has no example that holds, or none that breaks it", r.ID)
		}
		for _, e := range r.Holds {
			s := stackOf(t, e)
			if !r.About(s.Resources[0]) {
				t.Errorf("%s is not about its example %q", r.ID, e.Name)
			}
			if v, says, _ := verdictOn(s, r); v != "" {
				t.Errorf("%s: example %q should hold, and is %s: %v", r.ID, e.Name, v, says)
			}
		}
		for _, e := range r.Breaks {
			s := stackOf(t, e)
			if v, says, _ := verdictOn(s, r); v != Broken || !r.About(s.Resources[0]) {
				t.Errorf("%s: example %q should break it, and is %q: %v", r.ID, e.Name, v, says)
			}
		}
	}
}

// TestUnknownIsNeitherAPassNorABreach makes every value that a rule reads unknown, one at
// a time: no rule is broken by that, and each has a value without which it cannot tell.
func TestUnknownIsNeitherAPassNorABreach(t *testing.T) {
	for _, r := range All() {
		untold := false
		for _, e := range r.Holds {
			_, _, read := verdictOn(stackOf(t, e), r)
			for _, at := range read {
				s := stackOf(t, e)
				urn, path, _ := strings.Cut(at, " ")
				if !forget(s, urn, path) {
					continue
				}
				v, says, _ := verdictOn(s, r)
				if v == Broken {
					t.Errorf("%s: example %q is broken when %s is unknown: %v", r.ID, e.Name, at, says)
				}
				untold = untold || v == Untold
			}
		}
		if !untold {
			t.Errorf("%s never says that it cannot tell", r.ID)
		}
	}
}

// forget makes one value unknown; false if there is nothing to hold it.
func forget(s *Stack, urn, path string) bool {
	i := slices.IndexFunc(s.Resources, func(r Resource) bool { return r.URN == urn })
	if i < 0 || path == "" {
		return false
	}
	var at any = s.Resources[i].Inputs
	steps := strings.FieldsFunc(path, func(c rune) bool { return c == '.' || c == '[' || c == ']' })
	for n, step := range steps {
		last := n == len(steps)-1
		switch v := at.(type) {
		case map[string]any:
			if last {
				v[step] = Unknown{}
			}
			at = v[step]
		case []any:
			k, err := strconv.Atoi(step)
			if err != nil || k >= len(v) {
				return false
			}
			if last {
				v[k] = Unknown{}
			}
			at = v[k]
		default:
			return false
		}
	}
	return true
}

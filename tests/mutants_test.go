package tests

import (
	"slices"
	"strings"
	"testing"

	policy "pitboss/policy/rules"
)

// mutant is one thing that somebody might get wrong, and the rules of which one must see it.
type mutant struct {
	about string // type of the resource, see rules.Resource.Is
	only  func(policy.Resource) bool
	what  string
	by    string // ids of rules, any of which may catch it
	wrong func(s *policy.Stack, r *policy.Resource)
}

// put makes the input at path another value, and makes what is missing on the way.
func put(value any, path ...any) func(*policy.Stack, *policy.Resource) {
	return func(_ *policy.Stack, r *policy.Resource) { assign(r.Inputs, value, path) }
}

// drop takes an input away.
func drop(path ...any) func(*policy.Stack, *policy.Resource) {
	return func(_ *policy.Stack, r *policy.Resource) { assign(r.Inputs, nil, path) }
}

func assign(at any, value any, path []any) {
	for i, step := range path {
		last := i == len(path)-1
		switch v := at.(type) {
		case map[string]any:
			key, ok := step.(string)
			if !ok {
				return
			}
			switch {
			case last && value == nil:
				delete(v, key)
			case last:
				v[key] = value
			case v[key] == nil:
				v[key] = map[string]any{}
			}
			at = v[key]
		case []any:
			k, ok := step.(int)
			if !ok || k >= len(v) {
				return
			}
			if last {
				v[k] = value
			}
			at = v[k]
		default:
			return
		}
	}
}

// lose takes what belongs to a resource out of the stack.
func lose(typ string) func(*policy.Stack, *policy.Resource) {
	return func(s *policy.Stack, r *policy.Resource) {
		s.Resources = slices.DeleteFunc(s.Resources, func(one policy.Resource) bool {
			if !one.Is(typ) {
				return false
			}
			for _, from := range one.From {
				if slices.Contains(from, r.URN) {
					return true
				}
			}
			return false
		})
	}
}

// aroundIt changes what belongs to a resource.
func aroundIt(typ string, change func(*policy.Stack, *policy.Resource)) func(*policy.Stack, *policy.Resource) {
	return func(s *policy.Stack, r *policy.Resource) {
		for i := range s.Resources {
			one := &s.Resources[i]
			for _, from := range one.From {
				if one.Is(typ) && slices.Contains(from, r.URN) {
					one.Inputs = cloneValue(one.Inputs).(map[string]any)
					change(s, one)
				}
			}
		}
	}
}

// withoutIn takes the objects of a kind out of a namespace's own.
func withoutIn(typ string) func(*policy.Stack, *policy.Resource) {
	return func(s *policy.Stack, r *policy.Resource) {
		meta, _ := r.Inputs["metadata"].(map[string]any)
		s.Resources = slices.DeleteFunc(s.Resources, func(one policy.Resource) bool {
			other, _ := one.Inputs["metadata"].(map[string]any)
			return one.Is(typ) && other["namespace"] == meta["name"]
		})
	}
}

// alsoAllows adds a statement to a policy document.
func alsoAllows(field, statement string) func(*policy.Stack, *policy.Resource) {
	return func(_ *policy.Stack, r *policy.Resource) {
		text, _ := r.Inputs[field].(string)
		i := strings.LastIndex(text, "]}")
		r.Inputs[field] = text[:i] + "," + statement + text[i:]
	}
}

// TestMutantsAreCaught breaks every market's stacks in one way at a time.
func TestMutantsAreCaught(t *testing.T) {
	tried, caught := 0, 0
	rows := mutants()
	used := make([]int, len(rows))
	for _, m := range markets(t) {
		all := compose(t, m, false)
		for _, s := range m.Stacks() {
			whole := judged(m, s, all[s.Name])
			for n, row := range rows {
				for _, i := range places(whole, row) {
					tried, used[n] = tried+1, used[n]+1
					if says := judgeMutant(whole, row, i); says {
						caught++
					} else {
						t.Errorf("survivor: %s: %s: %s was not seen by %s", s.Name, whole.Resources[i].Name, row.what, row.by)
					}
				}
			}
		}
	}
	for n, row := range rows {
		if used[n] == 0 {
			t.Errorf("no market has a %s to break: %s", row.about, row.what)
		}
	}
	t.Logf("%d mutants of %d kinds, %d caught (%.1f %%)", tried, len(rows), caught, 100*float64(caught)/float64(max(tried, 1)))
	if tried < 150 {
		t.Errorf("only %d mutants", tried)
	}
}

// places is the first resource of a stack that a mutant is about, if there is one.
func places(s *policy.Stack, row mutant) []int {
	for i, r := range s.Resources {
		if r.Is(row.about) && (row.only == nil || row.only(r)) {
			return []int{i}
		}
	}
	return nil
}

func judgeMutant(whole *policy.Stack, row mutant, i int) bool {
	broken := &policy.Stack{Market: whole.Market, Stack: whole.Stack, Keys: whole.Keys, Resources: slices.Clone(whole.Resources)}
	r := &broken.Resources[i]
	urn := r.URN
	r.Inputs = cloneValue(r.Inputs).(map[string]any)
	row.wrong(broken, r)
	// What is broken is mostly seen in the resource itself: the rest is looked at only if not.
	for _, only := range []string{urn, ""} {
		for _, id := range strings.Fields(row.by) {
			rule, ok := policy.ByID(id)
			if !ok {
				panic("there is no rule " + id)
			}
			about := rule.About
			rule.About = func(one policy.Resource) bool { return (only == "" || one.URN == only) && about(one) }
			if slices.ContainsFunc(policy.Judge(broken, []policy.Rule{rule}, policy.Exemptions{}), func(f policy.Finding) bool { return f.Verdict == policy.Broken }) {
				return true
			}
		}
	}
	return false
}

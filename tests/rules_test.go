package tests

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// place is where a resource was found.
type place struct {
	market market.Market
	stack  market.Stack
	all    record.Recording
}

// rule is one sentence that the platform promises about every single resource of a kind.
type rule struct {
	name  string
	why   string // printed with every violation
	about func(record.Resource) bool
	check func(place, record.Resource) error
	// breaks makes a resource that keeps the rule into one that breaks it.
	breaks func(*record.Resource)
	// also is further ways to break it, such as by what is missing around the resource.
	also map[string]breaking
}

// breaking breaks a rule about r, which is one of all.
type breaking func(all *record.Recording, r *record.Resource)

// rules is every rule. TestRulesHold applies them, TestRulesBite shows that each can
// fail.
func rules() []rule {
	return slices.Concat(placementRules, evidenceRules, bucketRules, clusterRules, openingRules, dataRules, trafficRules, platformRules)
}

func TestRulesHold(t *testing.T) {
	applied := map[string]int{}
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		for _, one := range rules() {
			for _, res := range r.Resources {
				if !one.about(res) {
					continue
				}
				applied[one.name]++
				if err := one.check(place{m, s, r}, res); err != nil {
					t.Errorf("%s breaks %s: %v (%s)", res.Name, one.name, err, one.why)
				}
			}
		}
	})
	for _, one := range rules() {
		if applied[one.name] == 0 {
			t.Errorf("%s applied to nothing: it proves nothing", one.name)
		}
	}
}

// TestRulesBite breaks each rule in each way, for every resource of one market that it is
// about, and sees it fail.
func TestRulesBite(t *testing.T) {
	m := markets(t)[0]
	all := compose(t, m, false)
	for _, one := range rules() {
		ways := maps.Clone(one.also)
		if one.breaks != nil {
			ways = map[string]breaking{"breaks": itself(one.breaks)}
			maps.Copy(ways, one.also)
		}
		broken := 0
		for _, s := range m.Stacks() {
			for i, res := range all[s.Name].Resources {
				if !one.about(res) {
					continue
				}
				for name, way := range ways {
					if bites(place{m, s, all[s.Name]}, one, i, way) == nil {
						t.Errorf("%s was broken (%s) and %s did not see it", res.Name, name, one.name)
					}
					broken++
				}
			}
		}
		if broken == 0 {
			t.Errorf("%s: no resource to break, or no way to", one.name)
		}
	}
}

// bites is what a rule says of the i-th resource once it is broken.
func bites(p place, one rule, i int, way breaking) error {
	p.all.Resources = slices.Clone(p.all.Resources)
	p.all.Resources[i] = clone(p.all.Resources[i])
	r := &p.all.Resources[i]
	way(&p.all, r)
	return one.check(p, *r)
}

// clone copies a resource with its inputs, so that breaking it breaks nothing else.
func clone(r record.Resource) record.Resource {
	r.Inputs = cloneValue(r.Inputs).(map[string]any)
	return r
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, one := range v {
			out[key] = cloneValue(one)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = cloneValue(one)
		}
		return out
	}
	return v
}

// is selects resources by type.
func is(types ...string) func(record.Resource) bool {
	return func(r record.Resource) bool {
		for _, one := range types {
			if r.Is(one) {
				return true
			}
		}
		return false
	}
}

// want is an error unless the input at path is exactly value.
func want(r record.Resource, value any, path ...any) error {
	if got := r.Get(path...); got != value {
		return fmt.Errorf("%v is %v, want %v", path, got, value)
	}
	return nil
}

// first is the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// set breaks a resource: the input at path becomes value.
func set(value any, path ...any) func(*record.Resource) {
	return func(r *record.Resource) {
		var at any = r.Inputs
		for _, step := range path[:len(path)-1] {
			if key, ok := step.(string); ok {
				at = at.(map[string]any)[key]
			} else {
				at = at.([]any)[step.(int)]
			}
		}
		if key, ok := path[len(path)-1].(string); ok {
			at.(map[string]any)[key] = value
		} else {
			at.([]any)[path[len(path)-1].(int)] = value
		}
	}
}

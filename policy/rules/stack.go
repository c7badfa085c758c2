package rules

import (
	"slices"

	"pitboss/stacks/market"
)

// Stack is one stack of a market as it would be.
type Stack struct {
	Market    market.Market
	Stack     market.Stack
	Resources []Resource
	// Keys is the class of each of the market's KMS keys, by ARN or id: "data", "pii" …
	// Those that this stack makes are found without it.
	Keys map[string]string

	byURN map[string]int
}

// Find is the resource with this URN.
func (s *Stack) Find(urn string) (Resource, bool) {
	if s.byURN == nil {
		s.byURN = make(map[string]int, len(s.Resources))
		for i, r := range s.Resources {
			s.byURN[r.URN] = i
		}
	}
	i, ok := s.byURN[urn]
	if !ok {
		return Resource{}, false
	}
	return s.Resources[i], true
}

// OfType is the resources of a type, see Resource.Is.
func (s *Stack) OfType(suffix string) []Resource {
	var out []Resource
	for _, r := range s.Resources {
		if r.Is(suffix) {
			out = append(out, r)
		}
	}
	return out
}

// Companions are the resources of a type whose input comes from r, or names it: the
// public access block of a bucket, the lock of a vault. name is the input of r by whose
// value a companion may name it without being computed from it; empty if there is none.
func (s *Stack) Companions(r Resource, suffix, input, name string) []Resource {
	var out []Resource
	for _, one := range s.OfType(suffix) {
		if one.URN == r.URN {
			continue
		}
		named := name != "" && r.Inputs[name] != nil && r.Inputs[name] != (Unknown{}) && one.Inputs[input] == r.Inputs[name] &&
			one.Provider.Region == r.Provider.Region
		if named || slices.Contains(one.From[input], r.URN) {
			out = append(out, one)
		}
	}
	return out
}

// Region is where r is: its own region if it names one, else its provider's.
func (r Resource) Region() string {
	if own, ok := r.Inputs["region"].(string); ok && own != "" && r.AWS() {
		return own
	}
	return r.Provider.Region
}

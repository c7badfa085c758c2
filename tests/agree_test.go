package tests

import (
	"go/ast"
	"slices"
	"strconv"
	"testing"

	"pitboss/components/capacity"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/stacks/market"
)

// TestListsAgree holds the lists that are written twice equal: what reads market files and
// clusters imports no component, so that it builds in seconds.
func TestListsAgree(t *testing.T) {
	var pools, kinds []string
	for _, p := range labels.Pools() {
		pools = append(pools, string(p))
	}
	for _, p := range services.Parties() {
		kinds = append(kinds, string(p))
	}
	same := func(what string, a, b []string) {
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: %v and %v", what, a, b)
		}
	}
	same("pools of events", market.EventPools(), pools)
	same("kinds of parties", market.PartyKinds(), kinds)
	written := constants(t, "cmd/pitboss/internal/cluster")
	for name, want := range map[string]string{
		"LabelPool": labels.Key, "LabelService": labels.Service, "LabelDomain": labels.Domain, "LabelTier": labels.Tier,
		"TierPlaceholder": string(capacity.Tier),
	} {
		if written[name] != want {
			t.Errorf("%s is %q in the command line and %q in the program", name, written[name], want)
		}
	}
}

// constants is the texts that a package's constants hold, by name.
func constants(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range files(t) {
		if f.dir() != dir || f.isTest() {
			continue
		}
		ast.Inspect(f.source, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, name := range spec.Names {
				if i < len(spec.Values) {
					if lit, ok := spec.Values[i].(*ast.BasicLit); ok {
						out[name.Name], _ = strconv.Unquote(lit.Value)
					}
				}
			}
			return true
		})
	}
	return out
}

package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pitboss/internal/record"
	"pitboss/internal/stateful"
	"pitboss/stacks/market"
)

// TestEveryTypeIsJudged wants each type that the program uses in exactly one of the two
// lists, and no row that nothing uses: a new type is a decision, not an oversight.
func TestEveryTypeIsJudged(t *testing.T) {
	used := map[string]bool{}
	everyStack(t, func(t *testing.T, _ market.Market, _ market.Stack, r record.Recording) {
		for _, one := range r.Resources {
			if !one.Custom || strings.HasPrefix(one.Type, "pulumi:") {
				continue
			}
			used[one.Type] = true
			if problem := unjudged(one.Type); problem != "" {
				t.Errorf("%s (%s) %s", one.Name, one.Type, problem)
			}
		}
	})
	rows := stateful.FreeTypes()
	for _, kind := range stateful.Kinds() {
		rows = append(rows, kind.Type)
	}
	for _, row := range rows {
		if !used[row] {
			t.Errorf("nothing uses %s: delete its row", row)
		}
	}
	if unjudged("aws:dynamodb/table:Table") == "" {
		t.Error("a type in neither list is not seen")
	}
}

func unjudged(typ string) string {
	_, holds := stateful.Find(typ)
	free := stateful.Free(typ)
	switch {
	case holds && free:
		return "is in both lists of internal/stateful"
	case !holds && !free:
		return "is in neither list of internal/stateful: say what it holds and how it is kept, or that it is free to change"
	}
	return ""
}

func isStateful(r record.Resource) bool {
	_, holds := stateful.Find(r.Type)
	return holds
}

// keptAsTheTableSays wants protection by the engine and by AWS.
func keptAsTheTableSays(p place, r record.Resource) error {
	kind, _ := stateful.Find(r.Type)
	protect, retain := kind.Keep == stateful.Forever || kind.Keep == stateful.Member, kind.Keep == stateful.Forever
	if r.Is("eks/cluster:Cluster") {
		protect = p.market.Environment == market.EnvironmentProd
	}
	if r.Protect != protect || r.Retain != retain {
		return fmt.Errorf("protect %t and retain on delete %t, want %t and %t: it is kept %s", r.Protect, r.Retain, protect, retain, kind.Keep)
	}
	if kind.AWS != "" {
		if err := want(r, true, kind.AWS); err != nil {
			return err
		}
	}
	for _, path := range kind.Decided {
		if !slices.Contains(r.IgnoreChanges, path) {
			return fmt.Errorf("%s follows the role and is not ignored afterwards", path)
		}
	}
	return nil
}

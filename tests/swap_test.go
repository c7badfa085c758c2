package tests

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pitboss/internal/record"
	"pitboss/internal/stateful"
	"pitboss/stacks/market"
)

// TestLawSwapMovesRolesOnly shows law 2: flipping active creates, replaces and deletes
// nothing, and changes no input of anything that holds data. It compares every stack of
// every market as it is made with either region active.
func TestLawSwapMovesRolesOnly(t *testing.T) {
	turned, lost := map[string]bool{}, 0
	all := markets(t)
	for _, m := range all {
		before, after := flipped(t, m, m.Home), flipped(t, m, m.Standby)
		for _, s := range m.Stacks() {
			for _, direction := range [][2]record.Recording{{before[s.Name], after[s.Name]}, {after[s.Name], before[s.Name]}} {
				lost += len(difference(urns(direction[0]), urns(direction[1]))) + len(difference(urns(direction[1]), urns(direction[0])))
				for _, problem := range swapProblems(direction[0], direction[1], turned) {
					t.Errorf("%s: %s", s.Name, problem)
				}
			}
		}
	}
	t.Logf("a swap of %d markets, both directions: %d resources created, replaced or deleted", len(all), lost)
	for _, turn := range stateful.Turns() {
		if !turned[turn.Type+" "+turn.Path] {
			t.Errorf("no swap turns %s of %s: delete the row, or the role does not reach it", turn.Path, turn.Type)
		}
	}
	for _, kind := range stateful.Kinds() {
		for _, path := range kind.Decided {
			if !turned[kind.Type+" "+path] {
				t.Errorf("the role does not decide %s of %s: delete it from the row", path, kind.Type)
			}
		}
	}
}

// TestSwapCheckBites breaks the law in several ways and sees each.
func TestSwapCheckBites(t *testing.T) {
	m := markets(t)[0]
	all := flipped(t, m, m.Home)
	cases := map[string]struct {
		reason string
		stack  market.Kind
		edit   func(*record.Recording)
	}{
		"Deleted":     {"a key that only exists in one role would be deleted", market.KindFoundation, func(r *record.Recording) { r.Resources = r.Resources[1:] }},
		"Replaced":    {"another name is another resource", market.KindFoundation, func(r *record.Recording) { r.Resources[0].URN += "-active" }},
		"Changed":     {"an input of a bucket must not follow the role", market.KindFoundation, changes("BucketV2")},
		"Unprotected": {"protection must not follow the role", market.KindFoundation, func(r *record.Recording) { r.Resources[0].Protect = !r.Resources[0].Protect }},
		"Database":    {"a database's class must not follow the role", market.KindRegion, changes("ClusterInstance")},
		"Undecided": {"what no role decides must not follow it, ignored or not", market.KindRegion, func(r *record.Recording) {
			find(r, "rds/cluster:Cluster").Inputs["engineVersion"] = "18.3"
		}},
		"Parameter": {"only the bound on loss follows the role", market.KindRegion, func(r *record.Recording) {
			set("0", "parameters", 0, "value")(find(r, "ClusterParameterGroup"))
		}},
		"Free": {"what holds nothing turns only what the table says", market.KindGSLB, changes("Record")},
	}
	for name, c := range cases {
		before := all[stackOf(m, c.stack).Name]
		after := record.Recording{}
		for _, one := range before.Resources {
			after.Resources = append(after.Resources, clone(one))
		}
		c.edit(&after)
		if len(swapProblems(before, after, map[string]bool{})) == 0 {
			t.Errorf("%s: not seen: %s", name, c.reason)
		}
	}
}

// TestSwapCheckWantsIgnored breaks what is decided once by letting the engine act on it, in
// both roles alike.
func TestSwapCheckWantsIgnored(t *testing.T) {
	m := markets(t)[0]
	stack := stackOf(m, market.KindRegion).Name
	before, after := flipped(t, m, m.Home)[stack], flipped(t, m, m.Standby)[stack]
	find(&before, "rds/cluster:Cluster").IgnoreChanges, find(&after, "rds/cluster:Cluster").IgnoreChanges = nil, nil
	if problems := swapProblems(before, after, map[string]bool{}); !slices.ContainsFunc(problems, func(p string) bool {
		return strings.HasPrefix(p, "a swap changes sourceRegion of")
	}) {
		t.Errorf("a database that is not told to ignore its source: %v", problems)
	}
}

func changes(typ string) func(*record.Recording) {
	return func(r *record.Recording) { find(r, typ).Inputs["changed"] = true }
}

// find is the first resource of a type, to be changed in place.
func find(r *record.Recording, typ string) *record.Resource {
	i := slices.IndexFunc(r.Resources, func(one record.Resource) bool { return one.Is(typ) })
	return &r.Resources[i]
}

func flipped(t *testing.T, m market.Market, active any) recorded {
	t.Helper()
	for _, r := range m.Regions() {
		if r == active {
			m.Active = r
		}
	}
	return compose(t, m, false)
}

// swapProblems is every difference between two recordings that a swap may not make. What
// it may make is noted in turned.
func swapProblems(before, after record.Recording, turned map[string]bool) []string {
	var out []string
	for _, gone := range difference(urns(before), urns(after)) {
		out = append(out, "a swap deletes or replaces "+gone)
	}
	for _, added := range difference(urns(after), urns(before)) {
		out = append(out, "a swap creates "+added)
	}
	for _, a := range before.Resources {
		i := slices.IndexFunc(after.Resources, func(b record.Resource) bool { return b.URN == a.URN })
		if i < 0 {
			continue
		}
		b := after.Resources[i]
		if a.Protect != b.Protect || a.Retain != b.Retain || a.Provider != b.Provider ||
			!slices.Equal(a.IgnoreChanges, b.IgnoreChanges) {
			out = append(out, "a swap changes how "+a.Name+" is kept")
		}
		for _, path := range changed("", byName(a), byName(b)) {
			row, ok := mayTurn(a, b, path)
			if !ok {
				out = append(out, fmt.Sprintf("a swap changes %s of %s", path, a.Name))
			}
			turned[row] = true
		}
	}
	return out
}

// byName is a resource's inputs, with the parameters of a group by their names: of those a
// swap may change one and no other.
func byName(r record.Resource) map[string]any {
	if !r.Is("ClusterParameterGroup") {
		return r.Inputs
	}
	out := maps.Clone(r.Inputs)
	named := map[string]any{}
	for name, value := range parameters(r) {
		named[name] = value
	}
	out["parameters"] = named
	return out
}

// mayTurn is the row of the table that lets a swap change path of a resource: something
// that is decided once and ignored afterwards, or a number of the role that AWS changes
// in place. In place is what `make e2e` shows with the provider's own plan.
func mayTurn(before, after record.Resource, path string) (row string, ok bool) {
	if kind, holds := stateful.Find(before.Type); holds {
		ignored := slices.Contains(before.IgnoreChanges, path) && slices.Contains(after.IgnoreChanges, path)
		return before.Type + " " + path, ignored && slices.Contains(kind.Decided, path)
	}
	for _, turn := range stateful.Turns() {
		if turn.Type == before.Type && (path == turn.Path || strings.HasPrefix(path, turn.Path+".")) {
			return turn.Type + " " + turn.Path, true
		}
	}
	return "", !before.Custom // what a component says of itself makes nothing
}

// changed is every path at which a and b differ. Lists of one length are compared element
// by element.
func changed(at string, a, b any) []string {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	am, aok := a.(map[string]any)
	bm, bok := b.(map[string]any)
	if aok && bok {
		var out []string
		for _, key := range keysOf(am, bm) {
			out = append(out, changed(strings.TrimPrefix(at+"."+key, "."), am[key], bm[key])...)
		}
		return out
	}
	al, aok := a.([]any)
	bl, bok := b.([]any)
	if !aok || !bok || len(al) != len(bl) {
		return []string{at}
	}
	var out []string
	for i := range al {
		out = append(out, changed(at+"."+strconv.Itoa(i), al[i], bl[i])...)
	}
	return out
}

func keysOf(maps ...map[string]any) []string {
	var out []string
	for _, m := range maps {
		for key := range m {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

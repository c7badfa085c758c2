package tests

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/internal/record"
	"pitboss/regions/eks"
	"pitboss/stacks/market"
)

// urns is what a recording makes.
func urns(r record.Recording) []string {
	var out []string
	for _, one := range r.Resources {
		out = append(out, one.URN)
	}
	return out
}

// TestPreviewIsComplete shows that no resource hides behind a value that a preview does
// not know.
func TestPreviewIsComplete(t *testing.T) {
	for _, m := range markets(t) {
		previewed, updated := compose(t, m, true), compose(t, m, false)
		for _, s := range m.Stacks() {
			if missing := difference(urns(updated[s.Name]), urns(previewed[s.Name])); len(missing) > 0 {
				t.Errorf("%s: made only once the cloud has answered: %s", s.Name, strings.Join(missing, "\n"))
			}
			if extra := difference(urns(previewed[s.Name]), urns(updated[s.Name])); len(extra) > 0 {
				t.Errorf("%s: previewed and never made: %s", s.Name, strings.Join(extra, "\n"))
			}
		}
	}
}

// TestPreviewCheckBites hides a resource behind an unknown value and sees it missing.
func TestPreviewCheckBites(t *testing.T) {
	hide := func(ctx *pulumi.Context) (pulumi.Map, error) {
		open := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:Open", "open", pulumi.Map{}, open); err != nil {
			return nil, err
		}
		open.ID().ApplyT(func(pulumi.ID) error {
			return ctx.RegisterResource("test:index:Hidden", "hidden", pulumi.Map{}, &pulumi.CustomResourceState{})
		})
		return nil, nil
	}
	var made [2]record.Recording
	for i, preview := range []bool{true, false} {
		r, err := record.Run(record.Options{Stack: "s", Preview: preview}, hide)
		if err != nil {
			t.Fatal(err)
		}
		made[i] = r
	}
	if missing := difference(urns(made[1]), urns(made[0])); len(missing) != 1 || !strings.HasSuffix(missing[0], "::hidden") {
		t.Errorf("the preview misses %v, want the hidden one", missing)
	}
}

// TestOldVersionsStayOperable composes a market whose Kubernetes version has left
// support: it warns, and stops nothing.
func TestOldVersionsStayOperable(t *testing.T) {
	m := markets(t)[0]
	m.Kubernetes = eks.All()[0]
	for _, s := range m.Stacks()[1:] {
		if got := compose(t, m, false)[s.Name].Type("eks/cluster:Cluster")[0].Text("version"); got != m.Kubernetes.String() {
			t.Errorf("%s: version is %s, want %s", s.Name, got, m.Kubernetes)
		}
	}
}

func difference(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(one string) bool { return slices.Contains(b, one) })
}

// maySwap is what a swap may change, by type and path. What is ignored on update is
// only ever seen when the resource is made.
var maySwap = []string{"aws:eks/nodeGroup:NodeGroup scalingConfig.desiredSize"}

// TestLawSwapMovesRolesOnly shows law 2: flipping active replaces and deletes nothing, and
// changes no input of anything that holds data. It compares every stack of a market as
// it is made with either region active.
func TestLawSwapMovesRolesOnly(t *testing.T) {
	for _, m := range markets(t) {
		before, after := flipped(t, m, m.Home), flipped(t, m, m.Standby)
		for _, s := range m.Stacks() {
			for _, problem := range swapProblems(before[s.Name], after[s.Name]) {
				t.Errorf("%s: %s", s.Name, problem)
			}
		}
	}
}

// TestSwapCheckBites breaks the law in four ways and sees each.
func TestSwapCheckBites(t *testing.T) {
	m := markets(t)[0]
	before := flipped(t, m, m.Home)[stackOf(m, market.KindFoundation).Name]
	cases := map[string]struct {
		reason string
		edit   func(*record.Recording)
	}{
		"Deleted":     {"a key that only exists in one role would be deleted", func(r *record.Recording) { r.Resources = r.Resources[1:] }},
		"Replaced":    {"another name is another resource", func(r *record.Recording) { r.Resources[0].URN += "-active" }},
		"Changed":     {"an input of a bucket must not follow the role", func(r *record.Recording) { change(r, "BucketV2") }},
		"Unprotected": {"protection must not follow the role", func(r *record.Recording) { r.Resources[0].Protect = !r.Resources[0].Protect }},
	}
	for name, c := range cases {
		after := record.Recording{}
		for _, one := range before.Resources {
			after.Resources = append(after.Resources, clone(one))
		}
		c.edit(&after)
		if len(swapProblems(before, after)) == 0 {
			t.Errorf("%s: not seen: %s", name, c.reason)
		}
	}
}

func change(r *record.Recording, typ string) {
	r.Type(typ)[0].Inputs["changed"] = true
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

// swapProblems is every difference between two recordings that a swap may not make.
func swapProblems(before, after record.Recording) []string {
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
		if a.Protect != b.Protect || a.Retain != b.Retain || a.Provider != b.Provider || !slices.Equal(a.IgnoreChanges, b.IgnoreChanges) {
			out = append(out, "a swap changes how "+a.Name+" is kept")
		}
		for _, path := range changed("", a.Inputs, b.Inputs) {
			allowed := slices.Contains(maySwap, a.Type+" "+path) && slices.Contains(a.IgnoreChanges, path)
			if isStateful(a) || !allowed {
				out = append(out, fmt.Sprintf("a swap changes %s of %s", path, a.Name))
			}
		}
	}
	return out
}

// changed is every path at which a and b differ.
func changed(at string, a, b any) []string {
	am, aok := a.(map[string]any)
	bm, bok := b.(map[string]any)
	if !aok || !bok {
		if reflect.DeepEqual(a, b) {
			return nil
		}
		return []string{at}
	}
	var out []string
	for _, key := range keysOf(am, bm) {
		out = append(out, changed(strings.TrimPrefix(at+"."+key, "."), am[key], bm[key])...)
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

// TestNamesAreTheirOwn shows that no two stacks of any markets claim one physical name.
func TestNamesAreTheirOwn(t *testing.T) {
	owner := map[string]string{}
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		for _, one := range r.Resources {
			claim := ""
			switch {
			case one.Is("BucketV2"): // unique in the world
				claim = one.Text("bucket")
			case one.Is("iam/role:Role") && one.Text("name") != "": // unique in the account
				claim = m.Account + " " + one.Text("name")
			case one.Is("kms/alias:Alias"), one.Is("eks/cluster:Cluster"), one.Is("LogGroup"): // and region
				claim = m.Account + " " + r.Region(one) + " " + one.Text("name")
			default:
				continue
			}
			claim = one.Type + " " + claim
			if other := owner[claim]; other != "" {
				t.Errorf("%s is claimed by %s and by %s", claim, other, s.Name)
			}
			owner[claim] = s.Name
		}
	})
	if len(owner) == 0 {
		t.Error("nothing has a name: this proves nothing")
	}
}

// TestAddressesDoNotOverlap shows that any two markets' subnets can be peered later.
func TestAddressesDoNotOverlap(t *testing.T) {
	type subnet struct {
		where string
		block netip.Prefix
	}
	var all []subnet
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		for _, one := range r.Type("Subnet") {
			block := netip.MustParsePrefix(one.Text("cidrBlock"))
			if !m.CIDR(s.Region).Overlaps(block) {
				t.Errorf("%s: %s is outside of %s", one.Name, block, m.CIDR(s.Region))
			}
			for _, other := range all {
				if other.block.Overlaps(block) {
					t.Errorf("%s %s overlaps %s of %s", one.Name, block, other.block, other.where)
				}
			}
			all = append(all, subnet{s.Name + " " + one.Name, block})
		}
	})
}

// TestEveryClusterFindsItsLogGroup wants, for each cluster, the group that EKS writes to
// in the foundation, in the cluster's region: where there is none, EKS makes one without
// key and retention.
func TestEveryClusterFindsItsLogGroup(t *testing.T) {
	for _, m := range markets(t) {
		all := compose(t, m, false)
		foundation := all[stackOf(m, market.KindFoundation).Name]
		for _, s := range m.Stacks() {
			for _, c := range all[s.Name].Type("eks/cluster:Cluster") {
				if !slices.ContainsFunc(foundation.Type("LogGroup"), func(g record.Resource) bool {
					return g.Text("name") == "/aws/eks/"+c.Text("name")+"/cluster" && foundation.Region(g) == s.Region.String()
				}) {
					t.Errorf("%s: cluster %s has no log group in the foundation", s.Name, c.Text("name"))
				}
			}
		}
	}
}

package market

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pitboss/regions"
	"pitboss/regions/eks"
	"pitboss/regions/engines"
	"pitboss/regions/role"
)

const (
	// projectRoot is the repository. Its market files may change at any time (a
	// swap does), so only what must always hold is asked of them.
	projectRoot = "../.."
	// fixture is a project whose three markets never change.
	fixture = "testdata/project"
)

// november is the time at which tests judge Kubernetes versions.
var november = time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)

// project makes a copy of the fixture, with what edit does to mt's text.
func project(t *testing.T, edit func(mt string) string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(fixture)); err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		mt, err := os.ReadFile(filepath.Join(dir, fileOf("mt")))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, fileOf("mt"), edit(string(mt)))
	}
	return dir
}

func write(t *testing.T, dir, file, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// swap is an edit that replaces one text by another, which must be there.
func swap(old, new string) func(string) string {
	return func(s string) string {
		if strings.Count(s, old) != 1 {
			panic(fmt.Sprintf("%q stands %d times in the valid file", old, strings.Count(s, old)))
		}
		return strings.Replace(s, old, new, 1)
	}
}

// problemsOf unpacks what Load and its siblings return.
func problemsOf(t *testing.T, err error) Problems {
	t.Helper()
	var ps Problems
	if err != nil && !errors.As(err, &ps) {
		t.Fatalf("%T is not Problems: %v", err, err)
	}
	for _, p := range ps {
		if p.File == "" || p.Found == "" || p.Allowed == "" || p.Next == "" {
			t.Errorf("a problem that does not say everything: %+v", p)
		}
	}
	return ps
}

func TestRepositoryMarkets(t *testing.T) {
	all, err := LoadAll(projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range all {
		names[m.Name] = true
		if err := m.CheckStackFiles(projectRoot); err != nil {
			t.Error(err)
		}
		if one, err := Load(projectRoot, m.Name); err != nil || one.Domain != m.Domain {
			t.Errorf("Load(%s) = %v, %v; LoadAll accepts it", m.Name, one, err)
		}
	}
	for _, want := range []string{"mt", "gb", "on"} {
		if !names[want] {
			t.Errorf("market %s is missing", want)
		}
	}
}

func TestMalta(t *testing.T) {
	m, err := Load(fixture, "mt")
	if err != nil {
		t.Fatal(err)
	}
	var stacks []string
	for _, s := range m.Stacks() {
		stacks = append(stacks, fmt.Sprintf("%s %s %s", s.Name, s.Kind, s.Region))
	}
	want := []string{"mt-foundation foundation eu-south-1", "mt-eu-south-1 region eu-south-1", "mt-eu-central-1 region eu-central-1", "mt-gslb gslb eu-south-1"}
	if !slices.Equal(stacks, want) {
		t.Errorf("stacks = %v, want %v", stacks, want)
	}
	if m.Role(m.Home) != role.Active || m.Role(m.Standby) != role.Standby || !m.IsHome(m.Home) || m.IsHome(m.Standby) {
		t.Error("home is active, standby is not")
	}
	if m.Other(m.Home) != m.Standby || m.Other(m.Standby) != m.Home || !m.Other(regions.Region{}).IsZero() {
		t.Error("the other region is not the other one")
	}
	if m.CIDR(m.Home).String() != "10.16.0.0/16" || m.CIDR(m.Standby).String() != "10.17.0.0/16" || m.CIDR(regions.Region{}) != (netip.Prefix{}) {
		t.Errorf("blocks = %v", m.Network)
	}
	old := m
	old.Kubernetes = eks.All()[1]
	if warning, err := m.Support(november); warning != "" || err != nil {
		t.Errorf("support of %s: %q, %v", m.Kubernetes, warning, err)
	}
	if warning, err := old.Support(november); warning == "" || err != nil {
		t.Errorf("support of %s: %q, %v; it leaves in eleven days", old.Kubernetes, warning, err)
	}
	if !slices.ContainsFunc(m.Resolution().Unmet, func(o regions.Obligation) bool { return o.Rule.ID == "MT-replica" }) {
		t.Error("the replica in Malta is owed and nothing says so")
	}
}

// TestSwapMovesOnlyRoles: flipping active changes what regions do and nothing
// that names, places or addresses anything.
func TestSwapMovesOnlyRoles(t *testing.T) {
	before, err := Load(project(t, nil), "mt")
	if err != nil {
		t.Fatal(err)
	}
	after, err := Load(project(t, swap("active: eu-south-1", "active: eu-central-1")), "mt")
	if err != nil {
		t.Fatal(err)
	}
	if after.Role(after.Home) != role.Standby || after.Role(after.Standby) != role.Active {
		t.Error("the roles did not move")
	}
	if !slices.Equal(before.Stacks(), after.Stacks()) || before.Network != after.Network || before.Home != after.Home || before.Data != after.Data || before.Traffic != after.Traffic {
		t.Error("a swap moved more than roles")
	}
}

// TestPolicyCanBeKept: the engines must be able to keep what the operator promises
// everywhere, or no market of that jurisdiction could be written.
func TestPolicyCanBeKept(t *testing.T) {
	for _, j := range regions.Jurisdictions() {
		p := regions.CompanyPolicy(j)
		if err := engines.CheckRPO(p.RPO); err != nil {
			t.Errorf("%s: %v", j, err)
		}
		if err := regions.DefaultFailover().Check(p.RTO); err != nil {
			t.Errorf("%s: %v", j, err)
		}
	}
}

// TestAnotherMarketsFaultDoesNotStopThisOne: a typo in gb may not keep mt from
// being operated, but its address block is still seen.
func TestAnotherMarketsFaultDoesNotStopThisOne(t *testing.T) {
	dir := project(t, nil)
	write(t, dir, fileOf("gb"), "jurisdiction: GBB\nnetwork: {home: 10.18.0.0/16, standby: 10.19.0.0/16}\n")
	if _, err := Load(dir, "mt"); err != nil {
		t.Errorf("mt: %v", err)
	}
	write(t, dir, fileOf("gb"), "jurisdiction: GBB\nnetwork: {home: 10.16.0.0/16, standby: 10.19.0.0/16}\n")
	if _, err := Load(dir, "mt"); err == nil {
		t.Error("an overlap with a faulty file went unseen")
	}
}

func TestLoadAllReportsEverythingOnce(t *testing.T) {
	dir := project(t, swap("10.16.0.0/16", "10.18.0.0/16"))
	write(t, dir, fileOf("on"), "jurisdiction: ON\n")
	write(t, dir, folder+"/notes.txt", "hello")
	write(t, dir, folder+"/readme", "hello")
	write(t, dir, folder+"/Bad_Name.yaml", "jurisdiction: ON\n")
	write(t, dir, folder+"/.hidden.yaml", "an editor's own")
	_, err := LoadAll(dir)
	var at []string
	for _, p := range problemsOf(t, err) {
		at = append(at, p.File+" "+p.Path)
	}
	for _, want := range []string{"stacks/markets/mt.yaml network.home", "stacks/markets/notes.txt ", "stacks/markets/readme ", "stacks/markets/Bad_Name.yaml ", "stacks/markets/on.yaml account", "stacks/markets/on.yaml clusterAdmins"} {
		if n := len(slices.DeleteFunc(slices.Clone(at), func(s string) bool { return s != want })); n != 1 {
			t.Errorf("%q is reported %d times in %q", want, n, at)
		}
	}
	if slices.ContainsFunc(at, func(s string) bool { return strings.Contains(s, "hidden") }) {
		t.Errorf("a hidden file was read: %q", at)
	}
	if !slices.IsSorted(at) {
		t.Errorf("not in the order of files: %q", at)
	}
}

func TestLoadMissing(t *testing.T) {
	cases := map[string]struct{ reason, name, says string }{
		"Absent":   {"says how to make it and which there are", "nl", "pitboss market new nl"},
		"Listed":   {"the markets that exist are listed", "nl", "gb, mt, on"},
		"Misspelt": {"the nearest is named", "mtt", `did you mean "mt"?`},
		"Path":     {"a name is not a path", "../secrets", meansName},
		"Empty":    {"nothing is no name", "", meansName},
		"Shouting": {"names are lower case", "MT", meansName},
	}
	dir := project(t, nil)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Load(dir, c.name)
			if len(problemsOf(t, err)) != 1 || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Load(%q) = %v, want it to say %q: %s", c.name, err, c.says, c.reason)
			}
		})
	}
	if _, err := Load(t.TempDir(), "mt"); err == nil || !strings.Contains(err.Error(), "run from the project's folder") {
		t.Errorf("outside a project: %v", err)
	}
}

func ExampleLoad() {
	m, err := Load("testdata/project", "mt")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range m.Stacks() {
		fmt.Println(s.Name, s.Kind, m.CIDR(s.Region))
	}
	// Output:
	// mt-foundation foundation 10.16.0.0/16
	// mt-eu-south-1 region 10.16.0.0/16
	// mt-eu-central-1 region 10.17.0.0/16
	// mt-gslb gslb 10.16.0.0/16
}

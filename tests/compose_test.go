package tests

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/internal/record"
	"pitboss/stacks"
	"pitboss/stacks/market"
)

// projectDir is where the market files are, seen from this folder.
const projectDir = ".."

// markets is every market of the project.
func markets(t testing.TB) []market.Market {
	t.Helper()
	all, err := market.LoadAll(projectDir)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("found no market: these tests prove nothing without any")
	}
	return all
}

// recorded is one market, composed: what each of its stacks makes, by stack name.
type recorded map[string]record.Recording

// compose records all stacks of m, each with what those before it published.
func compose(t testing.TB, m market.Market, preview bool) recorded {
	t.Helper()
	out := recorded{}
	given := map[string]map[string]any{}
	for _, s := range m.Stacks() {
		r := run(t, m, s, preview, given)
		out[s.Name] = r
		if preview { // what a stack reads is always up before it is previewed
			r = run(t, m, s, false, given)
		}
		given[record.Organization+"/"+record.Project+"/"+s.Name] = r.Outputs
	}
	return out
}

func run(t testing.TB, m market.Market, s market.Stack, preview bool, given map[string]map[string]any) record.Recording {
	t.Helper()
	r, err := record.Run(record.Options{Stack: s.Name, Preview: preview, Stacks: given}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		return stacks.Compose(ctx, m, s)
	})
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return r
}

// everyStack calls check for every stack of every market, as an update would make it.
func everyStack(t *testing.T, check func(t *testing.T, m market.Market, s market.Stack, r record.Recording)) {
	t.Helper()
	for _, m := range markets(t) {
		all := compose(t, m, false)
		for _, s := range m.Stacks() {
			t.Run(s.Name, func(t *testing.T) { check(t, m, s, all[s.Name]) })
		}
	}
}

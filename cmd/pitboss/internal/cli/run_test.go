package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ran is the end of one whole command.
type ran struct {
	code     int
	out, err string
}

// today is before any version of the table leaves support.
var today = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// runs runs the command line in dir with no pulumi on PATH.
func runs(t *testing.T, dir string, environ []string, args ...string) ran {
	t.Helper()
	var out, errOut strings.Builder
	code := Run(t.Context(), args, Env{
		In: strings.NewReader(""), Out: &out, Err: &errOut, Dir: dir, Environ: append([]string{"PATH=" + t.TempDir()}, environ...),
		Now: func() time.Time { return today }, Getenv: func(string) string { return "" },
	})
	return ran{code, out.String(), errOut.String()}
}

// project is a folder with a Pulumi.yaml and one market, mt, made by the
// command itself.
func project(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "stacks", "markets"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte("name: pitboss\nruntime: go\nstackConfigDir: stacks\n"), 0o600))
	got := runs(t, dir, nil, newMarket("mt", "MT", "eu-south-1", "eu-central-1")...)
	require.Equal(t, exitOK, got.code, got.err)
	return dir
}

func newMarket(name, jurisdiction, home, standby string) []string {
	return []string{
		"market", "new", name, "--jurisdiction", jurisdiction, "--account", "111122223333", "--domain", name + ".example.com",
		"--home", home, "--standby", standby, "--cluster-admin", "arn:aws:iam::111122223333:role/platform-admin",
	}
}

func TestMarketNewWritesWhatItSays(t *testing.T) {
	dir := project(t)
	got := runs(t, dir, nil, append(newMarket("se", "SE", "eu-north-1", "eu-north-1"), "--dry-run")...)
	assert.Equal(t, exitUsage, got.code, "home equal to standby")
	got = runs(t, dir, nil, append(newMarket("gb", "GB", "eu-west-2", "eu-west-1"), "--json")...)
	require.Equal(t, exitOK, got.code, got.err)
	var said struct {
		Files  []string
		Market marketJSON
	}
	require.NoError(t, json.Unmarshal([]byte(got.out), &said))
	assert.Len(t, said.Files, 5, "the market and its four stacks")
	for _, f := range said.Files {
		assert.FileExists(t, filepath.Join(dir, f))
	}
	assert.Equal(t, []string{"gb-foundation", "gb-eu-west-2", "gb-eu-west-1", "gb-gslb"}, said.Market.Stacks)
	assert.Contains(t, got.err, "pitboss preview gb", "it says what to do next")
	again := runs(t, dir, nil, newMarket("gb", "GB", "eu-west-2", "eu-west-1")...)
	assert.Equal(t, exitUsage, again.code, "nothing is ever overwritten")
}

func TestBadInput(t *testing.T) {
	dir := project(t)
	dead := filepath.Join(t.TempDir(), "engine.json")
	require.NoError(t, os.WriteFile(dead, []byte(`{"name":"sandbox","pulumi":"/x","socket":"/nowhere"}`), 0o600))
	cases := map[string]struct {
		reason string
		args   string
		env    string
		code   int
		says   []string
	}{
		"NoCommandLikeIt": {"a typing error", "upp mt", "", exitUsage, []string{`"upp"`, "next:"}},
		"NoTarget":        {"no ambient target", "up", "", exitUsage, []string{"needs a market", "pitboss up mt"}},
		"TwoTargets":      {"one market at a time", "up mt gb", "", exitUsage, []string{"mt gb"}},
		"UnknownFlag":     {"a flag that is not there", "up mt --yes", "", exitUsage, []string{"--yes", "pitboss up --help"}},
		"UnknownMarket":   {"a market without a file", "up xx", "", exitUsage, []string{"xx", "mt"}},
		"UnknownStack":    {"a stack of another market", "up mt --stack gb-foundation", "", exitUsage, []string{"gb-foundation", "mt-eu-south-1"}},
		"NoNamesFile":     {"a consent that cannot be read", "down mt --destroy-protected-from nowhere.txt", "", exitUsage, []string{"nowhere.txt", "--dry-run --json"}},
		"UnknownCode":     {"a jurisdiction that is not known", "jurisdictions ZZ", "", exitUsage, []string{"ZZ", "NJ"}},
		"NewJersey":       {"no AWS region there, and none is guessed", "market new nj --jurisdiction NJ --account 111122223333 --domain a.example.com --home us-east-1 --standby us-east-2 --cluster-admin arn:aws:iam::111122223333:role/a", "", exitUsage, []string{"Outposts", "Atlantic City"}},
		"NoEngine":        {"nothing to drive", "status mt", "", exitUnknown, []string{"no `pulumi` on PATH", "make up"}},
		"DeadEngine":      {"half dead is not fine", "status mt", "PITBOSS_ENGINE=" + dead, exitUnknown, []string{"make up"}},
		"NoProject":       {"the wrong folder", "markets --dir nowhere", "", exitUsage, []string{"stacks/markets"}},
		"NoPrompt":        {"asked for nothing where nobody answers", "market new se", "", exitUsage, []string{"next:"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := runs(t, dir, []string{c.env}, strings.Fields(c.args)...)
			assert.Equal(t, c.code, got.code, "%s: %s", c.reason, got.err)
			assert.Empty(t, got.out, "an error is no answer")
			for _, s := range c.says {
				assert.Contains(t, got.err, s, c.reason)
			}
		})
	}
}

func TestMissingStackFileStopsEverything(t *testing.T) {
	dir := project(t)
	require.NoError(t, os.Remove(filepath.Join(dir, "stacks", "Pulumi.mt-eu-central-1.yaml")))
	got := runs(t, dir, nil, "up", "mt")
	assert.Equal(t, exitUsage, got.code)
	assert.Contains(t, got.err, "Pulumi.mt-eu-central-1.yaml")
}

func TestReadingCommands(t *testing.T) {
	dir := project(t)
	for _, args := range []string{"markets", "jurisdictions", "jurisdictions mt"} {
		plain := runs(t, dir, nil, strings.Fields(args)...)
		require.Equal(t, exitOK, plain.code, plain.err)
		assert.NotEmpty(t, plain.out)
		assert.Empty(t, plain.err, "%s has nothing to say aside", args)
		asJSON := runs(t, dir, nil, append(strings.Fields(args), "--json")...)
		assert.True(t, json.Valid([]byte(asJSON.out)), "%s --json", args)
	}
	all := runs(t, dir, nil, "jurisdictions", "--json")
	var js []jurisdictionJSON
	require.NoError(t, json.Unmarshal([]byte(all.out), &js))
	assert.Len(t, js, 13)
	for _, j := range js {
		for _, r := range j.Retention {
			assert.NotEmpty(t, r.Fact.Source, "%s %s: every fact has a source", j.Code, r.Class)
			assert.NotEmpty(t, r.Fact.Confidence)
		}
		if j.Code == "NJ" {
			assert.Empty(t, j.AllowedHome)
			assert.NotNil(t, j.AllowedHome, "JSON says [], not null")
		}
	}
}

func TestRunIsSilentAboutSecrets(t *testing.T) {
	dir := project(t)
	got := runs(t, dir, []string{"PULUMI_CONFIG_PASSPHRASE=hunter2", "AWS_SECRET_ACCESS_KEY=hunter3"}, "up", "mt")
	assert.NotContains(t, fmt.Sprint(got), "hunter")
}

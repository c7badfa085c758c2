package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	home = "mt-eu-south-1"
	gslb = "mt-gslb"
)

// built4 is a market of four stacks without protection; gslb holds on to both regions.
func built4(t *testing.T, without ...string) faked {
	t.Helper()
	group := func(name, region string) string {
		return resourceOf(gslb, "aws:globalaccelerator/endpointGroup:EndpointGroup", name, `,"outputs":{"endpointGroupRegion":"`+region+`"}`)
	}
	states := map[string]string{
		foundation: resourceOf(foundation, "aws:kms/alias:Alias", "keys-ledger", ""),
		home:       resourceOf(home, "aws:ec2/vpc:Vpc", "network", ""),
		standby:    resourceOf(standby, "aws:ec2/vpc:Vpc", "network", ""),
		gslb: strings.Join([]string{
			group("web-home", "eu-south-1"), group("web-standby", "eu-central-1"), group("media-standby", "eu-central-1"),
			resourceOf(gslb, "aws:msk/replicator:Replicator", "there", ""), resourceOf(gslb, "aws:msk/replicator:Replicator", "back", ""),
			resourceOf(gslb, "aws:route53/record:Record", "api", ""),
		}, ","),
	}
	for _, stack := range without {
		states[stack] = ""
	}
	return fakeEngine(t, states)
}

// swap makes the standby region the active one.
func (f faked) swap() {
	f.Helper()
	file := filepath.Join(f.dir, "stacks", "markets", "mt.yaml")
	text, err := os.ReadFile(file)
	require.NoError(f, err)
	swapped := strings.Replace(string(text), "active: eu-south-1", "active: eu-central-1", 1)
	require.NotEqual(f, string(text), swapped)
	require.NoError(f, os.WriteFile(file, []byte(swapped), 0o600))
}

func TestDownOutOfTurn(t *testing.T) {
	const swapBack = "set active to eu-south-1 in stacks/markets/mt.yaml, run `pitboss up mt`, then "
	cases := map[string]struct {
		reason, args string
		swapped      bool
		without      []string
		found, next  string // "": it goes through
	}{
		"Whole":            {reason: "the usual end of a market", args: "down mt"},
		"WholeSwapped":     {"AWS takes the secondaries first, and home goes last", "down mt", true, nil, "active: eu-central-1, while mt-eu-south-1 has 1 resource", swapBack + "run this again"},
		"OnlyOneSwapped":   {reason: "no other member is left", args: "down mt", swapped: true, without: []string{standby}},
		"Standby":          {reason: "a lost standby is built anew", args: "down mt --stack mt-eu-central-1"},
		"StandbyActive":    {"the primary cannot go before the secondary", "down mt --stack mt-eu-central-1", true, nil, "active: eu-central-1", swapBack + "run this again"},
		"Home":             {"its datastore has a secondary", "down mt --stack mt-eu-south-1", false, nil, "mt-gslb (6 resources), mt-eu-central-1 (1 resource)", "`pitboss down mt --stack mt-gslb`, then `pitboss down mt --stack mt-eu-central-1`, then this again"},
		"HomeSwapped":      {"its identity is needed by the one that is active", "down mt --stack mt-eu-south-1", true, []string{gslb}, "mt-eu-central-1 (1 resource)", swapBack + "`pitboss down mt --stack mt-eu-central-1`, then this again"},
		"HomeAlone":        {reason: "nobody reads it", args: "down mt --stack mt-eu-south-1", without: []string{standby, gslb}},
		"HomeReadByGSLB":   {"gslb reads it", "down mt --stack mt-eu-south-1", false, []string{standby}, "mt-gslb (6 resources)", "`pitboss down mt --stack mt-gslb`, then this again"},
		"Foundation":       {"every other reads it", "down mt --stack mt-foundation", false, []string{gslb, home}, "mt-eu-central-1 (1 resource)", "`pitboss down mt --stack mt-eu-central-1`, then this again"},
		"FoundationAlone":  {reason: "nobody is left to read it", args: "down mt --stack mt-foundation", without: []string{gslb, home, standby}},
		"Traffic":          {reason: "nobody reads gslb", args: "down mt --stack mt-gslb"},
		"TrafficOfSwapped": {reason: "it has no member of anything", args: "down mt --stack mt-gslb", swapped: true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := built4(t, c.without...)
			if c.swapped {
				f.swap()
			}
			got, dry := f.run(c.args), f.run(c.args+" --dry-run --json")
			if c.found == "" {
				assert.Equal(t, exitOK, got.code, "%s: %s", c.reason, got.err)
				assert.Equal(t, exitOK, dry.code, "%s: %s", c.reason, dry.err)
				return
			}
			assert.Equal(t, exitRefused, got.code, "%s: %s", c.reason, got.err)
			assert.Contains(t, got.err, "found "+c.found, c.reason)
			assert.Contains(t, got.err, "\n  allowed: ", c.reason)
			assert.Contains(t, got.err, "\n  next: "+c.next+"\n", c.reason)
			assert.Empty(t, f.did(), "nothing is touched")
			assert.Equal(t, exitRefused, dry.code, "as the run itself is")
			var said outcome
			require.NoError(t, json.Unmarshal([]byte(dry.out), &said))
			require.NotNil(t, said.OutOfTurn)
			assert.Equal(t, c.next, said.OutOfTurn.Next)
			assert.NotEmpty(t, said.Stacks[0].Planned, "what would go is shown all the same")
		})
	}
}

func TestDownDetachesTheStandby(t *testing.T) {
	f := built4(t)
	got := f.run("down mt --stack mt-eu-central-1 --json")
	require.Equal(t, exitOK, got.code, got.err)
	assert.Equal(t, []string{"destroy mt-gslb", "destroy mt-eu-central-1"}, f.did(), "first what holds its network")
	assert.Contains(t, got.err, "mt-gslb: detached 2 endpoint groups and 2 replicators from eu-central-1; the next `pitboss up mt` makes them again")
	first := f.line("destroy ")
	for _, name := range []string{"web-standby", "media-standby", "there", "back"} {
		assert.Regexp(t, `--target[ =]\S+::`+name+`( |$)`, first)
	}
	assert.NotContains(t, first, "web-home", "the other region keeps its players")
	assert.NotContains(t, first, "::api")
	assert.NotContains(t, first, "--run-program")
	assert.NotContains(t, first, "--target-dependents", "what depends on them is not taken along")
	var said outcome
	require.NoError(t, json.Unmarshal([]byte(got.out), &said))
	require.Len(t, said.Stacks, 1)
	assert.Len(t, said.Stacks[0].Detached, 4)

	dry := f.run("down mt --stack mt-eu-central-1 --dry-run --json")
	assert.Contains(t, dry.err, "would detach 2 endpoint groups and 2 replicators")
	assert.Empty(t, f.did())
	require.NoError(t, json.Unmarshal([]byte(dry.out), &said))
	assert.Len(t, said.Stacks[0].Detached, 4)
}

// TestDetachedAlready: a run that was cut off after detaching goes on.
func TestDetachedAlready(t *testing.T) {
	f := built4(t)
	f.state(gslb, resourceOf(gslb, "aws:route53/record:Record", "api", ""))
	got := f.run("down mt --stack mt-eu-central-1")
	require.Equal(t, exitOK, got.code, got.err)
	assert.Equal(t, []string{"destroy mt-eu-central-1"}, f.did())
	assert.NotContains(t, got.err, "detach")
}

// TestWhatCannotBeDetachedStays: the region whose network is still held is not touched,
// and the failure is said to be the gslb stack's.
func TestWhatCannotBeDetachedStays(t *testing.T) {
	f := built4(t)
	f.leaves(gslb, resourceOf(gslb, "aws:msk/replicator:Replicator", "there", ""))
	got := f.run("down mt --stack mt-eu-central-1")
	assert.Equal(t, exitFailed, got.code, got.err)
	assert.Equal(t, []string{"destroy mt-gslb"}, f.did())
	assert.Contains(t, got.err, "\nmt-gslb\n  the cloud said no")
	assert.NotContains(t, got.err, "detached")
}

func TestNothingIsDetachedBeforeAllIsNamed(t *testing.T) {
	f := built4(t)
	f.state(standby, resourceOf(standby, "aws:msk/cluster:Cluster", "broker", guarded))
	got := f.run("down mt --stack mt-eu-central-1")
	assert.Equal(t, exitRefused, got.code)
	assert.Empty(t, f.did())
	assert.NotContains(t, got.err, "detach")
}

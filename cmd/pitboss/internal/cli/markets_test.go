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

// TestOptInRegionsAreNamed: mt is at home in Milan, which an account has to
// enable, and its standby is one that every account has.
func TestOptInRegionsAreNamed(t *testing.T) {
	dir := project(t)
	plain := runs(t, dir, nil, "markets")
	assert.Contains(t, plain.out, "account 111122223333 must enable eu-south-1")
	assert.NotContains(t, plain.out, "enable eu-central-1")

	var all []marketJSON
	require.NoError(t, json.Unmarshal([]byte(runs(t, dir, nil, "markets", "--json").out), &all))
	require.Len(t, all, 1)
	require.Len(t, all[0].Enable, 1)
	assert.Equal(t, "eu-south-1", all[0].Enable[0].Region)
	assert.NotEmpty(t, all[0].Enable[0].Fact.Source)

	made := runs(t, dir, nil, newMarket("on", "ON", "ca-central-1", "ca-west-1")...)
	assert.Contains(t, made.err, "must enable ca-west-1", "it is said when the market is written")
	none := runs(t, dir, nil, append(newMarket("gb", "GB", "eu-west-2", "eu-west-1"), "--json")...)
	assert.NotContains(t, none.err, "enable")
	assert.Contains(t, none.out, `"enable": []`, "JSON says [], not null")
}

// TestFailoverIsSaid: whoever promises a recovery time must see how much of it DNS takes.
func TestFailoverIsSaid(t *testing.T) {
	dir := project(t)
	assert.Contains(t, runs(t, dir, nil, "markets").out, "90s of 900s")
	var all []marketJSON
	require.NoError(t, json.Unmarshal([]byte(runs(t, dir, nil, "markets", "--json").out), &all))
	assert.Equal(t, 60, all[0].Recovery.RPOSeconds)
	assert.Contains(t, all[0].Recovery.Failover, "30s to notice (3 checks, one every 10s)")
	assert.Equal(t, "inverted-health-check", all[0].Recovery.Switch, "what costs by the hour is not chosen for anybody")

	arc := append(newMarket("gb", "GB", "eu-west-2", "eu-west-1"), "--switch", "routing-control", "--postgres-version", "17.6", "--dry-run")
	made := runs(t, dir, nil, arc...)
	require.Equal(t, exitOK, made.code, made.err)
	assert.Contains(t, made.out, `version: "17.6"`)
	assert.Contains(t, made.out, "switch: routing-control # moves in five regions; its ARC cluster costs about 2.5 USD an hour")
	bad := runs(t, dir, nil, append(newMarket("gb", "GB", "eu-west-2", "eu-west-1"), "--postgres-version", "17.2")...)
	assert.Equal(t, exitUsage, bad.code)
	assert.Contains(t, bad.err, "does not support global databases")
}

// TestMarketNewTakesImages: a release is one build of the platform, so a new market runs
// what another does, and whoever has none yet is told.
func TestMarketNewTakesImages(t *testing.T) {
	dir := project(t)
	first := runs(t, dir, nil, append(newMarket("gb", "GB", "eu-west-2", "eu-west-1"), "--dry-run")...)
	require.Equal(t, exitOK, first.code, first.err)
	assert.Contains(t, first.out, "images: {}", "nobody has any")
	none := runs(t, dir, nil, append(newMarket("gb", "GB", "eu-west-2", "eu-west-1"), "--images-of", "mt")...)
	assert.Equal(t, exitUsage, none.code)
	assert.Contains(t, none.err, `found images of "mt", which has none`)

	file := filepath.Join(dir, "stacks", "markets", "mt.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	const digest = "sha256:a43c5258250b41323ef344781ce486cfb3f8ea186855a8524bdaa8fdb695d05e"
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), "images: {}", "images: {login: "+digest+"}", 1)), 0o600))
	for _, flags := range [][]string{nil, {"--images-of", "mt"}} {
		made := runs(t, dir, nil, append(append(newMarket("gb", "GB", "eu-west-2", "eu-west-1"), "--dry-run"), flags...)...)
		require.Equal(t, exitOK, made.code, made.err)
		assert.Contains(t, made.out, "  login: "+digest+"\n")
		assert.Contains(t, made.out, "parties: {} # who outside may be called, such as acquirer: {kind: payments,", "the form is shown")
		assert.Contains(t, made.out, "events: [] # nodes before a peak, such as {name: derby,")
	}
	misspelt := runs(t, dir, nil, append(newMarket("gb", "GB", "eu-west-2", "eu-west-1"), "--images-of", "mtt")...)
	assert.Equal(t, exitUsage, misspelt.code)
	assert.Contains(t, misspelt.err, `did you mean "mt"?`)
	written := runs(t, project(t), nil, newMarket("gb", "GB", "eu-west-2", "eu-west-1")...)
	assert.Contains(t, written.err, "images   none yet: write the digests of a release into stacks/markets/gb.yaml")
	assert.NotContains(t, runs(t, dir, nil, newMarket("gb", "GB", "eu-west-2", "eu-west-1")...).err, "none yet")
}

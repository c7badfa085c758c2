package cli

import (
	"encoding/json"
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

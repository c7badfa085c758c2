package prices_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/regions/prices"
)

const good = `date: "2026-01-02"
source: a test
sources: {t: a test}
prices:
  - {item: vpc.nat, region: us-east-1, unit: hour, usd: "0.045", source: t, confidence: verified-secondary}
  - {item: vpc.ipv4, region: "*", unit: hour, usd: "0.005", source: t, confidence: unverified}
`

func TestParse(t *testing.T) {
	again := strings.Split(good, "\n")[4]
	cases := map[string]struct {
		reason   string
		from, to string
		blames   string // "" means valid
	}{
		"Valid":         {"the baseline must pass or the rest proves nothing", "", "", ""},
		"NoDate":        {"prices without a date are of no use", `date: "2026-01-02"`, "", "date: found"},
		"OddDate":       {"a date is a day", "2026-01-02", "January", "date: found \"January\""},
		"NoSource":      {"nor without a source", "source: a test\n", "", "source: found none"},
		"NoRows":        {"an empty table prices nothing", good[strings.Index(good, "prices:"):], "", "prices: found none"},
		"Negative":      {"nobody pays us", `"0.045"`, `"-0.045"`, "usd: found \"-0.045\""},
		"Zero":          {"free is not a price", `"0.045"`, `"0.000"`, "costs nothing"},
		"Empty":         {"a row has a price", `"0.045"`, `""`, "usd: found"},
		"TooFine":       {"sums are exact", `"0.045"`, `"0.0000001"`, "at most 6 decimals"},
		"TooMuch":       {"a typing error", `"0.045"`, `"99999999999"`, "usd: found"},
		"Twice":         {"which one is right", "prices:\n", "prices:\n" + again + "\n", "is there twice"},
		"UnknownRegion": {"a region that is none", "us-east-1", "us-east-9", "region: unknown"},
		"UnknownUnit":   {"a unit that nobody counts", "unit: hour", "unit: year", "unit: found \"year\""},
		"UnknownSource": {"a row says where it was read", "source: t,", "source: u,", "source: found \"u\""},
		"Confidence":    {"and how far that is verified", "verified-secondary", "sure", "confidence: found \"sure\""},
		"NoItem":        {"a row is of something", "item: vpc.nat", "item: \"\"", "item: found"},
		"StandIn":       {"a stand-in is a region", "source: a test\n", "source: a test\nstandIn: nowhere\n", "standIn: unknown"},
		"UnknownKey":    {"a word that is not read would mislead", "unit: hour", "per: hour", "per"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := prices.Parse([]byte(strings.Replace(good, c.from, c.to, 1)))
			if c.blames == "" {
				require.NoError(t, err, c.reason)
				return
			}
			require.ErrorContains(t, err, c.blames, c.reason)
		})
	}
}

func TestFind(t *testing.T) {
	table, err := prices.Parse([]byte(good))
	require.NoError(t, err)
	nat, ok := table.Find("us-east-1", "vpc.nat")
	require.True(t, ok)
	assert.Equal(t, int64(45_000), nat.Micros)
	_, ok = table.Find("us-east-2", "vpc.nat")
	assert.False(t, ok, "a price of another region is not one")
	_, ok = table.Find("", "vpc.nat")
	assert.False(t, ok)
	address, ok := table.Find("us-east-2", "vpc.ipv4")
	require.True(t, ok)
	assert.Equal(t, prices.Everywhere, address.Region)

	table, err = prices.Parse([]byte(strings.Replace(good, "sources:", "standIn: us-east-1\nsources:", 1)))
	require.NoError(t, err)
	nat, ok = table.Find("us-east-2", "vpc.nat")
	assert.True(t, ok)
	assert.Equal(t, "us-east-1", nat.Region, "a stand-in's price says whose it is")
}

func TestRepositorysTable(t *testing.T) {
	table, err := prices.Load()
	require.NoError(t, err)
	assert.NotEmpty(t, table.Date())
	assert.NotEmpty(t, table.Source())
	for _, p := range table.Rows() {
		assert.NotEmpty(t, p.Source, "%s in %s", p.Item, p.Region)
	}
}

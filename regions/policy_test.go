package regions

import (
	"strings"
	"testing"
	"time"
)

// TestPolicyTightened: a market may promise more than the operator does, never less.
func TestPolicyTightened(t *testing.T) {
	policy := CompanyPolicy(Jurisdiction{"MT"})
	cases := map[string]struct {
		reason           string
		rto, rpo         time.Duration
		wantRTO, wantRPO time.Duration
		says             string
	}{
		"Nothing":  {"no figures of its own", 0, 0, policy.RTO, policy.RPO, policy.Fact.Note},
		"Stricter": {"both are the market's", 5 * time.Minute, 30 * time.Second, 5 * time.Minute, 30 * time.Second, "own RTO is 5m0s, company policy allows 15m0s"},
		"One":      {"the other stays", 0, 20 * time.Second, policy.RTO, 20 * time.Second, "own RPO is 20s"},
		"Laxer":    {"policy is what it is", time.Hour, time.Hour, policy.RTO, policy.RPO, policy.Fact.Note},
	}
	for name, c := range cases {
		got := policy.Tightened(c.rto, c.rpo)
		if got.RTO != c.wantRTO || got.RPO != c.wantRPO || !strings.Contains(got.Fact.Note, c.says) {
			t.Errorf("%s: %+v: %s", name, got, c.reason)
		}
		if got.DrillsPerYear != policy.DrillsPerYear || got.Basis != BasisPolicy {
			t.Errorf("%s: %+v: a figure that nobody changed changed", name, got)
		}
	}
}

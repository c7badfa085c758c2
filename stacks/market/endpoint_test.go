package market

import (
	"net/netip"
	"strings"
	"testing"
)

// TestReach wants a warning exactly when nobody outside of the VPC reaches the API.
func TestReach(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(string) string
		warns  bool
	}{
		"Neither": {"a run from outside would hang", nil, true},
		"Private": {"a connected network reaches it", swap("privateCIDRs: []", "privateCIDRs: [10.0.0.0/16, 192.168.7.0/24]"), false},
		"Public":  {"a named public one too", swap("publicCIDRs: []", "publicCIDRs: [203.0.113.0/24]"), false},
		"Absent": {"the whole key may be left out", func(s string) string {
			return s[:strings.Index(s, "apiEndpoint:")] + s[strings.Index(s, "data:"):]
		}, true},
	}
	for name, c := range cases {
		m, err := Load(project(t, c.edit), "mt")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := m.Reach()
		if (got != "") != c.warns {
			t.Errorf("%s: warning is %q: %s", name, got, c.reason)
		}
		for _, part := range []string{"stacks/markets/mt.yaml", "inside the VPC with the cluster's security group", "privateCIDRs"} {
			if c.warns && !strings.Contains(got, part) {
				t.Errorf("%s: %q does not say %q", name, got, part)
			}
		}
	}
}

// TestNoMarketReachesAnother wants both sides of an overlap between one market's
// network and the networks that another's API is open to.
func TestNoMarketReachesAnother(t *testing.T) {
	dir := project(t, swap("privateCIDRs: []", "privateCIDRs: [10.18.7.0/24]"))
	for name, path := range map[string]string{"mt": "apiEndpoint.privateCIDRs[0]", "gb": "network.home"} {
		_, err := Load(dir, name)
		if ps := problemsOf(t, err); len(ps) != 1 || ps[0].Path != path {
			t.Errorf("%s: %v, want one problem of %s", name, err, path)
		}
	}
	if _, err := LoadAll(dir); len(problemsOf(t, err)) != 1 {
		t.Errorf("all markets: %v, want the overlap once", err)
	}
	m := Market{APIEndpoint: APIEndpoint{PrivateCIDRs: []netip.Prefix{netip.MustParsePrefix("10.17.3.0/24")}}}
	if n, ok := nextFree([]Market{m}); !ok || n.Home.String() != "10.18.0.0/16" {
		t.Errorf("the next free pair is %v, want the one after the operator's", n)
	}
}

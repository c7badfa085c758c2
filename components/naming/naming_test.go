package naming

import (
	"strings"
	"testing"

	"pitboss/regions"
)

func TestLimited(t *testing.T) {
	cases := map[string]struct {
		reason string
		parts  []string
		want   string
	}{
		"Short":   {"what fits is left as it is", []string{"a", "b"}, "a-b"},
		"Exact":   {"the limit itself still fits", []string{"aaaaaaaaaa", "bbbbbbbbb"}, "aaaaaaaaaa-bbbbbbbbb"},
		"OneOver": {"one more is cut, with a digest", []string{"aaaaaaaaaa", "bbbbbbbbbb"}, "aaaaaaaaaa-" + Digest("aaaaaaaaaa-bbbbbbbbbb")},
	}
	for name, c := range cases {
		got := limited(20, c.parts...)
		if got != c.want || len(got) > 20 {
			t.Errorf("%s: %q, want %q: %s", name, got, c.want, c.reason)
		}
	}
	if long := strings.Repeat("a", 30); limited(20, long, "x") == limited(20, long, "y") {
		t.Error("cutting merged two names")
	}
}

// TestLongNamesStayApart tries the longest market in every region: what AWS limits fits,
// and no two names meet.
func TestLongNamesStayApart(t *testing.T) {
	long := strings.Repeat("m", 40)
	seen := map[string]bool{}
	for _, market := range []Market{{long + "a", "111122223333"}, {long + "b", "111122223333"}} {
		for _, r := range regions.All() {
			for _, name := range []string{market.Bucket(r, AuditPurpose("platform")), market.Bucket(r, FlowLogs), market.Role(r, RoleReplication), market.Role(r, RoleCluster)} {
				if seen[name] || len(name) > 64 {
					t.Errorf("%s (%d bytes) is too long or not unique", name, len(name))
				}
				seen[name] = true
			}
			if got := market.Bucket(r, FlowLogs); len(got) > 63 || got != strings.ToLower(got) {
				t.Errorf("%s is no bucket name", got)
			}
		}
	}
}

func TestBucketCarriesTheAccount(t *testing.T) {
	r, err := regions.Parse("eu-south-1")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := (Market{"mt", "111122223333"}).Bucket(r, FlowLogs), "pitboss-mt-flow-logs-111122223333-eu-south-1"; got != want {
		t.Errorf("bucket is %s, want %s: the name is known in advance and nobody else's", got, want)
	}
}

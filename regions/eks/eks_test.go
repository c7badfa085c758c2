package eks

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pitboss/regions"
)

func TestTable(t *testing.T) {
	if want := []string{"1.33", "1.34", "1.35", "1.36"}; !slices.Equal(Names(), want) {
		t.Errorf("versions = %v, want %v", Names(), want)
	}
	ends := map[string]string{"1.33": "2026-07-29", "1.34": "2026-12-02", "1.35": "2027-03-27", "1.36": "2027-03-27"}
	for _, v := range All() {
		if got := v.StandardSupportEnds().Format(time.DateOnly); got != ends[v.String()] {
			t.Errorf("%s ends %s, want %s", v, got, ends[v.String()])
		}
		f := v.Fact()
		if u, err := url.Parse(f.Source); err != nil || u.Host == "" || f.Text == "" || f.Confidence == "" {
			t.Errorf("%s: no evidence: %+v", v, f)
		}
		if (f.Confidence == regions.Unverified) != (f.Note != "") {
			t.Errorf("%s: an unverified date must say how it was bounded, a verified one needs no excuse", v)
		}
	}
	if v := Default(); v.String() != "1.35" || !v.Fact().Confidence.Verified() {
		t.Errorf("default = %s: its end of support must be verified", v)
	}
}

func TestParse(t *testing.T) {
	for _, s := range Names() {
		if v, err := Parse(s); err != nil || v.String() != s {
			t.Errorf("Parse(%q) = %v, %v", s, v, err)
		}
	}
	for _, s := range []string{"", "1.32", "1.37", "1.3", "v1.35", "1.35.1", " 1.35"} {
		if _, err := Parse(s); err == nil || !strings.Contains(err.Error(), "1.33, 1.34, 1.35, 1.36") {
			t.Errorf("Parse(%q) = %v, want an error that lists what EKS offers", s, err)
		}
	}
}

func TestSupport(t *testing.T) {
	at := func(s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	cases := map[string]struct {
		reason          string
		version, now    string
		refused, warned bool
	}{
		"Fresh":      {"months to go", "1.35", "2026-11-21T00:00:00Z", false, false},
		"Leaving":    {"eleven days to go", "1.34", "2026-11-21T00:00:00Z", false, true},
		"Ended":      {"ended in July", "1.33", "2026-11-21T00:00:00Z", true, false},
		"Sixty":      {"60 days to the minute is within 60 days", "1.34", "2026-10-03T00:00:00Z", false, true},
		"SixtyOne":   {"a second earlier is not", "1.34", "2026-10-02T23:59:59Z", false, false},
		"LastSecond": {"support runs to the end of the day before", "1.34", "2026-12-01T23:59:59Z", false, true},
		"FirstDay":   {"billing starts at 00:00 UTC of the day", "1.34", "2026-12-02T00:00:00Z", true, false},
		"OtherZone":  {"the day is UTC's, wherever the clock is", "1.34", "2026-12-02T00:30:00+02:00", false, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			v, err := Parse(c.version)
			if err != nil {
				t.Fatal(err)
			}
			now := at(c.now)
			if err := v.Check(now); (err != nil) != c.refused {
				t.Errorf("Check = %v: %s", err, c.reason)
			}
			if w := v.Warning(now); (w != "") != c.warned || c.warned && !strings.Contains(w, "2026-12-02") {
				t.Errorf("Warning = %q: %s", w, c.reason)
			}
			if v.Supported(now) == c.refused || v.LeavingSoon(now) != c.warned {
				t.Errorf("Supported = %v, LeavingSoon = %v: %s", v.Supported(now), v.LeavingSoon(now), c.reason)
			}
		})
	}
	if err := (Version{}).Check(at("2026-11-21T00:00:00Z")); err == nil {
		t.Error("no version was accepted")
	}
}

func ExampleVersion_Warning() {
	v, err := Parse("1.34")
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)
	fmt.Println(strings.SplitN(v.Warning(now), " (", 2)[0])
	// Output: Kubernetes 1.34 leaves standard support on EKS on 2026-12-02, in 11 days
}

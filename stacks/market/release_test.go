package market

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestImage wants what the file says, and an error that says what to write where it says
// nothing: never an empty digest, which would be a reference that runs anything.
func TestImage(t *testing.T) {
	m, err := Load(fixture, "mt")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.Image("login"); got != login || err != nil || len(m.Images) != 12 {
		t.Errorf("login = %q, %v, of %d images", got, err, len(m.Images))
	}
	if err := m.CheckImages([]string{"login", "pause"}); err != nil {
		t.Errorf("all are there: %v", err)
	}
	for name, says := range map[string]string{
		"lgoin": `stacks/markets/mt.yaml: images.lgoin: found nothing`,
		"logn":  `is "login" misspelt?`,
		"x":     "next: add the line x: sha256:<digest>",
	} {
		got, err := m.Image(name)
		if got != "" || len(problemsOf(t, Problems{err.(Problem)})) != 1 || !strings.Contains(err.Error(), says) {
			t.Errorf("%s = %q, %v; it does not say %q", name, got, err, says)
		}
	}
	if ps := problemsOf(t, m.CheckImages([]string{"x", "login", "b", "a"})); len(ps) != 3 || ps[0].Path != "images.a" || ps[2].Path != "images.x" {
		t.Errorf("want the three that are missing, in order: %v", ps)
	}
}

func TestPartiesAndEvents(t *testing.T) {
	m, err := Load(project(t, func(s string) string {
		s = swap("  "+acquirer, "  zz: {kind: payments, cidrs: [203.0.113.0/28], port: 22}\n  "+acquirer)(s) // another port of the same party
		return swap("- "+derby, "- {name: zz, from: 2027-01-01T00:00:00Z, until: 2027-02-01T00:00:00Z, nodes: {webrtc: 100, api: 1}}\n  - "+derby)(s)
	}), "mt")
	if err != nil {
		t.Fatal(err)
	}
	var parties, kinds, events []string
	for _, p := range m.Parties {
		parties = append(parties, fmt.Sprint(p.Name, " ", p.Kind, " ", p.CIDRs, " ", p.Port))
		kinds = append(kinds, p.Kind)
	}
	want := []string{
		"acquirer payments [203.0.113.0/28] 443", "gaming-authority regulator [203.0.113.64/28] 443", "identity-checks identity [203.0.113.32/28] 443",
		"mail-and-sms messaging [192.0.2.64/27] 443", "slots-studio games [198.51.100.0/25 192.0.2.0/27] 443", "zz payments [203.0.113.0/28] 22",
	}
	if !slices.Equal(parties, want) {
		t.Errorf("parties = %q, want them by name: %q", parties, want)
	}
	for _, kind := range PartyKinds() {
		if !slices.Contains(kinds, kind) {
			t.Errorf("no party of kind %s shows its form", kind)
		}
	}
	for _, e := range m.Events {
		events = append(events, fmt.Sprint(e.Name, " ", e.From.Format(time.RFC3339), " ", e.Until.Sub(e.From), " ", e.Nodes))
	}
	want = []string{"zz 2027-01-01T00:00:00Z 744h0m0s [{api 1} {webrtc 100}]", "derby 2027-05-09T16:00:00Z 6h0m0s [{api 6} {ws 6}]"}
	if !slices.Equal(events, want) {
		t.Errorf("events = %q, want the order of the file, pools sorted: %q", events, want)
	}
}

// TestSectionsMayBeAbsent: a market that was written before there were services loads, and
// what is empty is the same as what is not there.
func TestSectionsMayBeAbsent(t *testing.T) {
	for name, edit := range map[string]func(string) string{
		"Absent": section("images", "approvals", ""),
		"Empty":  section("images", "approvals", "images: {}\nparties: {}\nevents: []\n"),
		"Null":   section("images", "approvals", "images:\nparties:\nevents:\n"),
	} {
		m, err := Load(project(t, edit), "mt")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(m.Images)+len(m.Parties)+len(m.Events) != 0 || m.PastEvents(november) != "" {
			t.Errorf("%s: %v, %v, %v", name, m.Images, m.Parties, m.Events)
		}
		if err := m.CheckImages([]string{"login"}); err == nil {
			t.Errorf("%s: an image came from nowhere", name)
		}
	}
}

// TestPastEvents: cron has no year, so an event that is over comes back.
func TestPastEvents(t *testing.T) {
	m, err := Load(fixture, "mt")
	if err != nil {
		t.Fatal(err)
	}
	from, until := m.Events[0].From, m.Events[0].Until
	cases := map[string]struct {
		reason string
		now    time.Time
		says   string
	}{
		"Ahead":  {"nothing to say", from.AddDate(0, -6, 0), ""},
		"Now":    {"it is running", from.Add(time.Hour), ""},
		"Year":   {"the day before it is the next of its kind", from.AddDate(-1, 0, 0), ""},
		"FarOff": {"it would come a year early", from.AddDate(-1, 0, -1), "derby, which begins on 2027-05-09, more than a year from now"},
		"Over":   {"it would come again", until, "derby, which ended on 2027-05-09"},
	}
	for name, c := range cases {
		got := m.PastEvents(c.now)
		if c.says == "" && got != "" || !strings.Contains(got, c.says) || got != "" && !strings.Contains(got, "stacks/markets/mt.yaml: events: found ") {
			t.Errorf("%s: says %q, want %q: %s", name, got, c.says, c.reason)
		}
	}
}

// TestDraftTakesImages: a release is one build of the platform, so a new market starts
// with what another runs.
func TestDraftTakesImages(t *testing.T) {
	dir := project(t, swap(login, "sha256:"+strings.Repeat("1", 64)))
	images := func(of string) map[string]string {
		d := dutch()
		d.ImagesOf = of
		if _, err := d.Write(dir); err != nil {
			t.Fatal(err)
		}
		m, err := Load(dir, "nl")
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Parties)+len(m.Events) != 0 {
			t.Errorf("a new market opens to %v and awaits %v", m.Parties, m.Events)
		}
		dir = project(t, swap(login, "sha256:"+strings.Repeat("1", 64)))
		return m.Images
	}
	all, err := LoadAll(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := images(""); !reflect.DeepEqual(got, all[0].Images) || len(got) != 12 {
		t.Errorf("images = %v, want those of %s", got, all[0].Name)
	}
	if got := images("mt"); got["login"] != "sha256:"+strings.Repeat("1", 64) {
		t.Errorf("images = %v, want those of mt", got)
	}
	without := []Market{{Name: "aa"}, all[1]}
	d := dutch()
	if got, err := d.images(without); err != nil || len(got) != 12 {
		t.Errorf("%v, %v: a market without images was taken for the first that has them", got, err)
	}
	if got, err := d.images(without[:1]); err != nil || len(got) != 0 {
		t.Errorf("%v, %v: the first market of all has none", got, err)
	}
	d.ImagesOf = "aa"
	for _, others := range [][]Market{without, without[:1]} {
		if _, err := d.images(others); len(problemsOf(t, err)) != 1 || !strings.Contains(err.Error(), `images of "aa", which has none`) {
			t.Errorf("%v: it does not say that aa has none", err)
		}
	}
}

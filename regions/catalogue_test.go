package regions

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestCatalogueHasNoGaps makes a fact that was forgotten a failure, not a zero
// value that means something else.
func TestCatalogueHasNoGaps(t *testing.T) {
	if len(All()) != 13 {
		t.Errorf("%d regions, want 13", len(All()))
	}
	for _, r := range All() {
		t.Run(r.String(), func(t *testing.T) {
			noZeroField(t, reflect.ValueOf(catalogue[r.name]))
			zones := r.Zones()
			if len(zones) < 3 {
				t.Errorf("%d zones, a network needs three", len(zones))
			}
			for slot, z := range zones {
				if z.Slot != slot || !strings.HasPrefix(z.Name, r.name) || len(z.Name) != len(r.name)+1 {
					t.Errorf("zone %+v at position %d: slots count from 0, names are the region's and one letter", z, slot)
				}
			}
			checkFact(t, r.String(), r.Fact())
			checkFact(t, r.String(), r.OptInFact())
			for _, s := range r.Sets() {
				checkFact(t, string(s), s.Fact())
			}
		})
	}
}

func noZeroField(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		if f := v.Field(i); f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0 {
			t.Errorf("%s is not filled in", v.Type().Field(i).Name)
		}
	}
}

func TestSets(t *testing.T) {
	cases := map[Set]struct {
		reason string
		want   []string
	}{
		SetEEA:          {"London and Zurich are outside the EEA whatever adequacy says", []string{"eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"}},
		SetEUAdequate:   {"adequacy is a set of its own", []string{"eu-central-2", "eu-west-2"}},
		SetUK:           {"one region in the United Kingdom", []string{"eu-west-2"}},
		SetCanada:       {"two regions, neither in Ontario", []string{"ca-central-1", "ca-west-1"}},
		SetUnitedStates: {"Virginia and Ohio", []string{"us-east-1", "us-east-2"}},
		SetBrazil:       {"one region in Brazil", []string{"sa-east-1"}},
	}
	if len(cases) != len(setFacts) {
		t.Errorf("%d sets are tested, there are %d", len(cases), len(setFacts))
	}
	for set, c := range cases {
		if got := namesOf(set.Regions()); !slices.Equal(got, c.want) {
			t.Errorf("%s = %v, want %v: %s", set, got, c.want, c.reason)
		}
	}
}

func TestOptIn(t *testing.T) {
	var got []string
	for _, r := range All() {
		if r.OptIn() {
			got = append(got, r.String())
		}
		if r.OptIn() != strings.Contains(r.OptInFact().Text, "opt-in region") {
			t.Errorf("%s: OptIn is %t and its words are %q", r, r.OptIn(), r.OptInFact().Text)
		}
	}
	if want := []string{"ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2"}; !slices.Equal(got, want) {
		t.Errorf("opt-in regions = %v, want %v: those launched after 20 March 2019", got, want)
	}
}

func TestZonesOfMontreal(t *testing.T) {
	var got []string
	for _, z := range mustParse("ca-central-1").Zones() {
		got = append(got, z.Name)
	}
	if want := []string{"ca-central-1a", "ca-central-1b", "ca-central-1d"}; !slices.Equal(got, want) {
		t.Errorf("zones = %v, want %v: there is no zone c", got, want)
	}
}

func TestParse(t *testing.T) {
	cases := map[string]struct {
		reason, in string
		ok         bool
		says       string
	}{
		"Known":    {"the catalogue's own name", "eu-south-1", true, ""},
		"Swapped":  {"two letters swapped is the commonest slip", "eu-suoth-1", false, `did you mean "eu-south-1"?`},
		"Unknown":  {"a real region that the platform does not use lists those it does", "ap-south-1", false, "ca-central-1, ca-west-1"},
		"Empty":    {"nothing is no region", "", false, "choose one of"},
		"Hostile":  {"a long name costs nothing and suggests nothing", strings.Repeat("eu-south-1", 1000), false, "choose one of"},
		"NoCase":   {"AWS names are lower case", "EU-SOUTH-1", false, "choose one of"},
		"WithZone": {"a zone is not a region", "eu-south-1a", false, `did you mean "eu-south-1"?`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Parse(c.in)
			if (err == nil) != c.ok || r.IsZero() == c.ok {
				t.Fatalf("Parse = %v, %v: %s", r, err, c.reason)
			}
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("error does not say %q: %v", c.says, err)
			}
		})
	}
}

func TestTextRoundTrip(t *testing.T) {
	type both struct {
		R Region
		J Jurisdiction
	}
	for _, in := range []both{{}, {mustParse("eu-west-2"), Jurisdiction{"GB"}}} {
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var out both
		if err := json.Unmarshal(b, &out); err != nil || out != in {
			t.Errorf("%s came back as %+v, %v", b, out, err)
		}
	}
	for _, bad := range []string{`{"R":"mars-1"}`, `{"J":"XX"}`} {
		if err := json.Unmarshal([]byte(bad), &both{}); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func TestZeroValuesAreHarmless(t *testing.T) {
	var r Region
	var j Jurisdiction
	if r.Country() != "" || r.Place() != "" || len(r.Zones()) > 0 || len(r.Sets()) > 0 || r.In(SetEEA) || r.OptIn() || r.Fact() != (Fact{}) || r.OptInFact() != (Fact{}) {
		t.Error("the zero Region has facts")
	}
	if j.Name() != "" || len(j.Retentions()) > 0 || len(j.Duties()) > 0 || len(j.Approvable()) > 0 || Resolve(Placement{}).Check(r, r) == nil {
		t.Error("the zero Jurisdiction has rules")
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"home", "standby", "active", "network", "kubernetes"}
	for got, want := range map[string]string{"hmoe": "home", "standyb": "standby", "Network": "network", "kuberntes": "kubernetes", "currency": "", "": ""} {
		if near := Nearest(got, keys); near != want {
			t.Errorf("Nearest(%q) = %q, want %q", got, near, want)
		}
	}
	if near := Nearest("no", []string{"on"}); near != "on" {
		t.Errorf("Nearest(no) = %q: a swap of two letters is one slip", near)
	}
	if near := Nearest(strings.Repeat("a", longestWord+1), []string{strings.Repeat("a", longestWord)}); near != "" {
		t.Error("work on input of any length")
	}
}

func ExampleParse() {
	r, err := Parse("eu-south-1")
	fmt.Println(r, r.Place(), r.Country(), r.In(SetEEA), err)
	_, err = Parse("eu-suoth-1")
	fmt.Println(strings.SplitN(err.Error(), ":", 2)[0])
	// Output:
	// eu-south-1 Milan IT true <nil>
	// unknown AWS region "eu-suoth-1" (did you mean "eu-south-1"?)
}

// TestApart wants a region for each pair that is neither of them and needs no enabling.
func TestApart(t *testing.T) {
	for _, a := range All() {
		for _, b := range All() {
			r, ok := Apart(a, b)
			if !ok || r == a || r == b || r.OptIn() {
				t.Errorf("apart from %s and %s: %q", a, b, r)
			}
		}
	}
	if r, ok := Apart(All()...); ok {
		t.Errorf("apart from all: %s", r)
	}
}

package regions

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	eea := namesOf(SetEEA.Regions())
	ukEEA := slices.Sorted(slices.Values(append(slices.Clone(eea), "eu-west-2")))
	canada := []string{"ca-central-1", "ca-west-1"}
	cases := map[string]struct {
		reason        string
		code          string
		approved      string // rule id held, "" for none
		home, standby []string
	}{
		"GB":          {"no place is prescribed (V1); the UK and the EEA are what the sources carry", "GB", "", ukEEA, ukEEA},
		"MT":          {"elsewhere in the EEA, a replica apart", "MT", "", eea, eea},
		"IT":          {"within the EEA, with cloud too: neither London nor Zurich", "IT", "", eea, eea},
		"DK":          {"no placement rule since 30 May 2021", "DK", "", eea, eea},
		"NL":          {"EU or EEA state for the gaming means", "NL", "", eea, eea},
		"ON":          {"no rule read, so Canada and no further", "ON", "", canada, canada},
		"DE":          {"location unverified: Germany only", "DE", "", []string{"eu-central-1"}, []string{"eu-central-1"}},
		"DEApproved":  {"the GGL's word opens the rest of the EEA", "DE", "DE-location", eea, eea},
		"ES":          {"where the replica stands is unverified: Spain only", "ES", "", []string{"eu-south-2"}, []string{"eu-south-2"}},
		"ESApproved":  {"approval is for the replica, not for the primary", "ES", "ES-location", []string{"eu-south-2"}, eea},
		"SE":          {"location unverified: Sweden only", "SE", "", []string{"eu-north-1"}, []string{"eu-north-1"}},
		"SEApproved":  {"approval is for the second site", "SE", "SE-location", []string{"eu-north-1"}, eea},
		"GI":          {"case by case: nothing without the authority", "GI", "", nil, nil},
		"GIPlace":     {"a place for the system is none for personal data", "GI", "GI-location", nil, nil},
		"PA":          {"the Board approves every location", "PA", "", nil, nil},
		"PAHome":      {"approval of the primary is not one of the backup outside Pennsylvania", "PA", "PA-location", []string{"us-east-1", "us-east-2"}, nil},
		"PABackup":    {"the backup holds players' data, whose place comes with the system's", "PA", "PA-backup", nil, nil},
		"BR":          {"one region in Brazil", "BR", "", []string{"sa-east-1"}, []string{"sa-east-1"}},
		"BRAbroad":    {"only countries said to have the agreement; never the United States", "BR", "BR-abroad", []string{"sa-east-1"}, []string{"eu-south-1", "eu-south-2", "eu-west-3", "sa-east-1"}},
		"NJ":          {"no AWS region is in Atlantic City", "NJ", "", nil, nil},
		"NJApproved":  {"no approval brings a region to Atlantic City", "NJ", "NJ-location", nil, nil},
		"MTWrongRule": {"an approval under another regime's rule opens nothing", "GI", "MT-location", nil, nil},
	}
	covered := map[string]bool{}
	for name, c := range cases {
		covered[c.code] = true
		t.Run(name, func(t *testing.T) {
			res := Resolve(Placement{Jurisdiction: Jurisdiction{c.code}, Approvals: map[string]string{c.approved: "letter 1"}})
			if got := namesOf(res.Home); !slices.Equal(got, c.home) {
				t.Errorf("home = %v, want %v: %s", got, c.home, c.reason)
			}
			if got := namesOf(res.Standby); !slices.Equal(got, c.standby) {
				t.Errorf("standby = %v, want %v: %s", got, c.standby, c.reason)
			}
			if n := len(res.Home) + len(res.Standby) + len(res.Refused); n != 2*len(All()) {
				t.Errorf("%d answers, want one per region and role (%d)", n, 2*len(All()))
			}
			for _, f := range res.Refused {
				if f.Rule.ID == "" || f.Rule.Source == "" || f.Next == "" || !strings.Contains(f.Error(), f.Rule.Source) {
					t.Errorf("a refusal without rule, source or next step: %+v", f)
				}
			}
		})
	}
	if len(covered) != len(laws) {
		t.Errorf("%d jurisdictions are tested, there are %d", len(covered), len(laws))
	}
}

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		reason              string
		code, home, standby string
		approvals           map[string]string
		says                []string // empty means accepted
	}{
		"Malta":        {"the market that must build", "MT", "eu-south-1", "eu-central-1", nil, nil},
		"Britain":      {"the market that must build", "GB", "eu-west-2", "eu-west-1", nil, nil},
		"Ontario":      {"the market that must build", "ON", "ca-central-1", "ca-west-1", nil, nil},
		"London":       {"adequacy is not the EEA", "MT", "eu-west-2", "eu-central-1", nil, []string{"eu-west-2 may not be home", "MT-location", ruleMT.Source}},
		"Zurich":       {"Switzerland is not the EEA", "IT", "eu-south-1", "eu-central-2", nil, []string{"eu-central-2 may not be standby", "IT-location", ruleIT.Source}},
		"Both":         {"every reason at once", "MT", "us-east-1", "sa-east-1", nil, []string{"us-east-1 may not be home", "sa-east-1 may not be standby"}},
		"Same":         {"one region is no recovery", "MT", "eu-south-1", "eu-south-1", nil, []string{"both eu-south-1"}},
		"None":         {"nothing chosen", "MT", "", "", nil, []string{"home is not chosen", "standby is not chosen"}},
		"NewJersey":    {"says what is needed and never picks a near region", "NJ", "us-east-1", "us-east-2", nil, []string{"no AWS region inside its area", "Outposts", "Atlantic City", "parent only", ruleNJ.Source}},
		"Approval":     {"a refusal says that an approval would open it", "GI", "eu-west-2", "eu-west-1", nil, []string{"approvals: GI-location"}},
		"Approved":     {"with a reference it opens", "GI", "eu-west-2", "eu-west-1", map[string]string{"GI-location": "GC/2026/7", "GI-personal-data": "GRA/2026/8"}, nil},
		"PlaceOnly":    {"whether personal data may go there was not read", "GI", "eu-west-2", "eu-west-1", map[string]string{"GI-location": "GC/2026/7"}, []string{"approvals: GI-personal-data"}},
		"GIZurich":     {"both words open London and the EEA, not Zurich", "GI", "eu-west-2", "eu-central-2", map[string]string{"GI-location": "A", "GI-personal-data": "B"}, []string{"eu-central-2 may not be standby"}},
		"EmptyRef":     {"an approval without a reference is none", "GI", "eu-west-2", "eu-west-1", map[string]string{"GI-location": ""}, []string{"GI-location"}},
		"Pennsylvania": {"needs both", "PA", "us-east-1", "us-east-2", map[string]string{"PA-location": "B1", "PA-backup": "B2"}, nil},
		"BrazilUS":     {"the agreement with the United States is said to be criminal only", "BR", "sa-east-1", "us-east-1", map[string]string{"BR-abroad": "X"}, []string{"us-east-1 may not be standby", "BR-abroad"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := Placement{Jurisdiction: Jurisdiction{c.code}, Home: Region{c.home}, Standby: Region{c.standby}, Approvals: c.approvals}
			err := Resolve(p).Check(p.Home, p.Standby)
			if (err == nil) != (len(c.says) == 0) {
				t.Fatalf("Check = %v: %s", err, c.reason)
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("the error does not say %q:\n%v", s, err)
				}
			}
		})
	}
}

func TestNoRegionIsTyped(t *testing.T) {
	var none NoRegion
	if err := Resolve(Placement{Jurisdiction: Jurisdiction{"NJ"}}).None(); !errors.As(err, &none) || none.Instead != needsNJ {
		t.Errorf("None() = %v", err)
	}
	nj := Jurisdiction{"NJ"}
	for _, a := range []Area{nj.Compute().Home, nj.Compute().Standby, nj.Vault().Area.Area, nj.PersonalData().Area} {
		if len(a.Open)+len(a.ByApproval) > 0 {
			t.Errorf("rule %s opens %v %v: no region is in New Jersey", a.Rule.ID, a.Open, a.ByApproval)
		}
	}
	for _, j := range Jurisdictions() {
		if err := Resolve(Placement{Jurisdiction: j}).None(); (err != nil) != (j.code == "NJ") {
			t.Errorf("%s: None() = %v; only New Jersey has no region at all", j, err)
		}
	}
}

// TestPersonalDataCloses: the stricter area wins, under its own rule.
func TestPersonalDataCloses(t *testing.T) {
	law := lawGB
	law.personal = PersonalDataArea{Area{Open: only("eu-west-2"), Rule: Rule{ID: "T-personal"}}}
	res := resolve(law, Placement{Jurisdiction: Jurisdiction{"GB"}})
	f, refused := res.Refusal(RoleStandby, Region{"eu-west-1"})
	if !refused || f.Rule.ID != "T-personal" || len(res.Home) != 1 {
		t.Errorf("eu-west-1 = %v, %v: personal data may not rest there", f, refused)
	}
}

func TestUnmet(t *testing.T) {
	cases := map[string]struct {
		reason        string
		code          string
		home, standby string
		says          string // in the rule ids, "" for no obligation about the vault
	}{
		"MaltaReplica": {"no region of AWS is in Malta", "MT", "eu-south-1", "eu-central-1", "MT-replica"},
		"DutchCDB":     {"the control database stands in the Netherlands", "NL", "eu-central-1", "eu-west-1", "NL-cdb"},
		"GermanyIn":    {"the Safe-Server can stand in eu-central-1", "DE", "eu-central-1", "eu-west-1", ""},
		"GermanyOut":   {"an approval of the place is not one of the Safe-Server's", "DE", "eu-west-1", "eu-west-3", "DE-location"},
		"SpainStandby": {"the vault is met by either region", "ES", "eu-west-1", "eu-south-2", ""},
		"NotChosen":    {"nothing is unmet before a region is chosen", "DE", "", "", ""},
		"Denmark":      {"SAFE has no place rule", "DK", "eu-north-1", "eu-west-1", ""},
		"NewJersey":    {"no region meets the warehouse", "NJ", "", "", "NJ-warehouse"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			res := Resolve(Placement{Jurisdiction: Jurisdiction{c.code}, Home: Region{c.home}, Standby: Region{c.standby}})
			vault := laws[c.code].vault.Name
			i := slices.IndexFunc(res.Unmet, func(o Obligation) bool { return o.What == vault })
			if (i >= 0) != (c.says != "") {
				t.Fatalf("unmet = %+v: %s", res.Unmet, c.reason)
			}
			if i >= 0 && (res.Unmet[i].Rule.ID != c.says || res.Unmet[i].Needs == "") {
				t.Errorf("obligation = %+v, want rule %s: %s", res.Unmet[i], c.says, c.reason)
			}
		})
	}
}

func TestApprovable(t *testing.T) {
	want := map[string][]string{"GI": {"GI-location", "GI-personal-data"}, "DE": {"DE-location"}, "ES": {"ES-location"}, "SE": {"SE-location"}, "PA": {"PA-backup", "PA-location"}, "BR": {"BR-abroad"}}
	for _, j := range Jurisdictions() {
		var got []string
		for _, r := range j.Approvable() {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, want[j.code]) {
			t.Errorf("%s: approvals open %v, want %v", j, got, want[j.code])
		}
	}
}

func TestParseJurisdiction(t *testing.T) {
	if j, err := ParseJurisdiction("MT"); err != nil || j.Name() != "Malta" || j.Regulator().Short != "MGA" {
		t.Errorf("MT = %v, %v", j, err)
	}
	for _, bad := range []string{"mt", "", "XX"} {
		if _, err := ParseJurisdiction(bad); err == nil || !strings.Contains(err.Error(), "BR, DE, DK") {
			t.Errorf("%q: %v, want an error that lists the codes", bad, err)
		}
	}
	if _, err := ParseJurisdiction("mt"); !strings.Contains(err.Error(), `did you mean "MT"?`) {
		t.Errorf("lower case is not forgiven but is understood: %v", err)
	}
}

func ExampleResolve() {
	mt, err := ParseJurisdiction("MT")
	if err != nil {
		fmt.Println(err)
		return
	}
	res := Resolve(Placement{Jurisdiction: mt})
	fmt.Println("home:", strings.Join(namesOf(res.Home), " "))
	for _, o := range res.Unmet {
		fmt.Println("unmet:", o.What)
	}
	// Output:
	// home: eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3
	// unmet: the authority's approval of this set-up
	// unmet: replica of the regulatory data in Malta
}

package regions

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// checkFact fails on a statement without evidence.
func checkFact(t *testing.T, where string, f Fact) {
	t.Helper()
	if f.Text == "" {
		t.Errorf("%s: a fact without words: %+v", where, f)
	}
	u, err := url.Parse(f.Source)
	if f.Source != SourceCompanyPolicy && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		t.Errorf("%s: source %q is neither a URL nor company policy", where, f.Source)
	}
	if !slices.Contains([]Confidence{VerifiedPrimary, VerifiedSecondary, CommonlyStated, Unverified, OwnDecision}, f.Confidence) {
		t.Errorf("%s: confidence %q", where, f.Confidence)
	}
	if (f.Confidence == OwnDecision) != (f.Source == SourceCompanyPolicy) {
		t.Errorf("%s: confidence %s with source %s: a decision of the operator is one in both, and nothing else is", where, f.Confidence, f.Source)
	}
	if f.Confidence == VerifiedPrimary && strings.Contains(f.Note+f.Text, "draft") {
		t.Errorf("%s: a draft is no primary text: %s", where, f.Text)
	}
}

// factsIn finds every Fact below v, whatever type it is embedded in. A zero Area
// without a rule is a vault without a place and holds none.
func factsIn(v reflect.Value) []Fact {
	if v.Type() == reflect.TypeFor[VaultArea]() && v.IsZero() {
		return nil
	}
	if v.Type() == reflect.TypeFor[Fact]() {
		return []Fact{{v.Field(0).String(), v.Field(1).String(), Confidence(v.Field(2).String()), v.Field(3).String()}}
	}
	var out []Fact
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, factsIn(v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, factsIn(v.Index(i))...)
		}
	}
	return out
}

func TestEveryFactHasEvidence(t *testing.T) {
	for _, j := range Jurisdictions() {
		facts := factsIn(reflect.ValueOf(laws[j.code]))
		if len(facts) < 7 { // regulator, two compute rules, vault, personal data, two retentions
			t.Errorf("%s: only %d facts", j, len(facts))
		}
		for _, f := range facts {
			checkFact(t, j.code, f)
		}
	}
	checkFact(t, "platform", platformRetention.Fact)
	checkFact(t, "company policy", CompanyPolicy(Jurisdiction{"MT"}).Fact)
}

func TestLawsHaveNoGaps(t *testing.T) {
	if want := []string{"BR", "DE", "DK", "ES", "GB", "GI", "IT", "MT", "NJ", "NL", "ON", "PA", "SE"}; !slices.Equal(Codes(), want) {
		t.Errorf("jurisdictions = %v, want %v", Codes(), want)
	}
	rules := map[string]Rule{}
	for _, j := range Jurisdictions() {
		law := laws[j.code]
		if law.name == "" || law.regulator.Name == "" || law.regulator.Short == "" || law.vault.Name == "" || law.vault.Access == "" {
			t.Errorf("%s: name, regulator or vault is not filled in", j)
		}
		areas := []Area{law.compute.Home, law.compute.Standby, law.personal.Area}
		if law.vault.Area.Rule.ID != "" {
			areas = append(areas, law.vault.Area.Area)
		}
		for _, a := range areas {
			if !strings.HasPrefix(a.Rule.ID, j.code+"-") && !strings.HasPrefix(a.Rule.ID, "EU-") {
				t.Errorf("%s: rule id %q is not its own", j, a.Rule.ID)
			}
			if known, ok := rules[a.Rule.ID]; ok && known != a.Rule {
				t.Errorf("rule id %s names two rules", a.Rule.ID)
			}
			rules[a.Rule.ID] = a.Rule
			if len(a.Open)+len(a.ByApproval) == 0 && a.Instead == "" {
				t.Errorf("%s: rule %s leaves no region and does not say what is needed instead", j, a.Rule.ID)
			}
		}
		for _, d := range law.duties {
			if d.Every <= 0 || !strings.HasPrefix(d.ID, j.code+"-") {
				t.Errorf("%s: duty %+v", j, d)
			}
		}
	}
}

// TestNothingUnverifiedIsRelaxed: without an approval, a rule below verified opens
// the jurisdiction's own country and nothing else, not even by a guess. It holds
// for every area: no region depends on another area being the stricter one.
func TestNothingUnverifiedIsRelaxed(t *testing.T) {
	country := map[string]Country{"DE": "DE", "ES": "ES", "SE": "SE", "ON": "CA"}
	for _, j := range Jurisdictions() {
		for _, a := range []Area{j.Compute().Home, j.Compute().Standby, j.PersonalData().Area, j.Vault().Area.Area} {
			for _, r := range a.Open {
				if !a.Rule.Confidence.Verified() && r.Country() != country[j.code] {
					t.Errorf("%s opens %s on rule %s, which is %s", j, r, a.Rule.ID, a.Rule.Confidence)
				}
			}
		}
	}
}

func TestRetentions(t *testing.T) {
	type kept struct {
		years int
		from  StartEvent
		basis Basis
	}
	law := func(y int, f StartEvent) kept { return kept{y, f, BasisLaw} }
	bound := kept{1, StartWritten, BasisPolicy}
	cases := map[string]struct {
		reason string
		want   map[RecordClass]kept
	}{
		"GB": {"MLR 2017 reg 40(3): reports count from the report", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordSAR: law(5, StartReport), RecordGame: bound}},
		"MT": {"the game period is unverified", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: bound}},
		"GI": {"the game period is unverified", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: bound}},
		"DE": {"§ 6g was not readable", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: bound}},
		"ES": {"RD 304/2014 art. 29.1; books six years", map[RecordClass]kept{RecordAML: law(10, StartEndOfRelationship), RecordBooks: law(6, StartWritten), RecordGame: bound}},
		"DK": {"five years for SAFE too, commonly stated", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: law(5, StartWritten)}},
		"SE": {"five years, commonly stated", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: law(5, StartWritten)}},
		"NL": {"the control database's period is unverified", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: bound}},
		"IT": {"ten years for AML, the logs' period is unverified", map[RecordClass]kept{RecordAML: law(10, StartEndOfRelationship), RecordGame: bound}},
		"ON": {"the logs' period is unverified", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: bound}},
		"NJ": {"13:69O-1.8(d) is ten years for play; AML keeps its own five", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: law(10, StartWritten)}},
		"PA": {"§ 811a.7(d), § 465a.6(c)", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordBooks: law(5, StartWritten), RecordGame: law(10, StartWritten)}},
		"BR": {"Portaria 1.143/2024; bets unverified", map[RecordClass]kept{RecordAML: law(5, StartEndOfRelationship), RecordGame: bound}},
	}
	for _, j := range Jurisdictions() {
		t.Run(j.code, func(t *testing.T) {
			c := cases[j.code]
			want := map[RecordClass]kept{RecordPlatform: bound}
			for class, k := range c.want {
				want[class] = k
			}
			got := map[RecordClass]kept{}
			for _, r := range j.Retentions() {
				if _, twice := got[r.Class]; twice {
					t.Errorf("class %s has two periods", r.Class)
				}
				got[r.Class] = kept{r.Years, r.From, r.Basis}
				if (r.Fact.Confidence == Unverified || r.Fact.Source == SourceCompanyPolicy) != (r.Basis == BasisPolicy) {
					t.Errorf("class %s: basis %s with confidence %s", r.Class, r.Basis, r.Fact.Confidence)
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("retentions = %v, want %v: %s", got, want, c.reason)
			}
			if !slices.IsSortedFunc(j.Retentions(), func(a, b Retention) int { return strings.Compare(string(a.Class), string(b.Class)) }) {
				t.Error("not sorted by class")
			}
		})
	}
}

// TestExpiresByAge names every class that goes for its age alone, so that a new
// one is a decision and not a slip.
func TestExpiresByAge(t *testing.T) {
	byAge := map[string][]RecordClass{"ES": {RecordBooks}, "NJ": {RecordGame}, "PA": {RecordBooks, RecordGame}}
	for _, j := range Jurisdictions() {
		var got []RecordClass
		for _, r := range j.Retentions() {
			if r.ExpiresByAge() {
				got = append(got, r.Class)
			}
		}
		if want := append(slices.Clone(byAge[j.code]), RecordPlatform); !slices.Equal(got, want) {
			t.Errorf("%s: %v go by age, want %v", j, got, want)
		}
	}
	known := Fact{Confidence: VerifiedPrimary}
	cases := map[string]struct {
		reason string
		kept   Retention
		want   bool
	}{
		"Verified":     {"the law was read and counts from writing", Retention{Class: RecordGame, From: StartWritten, Fact: known}, true},
		"Secondary":    {"a law firm read it", Retention{Class: RecordGame, From: StartWritten, Fact: Fact{Confidence: VerifiedSecondary}}, true},
		"Common":       {"widely said is not read", Retention{Class: RecordGame, From: StartWritten, Fact: Fact{Confidence: CommonlyStated}}, false},
		"Unverified":   {"one year is a lower bound", Retention{Class: RecordGame, From: StartWritten, Fact: Fact{Confidence: Unverified}}, false},
		"NoFact":       {"nothing said is nothing known", Retention{Class: RecordPlatform, From: StartWritten}, false},
		"Report":       {"what supports a report is older than it", Retention{Class: RecordSAR, From: StartReport, Fact: known}, false},
		"Relationship": {"the customer may still be here", Retention{Class: RecordAML, From: StartEndOfRelationship, Fact: known}, false},
		"OwnLogs":      {"the operator decides on its own logs", Retention{Class: RecordPlatform, From: StartWritten, Fact: Fact{Confidence: OwnDecision}}, true},
		"OwnGame":      {"and on nothing that a law may ask for", Retention{Class: RecordGame, From: StartWritten, Fact: Fact{Confidence: OwnDecision}}, false},
	}
	for name, c := range cases {
		if got := c.kept.ExpiresByAge(); got != c.want {
			t.Errorf("%s: ExpiresByAge = %t: %s", name, got, c.reason)
		}
	}
}

func TestDutiesAndPolicy(t *testing.T) {
	want := map[string]time.Duration{"IT-backup": 120 * time.Second, "DE-audit": Year, "NJ-assessment": Year, "BR-sigap": 24 * time.Hour}
	got := map[string]time.Duration{}
	for _, j := range Jurisdictions() {
		for _, d := range j.Duties() {
			got[d.ID] = d.Every
		}
		p := CompanyPolicy(j)
		if p.Basis != BasisPolicy || p.Fact.Confidence != OwnDecision {
			t.Errorf("%s: company policy is not labelled as such: %+v", j, p)
		}
		if p.RTO != 15*time.Minute || p.RPO != time.Minute || p.DrillsPerYear != 4 {
			t.Errorf("%s: company policy = %+v, its words say 15 minutes, one minute, quarterly", j, p)
		}
		if j.code == "IT" && p.RPO > want["IT-backup"] {
			t.Errorf("company policy (%v) is weaker than Italy's figure", p.RPO)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("sourced figures = %v, want %v", got, want)
	}
}

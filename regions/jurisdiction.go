package regions

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Jurisdiction is one legal regime of the catalogue. Only this package makes
// one, so a non-zero Jurisdiction is proof that its rules are known.
// Jurisdictions compare with ==.
type Jurisdiction struct{ code string }

// A Regulator licenses and supervises operators.
type Regulator struct {
	// Name in English or as the regulator writes it; Short is its abbreviation.
	Name, Short string
	// Fact is the evidence: a page of the regulator's or about it.
	Fact Fact
}

// A Duty is an operational figure that the regime itself gives, as opposed to
// company policy.
type Duty struct {
	// ID names the duty, e.g. "IT-backup".
	ID string
	// Every is the longest time allowed between two performances.
	Every time.Duration
	// Fact is the evidence.
	Fact Fact
}

// Year is the length used for yearly duties.
const Year = 365 * 24 * time.Hour

// jurisdictionRecord is everything known about one regime.
type jurisdictionRecord struct {
	name       string
	regulator  Regulator
	compute    ComputeArea
	vault      Vault
	personal   PersonalDataArea
	retentions []Retention  // without the platform's own
	duties     []Duty       // may be empty
	unmet      []Obligation // what no region meets and this program cannot prove; may be empty
}

// ParseJurisdiction accepts a code of the catalogue such as "MT".
func ParseJurisdiction(code string) (Jurisdiction, error) {
	if _, ok := laws[code]; !ok {
		return Jurisdiction{}, fmt.Errorf("unknown jurisdiction %q%s: choose one of %s",
			code, didYouMean(code, Codes()), strings.Join(Codes(), ", "))
	}
	return Jurisdiction{code}, nil
}

// Jurisdictions lists all, sorted by code.
func Jurisdictions() []Jurisdiction {
	out := make([]Jurisdiction, 0, len(laws))
	for code := range laws {
		out = append(out, Jurisdiction{code})
	}
	slices.SortFunc(out, func(a, b Jurisdiction) int { return strings.Compare(a.code, b.code) })
	return out
}

// Codes lists the codes of all jurisdictions, sorted.
func Codes() []string {
	out := make([]string, 0, len(laws))
	for _, j := range Jurisdictions() {
		out = append(out, j.code)
	}
	return out
}

// Code is the catalogue's code: ISO 3166-1 for a country, the postal code for a
// state or province.
func (j Jurisdiction) Code() string { return j.code }

// String is the code.
func (j Jurisdiction) String() string { return j.code }

// IsZero reports whether j is no jurisdiction.
func (j Jurisdiction) IsZero() bool { return j.code == "" }

// Name is the jurisdiction's name in English.
func (j Jurisdiction) Name() string { return laws[j.code].name }

// Regulator licenses and supervises operators here.
func (j Jurisdiction) Regulator() Regulator { return laws[j.code].regulator }

// Compute is where the gambling system may run.
func (j Jurisdiction) Compute() ComputeArea { return laws[j.code].compute }

// Vault is the evidence store that the regulator demands, and its area.
func (j Jurisdiction) Vault() Vault { return laws[j.code].vault }

// PersonalData is where players' personal data may rest.
func (j Jurisdiction) PersonalData() PersonalDataArea { return laws[j.code].personal }

// Retentions lists how long records are kept, one entry per class, sorted by
// class. The platform's own class is always among them.
func (j Jurisdiction) Retentions() []Retention {
	if j.IsZero() {
		return nil
	}
	out := append(slices.Clone(laws[j.code].retentions), platformRetention)
	slices.SortFunc(out, func(a, b Retention) int { return strings.Compare(string(a.Class), string(b.Class)) })
	return out
}

// Duties lists the operational figures that the regime itself gives, sorted by id.
func (j Jurisdiction) Duties() []Duty {
	out := slices.Clone(laws[j.code].duties)
	slices.SortFunc(out, func(a, b Duty) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Approvable lists the rules under which the regulator's written approval opens
// a region, sorted by id: the keys that a market's approvals may have.
func (j Jurisdiction) Approvable() []Rule {
	law := laws[j.code]
	var out []Rule
	for _, a := range []Area{law.compute.Home, law.compute.Standby, law.personal.Area} {
		known := slices.ContainsFunc(out, func(r Rule) bool { return r.ID == a.Rule.ID })
		if len(a.ByApproval) > 0 && !known {
			out = append(out, a.Rule)
		}
	}
	slices.SortFunc(out, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// MarshalText writes the code.
func (j Jurisdiction) MarshalText() ([]byte, error) { return []byte(j.code), nil }

// UnmarshalText reads a code, or "" as no jurisdiction.
func (j *Jurisdiction) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*j = Jurisdiction{}
		return nil
	}
	parsed, err := ParseJurisdiction(string(b))
	if err != nil {
		return err
	}
	*j = parsed
	return nil
}

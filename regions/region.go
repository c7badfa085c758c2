package regions

import (
	"fmt"
	"slices"
	"strings"
)

// A Region is one AWS region of the catalogue. Only this package makes one, so
// a non-zero Region is proof that it exists. Regions compare with ==.
type Region struct{ name string }

// A Zone is one availability zone.
type Zone struct {
	// Name is what AWS calls it, e.g. "eu-south-1a".
	Name string
	// Slot is its fixed position in the region, from 0. Addresses are computed
	// from it, so it never changes.
	Slot int
}

// Parse accepts a catalogue name such as "eu-central-1".
func Parse(s string) (Region, error) {
	if _, ok := catalogue[s]; !ok {
		return Region{}, fmt.Errorf("unknown AWS region %q%s: choose one of %s", s, didYouMean(s, Names()), strings.Join(Names(), ", "))
	}
	return Region{s}, nil
}

// mustParse is for the catalogue's own tables; a test loads them all.
func mustParse(s string) Region {
	r, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return r
}

// All lists every region, sorted by name.
func All() []Region {
	out := make([]Region, 0, len(catalogue))
	for name := range catalogue {
		out = append(out, Region{name})
	}
	slices.SortFunc(out, func(a, b Region) int { return strings.Compare(a.name, b.name) })
	return out
}

// Names lists every region's name, sorted.
func Names() []string { return namesOf(All()) }

func namesOf(rs []Region) []string {
	out := make([]string, 0, len(rs))
	for _, r := range rs {
		out = append(out, r.name)
	}
	return out
}

// String is the name AWS uses; "" for the zero Region.
func (r Region) String() string { return r.name }

// IsZero reports whether r is no region.
func (r Region) IsZero() bool { return r.name == "" }

// Country is where the region is. The zero Region has none.
func (r Region) Country() Country { return catalogue[r.name].country }

// Place is the city or state AWS gives for the region.
func (r Region) Place() string { return catalogue[r.name].place }

// Zones lists the region's zones in slot order, at least three. A network uses
// the first three.
func (r Region) Zones() []Zone { return slices.Clone(catalogue[r.name].zones) }

// Sets lists the sets r belongs to, sorted.
func (r Region) Sets() []Set { return slices.Sorted(slices.Values(catalogue[r.name].sets)) }

// In reports whether r belongs to s.
func (r Region) In(s Set) bool { return slices.Contains(catalogue[r.name].sets, s) }

// Fact says where the region's place and zones were read.
func (r Region) Fact() Fact {
	if r.IsZero() {
		return Fact{}
	}
	return Fact{
		Text:       fmt.Sprintf("%s is in %s (%s)", r, r.Place(), r.Country()),
		Source:     zonesSource,
		Confidence: VerifiedPrimary,
		Note:       "the letters of the zones were read in public infrastructure code, not on that page",
	}
}

// Apart is a region that is none of these and that every account may call without enabling
// it: for what must be asked of AWS while these are gone. Nothing may be stored there.
func Apart(from ...Region) (Region, bool) {
	for _, r := range All() {
		if !r.OptIn() && !slices.Contains(from, r) {
			return r, true
		}
	}
	return Region{}, false
}

// OptIn reports whether an account must enable r before its first call there.
// Until it has, every call in r fails, with an error about the credentials that
// does not name the cause.
func (r Region) OptIn() bool { return catalogue[r.name].use == optIn }

// OptInFact says where that was read. The zero Region has none.
func (r Region) OptInFact() Fact {
	if r.IsZero() {
		return Fact{}
	}
	text := "every account can use %s from its start"
	if r.OptIn() {
		text = "%s is an opt-in region: disabled until the account enables it"
	}
	return Fact{
		Text:       fmt.Sprintf(text, r),
		Source:     optInSource,
		Confidence: VerifiedSecondary,
		Note:       "the rule was read there, for regions launched after 20 March 2019; which regions those are was read in vendors' lists, Milan in https://docs.cloudposse.com/layers/network/design-decisions/decide-on-opting-into-non-default-regions",
	}
}

// MarshalText writes the region's name.
func (r Region) MarshalText() ([]byte, error) { return []byte(r.name), nil }

// UnmarshalText reads a catalogue name, or "" as no region.
func (r *Region) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*r = Region{}
		return nil
	}
	parsed, err := Parse(string(b))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

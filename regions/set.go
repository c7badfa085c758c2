package regions

// Country is an ISO 3166-1 alpha-2 code, e.g. "IT".
type Country string

// Set is a group of AWS regions that a rule can name. A set is about law, not
// about distance.
type Set string

const (
	// SetEEA is the European Economic Area. London and Zurich are outside it: a
	// rule worded "EEA" is not met there, whatever the adequacy decisions say.
	SetEEA Set = "eea"
	// SetEUAdequate holds regions outside the EEA to which the EU allows personal
	// data to flow by an adequacy decision. It never stands in for SetEEA.
	SetEUAdequate Set = "eu-adequate"
	// SetUK is the United Kingdom.
	SetUK Set = "uk"
	// SetCanada is Canada.
	SetCanada Set = "canada"
	// SetUnitedStates is the United States, all states: it never satisfies a rule
	// that names a state or a city.
	SetUnitedStates Set = "united-states"
	// SetBrazil is Brazil.
	SetBrazil Set = "brazil"
)

// setFacts says where each set comes from.
var setFacts = map[Set]Fact{
	SetEEA: {
		Text:       "Ireland, France, Germany, Sweden, Italy and Spain are EEA states; the United Kingdom and Switzerland are not",
		Source:     "https://docs.aws.amazon.com/solutions/latest/automated-security-response-on-aws/plan-your-deployment.html",
		Confidence: VerifiedPrimary,
		Note:       "the page gives the regions' places; that Switzerland is outside the EEA is commonly stated",
	},
	SetEUAdequate: {
		Text:       "the EU renewed the United Kingdom's adequacy on 19 December 2025, valid to 27 December 2031; Switzerland is adequate",
		Source:     "https://www.dpocentre.com/news/eu-renews-uk-personal-data-adequacy-decisions",
		Confidence: VerifiedSecondary,
		Note:       "Switzerland's adequacy is commonly stated, not read there",
	},
	SetUK:           placeFact("eu-west-2 is in London"),
	SetCanada:       placeFact("ca-central-1 is in Montreal and ca-west-1 in Calgary; neither is in Ontario"),
	SetUnitedStates: placeFact("us-east-1 is in Virginia and us-east-2 in Ohio; neither is in New Jersey or Pennsylvania"),
	SetBrazil:       placeFact("sa-east-1 is in Sao Paulo and is the only region in Brazil"),
}

func placeFact(text string) Fact {
	return Fact{
		Text:       text,
		Source:     "https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html",
		Confidence: VerifiedPrimary,
	}
}

// Fact says where the set comes from. The zero Set has none.
func (s Set) Fact() Fact { return setFacts[s] }

// Regions lists the catalogue's regions in s, sorted by name.
func (s Set) Regions() []Region {
	var in []Region
	for _, r := range All() {
		if r.In(s) {
			in = append(in, r)
		}
	}
	return in
}

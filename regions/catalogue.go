package regions

// regionRecord is everything known about one AWS region.
type regionRecord struct {
	country Country
	place   string // city or state, as AWS names it
	use     use    // what an account has to do before its first call
	zones   []Zone // in slot order; a network uses the first three
	sets    []Set
}

// use says whether a new account can use a region as it is.
type use string

const (
	byDefault use = "by default"
	optIn     use = "opt-in"
)

// optInSource is where AWS says that every region launched after 20 March 2019
// is disabled until an account enables it.
const optInSource = "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html"

// zonesSource says where the zones of the catalogue were read. In accounts
// made before November 2025 the oldest regions map letters to physical zones
// per account; that changes nothing here, since no rule is about a single zone.
const zonesSource = "https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html"

// catalogue holds every AWS region that the platform may use or that a rule
// has to name. A region joins with one record. A zone's slot is its place in
// the letters given here and may never change: addresses are computed from it.
var catalogue = map[string]regionRecord{
	"ca-central-1": {"CA", "Montreal", byDefault, zones("ca-central-1", "abd"), []Set{SetCanada}}, // there is no zone c for new accounts
	"ca-west-1":    {"CA", "Calgary", optIn, zones("ca-west-1", "abc"), []Set{SetCanada}},
	"eu-central-1": {"DE", "Frankfurt", byDefault, zones("eu-central-1", "abc"), []Set{SetEEA}},
	"eu-central-2": {"CH", "Zurich", optIn, zones("eu-central-2", "abc"), []Set{SetEUAdequate}},
	"eu-north-1":   {"SE", "Stockholm", byDefault, zones("eu-north-1", "abc"), []Set{SetEEA}},
	"eu-south-1":   {"IT", "Milan", optIn, zones("eu-south-1", "abc"), []Set{SetEEA}},
	"eu-south-2":   {"ES", "Aragon", optIn, zones("eu-south-2", "abc"), []Set{SetEEA}},
	"eu-west-1":    {"IE", "Dublin", byDefault, zones("eu-west-1", "abc"), []Set{SetEEA}},
	"eu-west-2":    {"GB", "London", byDefault, zones("eu-west-2", "abc"), []Set{SetUK, SetEUAdequate}},
	"eu-west-3":    {"FR", "Paris", byDefault, zones("eu-west-3", "abc"), []Set{SetEEA}},
	"sa-east-1":    {"BR", "Sao Paulo", byDefault, zones("sa-east-1", "abc"), []Set{SetBrazil}},
	// us-east-1e is left out: EKS offers no control plane in the zone that most
	// accounts know by that letter (use1-az3).
	"us-east-1": {"US", "Virginia", byDefault, zones("us-east-1", "abcdf"), []Set{SetUnitedStates}},
	"us-east-2": {"US", "Ohio", byDefault, zones("us-east-2", "abc"), []Set{SetUnitedStates}},
}

// zones names one zone per letter, its slot being the letter's position.
func zones(region, letters string) []Zone {
	out := make([]Zone, 0, len(letters))
	for slot, letter := range letters {
		out = append(out, Zone{Name: region + string(letter), Slot: slot})
	}
	return out
}

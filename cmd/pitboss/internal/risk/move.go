package risk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/internal/stateful"
	"pitboss/policy/rules"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// atlas knows where the buckets of a plan are, for what names them, and the market's area.
type atlas struct {
	market  market.Market
	regions map[string]string // by URN
	buckets map[string]string // by name
}

func newAtlas(p plan.Market) atlas {
	a := atlas{p.Market, map[string]string{}, map[string]string{}}
	for _, s := range p.Stacks {
		for _, step := range s.Steps {
			for _, r := range []*rules.Resource{step.Old, step.New} {
				if r == nil || !r.IsAny("BucketV2", "Bucket") {
					continue
				}
				a.regions[r.URN] = r.Region()
				if name, ok := r.Inputs["bucket"].(string); ok {
					a.buckets[name] = r.Region()
				}
			}
		}
	}
	return a
}

// copiers hold nothing themselves, and say where copies of data go.
var copiers = []string{"backup/plan:Plan", "ReplicationConfiguration", "msk/replicator:Replicator", "BucketReplicationConfig"}

// place is where a resource keeps data, and the input that says so.
type place struct {
	path   string
	region string // empty: it cannot be told
	says   any
}

// elsewhere are the inputs by which data gets to a region other than the provider's.
var elsewhere = []string{
	"availabilityZone", "availabilityZones.*", "replicas.*.region", "replicas.*.regionName",
	"replicationConfiguration.rules.*.destinations.*.region", "rules.*.copyActions.*.destinationVaultArn", "rules.*.destination.bucket",
}

var regionText = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d+`)

// places are all of those of a resource.
func (a atlas) places(r *rules.Resource) []place {
	if r == nil || !r.AWS() {
		return nil
	}
	home := place{"provider", r.Provider.Region, r.Provider.Region}
	if own := one(r, "region"); own != nil {
		home = place{"region", r.Region(), own}
		if hidden(own) {
			home.region = ""
		}
	}
	out := []place{home}
	for _, path := range elsewhere {
		for _, s := range reach(r, path) {
			p := place{path: s.path, says: s.value, region: a.regionOf(r, s)}
			if strings.HasPrefix(s.path, "availabilityZone") && s.hidden() {
				continue // a zone is one of the provider's region
			}
			out = append(out, p)
		}
	}
	return out
}

// regionOf is the region that a value means: a region, a zone, an ARN or one of the plan's
// buckets.
func (a atlas) regionOf(r *rules.Resource, s spot) string {
	text, _ := s.value.(string)
	if strings.HasSuffix(s.path, ".bucket") {
		if region, ok := a.buckets[text[strings.LastIndex(text, ":")+1:]]; ok {
			return region
		}
		top, _, _ := strings.Cut(s.path, "[")
		for _, urn := range r.From[top] {
			if region, ok := a.regions[urn]; ok {
				return region
			}
		}
		return ""
	}
	if parts := strings.SplitN(text, ":", 5); parts[0] == "arn" && len(parts) == 5 {
		text = parts[3]
	}
	return regionText.FindString(text)
}

// moved is where the data of a step gets to and was not.
func (a atlas) moved(s plan.Step) finding {
	f := finding{kind: Move}
	if s.New == nil {
		return f
	}
	if _, holds := stateful.Find(s.New.Type); !holds && !s.New.IsAny(copiers...) {
		return f
	}
	before := a.places(s.Old)
	for _, p := range a.places(s.New) {
		was := func(o place) bool { return o.region == p.region && (p.region != "" || same(o.says, p.says)) }
		inside := Inside(a.market, p.region)
		if slices.ContainsFunc(before, was) || s.Old == nil && inside {
			continue
		}
		what := "data of " + s.New.Name + " gets to " + p.region + ", where it was not: "
		why := fmt.Sprintf("%s: %s -> %s", p.path, placeText(before, p.path), Value(p.says))
		switch {
		case p.region == "" && p.says == "":
			if slices.ContainsFunc(before, func(o place) bool { return o.path == p.path && o.region != "" }) {
				f.say("where data of "+s.New.Name+" gets to ("+p.path+") "+untold, why)
			}
		case p.region == "" && hidden(p.says):
			if s.Old != nil && !slices.ContainsFunc(before, func(o place) bool { return !Inside(a.market, o.region) }) {
				f.say("where data of "+s.New.Name+" gets to ("+p.path+") "+untold, why)
			}
		case p.region == "":
			f.say("data of "+s.New.Name+" gets to something that is not this market's, and whose region the plan does not say", why)
		case inside:
			f.say(what+"inside of the area of "+a.market.Jurisdiction.Code(), why)
		default:
			f.say(what+"outside of the area of "+a.market.Jurisdiction.Code()+ruleOf(a.market, p.region), why)
		}
	}
	return f
}

func placeText(list []place, path string) string {
	for _, p := range list {
		if p.path == path {
			return Value(p.says)
		}
	}
	return Value(nil)
}

// Touched tells of a step the regions in which its resource is or puts data, sorted.
func Touched(p plan.Market) func(plan.Step) []string {
	a := newAtlas(p)
	return func(s plan.Step) []string {
		r := s.Resource()
		var out []string
		for _, p := range a.places(&r) {
			if p.region != "" {
				out = append(out, p.region)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
}

// Inside tells whether a market may keep data in a region, in whichever role.
func Inside(m market.Market, region string) bool {
	r, err := regions.Parse(region)
	res := m.Resolution()
	return err == nil && (slices.Contains(res.Home, r) || slices.Contains(res.Standby, r))
}

// Refusal is the rule that keeps a market's data out of a region; empty if the catalogue
// has none.
func Refusal(m market.Market, region string) string {
	f, ok := refusal(m, region)
	if !ok {
		return ""
	}
	return fmt.Sprintf("rule %s: %s (%s, %s)", f.Rule.ID, f.Rule.Text, f.Rule.Confidence, f.Rule.Source)
}

// ruleOf is its name, in brackets with a space before them.
func ruleOf(m market.Market, region string) string {
	if f, ok := refusal(m, region); ok {
		return " (rule " + f.Rule.ID + ")"
	}
	return ""
}

func refusal(m market.Market, region string) (regions.Refusal, bool) {
	r, err := regions.Parse(region)
	if err != nil {
		return regions.Refusal{}, false
	}
	return m.Resolution().Refusal(regions.RoleStandby, r)
}

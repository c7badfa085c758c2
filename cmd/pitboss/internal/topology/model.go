package topology

import (
	"cmp"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
)

// kind is what a thing of the picture is.
type kind string

const (
	vpc         kind = "vpc"
	subnet      kind = "subnet"
	balancer    kind = "balancer"
	cluster     kind = "cluster"
	pool        kind = "pool"
	store       kind = "store"
	evidence    kind = "evidence" // a bucket with Object Lock
	logs        kind = "logs"     // buckets without
	key         kind = "key"
	secrets     kind = "secrets"
	images      kind = "images"
	backups     kind = "backups"
	names       kind = "names"
	accelerator kind = "accelerator"
	checks      kind = "checks"
	controls    kind = "controls"
	replication kind = "replication"
)

// thing is one box or arrow of the picture, made of one resource or several.
type thing struct {
	kind   kind
	region string // empty for what belongs to both
	// key is the same for the same thing of the other region.
	key        string
	tier, zone string // the zone of trust, and the availability zone
	title      string
	facts      []string
	role       string // writer, replica ...
	count      int    // of the resources that it stands for, where it is several
	// from and to are the regions of a replication; it is live unless it waits for a swap.
	from, to string
	live     bool
	mark     mark
	// uid is the stack and component that it is a part of; a replication's own is its route.
	uid string
}

// place is what a kind's things are sorted by: stores of a sort stand together.
func (t *thing) place() string {
	if t.kind == store {
		return t.title
	}
	return t.key
}

// region is one of the market's two.
type region struct {
	name, place  string
	home, active bool
	planned      bool // its own stack is in the plan
	// weight and dial are its share of the names and of the accelerator, as planned.
	weight, dial []string
	rest         mark // what changes in its stack and is in no box
}

// model is all that the picture says.
type model struct {
	name, jurisdiction, environment string
	regions                         []region
	things                          []*thing
	missing                         []string // stacks that are not in the plan
	total                           mark
	foundation, door                mark // changes in no box
	hasFoundation, hasDoor          bool
	objects                         map[string]*mark // Kubernetes objects by region
}

// of lists the things of a kind in a region, sorted by key.
func (m *model) of(k kind, region string) []*thing {
	var out []*thing
	for _, t := range m.things {
		if t.kind == k && t.region == region {
			out = append(out, t)
		}
	}
	return out
}

// one is the first of a kind in a region; nil if there is none.
func (m *model) one(k kind, region string) *thing {
	if all := m.of(k, region); len(all) > 0 {
		return all[0]
	}
	return nil
}

// keys lists the keys of a kind's things of one zone of trust over both regions: what
// stands in one region only still gets its place in the other.
func (m *model) keys(k kind, tier string) []string {
	var out []string
	for _, t := range m.things {
		if t.kind == k && t.tier == tier && t.region != "" && !slices.Contains(out, t.key) {
			out = append(out, t.key)
		}
	}
	return out
}

// tierOrder is how zones of trust are stacked, the outermost on top. Others follow by name.
var tierOrder = []string{"public", "media", "core", "vault"}

// tiers lists the zones of trust that anything stands in.
func (m *model) tiers() []string {
	var out []string
	for _, t := range m.things {
		if slices.Contains([]kind{subnet, balancer, cluster, pool, store}, t.kind) && !slices.Contains(out, t.tier) {
			out = append(out, t.tier)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(tierRank(a), tierRank(b)), strings.Compare(a, b))
	})
	return out
}

func tierRank(tier string) int {
	if i := slices.Index(tierOrder, tier); i >= 0 {
		return i
	}
	if tier == notKnown {
		return len(tierOrder) + 1
	}
	return len(tierOrder)
}

// read is the model of a plan.
func read(p plan.Market) *model {
	g := newGraph(p)
	g.make()
	g.attach()
	g.connect()
	g.count()
	slices.SortStableFunc(g.model.things, func(a, b *thing) int {
		return cmp.Or(strings.Compare(string(a.kind), string(b.kind)), strings.Compare(a.place(), b.place()))
	})
	return g.model
}

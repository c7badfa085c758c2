package topology

import (
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
	"pitboss/regions/role"
	"pitboss/stacks/market"
)

// graph is the resources of a plan while the model is made of them.
type graph struct {
	model *model
	nodes []*node
	byURN map[string]*node
	// users are, for a URN, the resources with an input from it.
	users map[string][]*node
}

// node is one resource and the thing that it is, or is a part of.
type node struct {
	rules.Resource
	step   plan.Step
	kind   market.Kind
	stack  string
	region string
	thing  *thing
	itself bool // it is the thing, not a part of it
	arrow  bool // it is an arrow, whether or not it is a box too
}

func newGraph(p plan.Market) *graph {
	m := p.Market
	g := &graph{
		model: &model{name: m.Name, jurisdiction: m.Jurisdiction.Code(), environment: string(m.Environment), objects: map[string]*mark{}},
		byURN: map[string]*node{}, users: map[string][]*node{},
	}
	if !m.Jurisdiction.IsZero() {
		g.model.jurisdiction = m.Jurisdiction.Name() + " (" + m.Jurisdiction.Code() + ")"
	}
	for _, r := range m.Regions() {
		name := r.String()
		if r.IsZero() {
			name = map[bool]string{true: "home", false: "standby"}[len(g.model.regions) == 0]
		}
		one := region{name: name, place: r.Place(), home: len(g.model.regions) == 0, active: m.Role(r) == role.Active && !r.IsZero()}
		one.planned = slices.ContainsFunc(p.Stacks, func(s plan.Stack) bool {
			return s.Stack.Kind == market.KindRegion && s.Stack.Region == r
		})
		g.model.regions = append(g.model.regions, one)
	}
	for _, s := range m.Stacks() {
		if !slices.ContainsFunc(p.Stacks, func(o plan.Stack) bool { return o.Stack.Name == s.Name }) {
			g.model.missing = append(g.model.missing, s.Name)
		}
	}
	for _, s := range p.Stacks {
		g.model.hasFoundation = g.model.hasFoundation || s.Stack.Kind == market.KindFoundation
		g.model.hasDoor = g.model.hasDoor || s.Stack.Kind == market.KindGSLB
		g.take(s)
	}
	return g
}

// take adds the resources of a stack. Components and providers are nothing in the cloud.
func (g *graph) take(s plan.Stack) {
	for _, step := range s.Steps {
		if step.New == nil && step.Old == nil {
			continue
		}
		r := step.Resource()
		if !r.Custom || strings.HasPrefix(r.Type, "pulumi:") {
			continue
		}
		n := &node{Resource: r, step: step, kind: s.Stack.Kind, stack: s.Stack.Name, region: r.Provider.Region}
		if g.region(n.region) == nil {
			n.region = s.Stack.Region.String()
		}
		if g.region(n.region) == nil {
			n.region = g.model.regions[0].name
		}
		g.nodes = append(g.nodes, n)
		g.byURN[r.URN] = n
		g.model.total.add(step, false)
		for _, input := range sorted(r.From) {
			for _, urn := range r.From[input] {
				g.users[urn] = append(g.users[urn], n)
			}
		}
	}
}

// region is the market's region of this name; nil if it has none.
func (g *graph) region(name string) *region {
	for i := range g.model.regions {
		if g.model.regions[i].name == name {
			return &g.model.regions[i]
		}
	}
	return nil
}

// other is the name of the market's other region.
func (g *graph) other(name string) string {
	for _, r := range g.model.regions {
		if r.name != name {
			return r.name
		}
	}
	return name
}

// active is the region that takes writes; the home region if the market does not say.
func (g *graph) active() string {
	for _, r := range g.model.regions {
		if r.active {
			return r.name
		}
	}
	return g.model.regions[0].name
}

// add makes n a thing, or a part of the one with the same kind, region and key.
func (g *graph) add(n *node, t thing) *thing {
	n.itself = true
	for _, o := range g.model.things {
		if o.kind == t.kind && o.region == t.region && o.key == t.key {
			o.count++
			n.thing = o
			return o
		}
	}
	t.count, t.uid = 1, n.stack+"/"+n.Parent
	n.thing = &t
	g.model.things = append(g.model.things, n.thing)
	return n.thing
}

// links lists what an input of n comes from, within the plan. Without a name: any input.
func (g *graph) links(n *node, input string) []*node {
	var out []*node
	for _, name := range sorted(n.From) {
		for _, urn := range n.From[name] {
			if to := g.byURN[urn]; to != nil && (input == "" || name == input) {
				out = append(out, to)
			}
		}
	}
	return out
}

// tier is the zone of trust of the subnets that inputs of n come from, by way of a group
// of subnets or not.
func (g *graph) tier(n *node, inputs ...string) string {
	for _, input := range inputs {
		for _, to := range g.links(n, input) {
			if to.Is("ec2/subnet:Subnet") {
				return tierOfSubnet(to.Resource)
			}
			if to.IsAny("SubnetGroup") {
				return g.tier(to, "subnetIds")
			}
		}
	}
	return notKnown
}

func tierOfSubnet(r rules.Resource) string {
	if tier := text(r, "tags", "pitboss:tier"); tier != "" {
		return tier
	}
	return notKnown
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

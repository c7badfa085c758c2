package cost

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
	"pitboss/regions/prices"
	"pitboss/regions/role"
	"pitboss/stacks/market"
)

// sharedRole is the role of what belongs to no region, or to both.
const sharedRole = "shared"

// Estimate is what a plan's stacks cost a month, before it and after it. A region counts
// under the role that the market's file gives it now, on both sides: a swap moves no cost.
func Estimate(m plan.Market, table prices.Table) Bill {
	e := &estimate{table: table, assumed: make([]bool, len(assumptions))}
	sides := [2][]side{}
	for _, s := range m.Stacks {
		before, after := sidesOf(s)
		sides[0], sides[1] = append(sides[0], before), append(sides[1], after)
	}
	for i, s := range m.Stacks {
		for when := range sides {
			for _, r := range sides[when][i].resources {
				e.meter(when, i, m.Market, s.Stack, r, sides[when])
			}
		}
	}
	return e.bill()
}

// side is a stack's resources before the plan, or after it.
type side struct {
	stack     market.Stack
	resources []rules.Resource
}

// sidesOf are the two sides of a stack, by URN. What stays the same is on both, even if the
// plan says it once.
func sidesOf(s plan.Stack) (before, after side) {
	before.stack, after.stack = s.Stack, s.Stack
	for _, step := range s.Steps {
		was, will := step.Old, step.New
		if step.Op == plan.Same {
			is := step.Resource()
			was, will = cmp.Or(was, &is), cmp.Or(will, &is)
		}
		if was != nil && step.Op != plan.Create {
			before.resources = append(before.resources, *was)
		}
		if will != nil && step.Op != plan.Delete {
			after.resources = append(after.resources, *will)
		}
	}
	for _, list := range [][]rules.Resource{before.resources, after.resources} {
		slices.SortStableFunc(list, func(a, b rules.Resource) int { return strings.Compare(a.URN, b.URN) })
	}
	return before, after
}

// estimate is a bill in the making.
type estimate struct {
	table    prices.Table
	entries  []*entry
	unpriced []place
	assumed  []bool
	stoodIn  []string // what has another region's price
}

// entry is a line in the making: all that is counted under one kind in one place.
type entry struct {
	stack              int
	name, region, role string
	kind               string
	parts              [2][]part // before and after
}

// part is how many of one thing.
type part struct {
	each   string
	count  int64
	micros int64 // of all of them a month
}

// place is something unpriced, in the order of the stacks.
type place struct {
	stack int
	Unpriced
}

// meter counts one resource on one side.
func (e *estimate) meter(when, stack int, m market.Market, s market.Stack, r rules.Resource, all []side) {
	if !r.Custom || strings.HasPrefix(r.Type, "pulumi:") || slices.Contains(free, r.Type) {
		return
	}
	c := &count{Resource: r, e: e, when: when, stack: stack, name: s.Name, all: all, role: sharedRole, region: r.Region()}
	if s.Kind == market.KindRegion {
		c.role, c.region = string(m.Role(s.Region)), cmp.Or(c.region, s.Region.String())
	}
	read, ok := meters[r.Type]
	if !ok {
		c.untold("it is neither known to be free nor known what it costs by: add %s to cmd/pitboss/internal/cost", r.Type)
		return
	}
	read(c)
}

// bill is the finished bill, in a fixed order: stacks as they are built, regions, kinds.
func (e *estimate) bill() Bill {
	b := Bill{Prices: Origin{Date: e.table.Date(), Source: e.table.Source()}, Lines: []Line{}, Unpriced: []Unpriced{}, Assumed: e.sentences()}
	slices.SortStableFunc(e.entries, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.stack, b.stack), strings.Compare(a.region, b.region), strings.Compare(a.kind, b.kind))
	})
	for _, one := range e.entries {
		line := Line{Stack: one.name, Region: one.region, Role: one.role, What: one.what(), Total: Total{sum(one.parts[0]), sum(one.parts[1])}}
		b.Lines = append(b.Lines, line)
		b.All.add(line.Total)
		switch line.Role {
		case string(role.Active):
			b.Active.add(line.Total)
		case string(role.Standby):
			b.Standby.add(line.Total)
		default:
			b.Shared.add(line.Total)
		}
	}
	slices.SortStableFunc(e.unpriced, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.stack, b.stack), strings.Compare(a.URN, b.URN), strings.Compare(a.Why, b.Why))
	})
	for _, p := range slices.Compact(e.unpriced) { // the same before and after
		b.Unpriced = append(b.Unpriced, p.Unpriced)
	}
	return b
}

// add counts a line. Totals are sums of what the lines show, so that they can be checked.
func (t *Total) add(other Total) {
	t.Before += other.Before
	t.After += other.After
}

// microsPerCent is how fine prices are.
const microsPerCent = 10_000

func sum(parts []part) Cents {
	var micros int64
	for _, p := range parts {
		micros += p.micros
	}
	return Cents((micros + microsPerCent/2) / microsPerCent)
}

// what says what the line is, as it will be, and as it was if that differs.
func (e *entry) what() string {
	before, after := list(e.parts[0]), list(e.parts[1])
	switch {
	case before == after || before == "":
		return e.kind + ": " + after
	case after == "":
		return e.kind + ": none, before " + before
	}
	return e.kind + ": " + after + ", before " + before
}

func list(parts []part) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = fmt.Sprintf("%d x %s", p.count, p.each)
	}
	slices.Sort(texts)
	return strings.Join(texts, " + ")
}

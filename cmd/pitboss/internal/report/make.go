package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/risk"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// Make is the report on an input.
func Make(in Input) Document {
	m := in.Plan.Market
	d := Document{
		Format:  1,
		Market:  Market{m.Name, m.Jurisdiction.Code(), m.Jurisdiction.Name(), string(m.Environment), m.Account},
		Dangers: []Danger{}, Stacks: []StackReport{}, Notes: texts(in.Notes), Cost: in.Cost, FullReport: in.Full,
		Policy: policyOf(in),
	}
	for _, r := range in.Risks {
		d.Dangers = append(d.Dangers, Danger{
			string(r.Kind), r.Stack, r.URN, r.Type, r.Name, r.Says, texts(r.Because), "--accept-risk=" + r.Words(),
		})
	}
	var elapsed time.Duration
	touched := risk.Touched(in.Plan)
	for _, name := range names(in) {
		s := stackOf(in, name, touched)
		d.Stacks = append(d.Stacks, s)
		d.Counts = d.Counts.plus(s.Counts)
		elapsed += about(in, name).Elapsed
	}
	d.ElapsedSeconds = seconds(elapsed)
	d.Roles = rolesOf(in)
	d.Residency = residencyOf(in, d.Stacks, d.asFar())
	if in.Cost != nil {
		d.CostDifference = in.Cost.All.After - in.Cost.All.Before
	}
	d.Verdict = d.verdict()
	d.Headline = d.headline()
	return d
}

// texts is a list that JSON shows as one when it is empty.
func texts(list []string) []string { return append([]string{}, list...) }

func seconds(d time.Duration) float64 {
	return float64(d.Round(100*time.Millisecond).Milliseconds()) / 1000
}

// names is every stack that the input speaks of: those of the market first, in its order.
func names(in Input) []string {
	var all, out []string
	for _, s := range in.Plan.Market.Stacks() {
		all = append(all, s.Name)
	}
	known := []string{}
	for _, s := range in.Plan.Stacks {
		known = append(known, s.Stack.Name)
	}
	for _, s := range in.Stacks {
		known = append(known, s.Name)
	}
	for _, name := range append(all, known...) {
		if slices.Contains(known, name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func about(in Input, name string) Stack {
	for _, s := range in.Stacks {
		if s.Name == name {
			return s
		}
	}
	return Stack{Name: name}
}

func planned(in Input, name string) plan.Stack {
	for _, s := range in.Plan.Stacks {
		if s.Stack.Name == name {
			return s
		}
	}
	for _, s := range in.Plan.Market.Stacks() {
		if s.Name == name {
			return plan.Stack{Stack: s}
		}
	}
	return plan.Stack{Stack: market.Stack{Name: name}}
}

// ops are what changes, the worst first.
var ops = []plan.Op{plan.Replace, plan.Delete, plan.Update, plan.Create}

func stackOf(in Input, name string, touched func(plan.Step) []string) StackReport {
	p, more := planned(in, name), about(in, name)
	s := StackReport{
		Name: name, Kind: string(p.Stack.Kind), Region: p.Stack.Region.String(), State: "previewed", Error: more.Failed,
		Notes: texts(more.Notes), Steps: []Step{}, ElapsedSeconds: seconds(more.Elapsed),
	}
	switch {
	case more.Failed != "":
		s.State = "failed"
	case more.New:
		s.State = "new"
	}
	for _, step := range p.Steps {
		if step.Old == nil && step.New == nil {
			continue
		}
		s.Counts.count(step.Op)
		if step.Op == plan.Same {
			continue
		}
		r := step.Resource()
		one := Step{string(step.Op), r.URN, r.Type, r.Name, texts(touched(step)), []Change{}}
		if r.Kubernetes() && s.Region != "" {
			one.Regions = []string{s.Region}
		}
		for _, c := range step.Changes {
			one.Changes = append(one.Changes, Change{c.Path, risk.Value(c.Old), risk.Value(c.New), c.Replaces})
		}
		s.Steps = append(s.Steps, one)
	}
	slices.SortStableFunc(s.Steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(slices.Index(ops, plan.Op(a.Op)), slices.Index(ops, plan.Op(b.Op))), strings.Compare(a.URN, b.URN))
	})
	return s
}

func (c *Counts) count(op plan.Op) {
	switch op {
	case plan.Create:
		c.Create++
	case plan.Update:
		c.Update++
	case plan.Replace:
		c.Replace++
	case plan.Delete:
		c.Delete++
	default:
		c.Same++
	}
}

func (c Counts) plus(o Counts) Counts {
	return Counts{c.Create + o.Create, c.Update + o.Update, c.Replace + o.Replace, c.Delete + o.Delete, c.Same + o.Same}
}

// Changes is how many resources change.
func (c Counts) Changes() int { return c.Create + c.Update + c.Replace + c.Delete }

func (c Counts) String() string {
	var out []string
	for _, one := range []struct {
		n    int
		name string
	}{{c.Replace, "replace"}, {c.Delete, "delete"}, {c.Update, "update"}, {c.Create, "create"}} {
		if one.n > 0 {
			out = append(out, count(one.n, one.name))
		}
	}
	if len(out) == 0 {
		return "no changes"
	}
	return strings.Join(out, ", ")
}

// count is a number with its word.
func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	if stem, ok := strings.CutSuffix(word, "y"); ok {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func policyOf(in Input) Policy {
	find := in.Rule
	if find == nil {
		find = rules.ByID
	}
	p := Policy{[]Violation{}, []Violation{}, []Violation{}}
	for _, name := range names(in) {
		for _, f := range about(in, name).Findings {
			rule, ok := find(f.Rule)
			if !ok {
				rule.Title = "a rule that this version of pitboss does not have"
			}
			v := Violation{name, f, rule.Title, rule.Protects, rule.Source}
			v.Says = texts(f.Says)
			switch f.Verdict {
			case rules.Broken:
				p.Broken = append(p.Broken, v)
			case rules.Exempted:
				p.Exempted = append(p.Exempted, v)
			default:
				p.Untold = append(p.Untold, v)
			}
		}
	}
	return p
}

package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/risk"
	"pitboss/internal/stateful"
	"pitboss/stacks/market"
)

func (d Document) verdict() Judgement {
	switch {
	case len(d.failed()) > 0:
		return CouldNotTell
	case len(d.Policy.Broken) > 0:
		return PolicyFailure
	case len(d.Dangers) > 0:
		return Dangerous
	case d.Counts.Changes() > 0:
		return Changed
	}
	return Clean
}

func (d Document) failed() []string {
	var out []string
	for _, s := range d.Stacks {
		if s.State == "failed" {
			out = append(out, s.Name)
		}
	}
	return out
}

// headline says everything that the verdict could be about, the worst first.
func (d Document) headline() string {
	title := map[Judgement]string{
		CouldNotTell: "Could not tell", PolicyFailure: "Policy failure", Dangerous: "Danger", Changed: "Changes", Clean: "Clean",
	}[d.Verdict]
	var says []string
	if failed := d.failed(); len(failed) > 0 {
		says = append(says, count(len(failed), "stack")+" could not be previewed ("+strings.Join(failed, ", ")+")")
	}
	if n := len(d.Policy.Broken); n > 0 {
		says = append(says, count(n, "broken rule"))
	}
	if n := len(d.Dangers); n > 0 {
		says = append(says, count(n, "danger")+" to accept")
	}
	says = append(says, d.Counts.String())
	return fmt.Sprintf("%s: %s", title, strings.Join(says, "; "))
}

func rolesOf(in Input) Roles {
	m := in.Plan.Market
	r := Roles{ActiveBefore: in.ActiveBefore, ActiveAfter: cmp.Or(in.ActiveAfter, m.Active.String()), Regions: []RegionRole{}}
	role := func(region, active string) string {
		switch active {
		case "":
			return ""
		case region:
			return "active"
		}
		return "standby"
	}
	for i, region := range m.Regions() {
		name := region.String()
		r.Regions = append(r.Regions, RegionRole{name, []string{"home", "standby"}[i], role(name, r.ActiveBefore), role(name, r.ActiveAfter)})
	}
	r.Swap = r.ActiveBefore != "" && r.ActiveBefore != r.ActiveAfter
	switch {
	case r.Swap:
		r.Says = fmt.Sprintf("Writes move from %s to %s: %s becomes active, %s standby.", r.ActiveBefore, r.ActiveAfter, r.ActiveAfter, r.ActiveBefore)
	case r.ActiveBefore == "":
		r.Says = fmt.Sprintf("%s would be active; which region is active now is not recorded.", r.ActiveAfter)
	default:
		r.Says = fmt.Sprintf("No region changes its role: %s stays active.", r.ActiveAfter)
	}
	return r
}

func residencyOf(in Input, stacks []StackReport, asFar string) Residency {
	m := in.Plan.Market
	rule := m.Jurisdiction.PersonalData().Rule
	res := Residency{Inside: true, Regions: []Region{}}
	if rule.ID != "" {
		res.Area = fmt.Sprintf("%s (%s): rule %s, %s (%s, %s)", m.Jurisdiction.Name(), m.Jurisdiction.Code(), rule.ID, rule.Text, rule.Confidence, rule.Source)
	}
	for _, s := range stacks {
		for _, step := range s.Steps {
			for _, region := range step.Regions {
				res.touch(in.Plan.Market, region, step)
			}
		}
	}
	slices.SortFunc(res.Regions, func(a, b Region) int { return strings.Compare(a.Region, b.Region) })
	switch {
	case len(res.Regions) == 0:
		res.Says = "No region is touched" + asFar + "."
	case res.Inside:
		res.Says = "Every region that changes touch is inside of the area" + asFar + "."
	default:
		res.Says = "Changes touch a region outside of the area."
	}
	if moves := slices.ContainsFunc(in.Risks, func(r risk.Risk) bool { return r.Kind == risk.Move }); moves {
		res.Says += " Data moves: see the dangers."
	}
	return res
}

// touch counts a step in one of its regions.
func (res *Residency) touch(m market.Market, region string, step Step) {
	i := slices.IndexFunc(res.Regions, func(r Region) bool { return r.Region == region })
	if i < 0 {
		i = len(res.Regions)
		one := Region{Region: region, Inside: risk.Inside(m, region)}
		if !one.Inside {
			one.Why = risk.Refusal(m, region)
		}
		res.Regions = append(res.Regions, one)
	}
	res.Regions[i].Changes++
	if _, holds := stateful.Find(step.Type); holds && step.Op != string(plan.Delete) {
		res.Regions[i].Holding++
	}
	res.Inside = res.Inside && res.Regions[i].Inside
}

package report

import (
	"fmt"
	"slices"
	"strings"
)

func (d Document) openings() []Danger {
	return slices.DeleteFunc(slices.Clone(d.Dangers), func(r Danger) bool { return r.Kind != "expose" })
}

// exposure is one sentence on openings.
func (d Document) exposure() string {
	if n := len(d.openings()); n > 0 {
		return count(n, "new opening") + " to the world: see the dangers."
	}
	return "Nothing new is open to the world" + d.asFar() + "."
}

// asFar limits what is said of a plan that is not whole.
func (d Document) asFar() string {
	if len(d.failed()) > 0 {
		return ", in the stacks that could be previewed"
	}
	return ""
}

// touched is a region that changes touch, in words.
func (r Region) touched() string {
	where := "inside"
	if !r.Inside {
		where = "outside of the area"
		if r.Why != "" {
			where += "; " + r.Why
		}
	}
	return fmt.Sprintf("%s (%s, %d of what holds data; %s)", r.Region, count(r.Changes, "change"), r.Holding, where)
}

func (d Document) mdEffects() []part {
	p := part{rank: overview, name: "effects", head: "\n### Effects\n\n"}
	p.lines = append(p.lines, "- **Roles**: "+words(d.Roles.Says), "- **Exposure**: "+words(d.exposure()))
	residency := "- **Residency**: " + words(d.Residency.Says)
	var regions []string
	for _, r := range d.Residency.Regions {
		regions = append(regions, words(r.touched()))
	}
	if len(regions) > 0 {
		residency += " Touched: " + strings.Join(regions, ", ") + "."
	}
	p.lines = append(p.lines, residency)
	if d.Residency.Area != "" {
		p.lines = append(p.lines, "  - area: "+words(d.Residency.Area))
	}
	return []part{p}
}

func (d Document) mdCost() []part {
	b := d.Cost
	if b == nil {
		return []part{{rank: overview, name: "cost", head: "\n### Cost\n\n", lines: []string{"No cost was estimated."}}}
	}
	table := part{
		rank: overview, name: "cost", head: "\n### Cost a month (estimate)\n\n| | before | after | difference |\n| --- | ---: | ---: | ---: |\n",
		tail: "\nPrices of " + words(b.Prices.Date) + ", " + words(b.Prices.Source) + ".\n",
	}
	for _, t := range totals(b) {
		table.lines = append(table.lines, fmt.Sprintf("| %s | %s | %s | %s |", t.Name, words(money(t.Before)), words(money(t.After)), words(change(t.Total))))
	}
	out := []part{table}
	if len(b.Unpriced) > 0 {
		p := part{
			rank: secondary, name: "what has no price", tail: "\n</details>\n",
			head: fmt.Sprintf("\n<details><summary>%s without a price, in no total</summary>\n\n", count(len(b.Unpriced), "resource")),
		}
		for _, u := range b.Unpriced {
			p.lines = append(p.lines, "- "+code(u.Name)+" ("+words(u.Type)+"): "+words(u.Why))
		}
		out = append(out, p)
	}
	if lines := differing(b); len(lines) > 0 {
		p := part{
			rank: folded, name: "what changes the cost", tail: "\n</details>\n",
			head: fmt.Sprintf("\n<details><summary>%s of the estimate with a difference</summary>\n\n| what | stack | role | before | after | difference |\n| --- | --- | --- | ---: | ---: | ---: |\n", count(len(lines), "line")),
		}
		for _, l := range lines {
			p.lines = append(p.lines, fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", words(l.What), words(l.Stack), words(l.Role),
				words(money(l.Before)), words(money(l.After)), words(change(l.Total))))
		}
		out = append(out, p)
	}
	if len(b.Assumed) > 0 {
		p := part{
			rank: folded, name: "assumptions", tail: "\n</details>\n",
			head: fmt.Sprintf("\n<details><summary>%s of the estimate</summary>\n\n", count(len(b.Assumed), "assumption")),
		}
		for _, a := range b.Assumed {
			p.lines = append(p.lines, "- "+words(a))
		}
		out = append(out, p)
	}
	return out
}

package report

import (
	"fmt"
	"strings"
)

// Limit is how many characters a comment may have on GitHub.
const Limit = 65536

// Marker is the hidden line by which the comment of a market is found again.
func Marker(market string) string { return "<!-- pitboss-preview:" + market + " -->" }

// Markdown is the report as a comment of at most limit characters; 0 is no limit. What does
// not fit is cut, the least important first, and the comment says so.
func Markdown(in Input, limit int) string {
	d := Make(in)
	var parts []part
	add := func(p ...part) { parts = append(parts, p...) }
	add(part{rank: never, lines: []string{"## " + words(d.Market.Name) + ": " + words(d.Headline), Marker(d.Market.Name)}})
	add(d.mdFailed()...)
	add(d.mdDangers()...)
	add(d.mdBroken()...)
	add(d.mdUntold()...)
	add(d.mdStacks()...)
	add(d.mdEffects()...)
	add(d.mdCost()...)
	add(d.mdTime())
	return fit(parts, limit, d.FullReport)
}

func (d Document) mdFailed() []part {
	p := part{rank: dangers, name: "why stacks could not be previewed", head: "\n### Could not be previewed\n\n"}
	for _, s := range d.Stacks {
		if s.State == "failed" {
			p.lines = append(p.lines, "- **"+words(s.Name)+"**: "+code(s.Error))
		}
	}
	if len(p.lines) > 0 {
		p.lines = append(p.lines, "", "What such a stack would do is not in this report, nor what follows from it.")
		return []part{p}
	}
	return nil
}

// kindWords are the headings of dangers.
var kindWords = map[string]string{
	"replace": "Replaces what holds data", "delete": "Deletes what holds data", "expose": "Opens to the world", "move": "Moves data",
}

func (d Document) mdDangers() []part {
	if len(d.Dangers) == 0 {
		return nil
	}
	p := part{
		rank: dangers, name: "dangers", head: "\n### Dangers\n\nAn update refuses each of these until it is given the words below it.\n",
	}
	kind := ""
	for _, r := range d.Dangers {
		if r.Kind != kind {
			kind = r.Kind
			p.lines = append(p.lines, "", "**"+kindWords[kind]+"**", "")
		}
		p.lines = append(p.lines, "- "+words(r.Says)+". "+code(r.Name)+" ("+words(r.Type)+", stack "+words(r.Stack)+")")
		for _, why := range r.Because {
			p.lines = append(p.lines, "  - because of "+code(why))
		}
		p.lines = append(p.lines, "  - to accept: "+code(r.Accept))
	}
	return []part{p}
}

func (d Document) mdBroken() []part {
	if len(d.Policy.Broken) == 0 {
		return nil
	}
	p := part{rank: broken, name: "broken rules", head: "\n### Broken rules\n\n"}
	for _, v := range d.Policy.Broken {
		p.lines = append(p.lines, fmt.Sprintf("- **%s** (%s, %s): %s, stack %s", words(v.Title), code(v.Rule), v.Severity, code(v.Name), words(v.Stack)))
		for _, says := range v.Says {
			p.lines = append(p.lines, "  - found: "+words(says))
		}
		p.lines = append(p.lines, "  - protects: "+words(v.Protects), "  - source: "+string(v.Source.Kind)+", "+words(v.Source.Text), "  - resource: "+code(v.URN))
	}
	return []part{p}
}

// group is the findings of one rule that cannot tell.
type group struct {
	Rule, Title string
	Resources   []string // names, in the order of the findings
	Waits       string   // the first thing that is not known
}

func (d Document) untold() []group {
	var out []group
	at := map[string]int{}
	for _, v := range d.Policy.Untold {
		i, ok := at[v.Rule]
		if !ok {
			i = len(out)
			at[v.Rule] = i
			out = append(out, group{Rule: v.Rule, Title: v.Title, Waits: strings.Join(v.Says, "; ")})
		}
		out[i].Resources = append(out[i].Resources, v.Name)
	}
	return out
}

func (d Document) mdUntold() []part {
	var out []part
	if groups := d.untold(); len(groups) > 0 {
		p := part{
			rank: folded, name: "rules that cannot tell yet",
			head: fmt.Sprintf("\n<details><summary>%s cannot tell yet: a value is not known before it is made</summary>\n\n| rule | resources | for example |\n| --- | ---: | --- |\n", count(len(groups), "rule")),
			tail: "\n</details>\n",
		}
		for _, g := range groups {
			p.lines = append(p.lines, fmt.Sprintf("| %s %s | %d | %s |", cell(g.Rule), words(g.Title), len(g.Resources), words(g.Waits)))
		}
		out = append(out, p)
	}
	if n := len(d.Policy.Exempted); n > 0 {
		p := part{
			rank: folded, name: "exemptions",
			head: fmt.Sprintf("\n<details><summary>%s in use</summary>\n\n| rule | resource | owner | reason | until |\n| --- | --- | --- | --- | --- |\n", count(n, "exemption")),
			tail: "\n</details>\n",
		}
		for _, v := range d.Policy.Exempted {
			e := v.exemption()
			p.lines = append(p.lines, fmt.Sprintf("| %s | %s | %s | %s | %s |", cell(v.Rule), cell(v.Name), words(e.Owner), words(e.Reason), words(e.Expires)))
		}
		out = append(out, p)
	}
	return out
}

// mdTime is the last line: how long it took.
func (d Document) mdTime() part {
	var each []string
	for _, s := range d.Stacks {
		each = append(each, words(s.Name)+" "+elapsed(s.ElapsedSeconds))
	}
	p := part{rank: never, lines: []string{"", "Time taken: " + elapsed(d.ElapsedSeconds)}}
	if len(each) > 0 {
		p.lines[1] += " (" + strings.Join(each, ", ") + ")"
	}
	p.lines[1] += "."
	return p
}

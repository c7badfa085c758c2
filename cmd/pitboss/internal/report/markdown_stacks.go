package report

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"pitboss/policy/rules"
)

func (v Violation) exemption() rules.Exemption {
	if v.Exemption == nil {
		return rules.Exemption{}
	}
	return *v.Exemption
}

// manyCreates is from how many on a comment counts what a stack creates by type.
const manyCreates = 40

func (d Document) mdStacks() []part {
	head := part{rank: never, lines: []string{"", "### Stacks", "", "| stack | creates | updates | replaces | deletes | unchanged | |", "| --- | ---: | ---: | ---: | ---: | ---: | --- |"}}
	row := func(name string, c Counts, says string) {
		head.lines = append(head.lines, fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %s |", name, c.Create, c.Update, c.Replace, c.Delete, c.Same, says))
	}
	for _, s := range d.Stacks {
		if s.Unseen() {
			head.lines = append(head.lines, fmt.Sprintf("| %s | ? | ? | ? | ? | ? | %s |", words(s.Name), words(s.says())))
			continue
		}
		row(words(s.Name), s.Counts, words(s.says()))
	}
	row("**all**", d.Counts, "")
	out := []part{head}
	if len(d.Notes) > 0 {
		p := part{rank: secondary, name: "notes", head: "\n"}
		for _, n := range d.Notes {
			p.lines = append(p.lines, "- "+words(n))
		}
		out = append(out, p)
	}
	for _, s := range d.Stacks {
		if len(s.Steps) > 0 {
			out = append(out, s.mdSteps(), s.mdValues())
		}
	}
	return slices.DeleteFunc(out, func(p part) bool { return len(p.lines) == 0 })
}

// Unseen tells whether nothing is known of what the stack would do.
func (s StackReport) Unseen() bool { return s.State == "failed" && s.Counts == Counts{} }

// says is the state of a stack, and what else there is to say of it.
func (s StackReport) says() string {
	var out []string
	switch s.State {
	case "failed":
		out = append(out, "could not be previewed")
	case "new":
		out = append(out, "does not exist yet")
	}
	return strings.Join(append(out, s.Notes...), "; ")
}

func (s StackReport) mdSteps() part {
	p := part{
		rank: steps, name: "resources of " + words(s.Name),
		head: fmt.Sprintf("\n<details><summary>%s: %s</summary>\n\n| | resource | type | inputs |\n| --- | --- | --- | --- |\n", html.EscapeString(line(s.Name)), s.Counts),
		tail: "\n</details>\n",
	}
	many := s.Counts.Create > manyCreates
	for _, step := range s.Steps {
		if many && step.Op == "create" {
			continue
		}
		p.lines = append(p.lines, fmt.Sprintf("| %s | %s | %s | %s |", step.Op, cell(step.Name), words(step.Type), step.mdPaths()))
	}
	if many {
		for _, t := range s.created() {
			p.lines = append(p.lines, fmt.Sprintf("| create | %s | %s | |", count(t.n, "resource"), words(t.name)))
		}
	}
	return p
}

type typeCount struct {
	name string
	n    int
}

// created is what a stack creates, by type.
func (s StackReport) created() []typeCount {
	var out []typeCount
	for _, step := range s.Steps {
		if step.Op != "create" {
			continue
		}
		i := slices.IndexFunc(out, func(t typeCount) bool { return t.name == step.Type })
		if i < 0 {
			i = len(out)
			out = append(out, typeCount{name: step.Type})
		}
		out[i].n++
	}
	slices.SortFunc(out, func(a, b typeCount) int { return strings.Compare(a.name, b.name) })
	return out
}

// mdPaths are the inputs that change; the bold ones force a replacement.
func (s Step) mdPaths() string {
	var out []string
	for i, c := range s.Changes {
		if i == 6 {
			out = append(out, fmt.Sprintf("and %d more", len(s.Changes)-i))
			break
		}
		text := cell(c.Path)
		if c.Replaces {
			text = "**" + text + "**"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func (s StackReport) mdValues() part {
	p := part{
		rank: values, name: "values of " + words(s.Name),
		head: fmt.Sprintf("\n<details><summary>%s: what the inputs were and become</summary>\n\n", html.EscapeString(line(s.Name))),
		tail: "\n</details>\n",
	}
	for _, step := range s.Steps {
		if len(step.Changes) == 0 || step.Op == "create" || step.Op == "delete" {
			continue
		}
		p.lines = append(p.lines, "- "+step.Op+" "+code(step.Name)+" "+code(step.URN))
		for _, c := range step.Changes {
			forces := ""
			if c.Replaces {
				forces = " **forces the replacement**"
			}
			p.lines = append(p.lines, "  - "+code(c.Path+": "+c.Old+" -> "+c.New)+forces)
		}
	}
	return p
}

package topology

import (
	"fmt"
	"strings"
)

// doorKinds are the boxes of the front door, with the share of the width that each takes
// and how many columns its lines stand in.
var doorKinds = []struct {
	kind    kind
	share   float64
	columns int
	none    string
}{
	{names, 0.4, 2, "no names"},
	{accelerator, 0.19, 1, "no accelerator"},
	{checks, 0.2, 2, "no health checks"},
	{controls, 0.21, 1, "no routing controls"},
}

// frontDoor draws what leads players to a region.
func (p *page) frontDoor(y float64) float64 {
	r := rect{margin, y, pageW - 2*margin, 138}
	if !p.m.hasDoor && p.m.one(names, "") == nil {
		r.h = 44
		p.frame(r, paper{fill: ground, stroke: "#d0d7de", width: 1, dash: "6 4", radius: 8})
		p.text(r.inset(12), y+27, "Front door: its stack is not in this plan", plain)
		return r.bottom()
	}
	p.frame(r, paper{fill: ground, stroke: "#d0d7de", width: 1, radius: 8})
	in := r.inset(8)
	title := rect{in.x, in.y, in.w, 16}
	title.w -= p.rest(title, in.y+10, p.m.door)
	p.text(title, in.y+10, "Front door: players come in here", style{size: 13, bold: true})
	x := in.x
	for _, d := range doorKinds {
		w := in.w*d.share - 6
		box := rect{x, in.y + 17, w, in.h - 17}
		if t := p.m.one(d.kind, ""); t != nil {
			p.listed(box, titled(t), d.columns)
		} else {
			p.empty(box, d.none)
		}
		x += in.w*d.share + 2
	}
	return r.bottom()
}

// rest says what changes elsewhere in a stack, and returns the width it takes.
func (p *page) rest(in rect, y float64, m mark) float64 {
	if m.badge() == "" {
		return 0
	}
	s, _ := m.state()
	taken := 10.0
	p.group(m.tooltip("changes to what is not drawn"), func() {
		taken += p.text(in, y, "not drawn: "+m.badge(), style{size: 11, bold: true, colour: colours[s][1], anchor: "end"})
	})
	return taken
}

// traffic draws where players are led: strong to the active region, dashed to the other.
func (p *page) traffic(y float64) float64 {
	const h = 36
	for i, r := range p.m.regions {
		half := p.half(i)
		x := half.x + 90
		if !p.m.hasDoor {
			continue
		}
		colour, width, dash := blue, 4.0, ""
		says := "players"
		if !r.active {
			colour, width, dash, says = faint, 1.5, "6 4", "only if the other fails"
		}
		p.arrow(x, y+1, x, y+h-1, colour, width, dash, false)
		p.text(rect{x + 14, y, half.w - 104, h}, y+22, joined(says, share("names: weight", r.weight, ""), share("accelerator", r.dial, " %")),
			style{size: 12, bold: r.active, colour: colour})
	}
	return y + h
}

func share(says string, values []string, unit string) string {
	if len(values) == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s%s", says, strings.Join(values, " or "), unit)
}

// half is the place of a region, from the top of the page to its end.
func (p *page) half(i int) rect {
	w := (pageW - 2*margin - gutter) / 2
	return rect{margin + float64(i)*(w+gutter), 0, w, pageH}
}

// legend explains colours, signs and lines, and counts what changes.
func (p *page) legend(y float64) {
	x := margin
	put := func(says string, st style) {
		w := widthOf(says, st) + 4
		p.text(rect{x, y, w, 20}, y+13, says, st)
		x += w + 10
	}
	n := p.m.total.counts
	for i := len(changing) - 1; i >= 0; i-- {
		c := changing[i]
		p.box(rect{x, y + 2, 22, 14}, paper{fill: colours[c.state][0], stroke: colours[c.state][1], width: 2, radius: 3}, "", func() {})
		x += 28
		put(fmt.Sprintf("%s%d %s", c.sign, n[c.op], c.says), style{size: 12, bold: true, colour: colours[c.state][1]})
	}
	p.box(rect{x, y + 2, 22, 14}, paper{fill: colours[same][0], stroke: colours[same][1], width: 1, radius: 3}, "", func() {})
	x += 28
	put(fmt.Sprintf("%d unchanged", n["same"]), style{size: 12, bold: true, colour: faint})
	put("border only: a part changes", plain)
	p.arrow(x, y+9, x+40, y+9, blue, 2.5, "", false)
	x += 46
	put("carries traffic or data", plain)
	p.arrow(x, y+9, x+40, y+9, faint, 1.5, "6 4", false)
	x += 46
	put("waits for a swap", plain)
	put("1–9 (3): nodes from, to (now)", plain)
	put("?: not known yet", plain)
	p.h = max(p.h, y+20)
}

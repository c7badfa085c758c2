package topology

import (
	"fmt"
	"slices"
	"strings"
)

// The page is an A4 sheet on its side: two regions with a gutter between them, in which
// what is copied is drawn. It grows downwards if a market has more than usual.
const (
	pageW, pageH = 1600.0, 1130.0
	margin       = 20.0
	gutter       = 180.0
	gap          = 5.0
	cardH        = 36.0
	cellH        = 21.0
)

var (
	bold   = style{size: 12, bold: true}
	plain  = style{size: 11, colour: faint}
	ending = style{size: 11, bold: true, anchor: "end"}
)

// page is the picture while it is drawn.
type page struct {
	canvas
	m *model
	// left and right are the edges of the cards that arrows between the regions touch.
	left, right float64
}

// paint lays the model out from top to bottom.
func paint(m *model) *page {
	p := &page{m: m, left: pageW/2 - gutter/2, right: pageW/2 + gutter/2}
	y := p.header(margin)
	y = p.frontDoor(y + 6)
	y = p.traffic(y)
	y = p.bothRegions(y)
	y = p.foundation(y + 8)
	p.legend(max(y+8, pageH-30))
	return p
}

// document is the whole SVG.
func (p *page) document() ([]byte, error) {
	h := max(pageH, p.h+8)
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" class="pitboss-map" role="img"`, num(pageW), num(h), num(pageW), num(h))
	fmt.Fprintf(&out, ` font-family="Arial, 'Liberation Sans', Helvetica, sans-serif">`+"\n<title>%s</title>\n", escaped(p.title()))
	fmt.Fprintf(&out, `<style>.pitboss-map { background: #ffffff; color-scheme: light }</style>`+"\n")
	fmt.Fprintf(&out, `<rect width="%s" height="%s" fill="#ffffff"/>`+"\n", num(pageW), num(h))
	out.Write(p.body.Bytes())
	out.WriteString("</svg>\n")
	return []byte(out.String()), nil
}

func (p *page) title() string {
	return joined("Market "+p.m.name, p.m.jurisdiction, p.m.environment)
}

// header names the market, and who takes writes now.
func (p *page) header(y float64) float64 {
	line := rect{margin, y, pageW - 2*margin, 34}
	p.text(rect{line.x, y, 900, 34}, y+18, p.title(), style{size: 21, bold: true})
	says := "no region is active"
	for _, r := range p.m.regions {
		if r.active {
			says = r.name + " takes writes now"
		}
	}
	p.text(rect{pageW - margin - 620, y, 620, 20}, y+12, says, style{size: 14, bold: true, colour: blue, anchor: "end"})
	have := plural(p.m.total.sum(), "resource", "resources")
	if len(p.m.missing) > 0 {
		have += ", not in this plan: " + strings.Join(p.m.missing, ", ")
	}
	p.text(rect{pageW - margin - 620, y + 18, 620, 16}, y+30, have, style{size: 11, colour: faint, anchor: "end"})
	return y + 36
}

const (
	blue   = "#0969da"
	ground = "#f6f8fa"
)

// card draws a thing in two lines: what it is and does, and its facts.
func (p *page) card(r rect, t *thing) {
	says := t.mark.tooltip(joined(append([]string{t.title, t.role}, t.facts...)...))
	p.box(r, paperOf(t.mark), says, func() {
		in := rect{r.x + 7, r.y, r.w - 14, r.h}
		if len(t.facts) == 0 {
			p.heading(in, r.y+22, t)
			return
		}
		p.heading(in, r.y+14.5, t)
		p.text(in, r.y+29, joined(t.facts...), plain)
	})
}

// heading writes a thing's title with what changes and its role at the other end.
func (p *page) heading(in rect, y float64, t *thing) {
	head := in
	head.w -= p.badges(in, y, t.mark, t.role)
	p.text(head, y, t.title, bold)
}

// badges writes what changes and the role to the right, and returns the width it takes.
func (p *page) badges(in rect, y float64, m mark, role string) float64 {
	taken := 0.0
	st := ending
	st.colour = blue
	if role != "" {
		taken += p.text(in, y, role, st) + 8
	}
	if badge := m.badge(); badge != "" {
		s, _ := m.state()
		st.colour = colours[s][1]
		taken += p.text(rect{in.x, in.y, in.w - taken, in.h}, y, badge, st) + 8
	}
	return taken
}

// listed draws a thing with a line for each fact, in columns; what does not fit is counted.
func (p *page) listed(r rect, t *thing, columns int) {
	facts := slices.Clone(t.facts)
	slices.SortStableFunc(facts, func(a, b string) int { // what is only counted comes last
		return strings.Compare(fmt.Sprint(strings.HasPrefix(a, "and ")), fmt.Sprint(strings.HasPrefix(b, "and ")))
	})
	rows := int((r.h - 24) / 15)
	if most := rows * columns; len(facts) > most {
		facts = append(facts[:most-1:most-1], fmt.Sprintf("and %d more", len(facts)-most+1))
	}
	says := t.mark.tooltip(joined(append([]string{t.title, t.role}, t.facts...)...))
	p.box(r, paperOf(t.mark), says, func() {
		in := rect{r.x + 8, r.y, r.w - 16, r.h}
		p.heading(in, r.y+16, t)
		for i, f := range facts {
			p.text(in.column(i/rows, columns, 12), r.y+32+15*float64(i%rows), f, plain)
		}
	})
}

// empty draws the place of what is not there.
func (p *page) empty(r rect, says string) {
	p.box(r, paper{fill: "none", stroke: "#d0d7de", width: 1, dash: "4 3", radius: 4}, "", func() {
		p.text(rect{r.x + 7, r.y, r.w - 14, r.h}, r.y+r.h/2+4, says, plain)
	})
}

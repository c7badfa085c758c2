package topology

import (
	"slices"
	"strings"
)

// shelves are the lines of the foundation: the kinds that stand on each, and how many boxes.
var shelves = []struct {
	kinds []kind
	per   int
}{
	{[]kind{evidence}, 4}, {[]kind{key}, 6}, {[]kind{secrets, images}, 2}, {[]kind{backups, logs}, 2},
}

// shelf is one line of boxes; copied are the kinds whose replication is drawn beside it.
type shelf struct {
	slots  []slot
	copied []kind
}

// slot is the place of a thing in both regions.
type slot struct {
	kind kind
	key  string
}

// shelved puts what the foundation has on lines.
func (m *model) shelved() []shelf {
	var out []shelf
	for _, s := range shelves {
		var slots []slot
		for _, k := range s.kinds {
			for _, name := range m.keys(k, "") {
				slots = append(slots, slot{k, name})
			}
		}
		copied := s.kinds
		for line := range slices.Chunk(slots, s.per) {
			out = append(out, shelf{line, copied})
			copied = nil // once is enough
		}
	}
	return out
}

// foundation draws what outlives the clusters, under the region that each stands in.
func (p *page) foundation(y float64) float64 {
	lines := p.m.shelved()
	r := rect{margin, y, pageW - 2*margin, 30 + float64(len(lines))*(cardH+gap)}
	look := paper{fill: ground, stroke: "#d0d7de", width: 1, radius: 8}
	head := rect{r.x + 12, r.y, r.w - 24, 22}
	if len(lines) == 0 {
		r.h, look.dash = 44, "6 4"
		p.frame(r, look)
		p.text(r.inset(12), y+27, "Foundation: its stack is not in this plan", plain)
		return r.bottom()
	}
	p.frame(r, look)
	head.w -= p.rest(head, y+17, p.m.foundation)
	p.text(head, y+17, "Foundation: evidence under Object Lock, keys by class, and what else outlives a cluster", style{size: 13, bold: true})
	for i, s := range lines {
		at := y + 24 + float64(i)*(cardH+gap)
		for j, side := range p.m.regions {
			half := p.half(j)
			p.shelf(rect{half.x + 8, at, half.w - 16, cardH}, side.name, s.slots)
		}
		var all []*thing
		for _, k := range s.copied {
			all = append(all, p.m.between(k, "")...)
		}
		p.copies(at+cardH/2+3, 6, all)
	}
	return r.bottom()
}

// shelf draws one line of a region's half.
func (p *page) shelf(r rect, region string, slots []slot) {
	for i, s := range slots {
		at := r.column(i, len(slots), gap)
		all := p.m.of(s.kind, region)
		j := slices.IndexFunc(all, func(t *thing) bool { return t.key == s.key })
		if j < 0 {
			p.empty(at, "none here")
			continue
		}
		p.card(at, titled(all[j]))
	}
}

// copies draws what is copied between the regions at one height: from card to card, and
// says by what. One that waits for a swap is a dashed line below.
func (p *page) copies(y, beyond float64, all []*thing) {
	left, right := p.left-beyond-2, p.right+beyond+2
	for _, live := range []bool{true, false} {
		var m mark
		var titles, lines []string
		rightward, leftward := false, false
		for _, t := range all {
			if t.live != live {
				continue
			}
			if !slices.Contains(titles, t.title) {
				titles = append(titles, t.title)
			}
			rightward = rightward || t.from == p.m.regions[0].name
			leftward = leftward || t.from != p.m.regions[0].name
			lines = append(lines, t.title+" from "+t.from+" to "+t.to)
			m.merge(t.mark)
		}
		if len(titles) == 0 {
			continue
		}
		colour, width, dash := blue, 2.5, ""
		if !live {
			colour, width, dash = faint, 1.5, "6 4"
		}
		if s, _ := m.state(); s != same {
			colour = colours[s][1]
		}
		line := y
		if !live {
			line = y + 9
		}
		from, to := left, right
		if !rightward {
			from, to = right, left
		}
		p.group(m.tooltip(lines...), func() {
			p.arrow(from, line, to, line, colour, width, dash, rightward && leftward)
		})
		in := rect{p.left + 3, y - 20, gutter - 6, 16}
		if live {
			p.text(in, y-7, strings.TrimSpace(strings.Join(titles, ", ")+" "+m.badge()), style{size: 11, bold: true, colour: colour, anchor: "middle"})
		} else {
			in.y = y + 11
			p.text(in, y+22, strings.TrimSpace("the way back waits "+m.badge()), style{size: 11, colour: colour, anchor: "middle"})
		}
	}
}

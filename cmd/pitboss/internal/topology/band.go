package topology

import (
	"fmt"
	"slices"
	"strings"
)

// band draws one zone of trust of one region: its subnets, then what stands in them.
func (p *page) band(r rect, region string, b band, zones []string) {
	for i, z := range zones {
		var in []*thing
		for _, t := range p.m.of(subnet, region) {
			if t.tier == b.tier && t.zone == z {
				in = append(in, t)
			}
		}
		col := rect{r.x, r.y, r.w, cellH}.column(i, len(zones), gap)
		for j, t := range in {
			p.cell(col.column(j, len(in), 2), t)
		}
	}
	y := r.y + cellH + gap
	y = p.grid(rect{r.x, y, r.w, 0}, balancer, region, b.balancers, perBalancers)
	if b.cluster {
		y = p.cluster(rect{r.x, y, r.w, clusterHead + rows(len(b.pools), perPools)*(cardH+gap) + gap}, region, b)
	} else {
		y = p.grid(rect{r.x, y, r.w, 0}, pool, region, b.pools, perPools)
	}
	p.grid(rect{r.x, y, r.w, 0}, store, region, b.stores, 1)
}

// cell draws a subnet in one line.
func (p *page) cell(r rect, t *thing) {
	p.box(r, paperOf(t.mark), t.mark.tooltip(joined(append([]string{t.zone, t.title}, t.facts...)...)), func() {
		in := rect{r.x + 6, r.y, r.w - 12, r.h}
		in.w -= p.badges(in, r.y+14.5, t.mark, "")
		p.text(in, r.y+14.5, joined(append([]string{t.title}, t.facts...)...), plain)
	})
}

// grid draws the cards of a kind's things, some to a line, and returns where it ends.
func (p *page) grid(r rect, k kind, region string, keys []string, per int) float64 {
	all := p.m.of(k, region)
	for i, name := range keys {
		line := rect{r.x, r.y + float64(i/per)*(cardH+gap), r.w, cardH}
		at := line.column(i%per, min(per, len(keys)), gap)
		j := slices.IndexFunc(all, func(t *thing) bool { return t.key == name })
		if j < 0 {
			p.empty(at, name+": not in this region")
			continue
		}
		p.card(at, titled(all[j]))
	}
	return r.y + rows(len(keys), per)*(cardH+gap)
}

// titled is a thing as its card names it: a pool says what it is, several are counted.
func titled(t *thing) *thing {
	c := *t
	switch t.kind {
	case pool:
		c.title = "pool " + t.key
	case secrets, images, backups, logs, checks:
		c.title = fmt.Sprintf("%d %s", t.count, t.title)
		if t.count == 1 {
			c.title = "1 " + strings.NewReplacer("repositories", "repository", "secrets", "secret", "vaults", "vault", "buckets", "bucket", "checks", "check").Replace(t.title)
		}
	}
	return &c
}

// cluster draws the EKS cluster around its pools.
func (p *page) cluster(r rect, region string, b band) float64 {
	t := p.m.one(cluster, region)
	if t == nil {
		t = &thing{title: "EKS: not in this region"}
	}
	look := paperOf(t.mark)
	p.group(t.mark.tooltip(joined(append([]string{t.title}, t.facts...)...)), func() { p.frame(r, look) })
	in := rect{r.x + 7, r.y, r.w - 14, clusterHead}
	p.heading(in, r.y+14.5, t)
	facts := rect{in.x, in.y, in.w, in.h}
	if m := p.m.objects[region]; m != nil {
		s, _ := m.state()
		colour := colours[s][1]
		if s == same {
			colour = faint
		}
		says := strings.TrimSpace(plural(m.sum(), "Kubernetes object", "Kubernetes objects") + " " + m.badge())
		p.group(m.tooltip(says), func() {
			facts.w -= p.text(facts, r.y+28, says, style{size: 11, bold: s != same, colour: colour, anchor: "end"}) + 8
		})
	}
	p.text(facts, r.y+28, joined(t.facts...), plain)
	p.grid(rect{r.x + gap, r.y + clusterHead, r.w - 2*gap, 0}, pool, region, b.pools, perPools)
	return r.bottom() + gap
}

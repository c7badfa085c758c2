package topology

import "slices"

// band is one zone of trust over both regions: what stands in it and how high that is.
type band struct {
	tier                     string
	balancers, pools, stores []string
	cluster                  bool
	h                        float64
}

const (
	perBalancers = 2 // boxes side by side
	perPools     = 3
	clusterHead  = 34.0
	labelW       = 58.0
)

func rows(n, per int) float64 { return float64((n + per - 1) / per) }

// bands are the zones of trust, each as high as its fuller region needs: so the same thing
// stands at the same height in both, and arrows between them are level.
func (m *model) bands() []band {
	var out []band
	for _, tier := range m.tiers() {
		b := band{tier: tier, balancers: m.keys(balancer, tier), pools: m.keys(pool, tier), stores: m.keys(store, tier)}
		b.cluster = len(m.keys(cluster, tier)) > 0
		b.h = cellH + 2*gap + (cardH+gap)*(rows(len(b.balancers), perBalancers)+rows(len(b.pools), perPools)+float64(len(b.stores)))
		if b.cluster {
			b.h += clusterHead + 2*gap
		}
		out = append(out, b)
	}
	return out
}

// bothRegions draws the two regions and what is copied between their stores.
func (p *page) bothRegions(y float64) float64 {
	bands := p.m.bands()
	h := 110.0
	if len(bands) > 0 {
		h = 30 + 40 + gap
		for _, b := range bands {
			h += b.h + gap
		}
		h += gap
	}
	for i := range p.m.regions {
		half := p.half(i)
		p.region(rect{half.x, y, half.w, h}, i, bands)
	}
	at := y + 70
	for _, b := range bands {
		line := at + b.h - float64(len(b.stores))*(cardH+gap)
		for i, name := range b.stores {
			p.copies(line+float64(i)*(cardH+gap)+cardH/2-gap/2, 17, p.m.between(store, name))
		}
		at += b.h + gap
	}
	return y + h
}

// region draws one region: a header, its VPC, and the zones of trust in it.
func (p *page) region(r rect, i int, bands []band) {
	it := p.m.regions[i]
	look := paper{fill: ground, stroke: faint, width: 1.5, dash: "8 5", radius: 8}
	role, colour := "STANDBY", faint
	if it.active {
		look = paper{fill: "#eef6ff", stroke: blue, width: 3, radius: 8}
		role, colour = "ACTIVE: takes writes", blue
	}
	p.frame(r, look)
	head := rect{r.x + 12, r.y, r.w - 24, 30}
	used := p.text(head, r.y+20, role, style{size: 13, bold: true, colour: colour, anchor: "end"}) + 14
	head.w -= used
	head.w -= p.rest(head, r.y+20, it.rest)
	kept := "the standby region"
	if it.home {
		kept = "the home region"
	}
	p.text(head, r.y+20, joined(it.name, it.place, kept), style{size: 15, bold: true})
	if !it.planned && p.m.one(vpc, it.name) == nil {
		p.text(r.inset(12), r.y+56, "Its stack is not in this plan", plain)
		return
	}
	p.network(rect{r.x + 8, r.y + 30, r.w - 16, r.h - 30 - 8}, it, i == 1, bands)
}

// network draws the VPC with a column for each availability zone. The labels of the
// standby region stand to the right: its boxes are at the gutter, like those of home.
func (p *page) network(r rect, it region, mirrored bool, bands []band) {
	net := p.m.one(vpc, it.name)
	if net == nil {
		net = &thing{title: "VPC not in this plan"}
	}
	look := paperOf(net.mark)
	strip := paper{fill: look.fill, stroke: "none", radius: 2}
	look.fill = "#ffffff"
	p.group(net.mark.tooltip(net.title), func() {
		p.frame(r, look)
		p.frame(rect{r.x + 2, r.y + 2, r.w - 4, 17}, strip)
	})
	title := rect{r.x + 8, r.y, r.w - 16, 18}
	title.w -= p.badges(title, r.y+14, net.mark, "")
	p.text(title, r.y+14, net.title, bold)
	body := rect{r.x + labelW, 0, r.w - labelW - 6, 0}
	if mirrored {
		body.x = r.x + 6
	}
	zones := p.m.zones(it.name)
	for i, z := range zones {
		col := rect{body.x + gap, r.y, body.w - 2*gap, 40}.column(i, len(zones), gap)
		p.text(col, r.y+32, z, style{size: 11, bold: true, colour: faint, anchor: "middle"})
	}
	y := r.y + 40
	for _, b := range bands {
		whole := rect{r.x + 4, y, r.w - 8, b.h}
		p.frame(whole, paper{fill: shade(b.tier), stroke: "none", radius: 4})
		label := rect{r.x + 8, y, labelW - 8, b.h}
		if mirrored {
			label.x = body.right() + 4
		}
		name := b.tier
		if name == notKnown {
			name = "zone ?"
		}
		p.text(label, y+18, name, bold)
		p.band(rect{body.x, y, body.w, b.h}.inset(gap), it.name, b, zones)
		y += b.h + gap
	}
}

// shade is the ground of a zone of trust: the further in, the darker.
func shade(tier string) string {
	if i := slices.Index(tierOrder, tier); i >= 0 {
		return []string{"#f3f6fa", "#ecf1f6", "#e3eaf2", "#d8e1ec"}[i]
	}
	return "#f6f8fa"
}

// zones lists a region's availability zones that have subnets.
func (m *model) zones(region string) []string {
	var out []string
	for _, t := range m.of(subnet, region) {
		if !slices.Contains(out, t.zone) {
			out = append(out, t.zone)
		}
	}
	slices.Sort(out)
	return out
}

package risk

import (
	"net/netip"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
)

// passage is one opening of a security group or of a network policy.
type passage struct {
	path     string // of the block
	way      string // ingress or egress
	block    any    // a string, or hidden
	protocol any
	from, to any
	group    any
}

// passages are those of a resource, whichever way it writes them.
func passages(r *rules.Resource) []passage {
	switch {
	case r == nil:
		return nil
	case r.Is("vpc/securityGroupIngressRule:SecurityGroupIngressRule"), r.Is("SecurityGroupIngressRule"):
		return blocks(r, "ingress", "", "cidrIpv4", "cidrIpv6")
	case r.Is("SecurityGroupEgressRule"):
		return blocks(r, "egress", "", "cidrIpv4", "cidrIpv6")
	case r.Is("ec2/securityGroupRule:SecurityGroupRule"), r.Is("SecurityGroupRule"):
		way, _ := one(r, "type").(string)
		return blocks(r, way, "", "cidrBlocks.*", "ipv6CidrBlocks.*")
	case r.AWS() && r.IsAny("SecurityGroup", "DefaultSecurityGroup"):
		return append(blocks(r, "ingress", "ingress.*", "cidrBlocks.*", "ipv6CidrBlocks.*"), blocks(r, "egress", "egress.*", "cidrBlocks.*", "ipv6CidrBlocks.*")...)
	case r.Kubernetes() && r.Is("NetworkPolicy"):
		return append(peers(r, "ingress", "from"), peers(r, "egress", "to")...)
	}
	return nil
}

// blocks are the passages of the rules at a path, one for each of their blocks.
func blocks(r *rules.Resource, way, at string, paths ...string) []passage {
	rows := []spot{{"", any(r.Inputs)}}
	if at != "" {
		rows = reach(r, at)
	}
	group := one(r, "securityGroupId")
	var out []passage
	for _, row := range rows {
		if row.hidden() {
			out = append(out, passage{path: row.path, way: way, block: row.value, group: group})
			continue
		}
		m, _ := row.value.(map[string]any)
		protocol := m["ipProtocol"]
		if protocol == nil {
			protocol = m["protocol"]
		}
		for _, path := range paths {
			for _, s := range reach(&rules.Resource{Inputs: m}, path) {
				out = append(out, passage{strings.TrimPrefix(row.path+"."+s.path, "."), way, s.value, protocol, m["fromPort"], m["toPort"], group})
			}
		}
	}
	return out
}

// peers are the passages of a network policy to blocks, one for each port.
func peers(r *rules.Resource, way, key string) []passage {
	var out []passage
	for _, rule := range reach(r, "spec."+way+".*") {
		m, _ := rule.value.(map[string]any)
		row := &rules.Resource{Inputs: m}
		ports := reach(row, "ports.*")
		if len(ports) == 0 {
			ports = []spot{{value: map[string]any{"protocol": "-1"}}}
		}
		for _, s := range reach(row, key+".*.ipBlock.cidr") {
			for _, port := range ports {
				p, _ := port.value.(map[string]any)
				to := p["endPort"]
				if to == nil {
					to = p["port"]
				}
				out = append(out, passage{rule.path + "." + s.path, way, s.value, p["protocol"], p["port"], to, nil})
			}
		}
	}
	return out
}

// prefix is the block as addresses; ok is false if it is hidden or is none.
func (p passage) prefix() (netip.Prefix, bool) {
	text, _ := p.block.(string)
	block, err := netip.ParsePrefix(text)
	return block, err == nil
}

// world tells whether the block is so large that it is nobody in particular: halves of the
// internet are the way round 0.0.0.0/0.
func (p passage) world() bool {
	block, ok := p.prefix()
	return ok && worldwide(block)
}

func worldwide(block netip.Prefix) bool {
	if block.Addr().Is4() {
		return block.Bits() < 8
	}
	return block.Bits() < 16
}

// covers tells whether whoever may use q could use p already. told is false if that hangs
// on something that is not known.
func (p passage) covers(q passage) (covers, told bool) {
	mine, ok := p.prefix()
	theirs, _ := q.prefix()
	if !ok || p.way != q.way || mine.Addr().Is4() != theirs.Addr().Is4() || mine.Bits() > theirs.Bits() || !mine.Contains(theirs.Addr()) {
		return false, true
	}
	if p.group != nil && q.group != nil && !hidden(p.group) && !hidden(q.group) && p.group != q.group {
		return false, true
	}
	if p.protocol == "-1" || p.protocol == "all" {
		return true, true
	}
	if hidden(q.protocol) || hidden(q.from) || hidden(q.to) {
		return false, false
	}
	if p.protocol != q.protocol {
		return false, true
	}
	if p.from == q.from && p.to == q.to {
		return true, true
	}
	from, ok1 := p.from.(float64)
	to, ok2 := p.to.(float64)
	least, ok3 := q.from.(float64)
	most, ok4 := q.to.(float64)
	return ok1 && ok2 && ok3 && ok4 && from <= least && most <= to, true
}

// opened is every passage to the world that was not there.
func opened(s plan.Step, f *finding) {
	before := passages(s.Old)
	for _, p := range passages(s.New) {
		block, _ := p.block.(string)
		why := Text(plan.Change{Path: p.path, Old: at(before, p.path), New: p.block})
		switch {
		case hidden(p.block) && shut(before, p.way):
			f.say("whom "+s.New.Name+" lets through ("+p.path+") "+untold, why)
		case p.world():
			open, told := false, true
			for _, q := range before {
				covers, sure := q.covers(p)
				open, told = open || covers, told && sure
			}
			switch {
			case open:
			case !told:
				f.say("which ports of "+s.New.Name+" are open to "+block+" "+untold, why)
			default:
				f.say(s.New.Name+" opens "+p.ports()+" to the world ("+p.way+", "+block+")", append([]string{why}, portsBecause(s)...)...)
			}
		}
	}
}

// shut tells whether there were passages this way, and none that could be the world's.
func shut(list []passage, way string) bool {
	some := false
	for _, p := range list {
		if p.way != way {
			continue
		}
		if p.world() || hidden(p.block) {
			return false
		}
		some = true
	}
	return some
}

func at(list []passage, path string) any {
	for _, p := range list {
		if p.path == path {
			return p.block
		}
	}
	return nil
}

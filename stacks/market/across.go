package market

import (
	"fmt"
	"net/netip"
	"slices"
)

// blocks lists a market's address blocks with the keys they stand under.
func (n Network) blocks() []struct {
	path  string
	block netip.Prefix
} {
	return []struct {
		path  string
		block netip.Prefix
	}{{"network.home", n.Home}, {"network.standby", n.Standby}}
}

// checkAgainst keeps two markets apart: their address blocks, because they may
// be peered one day, and their names on the internet. The names of their stacks
// and resources begin with the market's and so cannot meet.
func (p parsed) checkAgainst(other parsed) {
	for _, mine := range p.Network.blocks() {
		for _, theirs := range other.Network.blocks() {
			if overlap(mine.block, theirs.block) {
				p.blame(mine.path, mine.block.String(),
					fmt.Sprintf("a block that no other market has; %s has %s as %s", other.File, theirs.block, theirs.path),
					"choose another /16: markets that may be peered need addresses of their own")
			}
		}
	}
	p.checkReach(other)
	if p.Domain != "" && p.Domain == other.Domain {
		p.blame("domain", p.Domain, "a name that no other market has; "+other.File+" has this one", "give each market a name of its own")
	}
}

// checkReach keeps one market's network away from another's API. Either file may be the
// one that is judged, so both ways are.
func (p parsed) checkReach(other parsed) {
	for i, named := range p.APIEndpoint.PrivateCIDRs {
		for _, theirs := range other.Network.blocks() {
			if overlap(named, theirs.block) {
				p.blame(fmt.Sprintf("apiEndpoint.privateCIDRs[%d]", i), named.String(),
					fmt.Sprintf("a block of the operator's own; %s has %s as %s", other.File, theirs.block, theirs.path),
					"name where operators come from: no market reaches another's API")
			}
		}
	}
	for _, mine := range p.Network.blocks() {
		for _, named := range other.APIEndpoint.PrivateCIDRs {
			if overlap(mine.block, named) {
				p.blame(mine.path, mine.block.String(), fmt.Sprintf("a block that reaches no other market's API; %s names %s in apiEndpoint.privateCIDRs", other.File, named),
					"choose another /16: that one is the operator's")
			}
		}
	}
}

// nextFree is the lowest pair of the address plan that meets no market. The plan
// is described in the package comment.
func nextFree(markets []Market) (Network, bool) {
	const first, last = 16, 254
	for n := first; n <= last; n += 2 {
		pair := Network{
			netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n)}), 16),
			netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n + 1)}), 16),
		}
		if !pair.meets(Network{services, services}) && !slices.ContainsFunc(markets, pair.takenBy) {
			return pair, true
		}
	}
	return Network{}, false
}

// takenBy reports whether m has an address of n, or opens its API to one.
func (n Network) takenBy(m Market) bool {
	return n.meets(m.Network) || slices.ContainsFunc(m.APIEndpoint.PrivateCIDRs, func(c netip.Prefix) bool { return n.meets(Network{c, c}) })
}

// meets reports whether any block of n overlaps any of o.
func (n Network) meets(o Network) bool {
	return overlap(n.Home, o.Home) || overlap(n.Home, o.Standby) || overlap(n.Standby, o.Home) || overlap(n.Standby, o.Standby)
}

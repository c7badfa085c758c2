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
	if p.Domain != "" && p.Domain == other.Domain {
		p.blame("domain", p.Domain, "a name that no other market has; "+other.File+" has this one", "give each market a name of its own")
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
		if !pair.meets(Network{services, services}) && !slices.ContainsFunc(markets, func(m Market) bool { return pair.meets(m.Network) }) {
			return pair, true
		}
	}
	return Network{}, false
}

// meets reports whether any block of n overlaps any of o.
func (n Network) meets(o Network) bool {
	return overlap(n.Home, o.Home) || overlap(n.Home, o.Standby) || overlap(n.Standby, o.Home) || overlap(n.Standby, o.Standby)
}

package network

import (
	"fmt"
	"net/netip"

	"pitboss/regions"
)

// The address plan of one region, as shares of its one CIDR. Every tier has room for
// four zones, of which three are used: the fourth keeps a later zone from moving any
// other. With the /16 that markets get:
//
//	core    10.x.0.0/17     4 x /19   8,187 addresses a zone: nodes and pods
//	media   10.x.128.0/18   4 x /20   4,091: WebRTC nodes, one public address each
//	vault   10.x.192.0/19   4 x /21   2,043: databases, PII and payments
//	public  10.x.224.0/20   4 x /22   1,019: load balancers and NAT gateways
//	free    10.x.240.0/20             a firewall tier, endpoints of partners
//
// Pods take addresses of their node's subnet, hence the large core. Markets do not
// overlap (stacks/market checks it), so any two may be peered later.

// Tier is a kind of subnet: one a zone.
type Tier string

// The tiers.
const (
	Public Tier = "public" // faces the internet: load balancers, NAT gateways
	Core   Tier = "core"   // nodes and pods; reaches out through NAT
	Media  Tier = "media"  // faces the internet over UDP: WebRTC nodes
	Vault  Tier = "vault"  // no route to the internet at all
)

// Tiers is every tier, in the order in which subnets are made.
func Tiers() []Tier { return []Tier{Public, Core, Media, Vault} }

const (
	zones    = 3 // that a network spans
	maxSlots = 4 // zones that the plan has room for: two bits of every tier
)

// share is a tier's part of the CIDR: its length beyond the CIDR's own, and which of
// the blocks of that length it is.
type share struct{ bits, index int }

var shares = map[Tier]share{
	Core:   {1, 0},  // 0/17
	Media:  {2, 2},  // 128/18
	Vault:  {3, 6},  // 192/19
	Public: {4, 14}, // 224/20
}

// Block is the subnet of a tier in a zone: computed from the zone's fixed slot, never
// from its place in a list, so adding a zone moves none.
func Block(cidr netip.Prefix, tier Tier, zone regions.Zone) (netip.Prefix, error) {
	if zone.Slot < 0 || zone.Slot >= maxSlots {
		return netip.Prefix{}, fmt.Errorf("zone %s has slot %d: the address plan has slots 0 to %d", zone.Name, zone.Slot, maxSlots-1)
	}
	if _, ok := shares[tier]; !ok {
		return netip.Prefix{}, fmt.Errorf("unknown tier %q: the address plan has %v", tier, Tiers())
	}
	return nth(TierBlock(cidr, tier), 2, zone.Slot), nil
}

// TierBlock is all of a tier's addresses: every zone's subnet, and room for the fourth.
func TierBlock(cidr netip.Prefix, tier Tier) netip.Prefix {
	s := shares[tier]
	return nth(cidr, s.bits, s.index)
}

// nth is the index-th block that is bits longer than p.
func nth(p netip.Prefix, bits, index int) netip.Prefix {
	a := p.Masked().Addr().As4()
	n := uint32(a[0])<<24 | uint32(a[1])<<16 | uint32(a[2])<<8 | uint32(a[3])
	length := p.Bits() + bits
	n |= uint32(index) << (32 - length)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), length)
}

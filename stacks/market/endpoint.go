package market

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"
)

// minReachBits is the widest block that may reach the API: a /16 is more than one
// operator's offices, and anything wider would be a way round the refusal of the
// whole internet, or of every private network there is.
const minReachBits = 16

// private is where an operator's own networks are: RFC 1918, and the shared space of
// RFC 6598, which networks between VPCs are often cut from.
var private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("100.64.0.0/10"),
}

func isPrivate(p netip.Prefix) bool {
	return slices.ContainsFunc(private, func(block netip.Prefix) bool { return block.Contains(p.Addr()) })
}

// An opening is what a list of address blocks may hold.
type opening struct {
	means, example string
	bits           int    // the widest block
	never          string // what to do about 0.0.0.0/0
	// misplaced says where a block belongs that does not belong here.
	misplaced func(netip.Prefix) string
}

// apiEndpoint reads who may reach the API. Both lists may be empty: Market.Reach
// says what that means.
func (r *reader) apiEndpoint(n *yaml.Node) APIEndpoint {
	if n == nil {
		return APIEndpoint{}
	}
	const never = "name the networks you come from: the API is never open to the whole internet"
	f := r.object(n, "apiEndpoint", []key{{"publicCIDRs", false, ""}, {"privateCIDRs", false, ""}})
	return APIEndpoint{
		PublicCIDRs: r.blocks(f["publicCIDRs"], "apiEndpoint.publicCIDRs", opening{meansPublic, "203.0.113.0/24", minReachBits, never, func(p netip.Prefix) string {
			if !p.Addr().IsGlobalUnicast() || isPrivate(p) {
				return "private networks reach the private endpoint: name it in apiEndpoint.privateCIDRs"
			}
			return ""
		}}),
		PrivateCIDRs: r.blocks(f["privateCIDRs"], "apiEndpoint.privateCIDRs", opening{meansPrivate, "10.0.0.0/16", minReachBits, never, func(p netip.Prefix) string {
			if !isPrivate(p) {
				return "public networks come over the internet: name it in apiEndpoint.publicCIDRs"
			}
			return ""
		}}),
	}
}

// blocks reads the address blocks of one list.
func (r *reader) blocks(n *yaml.Node, path string, o opening) []netip.Prefix {
	var out []netip.Prefix
	for i, s := range r.list(n, path, o.means) {
		at := fmt.Sprintf("%s[%d]", path, i)
		p, err := netip.ParsePrefix(s)
		switch {
		case err != nil:
			r.blame(at, strconv.Quote(s), o.means, "write it as "+o.example)
		case p.Bits() == 0:
			r.blame(at, s, o.means, o.never)
		case !p.Addr().Is4() || p.Bits() < o.bits:
			r.blame(at, s, o.means, "name a smaller IPv4 block")
		case p != p.Masked():
			r.blame(at, s, o.means, "write the block's first address: "+p.Masked().String())
		case o.misplaced(p) != "":
			r.blame(at, s, o.means, o.misplaced(p))
		case slices.Contains(out, p):
			r.blame(at, s+" again", "each block once", "remove one of the two")
		default:
			out = append(out, p)
		}
	}
	return out
}

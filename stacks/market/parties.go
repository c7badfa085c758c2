package market

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// A Party is somebody outside whom the market's services may call.
type Party struct {
	// Name is a word of the operator's own, e.g. "acquirer".
	Name string
	// Kind is one of PartyKinds: which services may call it follows from it.
	Kind string
	// CIDRs are the public IPv4 blocks at which it answers. At least one.
	CIDRs []netip.Prefix
	// Port is the TCP port on which it answers.
	Port int
}

// partyKinds are those of the services' connections; a test of the whole holds them equal.
var partyKinds = []string{"payments", "games", "identity", "messaging", "regulator"}

// PartyKinds are the kinds of outside parties.
func PartyKinds() []string { return slices.Clone(partyKinds) }

// minPartyBits is the widest block of a party: more addresses than that are a network
// of others too, such as a cloud's, and an opening to it is one to everybody there.
const minPartyBits = 24

const (
	meansParty     = "lower-case letters, digits and hyphens, at most 63 characters"
	meansPartyPort = "a TCP port from 1 to 65535, e.g. 443"
	meansPartyCIDR = "a public IPv4 block of at most 256 addresses (/24 to /32)"
)

// unrouted is what no party on the internet has, beside the private networks.
var unrouted = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("224.0.0.0/3"),
}

// parties reads whom services may call. What is not named stays closed.
func (r *reader) parties(n *yaml.Node) []Party {
	var out []Party
	for _, p := range r.pairs(n, "parties", "a mapping from a party's name to its kind, cidrs and port") {
		at := join("parties", p.name)
		if !labelForm.MatchString(p.name) {
			r.blame(at, fmt.Sprintf("the party name %q", p.name), meansParty, "choose another name")
			continue
		}
		out = append(out, r.party(p.value, p.name, at))
	}
	r.partiesApart(out)
	slices.SortFunc(out, func(a, b Party) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (r *reader) party(n *yaml.Node, name, at string) Party {
	f := r.object(n, at, []key{
		{"kind", true, "one of " + strings.Join(partyKinds, ", ")}, {"cidrs", true, "a list: " + meansPartyCIDR}, {"port", true, meansPartyPort},
	})
	out := Party{Name: name, Kind: value(r, f["kind"], at+".kind", parsePartyKind, partyKinds)}
	if list := f["cidrs"]; list != nil && list.Kind == yaml.SequenceNode && len(list.Content) == 0 {
		r.blame(at+".cidrs", "an empty list", "at least one: "+meansPartyCIDR, "ask the party for its addresses, or remove it")
	}
	out.CIDRs = r.blocks(f["cidrs"], at+".cidrs", opening{meansPartyCIDR, "203.0.113.0/24", minPartyBits, "ask the party for its addresses: no service may call the whole internet", notPublic})
	if s, ok := r.text(f["port"], at+".port", meansPartyPort); ok {
		port, err := strconv.Atoi(s)
		if err == nil && port >= 1 && port <= 65535 {
			out.Port = port
		} else {
			r.blame(at+".port", strconv.Quote(s), meansPartyPort, "write the one port on which it answers")
		}
	}
	return out
}

// notPublic says why no outside party can be there.
func notPublic(p netip.Prefix) string {
	switch {
	case isPrivate(p):
		return "name its public addresses: private networks hold our own stores and clusters"
	case slices.ContainsFunc(unrouted, func(block netip.Prefix) bool { return block.Contains(p.Addr()) }):
		return "name its public addresses: nobody on the internet has these"
	}
	return ""
}

func parsePartyKind(s string) (string, error) {
	if !slices.Contains(partyKinds, s) {
		return "", fmt.Errorf("unknown kind of party %q", s)
	}
	return s, nil
}

// partiesApart keeps addresses from standing under two kinds, because who may call one
// would reach the other, and from being said twice.
func (r *reader) partiesApart(all []Party) {
	for i, p := range all {
		for k, block := range p.CIDRs {
			at := fmt.Sprintf("parties.%s.cidrs[%d]", p.Name, k)
			for _, within := range p.CIDRs[:k] {
				if block.Overlaps(within) {
					r.blame(at, block.String(), "blocks that do not overlap; "+within.String()+" stands before it", "remove the smaller of the two")
				}
			}
			for _, other := range all[:i] {
				r.apartFrom(at, block, p, other)
			}
		}
	}
}

func (r *reader) apartFrom(at string, block netip.Prefix, p, other Party) {
	for _, theirs := range other.CIDRs {
		switch {
		case !block.Overlaps(theirs) || p.Kind == "" || other.Kind == "":
		case p.Kind != other.Kind:
			r.blame(at, block.String(), fmt.Sprintf("addresses of one kind of party; %s has %s and is of kind %s", other.Name, theirs, other.Kind),
				"ask for addresses of their own: who may call the one would reach the other")
		case p.Port == other.Port:
			r.blame(at, block.String(), fmt.Sprintf("addresses that no other party has on port %d; %s has %s", p.Port, other.Name, theirs), "remove one of the two")
		}
	}
}

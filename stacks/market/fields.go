package market

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	meansAccount = "the twelve digits of an AWS account, in quotes"
	meansDomain  = "a DNS name in lower case with at least one dot, e.g. mt.example.com"
	meansBlock   = "a /16 of 10.0.0.0/8 other than 10.100.0.0/16"
	meansAdmin   = "ARN of an IAM role of the market's account, e.g. arn:aws:iam::111122223333:role/platform-admin"
	meansPublic  = "a public IPv4 block of at most 65536 addresses (/16 to /32)"
	meansPrivate = "a block of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, of at most 65536 addresses (/16 to /32)"
)

var (
	accountForm = regexp.MustCompile(`^[0-9]{12}$`)
	labelForm   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	roleForm    = regexp.MustCompile(`^arn:aws:iam::([0-9]{12}):role/([\w+=,.@-]+/)*[\w+=,.@-]{1,64}$`)
)

func (r *reader) account(n *yaml.Node) string {
	s, ok := r.text(n, "account", meansAccount)
	if !ok {
		return ""
	}
	if !accountForm.MatchString(s) || s == "000000000000" {
		r.blame("account", strconv.Quote(s), meansAccount, "copy the account's id; `aws sts get-caller-identity` prints the one you are in")
		return ""
	}
	return s
}

func (r *reader) domain(n *yaml.Node) string {
	s, ok := r.text(n, "domain", meansDomain)
	if !ok {
		return ""
	}
	labels := strings.Split(s, ".")
	bad := slices.ContainsFunc(labels, func(l string) bool { return !labelForm.MatchString(l) })
	_, numeric := strconv.Atoi(labels[len(labels)-1])
	if bad || len(labels) < 2 || len(s) > 253 || numeric == nil {
		r.blame("domain", strconv.Quote(s), meansDomain, "write the name players use, without https:// and without a final dot")
		return ""
	}
	return s
}

// space is what address blocks are cut from; services is the part of it that EKS
// may give to Kubernetes services when a cluster names no range.
var (
	space    = netip.MustParsePrefix("10.0.0.0/8")
	services = netip.MustParsePrefix("10.100.0.0/16")
)

// block reads one region's address block. The size is fixed: every market gets
// the same subnets, and a VPC can be no larger.
func (r *reader) block(n *yaml.Node, path string) netip.Prefix {
	s, ok := r.text(n, path, meansBlock)
	if !ok {
		return netip.Prefix{}
	}
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		r.blame(path, strconv.Quote(s), meansBlock, "write it as 10.16.0.0/16")
	case p.Bits() != 16 || !p.Addr().Is4():
		r.blame(path, s, meansBlock, "use a /16: subnets for three zones and three zones of trust are cut from it")
	case p != p.Masked():
		r.blame(path, s, meansBlock, "write the block's first address: "+p.Masked().String())
	case !space.Overlaps(p):
		r.blame(path, s, meansBlock, "choose a block inside 10.0.0.0/8: elsewhere it may meet container bridges or the range of Kubernetes services")
	case p == services:
		r.blame(path, s, meansBlock, "choose another: EKS may take 10.100.0.0/16 for Kubernetes services")
	default:
		return p
	}
	return netip.Prefix{}
}

// admins reads who administers the clusters. Without anyone the cluster could
// not be repaired: its creator gets no entry of its own.
func (r *reader) admins(n *yaml.Node, account string) []string {
	const path = "clusterAdmins"
	if n == nil {
		return nil
	}
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.blame(path, "an empty list", "at least one "+meansAdmin, "add the role of the platform's administrators")
	}
	var out []string
	for i, arn := range r.list(n, path, meansAdmin) {
		at := fmt.Sprintf("%s[%d]", path, i)
		m := roleForm.FindStringSubmatch(arn)
		switch {
		case m == nil:
			r.blame(at, strconv.Quote(arn), meansAdmin, "name the role itself: no user, no session, no wildcard")
		case account != "" && m[1] != account:
			r.blame(at, strconv.Quote(arn), "a role of account "+account, "create the role in the market's own account")
		case slices.Contains(out, arn):
			r.blame(at, strconv.Quote(arn)+" again", "each role once", "remove one of the two")
		default:
			out = append(out, arn)
		}
	}
	return out
}

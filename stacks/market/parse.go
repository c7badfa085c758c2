package market

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"pitboss/regions"
	"pitboss/regions/eks"
)

// A parsed is a market file that was read on its own, before it is compared
// with the others. What could not be read is zero.
type parsed struct {
	Market
	*reader
}

// marketKeys is the form of a market file.
var marketKeys = []key{
	{"jurisdiction", true, "the code of a jurisdiction, e.g. MT"},
	{"environment", true, "one of " + strings.Join(environments, ", ")},
	{"account", true, meansAccount},
	{"domain", true, meansDomain},
	{"home", true, "the AWS region the market was first built in"},
	{"standby", true, "the market's second AWS region"},
	{"active", true, "home or standby, whichever takes writes now"},
	{"network", true, "one /16 for home and one for standby"},
	{"kubernetes", true, "a version that EKS offers: " + strings.Join(eks.Names(), ", ")},
	{"clusterAdmins", true, "at least one " + meansAdmin},
	{"apiEndpoint", false, ""},
	{"data", true, "the versions and sizes of postgres, redis and kafka"},
	{"traffic", true, "at least switch: one of " + strings.Join(switches, ", ")},
	{"recovery", false, ""},
	{"images", false, ""},
	{"parties", false, ""},
	{"events", false, ""},
	{"delivery", false, ""},
	{"approvals", false, ""},
}

var environments = []string{string(EnvironmentProd), string(EnvironmentStaging), string(EnvironmentDev)}

// parse reads one market file and judges it on its own.
func parse(name string, data []byte) parsed {
	p := parsed{Market{Name: name, File: fileOf(name)}, newReader(fileOf(name))}
	root := p.root(data)
	if root == nil {
		return p
	}
	f := p.object(root, "", marketKeys)
	p.Jurisdiction = value(p.reader, f["jurisdiction"], "jurisdiction", regions.ParseJurisdiction, regions.Codes())
	p.Environment = value(p.reader, f["environment"], "environment", parseEnvironment, environments)
	p.Home = value(p.reader, f["home"], "home", regions.Parse, regions.Names())
	p.Standby = value(p.reader, f["standby"], "standby", regions.Parse, regions.Names())
	p.Active = value(p.reader, f["active"], "active", regions.Parse, regions.Names())
	p.Kubernetes = value(p.reader, f["kubernetes"], "kubernetes", eks.Parse, eks.Names())
	p.Account = p.account(f["account"])
	p.Domain = p.domain(f["domain"])
	p.Network = p.network(f["network"])
	p.ClusterAdmins = p.admins(f["clusterAdmins"], p.Account)
	p.APIEndpoint = p.apiEndpoint(f["apiEndpoint"])
	p.Data = p.data(f["data"])
	p.Traffic = p.traffic(f["traffic"], p.Domain)
	p.recovery = p.readRecovery(f["recovery"], p.Market)
	p.Images = p.images(f["images"])
	p.Parties = p.parties(f["parties"])
	p.Events = p.events(f["events"])
	p.Delivery = p.delivery(f["delivery"], p.Market)
	p.Approvals = p.approvals(f["approvals"], p.Jurisdiction)
	p.checkPlacement()
	p.checkFailover()
	return p
}

// value reads one of a closed set of names.
func value[T any](r *reader, n *yaml.Node, path string, parse func(string) (T, error), names []string) T {
	var zero T
	s, ok := r.text(n, path, strings.Join(names, ", "))
	if !ok {
		return zero
	}
	v, err := parse(s)
	if err != nil {
		next := "choose one of these"
		if near := regions.Nearest(s, names); near != "" {
			next = fmt.Sprintf("did you mean %q?", near)
		}
		r.blame(path, fmt.Sprintf("%q", s), strings.Join(names, ", "), next)
		return zero
	}
	return v
}

func parseEnvironment(s string) (Environment, error) {
	if !slices.Contains(environments, s) {
		return "", fmt.Errorf("unknown environment %q", s)
	}
	return Environment(s), nil
}

// approvals reads the references of written approvals. Their keys are the rules
// that an approval can open in this jurisdiction.
func (r *reader) approvals(n *yaml.Node, j regions.Jurisdiction) map[string]string {
	if n == nil {
		return nil
	}
	var ids []string
	for _, rule := range j.Approvable() {
		ids = append(ids, rule.ID)
	}
	out := map[string]string{}
	for _, p := range r.pairs(n, "approvals", "a mapping from a rule's id to the reference of the written approval") {
		at := join("approvals", p.name)
		if !j.IsZero() && !slices.Contains(ids, p.name) {
			r.unknownRule(at, p.name, j, ids)
			continue
		}
		if ref, ok := r.text(p.value, at, "the reference of the regulator's written approval"); ok {
			out[p.name] = ref
		}
	}
	return out
}

func (r *reader) unknownRule(at, id string, j regions.Jurisdiction, ids []string) {
	allowed, next := strings.Join(ids, ", "), "remove it"
	if len(ids) == 0 {
		allowed = fmt.Sprintf("none: no rule of %s opens by approval", j)
	}
	if near := regions.Nearest(id, ids); near != "" {
		next = fmt.Sprintf("did you mean %q?", near)
	}
	r.blame(at, fmt.Sprintf("an approval under %q", id), allowed, next)
}

// network reads the two address blocks and keeps them apart.
func (r *reader) network(n *yaml.Node) Network {
	if n == nil {
		return Network{}
	}
	f := r.object(n, "network", []key{{"home", true, meansBlock}, {"standby", true, meansBlock}})
	out := Network{r.block(f["home"], "network.home"), r.block(f["standby"], "network.standby")}
	if overlap(out.Home, out.Standby) {
		r.blame("network.standby", out.Standby.String(), "a block of its own, apart from network.home", "choose another /16 of 10.0.0.0/8")
	}
	return out
}

// overlap is false for a block that could not be read.
func overlap(a, b netip.Prefix) bool { return a.IsValid() && b.IsValid() && a.Overlaps(b) }

package inventory

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pitboss/regions"
	"pitboss/stacks/market"
)

// Outputs are what a market's stacks have published: by the stack's name, then the
// output's.
type Outputs map[string]map[string]any

// Read makes the inventory of a market of what its stacks have published. It reports
// everything that is missing at once: a market that is not wholly up cannot be drilled.
func Read(m market.Market, outputs Outputs) (Inventory, error) {
	r := &reader{m: m, outputs: outputs}
	policy := m.Recovery()
	inv := Inventory{
		Market: m.Name, Account: m.Account, Home: m.Home, Standby: m.Standby, Active: m.Active,
		RTO: policy.RTO, RPO: policy.RPO, DrillsPerYear: policy.DrillsPerYear,
		Clusters: map[regions.Region]string{}, Buckets: map[regions.Region]string{},
	}
	if m.Standby.IsZero() {
		return inv, nil
	}
	for _, at := range m.Regions() {
		inv.Clusters[at] = r.region(at, "cluster", "name")
		inv.Buckets[at] = r.text(market.KindFoundation, "auditBuckets", string(regions.RecordPlatform), at.String())
	}
	inv.Databases, inv.Caches = r.databases(), r.caches()
	inv.Streams, inv.Traffic = r.streams(), r.traffic()
	inv.Signing = Signing{SecretARNs: r.relocated(r.text(market.KindFoundation, "signing", "secret")), PublicKey: r.text(market.KindFoundation, "signing", "publicKey")}
	return inv, r.err()
}

// reader picks values out of outputs and remembers what is missing.
type reader struct {
	m       market.Market
	outputs Outputs
	missing []string
}

func (r *reader) err() error {
	if len(r.missing) == 0 {
		return nil
	}
	slices.Sort(r.missing)
	return fmt.Errorf("stacks of market %s have not published %s\n  next: `pitboss up %s` with this version of the program",
		r.m.Name, strings.Join(slices.Compact(r.missing), ", "), r.m.Name)
}

// stack is the name of the market's stack of a kind; of a region's, in that region.
func (r *reader) stack(kind market.Kind, at regions.Region) string {
	for _, s := range r.m.Stacks() {
		if s.Kind == kind && (kind != market.KindRegion || s.Region == at) {
			return s.Name
		}
	}
	return ""
}

func (r *reader) at(stack string, path ...string) any {
	var v any = map[string]any(r.outputs[stack])
	for _, key := range path {
		m, ok := v.(map[string]any)
		if !ok || m[key] == nil {
			r.missing = append(r.missing, stack+": "+strings.Join(path, "."))
			return nil
		}
		v = m[key]
	}
	return v
}

func (r *reader) text(kind market.Kind, path ...string) string {
	s, _ := r.at(r.stack(kind, regions.Region{}), path...).(string)
	return s
}

func (r *reader) region(at regions.Region, path ...string) string {
	s, _ := r.at(r.stack(market.KindRegion, at), path...).(string)
	return s
}

func (r *reader) texts(kind market.Kind, path ...string) (out []string) {
	list, _ := r.at(r.stack(kind, regions.Region{}), path...).([]any)
	for _, one := range list {
		if s, ok := one.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) seconds(path ...string) time.Duration {
	n, _ := r.at(r.stack(market.KindGSLB, regions.Region{}), path...).(float64)
	return time.Duration(n * float64(time.Second))
}

// both reads one value of each region's stack.
func (r *reader) both(path ...string) map[regions.Region]string {
	out := map[regions.Region]string{}
	for _, at := range r.m.Regions() {
		out[at] = r.region(at, path...)
	}
	return out
}

// relocated is a secret's ARN in each region: its copies differ in nothing else.
func (r *reader) relocated(arn string) map[regions.Region]string {
	out := map[regions.Region]string{}
	parts := strings.SplitN(arn, ":", 6)
	for _, at := range r.m.Regions() {
		if len(parts) == 6 {
			parts[3] = at.String()
			out[at] = strings.Join(parts, ":")
		}
	}
	return out
}

// names is the keys of an output, sorted.
func (r *reader) names(stack, output string) []string {
	v, _ := r.at(stack, output).(map[string]any)
	return slices.Sorted(maps.Keys(v))
}

// ledger is the database that holds the money: components/stores names it.
const ledger = "ledger"

func (r *reader) databases() (out []Database) {
	for _, name := range r.names(r.stack(market.KindRegion, r.m.Home), "postgres") {
		out = append(out, Database{
			Name: name, GlobalID: r.region(r.m.Home, "postgres", name, "global"), Ledger: name == ledger,
			ARNs: r.both("postgres", name, "arn"), Groups: r.both("postgres", name, "group"),
			SecretARNs: r.relocated(r.text(market.KindFoundation, "secrets", name+"-master")),
		})
	}
	return out
}

func (r *reader) caches() (out []Cache) {
	for _, name := range r.names(r.stack(market.KindRegion, r.m.Home), "redis") {
		c := Cache{Name: name, GlobalID: r.region(r.m.Home, "redis", name, "global"), Groups: map[regions.Region]string{}}
		for at, arn := range r.both("redis", name, "arn") {
			c.Groups[at] = arn[strings.LastIndexByte(arn, ':')+1:]
		}
		out = append(out, c)
	}
	return out
}

func (r *reader) streams() Streams {
	s := Streams{Replicators: map[regions.Region]Replicator{}}
	topics, groups := r.texts(market.KindGSLB, "streams", "topics"), r.texts(market.KindGSLB, "streams", "groups")
	nothing := r.text(market.KindGSLB, "streams", "nothing")
	for _, from := range r.m.Regions() {
		s.Replicators[from] = Replicator{
			ARN: r.text(market.KindGSLB, "streams", "replicators", from.String(), "arn"), In: r.m.Other(from),
			ClusterName: r.text(market.KindGSLB, "streams", "replicators", from.String(), "cluster"),
			Topics:      topics, Groups: groups, Nothing: nothing,
		}
	}
	return s
}

func (r *reader) traffic() Traffic {
	gslb := r.stack(market.KindGSLB, regions.Region{})
	t := Traffic{
		ZoneID: r.text(market.KindFoundation, "zone", "id"), TTL: r.seconds("traffic", "ttlSeconds"), Failover: r.seconds("traffic", "failoverSeconds"),
		Direct: map[regions.Region]string{}, Targets: map[string]map[regions.Region]string{}, EndpointGroups: map[regions.Region][]string{},
	}
	for _, name := range []string{r.text(market.KindGSLB, "traffic", "names", "api"), r.text(market.KindGSLB, "traffic", "names", "websocket")} {
		t.Names = append(t.Names, name)
		t.Targets[name] = map[regions.Region]string{}
		for _, at := range r.m.Regions() {
			t.Targets[name][at] = "prefer-" + at.String() + "." + name
		}
	}
	byRegion := func(path ...string) map[regions.Region]string {
		out := map[regions.Region]string{}
		for _, at := range r.m.Regions() {
			out[at] = r.text(market.KindGSLB, append(slices.Clone(path), at.String())...)
		}
		return out
	}
	t.Direct = byRegion("traffic", "direct")
	for _, at := range r.m.Regions() {
		t.EndpointGroups[at] = r.texts(market.KindGSLB, "traffic", "accelerator", "groups", at.String())
	}
	if r.text(market.KindGSLB, "traffic", "switch", "kind") == "routing-control" {
		t.Controls = byRegion("traffic", "switch", "controls")
		t.Endpoints = endpoints(r.at(gslb, "traffic", "switch", "endpoints"))
		return t
	}
	t.Checks = map[regions.Region]string{}
	for _, at := range r.m.Regions() {
		t.Checks[at] = r.text(market.KindGSLB, "traffic", "healthChecks", at.String(), "switch")
	}
	return t
}

func endpoints(v any) (out []Endpoint) {
	list, _ := v.([]any)
	for _, one := range list {
		m, _ := one.(map[string]any)
		url, _ := m["endpoint"].(string)
		region, _ := m["region"].(string)
		out = append(out, Endpoint{URL: url, Region: region})
	}
	return out
}

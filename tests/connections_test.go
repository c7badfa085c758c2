package tests

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pitboss/components/network"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/components/stores"
	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// connectionTables are the stacks whose table of allowed connections is reviewed.
var connectionTables = []string{"mt-eu-south-1"}

// eachRegion calls check for every region stack of every market.
func eachRegion(t *testing.T, check func(t *testing.T, m market.Market, s market.Stack, r record.Recording)) {
	t.Helper()
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		if s.Kind == market.KindRegion {
			check(t, m, s, r)
		}
	})
}

// TestConnectionsAreWhatIsDeclared compares every pair of workloads, on every port that
// either has and some that nobody has, with what the services' tables declare: what is
// declared is open, and everything else is closed.
func TestConnectionsAreWhatIsDeclared(t *testing.T) {
	eachRegion(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		w := readPolicies(r)
		open, closed, problems := w.compare(m)
		for _, problem := range problems {
			t.Error(problem)
		}
		if open == 0 || closed < 10*open {
			t.Errorf("%d connections are open and %d closed: this proves nothing", open, closed)
		}
		t.Logf("%s: %d connections inside are open as declared, %d are closed", s.Name, open, closed)
	})
}

// TestConnectionCheckBites takes the default away, and opens something that nobody
// declared: both are seen.
func TestConnectionCheckBites(t *testing.T) {
	m := markets(t)[0]
	r := compose(t, m, false)[stackOf(m, market.KindRegion).Name]
	cases := map[string]func(*record.Resource){
		"NoDefault": func(p *record.Resource) {
			if p.Text("metadata", "name") == "default-deny" && p.Text("metadata", "namespace") == "live" {
				p.Inputs["spec"] = map[string]any{"podSelector": map[string]any{"matchLabels": map[string]any{"no": "pod"}}, "policyTypes": []any{"Ingress", "Egress"}}
			}
		},
		"Everybody": func(p *record.Resource) {
			if p.Text("metadata", "name") == "wallet-ledger" {
				p.Inputs["spec"].(map[string]any)["ingress"] = []any{map[string]any{}}
			}
		},
		"Closed": func(p *record.Resource) {
			if p.Text("metadata", "name") == "login" {
				p.Inputs["spec"].(map[string]any)["ingress"] = nil
			}
		},
	}
	for name, edit := range cases {
		var changed record.Recording
		for _, one := range r.Resources {
			one = clone(one)
			if one.Type == networkPolicy {
				edit(&one)
			}
			changed.Resources = append(changed.Resources, one)
		}
		w := readPolicies(changed)
		if _, _, problems := w.compare(m); len(problems) == 0 {
			t.Errorf("%s: not seen", name)
		}
	}
}

// compare tries every pair of pods on every port. Pods on their node's network are left
// out as sources: no policy reaches those, admission and the node's security group do.
func (w policyWorld) compare(m market.Market) (open, closed int, problems []string) {
	for _, from := range w.pods {
		for _, to := range w.pods {
			if from.host || to.host || from.name == to.name && from.namespace == to.namespace {
				continue
			}
			for _, port := range append(slices.Clone(to.ports), podPort{"ssh", "TCP", 22}, podPort{"other", "TCP", 8099}, podPort{"other", "UDP", 53000}) {
				if to.namespace == "monitoring" || from.namespace == "kube-system" {
					continue
				}
				want, got := w.declared(m, from, to, port), w.mayConnect(peer{pod: &from}, peer{pod: &to}, port)
				if want != got {
					problems = append(problems, fmt.Sprintf("%s/%s -> %s/%s %s: open %t, declared %t", from.namespace, from.name, to.namespace, to.name, port, got, want))
				}
				if got {
					open++
				} else {
					closed++
				}
			}
		}
	}
	return open, closed, problems
}

// declared is whether the tables let one workload speak to a port of another.
func (w policyWorld) declared(m market.Market, from, to workloadPod, port podPort) bool {
	switch {
	case to.name == "coredns":
		_, ours := w.namespaces[from.namespace][labels.Domain]
		return from.namespace == "monitoring" || ours && from.namespace != "capacity" && port.number == 53
	case from.name == "prometheus":
		return port.name == "metrics"
	}
	for _, d := range services.For(m.Jurisdiction) {
		for _, s := range d.Services {
			if d.Name != from.namespace || s.Name != from.name {
				continue
			}
			return slices.ContainsFunc(s.Connections, func(c services.Connection) bool {
				return c.Service == to.name && c.Port == port.name
			})
		}
	}
	return false
}

// outsider is an address outside of the cluster that is probed.
type outsider struct {
	what    string
	address netip.Addr
	port    podPort
	allowed func(services.Service) bool
}

// outsiders are places that pods may want to reach, and who may.
func outsiders(t *testing.T, m market.Market, s market.Stack) []outsider {
	t.Helper()
	in := func(tier network.Tier) netip.Addr {
		block, err := network.Block(m.CIDR(s.Region), tier, s.Region.Zones()[1])
		if err != nil {
			t.Fatal(err)
		}
		return block.Addr().Next().Next().Next().Next().Next()
	}
	nobody := func(services.Service) bool { return false }
	uses := func(chosen func(services.Connection) bool) func(services.Service) bool {
		return func(s services.Service) bool { return slices.ContainsFunc(s.Connections, chosen) }
	}
	store := func(names ...string) func(services.Service) bool {
		return uses(func(c services.Connection) bool {
			i := slices.IndexFunc(stores.Consumers(), func(one stores.Consumer) bool { return one.Name == c.Store })
			return i >= 0 && slices.Contains(names, stores.Consumers()[i].Store)
		})
	}
	topics := uses(func(c services.Connection) bool { return len(c.Reads)+len(c.Writes) > 0 })
	aws := uses(func(c services.Connection) bool { return len(c.Reads)+len(c.Writes) > 0 || c.Evidence != "" })
	tcp := func(number int) podPort { return podPort{"", "TCP", number} }
	out := []outsider{
		{"the internet", netip.MustParseAddr("9.9.9.9"), tcp(443), nobody},
		{"the node's metadata", netip.MustParseAddr("169.254.169.254"), tcp(80), nobody},
		{"the Kubernetes API", netip.MustParseAddr("172.20.0.1"), tcp(443), nobody},
		{"SSH of a database", in(network.Vault), tcp(22), nobody},
		{"another pool's node", in(network.Core), tcp(10250), nobody},
		{"Postgres", in(network.Vault), tcp(5432), store(stores.Ledger, stores.VaultDatabase)},
		{"Redis", in(network.Vault), tcp(6379), store("sessions", "cache")},
		{"Postgres where none is", in(network.Core), tcp(5432), nobody},
		{"Kafka", in(network.Core), tcp(9098), topics},
		{"Kafka in the clear", in(network.Core), tcp(9092), nobody},
		{"pod identity", netip.MustParseAddr("169.254.170.23"), tcp(80), aws},
	}
	for _, party := range m.Parties {
		may := uses(func(c services.Connection) bool { return string(c.Party) == party.Kind })
		out = append(out, outsider{"party " + party.Name, party.CIDRs[0].Addr(), tcp(party.Port), may},
			outsider{"SSH of party " + party.Name, party.CIDRs[0].Addr(), tcp(22), nobody})
	}
	return out
}

// TestWaysOutAreDeclared probes what lies outside of the cluster, from every workload.
func TestWaysOutAreDeclared(t *testing.T) {
	eachRegion(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		w, open := readPolicies(r), 0
		for _, d := range services.For(m.Jurisdiction) {
			for _, service := range d.Services {
				from := w.pod(d.Name, service.Name)
				if from.host {
					continue
				}
				for _, to := range outsiders(t, m, s) {
					got := w.mayConnect(peer{pod: &from}, peer{address: to.address}, to.port)
					if got != to.allowed(service) {
						t.Errorf("%s -> %s (%s %s): open %t, declared %t", service.Name, to.what, to.address, to.port, got, to.allowed(service))
					}
					if got {
						open++
					}
				}
			}
		}
		if open == 0 {
			t.Error("nothing is open: this proves nothing")
		}
	})
}

// TestWaysInAreThePlayers wants the internet let in where players are answered, and
// nowhere else.
func TestWaysInAreThePlayers(t *testing.T) {
	player := peer{address: netip.MustParseAddr("198.18.0.7")}
	eachRegion(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		w, open := readPolicies(r), 0
		for _, d := range services.For(m.Jurisdiction) {
			for _, service := range d.Services {
				to := w.pod(d.Name, service.Name)
				if to.host {
					continue
				}
				for _, port := range to.ports {
					declared := slices.ContainsFunc(service.Ports, func(p services.Port) bool { return p.Name == port.name && p.Players })
					got := w.mayConnect(player, peer{pod: &to}, port)
					if got != declared {
						t.Errorf("a player -> %s %s: open %t, declared %t", service.Name, port, got, declared)
					}
					if got {
						open++
					}
				}
			}
		}
		if open != 1 {
			t.Errorf("players reach %d ports, want the gateway's one", open)
		}
	})
}

// TestGoldenConnections compares the table of allowed connections with the reviewed one.
func TestGoldenConnections(t *testing.T) {
	compared := 0
	eachRegion(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		if slices.Contains(connectionTables, s.Name) {
			golden(t, filepath.Join("golden", s.Name+"-connections.txt"), readPolicies(r).table())
			compared++
		}
	})
	if compared != len(connectionTables) {
		t.Errorf("compared %d of %v", compared, connectionTables)
	}
}

// table is every allowed connection, as policies let them through: workload, destination,
// port. Addresses outside are as the policies write them.
func (w policyWorld) table() string {
	var out []string
	for _, from := range w.pods {
		if from.namespace == "kube-system" {
			continue
		}
		for _, to := range w.pods {
			if from.host || to.host || to.namespace == "monitoring" || from.namespace == to.namespace && from.name == to.name {
				continue
			}
			for _, port := range to.ports {
				if from.namespace != "monitoring" && from.name != stray && to.name != "coredns" && w.mayConnect(peer{pod: &from}, peer{pod: &to}, port) {
					out = append(out, fmt.Sprintf("%-28s -> %-28s %s", from.namespace+"/"+from.name, to.namespace+"/"+to.name, port))
				}
			}
		}
	}
	for _, policy := range w.policies {
		at := policy.Text("metadata", "namespace") + "/" + policy.Text("metadata", "name")
		out = append(out, blocks(policy, "egress", "to", at, "%-28s -> %-28s %s")...)
		out = append(out, blocks(policy, "ingress", "from", at, "%[2]s -> %-28[1]s %[3]s")...)
	}
	slices.Sort(out)
	return strings.Join(append([]string{"# DNS for all, metrics for Prometheus, and:"}, slices.Compact(out)...), "\n") + "\n"
}

// blocks is a policy's openings to addresses.
func blocks(policy record.Resource, direction, peers, at, format string) (out []string) {
	rules, _ := policy.Get("spec", direction).([]any)
	for i := range rules {
		to, _ := policy.Get("spec", direction, i, peers).([]any)
		ports, _ := policy.Get("spec", direction, i, "ports").([]any)
		for k := range to {
			cidr := policy.Text("spec", direction, i, peers, k, "ipBlock", "cidr")
			for n := range ports {
				if cidr != "" {
					port := policy.Text("spec", direction, i, "ports", n, "protocol") + "/" + policy.Text("spec", direction, i, "ports", n, "port")
					out = append(out, fmt.Sprintf(format, at, cidr, port))
				}
			}
		}
	}
	return out
}

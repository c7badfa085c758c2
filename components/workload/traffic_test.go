package workload_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pitboss/components/workload"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
)

// TestTraffic reads the whole policy of each service: what is not here is closed.
func TestTraffic(t *testing.T) {
	for service, want := range map[string][]string{
		"ledger": {
			"from play/api, play/worker at TCP 8080", "from monitoring/* at TCP 9090",
			"to 10.16.192.0/21, 10.16.200.0/21 at TCP 5432", "to 10.16.192.0/21, 10.16.200.0/21 at TCP 6379",
			"to 10.16.0.0/19, 10.16.32.0/19 at TCP 9098", "to 169.254.170.23/32 at TCP 80",
		},
		// Nobody of the cluster asks its health: the kubelet needs no opening. Of the parties,
		// only those of its kind; media is on the host's network, known by its nodes.
		"api": {
			"from 0.0.0.0/0 at TCP 8443", "from monitoring/* at TCP 9090",
			"to bank/ledger at TCP 8080", "to 10.16.128.0/20 at TCP 9200", "to 192.0.2.0/28 at TCP 8443",
		},
		"worker": {
			"from monitoring/* at TCP 9090",
			"to bank/ledger at TCP 8080", "to 10.16.0.0/19, 10.16.32.0/19 at TCP 9098", "to 169.254.170.23/32 at TCP 80",
		},
		"capture": {"from monitoring/* at TCP 9090"},
		"people":  {"from monitoring/* at TCP 9090", "to 10.16.192.0/21, 10.16.200.0/21 at TCP 5432"},
		"report":  {"to 10.16.192.0/21, 10.16.200.0/21 at TCP 5432", "to 169.254.170.23/32 at TCP 80", "to 10.16.0.0/16 at TCP 443"},
		"media":   {"from play/api at TCP 9200", "from 0.0.0.0/0 at UDP 3478", "from 0.0.0.0/0 at UDP 50000-60000"},
	} {
		policy := object(t, made(t, service), service+"-traffic")
		if got := openings(policy); !slices.Equal(got, want) {
			t.Errorf("%s is open\n%s\nwant\n%s", service, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		expect{"spec.policyTypes": "[Ingress Egress]", "spec.podSelector.matchLabels.pitboss.io/service": service}.of(t, service, policy.Get)
		toAll := slices.ContainsFunc(want, func(line string) bool { return strings.Contains(line, "0.0.0.0/0") })
		if said := policy.Text("metadata", "annotations", "pitboss.io/open-because"); toAll != (len(said) >= 20) {
			t.Errorf("%s is open to all: %t, and says %q", service, toAll, said)
		}
	}
}

// TestNoPartiesOpensNothing: a rule without peers would be open to all.
func TestNoPartiesOpensNothing(t *testing.T) {
	r := made(t, "api", func(a *workload.Args) { a.Parties = nil })
	for _, line := range openings(object(t, r, "api-traffic")) {
		if strings.Contains(line, "192.0.2") || strings.Contains(line, "to  at") {
			t.Errorf("without parties it is open %s", line)
		}
	}
}

// TestACallerOnTheHost is known by its node's address, in the other direction too.
func TestACallerOnTheHost(t *testing.T) {
	all := domains()
	all[3].Services[0].Connections = append(all[3].Services[0].Connections, all[1].Services[0].Connections[0])
	got := openings(object(t, componenttest.Record(t, program(given(t, all, "ledger"))), "ledger-traffic"))[0]
	if want := "from play/api, play/worker, 10.16.128.0/20 at TCP 8080"; got != want {
		t.Errorf("the ledger is open %s, want %s", got, want)
	}
}

// openings is a policy as people read it, rule by rule.
func openings(policy record.Resource) []string {
	var out []string
	for _, way := range [][3]string{{"ingress", "from", "from"}, {"egress", "to", "to"}} {
		rules, _ := policy.Get("spec", way[0]).([]any)
		for i := range rules {
			at := []any{"spec", way[0], i}
			var peers []string
			all, _ := policy.Get(slices.Concat(at, []any{way[1]})...).([]any)
			for j := range all {
				peers = append(peers, peer(policy, slices.Concat(at, []any{way[1], j})))
			}
			port := slices.Concat(at, []any{"ports", 0})
			line := fmt.Sprintf("%s %s at %s %s", way[2], strings.Join(peers, ", "), policy.Text(slices.Concat(port, []any{"protocol"})...), policy.Text(slices.Concat(port, []any{"port"})...))
			if last := policy.Text(slices.Concat(port, []any{"endPort"})...); last != "" {
				line += "-" + last
			}
			out = append(out, line)
		}
	}
	return out
}

func peer(policy record.Resource, at []any) string {
	if block := policy.Text(slices.Concat(at, []any{"ipBlock", "cidr"})...); block != "" {
		return block
	}
	service := policy.Text(slices.Concat(at, []any{"podSelector", "matchLabels", "pitboss.io/service"})...)
	if service == "" {
		service = "*"
	}
	return policy.Text(slices.Concat(at, []any{"namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"})...) + "/" + service
}

package tests

import (
	"encoding/json"
	"slices"
	"testing"

	"pitboss/components/keyring"
	"pitboss/components/pools"
	"pitboss/internal/record"
	"pitboss/regions/role"
	"pitboss/stacks/market"
)

// TestOutputs wants what other stacks and `pitboss status` read, under these names: a
// change here is a change of an interface.
func TestOutputs(t *testing.T) {
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		out := record.Resource{Name: s.Name, Inputs: r.Outputs}
		switch s.Kind {
		case market.KindFoundation:
			foundationOutputs(t, m, out)
		case market.KindRegion:
			regionOutputs(t, m, s, out)
			dataOutputs(t, m, s, out)
		case market.KindGSLB:
			trafficOutputs(t, m, out)
		}
	})
}

func foundationOutputs(t *testing.T, m market.Market, out record.Resource) {
	want := []string{"auditBuckets", "databases", "deployment", "keys", "passwords", "secrets", "signing", "zone"}
	if m.Delivery != nil {
		want = slices.Sorted(slices.Values(append(want, "delivery")))
	}
	if got := keysOf(out.Inputs); !slices.Equal(got, want) {
		t.Errorf("outputs are %v", got)
	}
	for _, where := range m.Regions() {
		for _, class := range keyring.Classes() {
			if out.Text("keys", string(class), where.String()) == "" {
				t.Errorf("no key of %s in %s", class, where)
			}
		}
		for _, kept := range m.Jurisdiction.Retentions() {
			if out.Text("auditBuckets", string(kept.Class), where.String()) == "" {
				t.Errorf("no bucket of %s in %s", kept.Class, where)
			}
		}
	}
}

func regionOutputs(t *testing.T, m market.Market, s market.Stack, out record.Resource) {
	if got := keysOf(out.Inputs); !slices.Equal(got, []string{"cluster", "edge", "kafka", "kubeconfig", "network", "pools", "postgres", "redis", "role"}) {
		t.Errorf("outputs are %v", got)
	}
	for _, key := range []string{"name", "region", "version", "endpoint", "arn"} {
		if out.Text("cluster", key) == "" {
			t.Errorf("cluster has no %s", key)
		}
	}
	if err := first(want(out, s.Region.String(), "cluster", "region"), want(out, m.CIDR(s.Region).String(), "network", "cidr")); err != nil {
		t.Error(err)
	}
	if out.Text("network", "vpcId") == "" {
		t.Error("network has no vpcId")
	}
	for _, row := range pools.Table() {
		for _, key := range []string{"min", "max", "desired", "capacityType"} {
			if out.Get("pools", string(row.Pool), key) == nil {
				t.Errorf("pool %s has no %s", row.Pool, key)
			}
		}
		if !slices.Equal(out.Texts("pools", string(row.Pool), "instanceTypes"), row.InstanceTypes) {
			t.Errorf("pool %s has the types %v", row.Pool, out.Texts("pools", string(row.Pool), "instanceTypes"))
		}
	}
	var config map[string]any
	if err := json.Unmarshal([]byte(out.Text("kubeconfig")), &config); err != nil {
		t.Errorf("kubeconfig: %v", err)
	}
}

// dataOutputs wants what services connect to, and what the role tells them.
func dataOutputs(t *testing.T, m market.Market, s market.Stack, out record.Resource) {
	for _, path := range [][]any{
		{"postgres", "ledger", "writer"}, {"postgres", "ledger", "reader"}, {"postgres", "ledger", "reporting"}, {"postgres", "ledger", "proxy"},
		{"postgres", "vault", "writer"}, {"postgres", "vault", "clientsGroup"}, {"postgres", "ledger", "group"}, {"postgres", "ledger", "arn"}, {"postgres", "ledger", "global"}, {"redis", "sessions", "endpoint"}, {"redis", "cache", "global"},
		{"kafka", "arn"}, {"kafka", "brokers"}, {"edge", "web", "dnsName"}, {"edge", "media", "arn"}, {"role", "name"},
	} {
		if out.Text(path...) == "" {
			t.Errorf("no output %v", path)
		}
	}
	if out.Get("postgres", "vault", "proxy") != nil {
		t.Error("the vault has a proxy that nobody asked for")
	}
	if writes := out.Get("role", "writes"); writes != (m.Role(s.Region) == role.Active) {
		t.Errorf("%s is %s and may write: %v", s.Region, m.Role(s.Region), writes)
	}
}

// trafficOutputs wants what a drill moves.
func trafficOutputs(t *testing.T, m market.Market, out record.Resource) {
	if got := keysOf(out.Inputs); !slices.Equal(got, []string{"streams", "traffic"}) {
		t.Errorf("outputs are %v", got)
	}
	for _, path := range [][]any{
		{"traffic", "names", "api"}, {"traffic", "switch", "kind"}, {"traffic", "accelerator", "dnsName"}, {"traffic", "failoverSeconds"},
		{"streams", "replicators", m.Home.String(), "arn"}, {"streams", "nothing"}, {"traffic", "ttlSeconds"}, {"traffic", "accelerator", "groups", m.Home.String(), 0},
		{"traffic", "healthChecks", m.Home.String(), "open"}, {"traffic", "healthChecks", m.Standby.String(), "switch"},
	} {
		if out.Text(path...) == "" {
			t.Errorf("no output %v", path)
		}
	}
}

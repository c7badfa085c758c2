package tests

import (
	"encoding/json"
	"slices"
	"testing"

	"pitboss/components/keyring"
	"pitboss/components/pools"
	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// TestOutputs wants what other stacks and `pitboss status` read, under these names: a
// change here is a change of an interface.
func TestOutputs(t *testing.T) {
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		out := record.Resource{Name: s.Name, Inputs: r.Outputs}
		if s.Kind == market.KindFoundation {
			foundationOutputs(t, m, out)
		} else {
			regionOutputs(t, m, s, out)
		}
	})
}

func foundationOutputs(t *testing.T, m market.Market, out record.Resource) {
	if got := keysOf(out.Inputs); !slices.Equal(got, []string{"auditBuckets", "deployment", "keys"}) {
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
	if got := keysOf(out.Inputs); !slices.Equal(got, []string{"cluster", "kubeconfig", "network", "pools"}) {
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

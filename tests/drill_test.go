package tests

import (
	"strings"
	"testing"

	"pitboss/drill/inventory"
	"pitboss/drill/plan"
	"pitboss/drill/steps"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// published is what every stack of a market publishes.
func published(t *testing.T, m market.Market) inventory.Outputs {
	out := inventory.Outputs{}
	for name, r := range compose(t, m, false) {
		out[name] = r.Outputs
		if traffic, ok := r.Outputs["traffic"].(map[string]any); ok {
			// A recording makes no endpoints of an ARC cluster.
			if lever, _ := traffic["switch"].(map[string]any); lever["kind"] == "routing-control" {
				lever["endpoints"] = []any{map[string]any{"endpoint": "https://arc.example.com/v1", "region": "eu-west-1"}}
			}
		}
	}
	return out
}

// TestEveryMarketCanBeDrilled: what the stacks publish is all that a drill needs, in both
// directions, and its plan keeps the market's RTO by the promises of its steps.
func TestEveryMarketCanBeDrilled(t *testing.T) {
	for _, m := range markets(t) {
		t.Run(m.Name, func(t *testing.T) {
			inv, err := inventory.Read(m, published(t, m))
			if err != nil {
				t.Fatal(err)
			}
			if len(inv.Databases) != 2 || len(inv.Caches) != 2 || len(inv.Streams.Replicators) != 2 || len(inv.Traffic.Names) != 2 {
				t.Errorf("%d databases, %d caches, %d replicators, %d names", len(inv.Databases), len(inv.Caches), len(inv.Streams.Replicators), len(inv.Traffic.Names))
			}
			for _, at := range m.Regions() {
				complete(t, inv, at)
			}
			for _, kind := range plan.Kinds() {
				p, _, err := steps.Derive(inv, kind, m.Other(m.Active), steps.DefaultPace())
				if err != nil {
					t.Fatal(err)
				}
				ok, breaks, total := p.Verdict()
				t.Logf("%s of %s: %d steps, %s without service by its promises, RTO %s", kind, m.Name, len(p.Steps), total, p.RTO)
				if !ok {
					t.Errorf("%s takes %s, the RTO is %s: %s breaks it", kind, total, p.RTO, breaks.ID)
				}
			}
		})
	}
}

// complete wants something of everything in a region.
func complete(t *testing.T, inv inventory.Inventory, at regions.Region) {
	have := map[string]string{"cluster": inv.Clusters[at], "bucket": inv.Buckets[at], "signing key": inv.Signing.SecretARNs[at], "direct name": inv.Traffic.Direct[at]}
	for _, d := range inv.Databases {
		have["cluster of "+d.Name], have["group of "+d.Name], have["secret of "+d.Name] = d.ARNs[at], d.Groups[at], d.SecretARNs[at]
	}
	for _, c := range inv.Caches {
		have["group of "+c.Name] = c.Groups[at]
	}
	have["replicator"], have["topics"] = inv.Streams.Replicators[at].ARN, strings.Join(inv.Streams.Replicators[at].Topics, " ")
	have["switch"] = inv.Traffic.Controls[at] + inv.Traffic.Checks[at]
	have["endpoint groups"] = strings.Join(inv.Traffic.EndpointGroups[at], " ")
	for what, value := range have {
		if value == "" {
			t.Errorf("%s: no %s", at, what)
		}
	}
}

// TestWhatIsNotPublishedIsNamed: a market that is not wholly up is told what is missing,
// all of it at once.
func TestWhatIsNotPublishedIsNamed(t *testing.T) {
	m := markets(t)[0]
	outputs := published(t, m)
	for name := range outputs {
		if strings.HasSuffix(name, "gslb") || strings.HasSuffix(name, "foundation") {
			outputs[name] = map[string]any{}
		}
	}
	_, err := inventory.Read(m, outputs)
	for _, want := range []string{"traffic.names.api", "signing.publicKey", "streams.nothing", "next: `pitboss up " + m.Name} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in %v", want, err)
		}
	}
}

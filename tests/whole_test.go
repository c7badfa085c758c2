package tests

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/internal/record"
	"pitboss/regions/eks"
	"pitboss/stacks/market"
)

// urns is what a recording makes.
func urns(r record.Recording) []string {
	var out []string
	for _, one := range r.Resources {
		out = append(out, one.URN)
	}
	return out
}

// TestPreviewIsComplete shows that no resource hides behind a value that a preview does
// not know.
func TestPreviewIsComplete(t *testing.T) {
	for _, m := range markets(t) {
		previewed, updated := compose(t, m, true), compose(t, m, false)
		for _, s := range m.Stacks() {
			if missing := difference(urns(updated[s.Name]), urns(previewed[s.Name])); len(missing) > 0 {
				t.Errorf("%s: made only once the cloud has answered: %s", s.Name, strings.Join(missing, "\n"))
			}
			if extra := difference(urns(previewed[s.Name]), urns(updated[s.Name])); len(extra) > 0 {
				t.Errorf("%s: previewed and never made: %s", s.Name, strings.Join(extra, "\n"))
			}
		}
	}
}

// TestPreviewCheckBites hides a resource behind an unknown value and sees it missing.
func TestPreviewCheckBites(t *testing.T) {
	hide := func(ctx *pulumi.Context) (pulumi.Map, error) {
		open := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:Open", "open", pulumi.Map{}, open); err != nil {
			return nil, err
		}
		open.ID().ApplyT(func(pulumi.ID) error {
			return ctx.RegisterResource("test:index:Hidden", "hidden", pulumi.Map{}, &pulumi.CustomResourceState{})
		})
		return nil, nil
	}
	var made [2]record.Recording
	for i, preview := range []bool{true, false} {
		r, err := record.Run(record.Options{Stack: "s", Preview: preview}, hide)
		if err != nil {
			t.Fatal(err)
		}
		made[i] = r
	}
	if missing := difference(urns(made[1]), urns(made[0])); len(missing) != 1 || !strings.HasSuffix(missing[0], "::hidden") {
		t.Errorf("the preview misses %v, want the hidden one", missing)
	}
}

// TestOldVersionsStayOperable composes a market whose Kubernetes version has left
// support: it warns, and stops nothing.
func TestOldVersionsStayOperable(t *testing.T) {
	m := markets(t)[0]
	m.Kubernetes = eks.All()[0]
	all := compose(t, m, false)
	for _, s := range m.Stacks() {
		if s.Kind != market.KindRegion {
			continue
		}
		if got := all[s.Name].Type("eks/cluster:Cluster")[0].Text("version"); got != m.Kubernetes.String() {
			t.Errorf("%s: version is %s, want %s", s.Name, got, m.Kubernetes)
		}
	}
}

func difference(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(one string) bool { return slices.Contains(b, one) })
}

// TestNamesAreTheirOwn shows that no two stacks of any markets claim one physical name.
func TestNamesAreTheirOwn(t *testing.T) {
	owner := map[string]string{}
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		for _, one := range r.Resources {
			claim := ""
			switch {
			case one.Is("BucketV2"): // unique in the world
				claim = one.Text("bucket")
			case one.Is("iam/role:Role") && one.Text("name") != "": // unique in the account
				claim = m.Account + " " + one.Text("name")
			case one.Is("kms/alias:Alias"), one.Is("eks/cluster:Cluster"), one.Is("LogGroup"): // and region
				claim = m.Account + " " + r.Region(one) + " " + one.Text("name")
			default:
				continue
			}
			claim = one.Type + " " + claim
			if other := owner[claim]; other != "" {
				t.Errorf("%s is claimed by %s and by %s", claim, other, s.Name)
			}
			owner[claim] = s.Name
		}
	})
	if len(owner) == 0 {
		t.Error("nothing has a name: this proves nothing")
	}
}

// TestAddressesDoNotOverlap shows that any two markets' subnets can be peered later.
func TestAddressesDoNotOverlap(t *testing.T) {
	type subnet struct {
		where string
		block netip.Prefix
	}
	var all []subnet
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		for _, one := range r.Type("Subnet") {
			block := netip.MustParsePrefix(one.Text("cidrBlock"))
			if !m.CIDR(s.Region).Overlaps(block) {
				t.Errorf("%s: %s is outside of %s", one.Name, block, m.CIDR(s.Region))
			}
			for _, other := range all {
				if other.block.Overlaps(block) {
					t.Errorf("%s %s overlaps %s of %s", one.Name, block, other.block, other.where)
				}
			}
			all = append(all, subnet{s.Name + " " + one.Name, block})
		}
	})
}

// TestWhatLogsFindsItsLogGroup wants, for each cluster and database, the group that AWS
// writes to in the foundation, in the same region: where there is none, AWS makes one
// without key and retention. The names are AWS's own.
func TestWhatLogsFindsItsLogGroup(t *testing.T) {
	writers := map[string]func(record.Resource) string{
		"eks/cluster:Cluster": func(r record.Resource) string { return "/aws/eks/" + r.Text("name") + "/cluster" },
		"rds/cluster:Cluster": func(r record.Resource) string {
			return "/aws/rds/cluster/" + r.Text("clusterIdentifier") + "/postgresql"
		},
		"rds/proxy:Proxy": func(r record.Resource) string { return "/aws/rds/proxy/" + r.Text("name") },
		"elasticache/replicationGroup:ReplicationGroup": func(r record.Resource) string { return r.Text("logDeliveryConfigurations", 0, "destination") },
		"msk/cluster:Cluster": func(r record.Resource) string {
			return r.Text("loggingInfo", "brokerLogs", "cloudwatchLogs", "logGroup")
		},
	}
	found := map[string]bool{}
	for _, m := range markets(t) {
		all := compose(t, m, false)
		foundation := all[stackOf(m, market.KindFoundation).Name]
		for _, s := range m.Stacks() {
			for typ, group := range writers {
				for _, one := range all[s.Name].Type(typ) {
					found[typ] = true
					if !slices.ContainsFunc(foundation.Type("LogGroup"), func(g record.Resource) bool {
						return g.Text("name") == group(one) && foundation.Region(g) == s.Region.String()
					}) {
						t.Errorf("%s: %s writes to %q, which the foundation does not have", s.Name, one.Name, group(one))
					}
				}
			}
		}
	}
	if len(found) != len(writers) {
		t.Errorf("found only %v: this proves nothing of the others", found)
	}
}

package topology

import (
	"slices"
	"strings"
	"testing"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
)

// find is the thing of a kind with a key.
func find(t *testing.T, m *model, k kind, region, key string) *thing {
	t.Helper()
	for _, o := range m.of(k, region) {
		if o.key == key || key == "" {
			return o
		}
	}
	t.Fatalf("no %s %q in %q", k, key, region)
	return nil
}

func TestModelSaysWhatStandsWhere(t *testing.T) {
	m := read(small(t))
	if got := m.tiers(); !slices.Equal(got, []string{"public", "core", "vault"}) {
		t.Errorf("zones of trust are %v, want the outermost first", got)
	}
	cases := []struct {
		kind              kind
		region, key       string
		tier, role, facts string
	}{
		{vpc, milan, "", "", "", ""},
		{subnet, milan, "public/eu-south-1a/network-public", "public", "", "NAT"},
		{balancer, milan, "web", "public", "", "network · public · TCP 443"},
		{cluster, frankfurt, "cluster", "core", "", "Kubernetes 1.35 · API private"},
		{pool, milan, "api", "core", "", "c7i.2xlarge +1 · 3–18 (4)"},
		{pool, milan, "batch", "core", "SPOT", "m7i.2xlarge · 0–10"},
		{store, milan, "ledger", "vault", "writer", "PostgreSQL 17.7 · 2 × db.r7g.large"},
		{store, frankfurt, "ledger", "vault", "read replica", "PostgreSQL 17.7 · 2 × db.r7g.large"},
		{store, milan, "sessions", "vault", "writer", "7.1 · 2 shards of cache.r7g.large, 1 replica each"},
		{store, frankfurt, "kafka", "core", "copy", "3.8.x · 3 × kafka.m7g.large"},
		{evidence, frankfurt, "audit-aml", "", "", "Object Lock 5 years · compliance"},
		{key, milan, "pii", "", "", "key, primary"},
		{key, frankfurt, "pii", "", "", "key, replica"},
		{secrets, milan, "", "", "", "ledger"},
		{secrets, frankfurt, "", "", "copies", ""},
		{names, "", "", "", "", "api.mt.example.com by weight"},
		{controls, "", "", "", "", "evacuate-eu-south-1"},
	}
	for _, c := range cases {
		got := find(t, m, c.kind, c.region, c.key)
		if got.tier != c.tier || got.role != c.role || joined(got.facts...) != c.facts {
			t.Errorf("%s %s in %s: zone %q, role %q, facts %q; want %q, %q, %q",
				c.kind, got.key, c.region, got.tier, got.role, joined(got.facts...), c.tier, c.role, c.facts)
		}
	}
	if m.total.sum() != 2*len(regionSteps(milan))+len(foundationSteps())+len(doorSteps()) {
		t.Errorf("%d resources are counted", m.total.sum())
	}
	if m.objects[milan].sum() != 1 {
		t.Error("the Deployment is not counted as a Kubernetes object")
	}
}

func TestModelSaysWhatIsCopied(t *testing.T) {
	m := read(small(t))
	cases := []struct {
		kind     kind
		key      string
		from, to string
		live     bool
	}{
		{store, "ledger", milan, frankfurt, true},
		{store, "kafka", milan, frankfurt, true},
		{store, "kafka", frankfurt, milan, false},
		{evidence, "", milan, frankfurt, true},
		{evidence, "", frankfurt, milan, true},
		{key, "", milan, frankfurt, true},
		{secrets, "", milan, frankfurt, true},
	}
	for _, c := range cases {
		if !slices.ContainsFunc(m.between(c.kind, c.key), func(r *thing) bool { return r.from == c.from && r.to == c.to && r.live == c.live }) {
			t.Errorf("%s %s is not copied from %s to %s, live %v", c.kind, c.key, c.from, c.to, c.live)
		}
	}
}

func TestSwapTurnsTheRoles(t *testing.T) {
	p := small(t)
	p.Market.Active = p.Market.Standby
	m := read(p)
	if find(t, m, store, milan, "ledger").role != "read replica" || find(t, m, store, frankfurt, "ledger").role != "writer" {
		t.Error("the writer stays behind")
	}
	for _, r := range m.between(store, "ledger") {
		if r.from != frankfurt {
			t.Error("the ledger is still copied from Milan")
		}
	}
	for _, r := range m.between(store, "kafka") {
		if r.live != (r.from == frankfurt) {
			t.Errorf("topics from %s: live %v", r.from, r.live)
		}
	}
}

func TestChangesAreSeenWhereTheyBelong(t *testing.T) {
	cases := map[string]struct {
		where, name string
		op          plan.Op
		kind        kind
		key         string
		state       state
		whole       bool
	}{
		"Itself":        {milan, "ledger-cluster", plan.Replace, store, "ledger", gone, true},
		"Member":        {milan, "ledger-b", plan.Create, store, "ledger", created, false},
		"GroupOfParent": {milan, "ledger-subnets", plan.Update, store, "ledger", updated, false},
		"ByLink":        {milan, "network-nat", plan.Delete, subnet, "public/eu-south-1a/network-public", gone, false},
		"ByUser":        {milan, "pools-api-template", plan.Update, pool, "api", updated, false},
		"OfNetwork":     {milan, "network-routes", plan.Create, vpc, "", created, false},
		"OfCluster":     {milan, "cluster-dns", plan.Update, cluster, "cluster", updated, false},
		"Alias":         {milan, "keys-pii-alias", plan.Update, key, "pii", updated, false},
		"Lock":          {milan, "trail-audit-aml-eu-south-1-lock", plan.Delete, evidence, "audit-aml", gone, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := small(t)
			set(t, p, c.where, c.name, c.op, plan.Change{Path: "some.input"})
			m := read(p)
			got := find(t, m, c.kind, c.where, c.key)
			if s, whole := got.mark.state(); s != c.state || whole != c.whole {
				t.Errorf("state %s, whole %v; want %s, %v", s, whole, c.state, c.whole)
			}
			if !strings.Contains(got.mark.tooltip(), c.name+": some.input") {
				t.Errorf("the tooltip does not name the change: %q", got.mark.tooltip())
			}
			if m.total.counts[c.op] != 1 {
				t.Errorf("counted %v", m.total.counts)
			}
			for _, o := range m.things {
				if s, _ := o.mark.state(); o != got && s != same && o.kind != replication {
					t.Errorf("%s %s of %s is %s too", o.kind, o.key, o.region, s)
				}
			}
		})
	}
}

func TestWhatIsInNoBoxIsCountedBeside(t *testing.T) {
	p := small(t)
	set(t, p, milan, "pools-node", plan.Update)
	set(t, p, frankfurt, "there", plan.Replace)
	set(t, p, milan, "ledger-database", plan.Update)
	m := read(p)
	if m.regions[0].rest.badge() != "~1" {
		t.Errorf("the role of all pools: %q", m.regions[0].rest.badge())
	}
	if m.door.badge() != "" || m.foundation.badge() != "" {
		t.Errorf("arrows are counted beside too: %q, %q", m.door.badge(), m.foundation.badge())
	}
	for _, r := range m.between(store, "kafka") {
		if want := map[bool]string{true: "±1"}[r.live]; r.mark.badge() != want {
			t.Errorf("the replicator from %s: %q", r.from, r.mark.badge())
		}
	}
}

func TestWhatIsNotKnownIsNoComfort(t *testing.T) {
	p := edited(t, func(r *rules.Resource) {
		for name := range r.Inputs {
			r.Inputs[name] = rules.Unknown{}
		}
	})
	m := read(p)
	for _, c := range []struct {
		kind  kind
		facts string
	}{
		{cluster, "Kubernetes ? · API ?"},
		{evidence, "Object Lock ? · ?"},
		{key, "key, ?"},
		{pool, "? · ?–? (?)"},
	} {
		if got := m.one(c.kind, milan); got == nil || joined(got.facts...) != c.facts {
			t.Errorf("%s: %+v, want facts %q", c.kind, got, c.facts)
		}
	}
}

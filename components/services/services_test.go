package services_test

import (
	"slices"
	"testing"

	"pitboss/components/keyring"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/components/stores"
	"pitboss/regions"
	"pitboss/regions/role"
)

// TestTheTableHolds judges what every jurisdiction would run, and all domains together.
func TestTheTableHolds(t *testing.T) {
	if err := services.Check(services.Domains()); err != nil {
		t.Error(err)
	}
	for _, j := range regions.Jurisdictions() {
		if err := services.Check(services.For(j)); err != nil {
			t.Errorf("%s: %v", j, err)
		}
	}
}

// TestEvidenceIsKept wants every record class that a service adds to kept where it runs:
// there is no bucket for any other.
func TestEvidenceIsKept(t *testing.T) {
	for _, j := range regions.Jurisdictions() {
		for _, d := range services.For(j) {
			for _, s := range d.Services {
				for _, c := range s.Connections {
					kept := slices.ContainsFunc(j.Retentions(), func(r regions.Retention) bool { return string(r.Class) == c.Evidence })
					if c.Evidence != "" && !kept {
						t.Errorf("%s: %s adds to evidence %q, which is not kept there", j, s.Name, c.Evidence)
					}
				}
			}
		}
	}
}

// TestTablesAreFresh wants nobody able to change a table for others, however deep.
func TestTablesAreFresh(t *testing.T) {
	d := services.Domains()
	d[0].Services[0].Connections[0].Why = ""
	d[0].Services[0].Ports[0].Port = 1
	services.Credentials()[0].Name = ""
	services.Operators()[0].Namespace = ""
	services.Tiers()[0].Priority = 0
	if services.Check(services.Domains()) != nil || services.Credentials()[0].Name == "" || services.Operators()[0].Namespace == "" || services.Money.Terms().Priority == 0 {
		t.Error("whoever reads a table can change it for everybody")
	}
}

// TestRegulatorIsAskedFor wants the export where a regime has a vault, and only there.
func TestRegulatorIsAskedFor(t *testing.T) {
	with := 0
	for _, j := range regions.Jurisdictions() {
		asked := slices.ContainsFunc(services.For(j), func(d services.Domain) bool { return d.Name == "regulator" })
		if vault := j.Vault().Access != regions.AccessNone; asked != vault {
			t.Errorf("%s: regulator %t, vault %t", j, asked, vault)
		}
		if slices.Contains(services.Images(j), "regulator-export") != asked {
			t.Errorf("%s: images are %v", j, services.Images(j))
		}
		if asked {
			with++
		}
	}
	if with == 0 || with == len(regions.Jurisdictions()) {
		t.Errorf("%d of %d jurisdictions ask: it proves nothing", with, len(regions.Jurisdictions()))
	}
}

func TestImages(t *testing.T) {
	mt, err := regions.ParseJurisdiction("MT")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"cashier-psp", "engagement", "gaming-api", "kyc-aml", "live-edge", "login", "pause", "provider-bridge", "regulator-export", "reporting-etl", "wallet-ledger", "ws-gateway"}
	if got := services.Images(mt); !slices.Equal(got, want) {
		t.Errorf("images are %v, want %v", got, want)
	}
}

func TestFind(t *testing.T) {
	d, s, ok := services.Find("aml-monitor")
	if !ok || d.Name != "kyc" || s.Name != "aml-monitor" {
		t.Errorf("found %s of %s, %t", s.Name, d.Name, ok)
	}
	if _, _, ok := services.Find("kyc"); ok {
		t.Error("found a domain as a service")
	}
}

// TestCredentials wants one entry a name, apart from those of stores (they share a path in
// Secrets Manager), each read by somebody, under a key that exists.
func TestCredentials(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range stores.Consumers() {
		seen[c.Name] = true
	}
	read := map[string]bool{}
	for _, d := range services.Domains() {
		for _, s := range d.Services {
			for _, name := range s.Credentials {
				read[name] = true
			}
		}
	}
	for _, c := range services.Credentials() {
		if seen[c.Name] || !read[c.Name] || c.Why == "" || !slices.Contains(keyring.Classes(), c.Class) {
			t.Errorf("%+v: taken %t, read %t", c, seen[c.Name], read[c.Name])
		}
		seen[c.Name] = true
	}
}

// TestStoresAreUsed wants no consumer, and so no secret and no database user, that nobody
// uses: what is open for nobody is open for somebody else.
func TestStoresAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, d := range services.Domains() {
		for _, s := range d.Services {
			for _, c := range s.Connections {
				used[c.Store] = true
			}
		}
	}
	for _, c := range stores.Consumers() {
		if c.Purpose != stores.Administration && !used[c.Name] {
			t.Errorf("no service connects as %s", c.Name)
		}
	}
}

// TestSwapFindsMoneyThere wants the standby to run wallet, login and payments at their full
// floor, and every other service at least once.
func TestSwapFindsMoneyThere(t *testing.T) {
	for _, d := range services.Domains() {
		for _, s := range d.Services {
			if !s.Counted() {
				continue
			}
			full, warm := s.Replicas.Floor(role.Active), s.Replicas.Floor(role.Standby)
			if s.Tier == services.Money && warm != full {
				t.Errorf("%s has %d of %d in the standby region", s.Name, warm, full)
			}
			if warm < 1 || warm > full || s.Most() < full {
				t.Errorf("%s has %d, %d and %d", s.Name, warm, full, s.Most())
			}
		}
	}
}

func TestBudget(t *testing.T) {
	cases := map[string]struct {
		reason       string
		of           services.Service
		keeps, loses int
	}{
		"Money":   {"more than half of the floor stays", services.Service{Tier: services.Money, Replicas: services.Replicas{Full: 3, Warm: 3}}, 2, 0},
		"Money5":  {"half of five is two and a half", services.Service{Tier: services.Money, Replicas: services.Replicas{Full: 5, Warm: 5}}, 3, 0},
		"Worker":  {"one at a time, so that a single pod can leave too", services.Service{Tier: services.Async, Replicas: services.Replicas{Full: 1, Warm: 1}}, 0, 1},
		"Daemon":  {"a drain leaves it where it is", services.Service{Tier: services.Realtime, Kind: services.DaemonSet}, 0, 0},
		"CronJob": {"a budget that matches nothing blocks nothing, and says nothing", services.Service{Tier: services.Batch, Kind: services.CronJob}, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if keeps, loses := services.Budget(c.of); keeps != c.keeps || loses != c.loses {
				t.Errorf("keeps %d and loses %d, want %d and %d: %s", keeps, loses, c.keeps, c.loses, c.reason)
			}
		})
	}
}

// TestTiers wants every tier to differ from the next in what it is for, and to name pools
// that exist.
func TestTiers(t *testing.T) {
	for i, terms := range services.Tiers() {
		if i > 0 && terms.Priority >= services.Tiers()[i-1].Priority {
			t.Errorf("%s is not below the tier above it", terms.Tier)
		}
		for _, pool := range terms.Pools {
			if !slices.Contains(labels.Pools(), pool) {
				t.Errorf("%s runs on %q, which does not exist", terms.Tier, pool)
			}
			if pool == labels.Batch && !terms.Suspended {
				t.Errorf("%s runs on spot and does not say that it may be interrupted", terms.Tier)
			}
		}
		if terms.Priority <= 0 || terms.AwaySeconds <= 0 || len(terms.Signals) == 0 || terms.Means == "" {
			t.Errorf("%+v", terms)
		}
	}
	if (services.Tier("gold").Terms().Tier) != "" {
		t.Error("a tier that nobody knows decides something")
	}
}

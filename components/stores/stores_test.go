package stores_test

import (
	"slices"
	"strings"
	"testing"

	"pitboss/components/keyring"
	"pitboss/components/stores"
)

func TestTheTablesHold(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range stores.Databases() {
		if err := d.Check(); err != nil {
			t.Error(err)
		}
		if seen[d.Name] {
			t.Errorf("%s is listed twice", d.Name)
		}
		seen[d.Name] = true
		if _, ok := stores.Master(d.Name, stores.Consumers()); !ok {
			t.Errorf("nobody administers %s: it could not be made", d.Name)
		}
	}
	for _, c := range stores.Caches() {
		if seen[c.Name] {
			t.Errorf("%s is listed twice", c.Name)
		}
		seen[c.Name] = true
		told := slices.ContainsFunc(stores.Of(c.Name, stores.Consumers()), func(one stores.Consumer) bool { return one.Told })
		if !told {
			t.Errorf("%s has no AUTH token", c.Name)
		}
	}
	if err := stores.CheckConsumers(stores.Consumers()); err != nil {
		t.Error(err)
	}
}

// TestZones wants what identifies a player and how they pay in the vault, and nothing else.
func TestZones(t *testing.T) {
	want := map[keyring.Class]stores.Zone{
		keyring.PII: stores.Vault, keyring.Payments: stores.Vault,
		keyring.Ledger: stores.Core, keyring.Audit: stores.Core, keyring.Cluster: stores.Core, keyring.Data: stores.Core,
	}
	for _, class := range keyring.Classes() {
		if got := stores.ZoneOf(class); got != want[class] {
			t.Errorf("%s belongs to %s, want %s", class, got, want[class])
		}
	}
}

func TestTablesAreCopies(t *testing.T) {
	stores.Databases()[0].Name = "x"
	stores.Consumers()[0].Name = "x"
	stores.Caches()[0].Name = "x"
	if stores.Databases()[0].Name == "x" || stores.Consumers()[0].Name == "x" || stores.Caches()[0].Name == "x" {
		t.Error("whoever reads a table can change it for everybody")
	}
}

func TestDatabaseIsRefused(t *testing.T) {
	ledger, _ := stores.FindDatabase(stores.Ledger)
	vault, _ := stores.FindDatabase(stores.VaultDatabase)
	cases := map[string]struct {
		reason string
		of     stores.Database
		edit   func(*stores.Database)
		says   []string
	}{
		"Nameless": {"its identifiers carry the name", ledger, func(d *stores.Database) { d.Name = "" }, []string{"has no name"}},
		"Ownerless": {"somebody answers for it", ledger, func(d *stores.Database) { d.Owner = "" },
			[]string{`"ledger"`, "owner"}},
		"PIIInTheCore": {"every workload of the cluster reaches the core", ledger, func(d *stores.Database) { d.Holds = append(slices.Clone(d.Holds), keyring.PII) },
			[]string{"zone core and holds pii", "zone vault"}},
		"LedgerInTheVault": {"the vault's clients must not see money", vault, func(d *stores.Database) { d.Holds = append(slices.Clone(d.Holds), keyring.Ledger) },
			[]string{"zone vault and holds ledger", "zone core"}},
		"WrongKey": {"the key of another class opens it to that class's users", vault, func(d *stores.Database) { d.Key = keyring.Data },
			[]string{`key of class "data"`, "[pii payments]"}},
		"NoZone":       {"who may connect follows from it", ledger, func(d *stores.Database) { d.Zone = "public" }, []string{`zone "public"`, "core, vault"}},
		"HoldsNothing": {"nothing says whose key it needs", ledger, func(d *stores.Database) { d.Holds = nil }, []string{"which classes"}},
		"NoSuchClass":  {"there is no such key", ledger, func(d *stores.Database) { d.Holds = []keyring.Class{"ledgr", keyring.Ledger} }, []string{`unknown class "ledgr"`}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := c.of
			c.edit(&d)
			refused(t, d.Check(), c.reason, c.says)
		})
	}
}

func TestConsumersAreRefused(t *testing.T) {
	cases := map[string]struct {
		reason, of string
		edit       func(*stores.Consumer)
		says       []string
	}{
		"Twice":      {"one secret for two", "bonus", func(c *stores.Consumer) { c.Name = "wallet" }, []string{`"wallet"`, "listed twice"}},
		"Nameless":   {"its secret carries the name", "bonus", func(c *stores.Consumer) { c.Name = "" }, []string{"has no name"}},
		"SharedUser": {"the audit trail names a user", "bonus", func(c *stores.Consumer) { c.Username = "wallet" }, []string{`user "wallet"`, "as wallet has"}},
		"Userless":   {"nobody logs in without", "bonus", func(c *stores.Consumer) { c.Username = "" }, []string{"has no user"}},
		"NoStore":    {"it would read nothing", "bonus", func(c *stores.Consumer) { c.Store = "leger" }, []string{`store "leger"`, "ledger vault sessions cache"}},
		"WrongClass": {"its secret would be readable with another class's key", "kyc", func(c *stores.Consumer) { c.Class = keyring.Ledger },
			[]string{`class "ledger"`, "vault holds [pii payments]"}},
		"ReportsFromTheWriter": {"a report takes wallets down", "ledger-reporting", func(c *stores.Consumer) { c.Endpoint = stores.Writer },
			[]string{`endpoint "writer"`, "reporting", "reporting-reader"}},
		"ReportsFromTheProxy": {"it is the writer too", "ledger-reporting", func(c *stores.Consumer) { c.Endpoint = stores.Proxy }, []string{`endpoint "proxy"`}},
		"ReportsFromAReader":  {"players read there", "ledger-reporting", func(c *stores.Consumer) { c.Endpoint = stores.Reader }, []string{`endpoint "reader"`}},
		"PastTheProxy":        {"connections without a limit", "wallet", func(c *stores.Consumer) { c.Endpoint = stores.Writer }, []string{`endpoint "writer"`, "[proxy reader]"}},
		"NoProxy":             {"the vault has none", "kyc", func(c *stores.Consumer) { c.Endpoint = stores.Proxy }, []string{`endpoint "proxy"`, "[writer reader]"}},
		"CaptureFromAReader":  {"slots are on the writer", "ledger-capture", func(c *stores.Consumer) { c.Endpoint = stores.ReportingReader }, []string{"[writer]"}},
		"CacheReader":         {"a cache has one endpoint", "sessions", func(c *stores.Consumer) { c.Endpoint = stores.Reader }, []string{"[writer]"}},
		"ReportsFromACache":   {"a cache is nobody's record", "sessions", func(c *stores.Consumer) { c.Purpose = stores.Reporting }, []string{`purpose "reporting"`, "sessions is not for it"}},
		"SecretMaster":        {"AWS would choose a password that it cannot keep", "vault-master", func(c *stores.Consumer) { c.Told = false }, []string{"not Told"}},
		"TwoMasters":          {"a database is made with one", "kyc", func(c *stores.Consumer) { c.Purpose, c.Told = stores.Administration, true }, []string{"as vault-master does"}},
		"NoSuchPurpose":       {"a purpose that nobody thought through", "kyc", func(c *stores.Consumer) { c.Purpose = "fun" }, []string{`purpose "fun"`}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			all := stores.Consumers()
			i := slices.IndexFunc(all, func(one stores.Consumer) bool { return one.Name == c.of })
			c.edit(&all[i])
			refused(t, stores.CheckConsumers(all), c.reason, c.says)
		})
	}
}

func refused(t *testing.T, err error, reason string, says []string) {
	t.Helper()
	if err == nil {
		t.Fatalf("accepted: %s", reason)
	}
	for _, text := range says {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("error is %v, want it to say %q: %s", err, text, reason)
		}
	}
}

package postgres_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/components/postgres"
	"pitboss/components/stores"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
	"pitboss/regions/engines"
	"pitboss/regions/role"
)

// valid is the ledger's primary.
func valid(t *testing.T) postgres.Args {
	t.Helper()
	home := componenttest.Region(t, "eu-south-1")
	ledger, ok := stores.FindDatabase(stores.Ledger)
	if !ok {
		t.Fatal("there is no ledger")
	}
	secrets := map[string]pulumi.StringOutput{}
	for _, c := range stores.Of(ledger.Name, stores.Consumers()) {
		secrets[c.Name] = pulumi.String("secret-" + c.Name).ToStringOutput()
	}
	return postgres.Args{
		Market:   naming.Market{Name: "mt", Account: "111122223333"},
		Network:  network.Placement{Region: home, VPCID: pulumi.String("vpc").ToStringOutput(), Vault: pulumi.ToStringArray([]string{"a", "b", "c"})},
		Database: ledger, Version: engines.DefaultAurora(), InstanceClass: "db.r7g.xlarge",
		Role: role.Active, Source: home, RPO: time.Minute, Bound: true,
		KeyARN: pulumi.String("key"), MasterPassword: pulumi.String("hunter2"),
		Consumers: stores.Consumers(), SecretARNs: secrets,
		Clients: []network.Client{{GroupID: pulumi.String("nodes"), Reason: "workloads of the cluster"}},
	}
}

// standby makes a into the same member with the other role.
func standby(t *testing.T) func(*postgres.Args) {
	return func(a *postgres.Args) { a.Role, a.Source = role.Standby, componenttest.Region(t, "eu-central-1") }
}

// vault makes a into a member of the vault database.
func vault(a *postgres.Args) {
	a.Database, _ = stores.FindDatabase(stores.VaultDatabase)
	a.Clients, a.SecretARNs = nil, nil
}

func TestArgs(t *testing.T) {
	consumer := func(name string, edit func(*stores.Consumer)) func(*postgres.Args) {
		return func(a *postgres.Args) {
			a.Consumers = slices.Clone(a.Consumers)
			i := slices.IndexFunc(a.Consumers, func(c stores.Consumer) bool { return c.Name == name })
			edit(&a.Consumers[i])
		}
	}
	client := func(c network.Client) func(*postgres.Args) {
		return func(a *postgres.Args) { a.Clients = append(slices.Clone(a.Clients), c) }
	}
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[postgres.Args]{
		"Valid":       {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*postgres.Args) {}},
		"Standby":     {Reason: "so must the other role", Edit: standby(t)},
		"Vault":       {Reason: "and the other database", Edit: vault},
		"NoBound":     {Reason: "zero means none", Edit: func(a *postgres.Args) { a.RPO = 0 }},
		"NoMarket":    {Reason: "the cluster carries its name", Edit: func(a *postgres.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"BadAccount":  {Reason: "the monitoring role trusts it", Edit: func(a *postgres.Args) { a.Market.Account = "1" }, Blames: "Market.Account"},
		"NoRegion":    {Reason: "the cluster is there", Edit: func(a *postgres.Args) { a.Network.Region = regions.Region{} }, Blames: "Network.Region"},
		"TwoSubnets":  {Reason: "a zone's loss would be an outage", Edit: func(a *postgres.Args) { a.Network.Vault = a.Network.Vault[:2] }, Blames: "Network.Vault"},
		"WrongZone":   {Reason: "the core is open to every workload", Edit: func(a *postgres.Args) { a.Database.Holds = []keyring.Class{keyring.Ledger, keyring.PII} }, Blames: "Database"},
		"WrongKey":    {Reason: "another class's users could read it", Edit: func(a *postgres.Args) { a.Database.Key = keyring.Data }, Blames: "Database"},
		"NoVersion":   {Reason: "AWS would choose one, another every year", Edit: func(a *postgres.Args) { a.Version = engines.Aurora{} }, Blames: "Version"},
		"Burstable":   {Reason: "a global database refuses it", Edit: func(a *postgres.Args) { a.InstanceClass = "db.t4g.large" }, Blames: "InstanceClass"},
		"General":     {Reason: "a global database refuses it", Edit: func(a *postgres.Args) { a.InstanceClass = "db.m6g.large" }, Blames: "InstanceClass"},
		"NoRole":      {Reason: "a primary and a secondary are made differently", Edit: func(a *postgres.Args) { a.Role = "" }, Blames: "Role"},
		"NoSource":    {Reason: "a secondary copies from somewhere", Edit: func(a *postgres.Args) { a.Source = regions.Region{} }, Blames: "Source"},
		"TwoPrimary":  {Reason: "the active region has the primary", Edit: func(a *postgres.Args) { a.Role = role.Standby }, Blames: "Source"},
		"NoPrimary":   {Reason: "the active region has the primary", Edit: func(a *postgres.Args) { a.Source = componenttest.Region(t, "eu-central-1") }, Blames: "Source"},
		"RPOTooShort": {Reason: "Aurora bounds nothing below 20 s", Edit: func(a *postgres.Args) { a.RPO = 19 * time.Second }, Blames: "RPO"},
		"NoKey":       {Reason: "nothing is stored in the clear", Edit: func(a *postgres.Args) { a.KeyARN = nil }, Blames: "KeyARN"},
		"NoPassword":  {Reason: "a primary has a master user", Edit: func(a *postgres.Args) { a.MasterPassword = nil }, Blames: "MasterPassword"},
		"NoMaster": {Reason: "a primary has a master user", Edit: func(a *postgres.Args) {
			a.Consumers = slices.DeleteFunc(slices.Clone(a.Consumers), func(c stores.Consumer) bool { return c.Name == "ledger-master" })
		}, Blames: "Consumers"},
		"ReportsFromTheWriter": {Reason: "a report takes wallets down", Edit: consumer("ledger-reporting", func(c *stores.Consumer) { c.Endpoint = stores.Writer }), Blames: "Consumers"},
		"NobodyBehindTheProxy": {Reason: "a proxy needs somebody's secret", Edit: func(a *postgres.Args) {
			a.Consumers = slices.DeleteFunc(slices.Clone(a.Consumers), func(c stores.Consumer) bool { return c.Endpoint == stores.Proxy })
		}, Blames: "Consumers"},
		"NoSecret": {Reason: "the proxy could not log in", Edit: func(a *postgres.Args) {
			a.SecretARNs = maps.Clone(a.SecretARNs)
			delete(a.SecretARNs, "bonus")
		}, Blames: "SecretARNs"},
		"ClientWithoutGroup":  {Reason: "it would be nobody", Edit: client(network.Client{Reason: "x"}), Blames: "Clients[1]"},
		"ClientWithoutReason": {Reason: "every opening names its reason", Edit: client(network.Client{GroupID: pulumi.String("g")}), Blames: "Clients[1]"},
		"ClientTwice":         {Reason: "a reason tells openings apart", Edit: client(network.Client{GroupID: pulumi.String("g"), Reason: "workloads of the cluster"}), Blames: "Clients[1]"},
		"VaultForTheCluster": {Reason: "the vault is open to what carries its own group", Edit: func(a *postgres.Args) {
			clients := a.Clients
			vault(a)
			a.Clients = clients
		}, Blames: "Clients"},
	})
}

// recorded is a member as edit makes it.
func recorded(t *testing.T, edit func(*postgres.Args)) record.Recording {
	t.Helper()
	args := valid(t)
	edit(&args)
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		d, err := postgres.New(ctx, "db", args)
		if err != nil {
			return nil, err
		}
		return d.Output(), nil
	})
}

func as(*postgres.Args) {}

// TestPrimary wants the cluster that founds the database, and what keeps it.
func TestPrimary(t *testing.T) {
	r := recorded(t, as)
	c, _ := r.Named("db-cluster")
	for path, want := range map[string]any{
		"clusterIdentifier": "pitboss-mt-eu-south-1-ledger", "globalClusterIdentifier": "pitboss-mt-ledger",
		"engine": "aurora-postgresql", "engineVersion": engines.DefaultAurora().String(),
		"masterUsername": "ledger_master", "masterPassword": "hunter2", "databaseName": "ledger", "sourceRegion": nil,
		"storageEncrypted": true, "kmsKeyId": "key", "iamDatabaseAuthenticationEnabled": true,
		"backupRetentionPeriod": 35.0, "copyTagsToSnapshot": true,
		"deletionProtection": true, "skipFinalSnapshot": false,
		"manageMasterUserPassword": nil, "availabilityZones": nil, "snapshotIdentifier": nil, "applyImmediately": nil,
	} {
		if got := c.Get(path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if !c.Protect || c.Retain {
		t.Errorf("protect %t, retain on delete %t: a rebuild that was meant really deletes it", c.Protect, c.Retain)
	}
	if last, _ := r.Named("db-last-snapshot"); !last.Is("RandomId") || !last.Protect || last.Retain {
		t.Errorf("the last snapshot's name is %s, protect %t, retain on delete %t", last.Type, last.Protect, last.Retain)
	}
	if !slices.Equal(c.Texts("enabledCloudwatchLogsExports"), []string{"postgresql"}) {
		t.Errorf("exported logs are %v", c.Texts("enabledCloudwatchLogsExports"))
	}
}

// TestSecondary wants the source, and no user, password or database: AWS refuses them.
func TestSecondary(t *testing.T) {
	c, _ := recorded(t, standby(t)).Named("db-cluster")
	for path, want := range map[string]any{
		"sourceRegion": "eu-central-1", "masterUsername": nil, "masterPassword": nil, "databaseName": nil,
		"globalClusterIdentifier": "pitboss-mt-ledger", "kmsKeyId": "key", "storageEncrypted": true,
		"deletionProtection": true, "replicationSourceIdentifier": nil,
	} {
		if got := c.Get(path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}

// TestASwapTouchesNothing makes the same member with both roles. Only what is ignored after
// creation may differ, and the bound on loss, which AWS changes in place.
func TestASwapTouchesNothing(t *testing.T) {
	for name, database := range map[string]func(*postgres.Args){"ledger": as, "vault": vault} {
		active := recorded(t, database)
		passive := recorded(t, func(a *postgres.Args) { database(a); standby(t)(a) })
		if len(active.Resources) != len(passive.Resources) {
			t.Errorf("%s: %d resources become %d", name, len(active.Resources), len(passive.Resources))
		}
		turned := map[string]bool{}
		for i, before := range active.Resources {
			after := passive.Resources[i]
			if before.URN != after.URN || before.Protect != after.Protect || !slices.Equal(before.IgnoreChanges, after.IgnoreChanges) {
				t.Fatalf("%s: %s becomes %s", name, before.URN, after.URN)
			}
			for _, path := range differ(before, after) {
				turned[before.Name+" "+path] = true
				if !slices.Contains(before.IgnoreChanges, path) && before.Name+" "+path != "db-parameters parameters" {
					t.Errorf("%s: a swap changes %s of %s", name, path, before.Name)
				}
			}
		}
		if !turned["db-cluster sourceRegion"] || !turned["db-cluster masterPassword"] || turned["db-parameters parameters"] != (name == "ledger") {
			t.Errorf("%s: the roles differ by %v: this test looks at nothing", name, turned)
		}
	}
}

// differ is the top-level inputs that differ.
func differ(a, b record.Resource) (out []string) {
	keys := maps.Clone(a.Inputs)
	maps.Copy(keys, b.Inputs)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if a.Text(key) != b.Text(key) {
			out = append(out, key)
		}
	}
	return out
}

// TestWhatIsIgnored lists it: each is something that AWS changes in a promotion, or that
// was only true when the cluster was made.
func TestWhatIsIgnored(t *testing.T) {
	r := recorded(t, as)
	c, _ := r.Named("db-cluster")
	want := []string{
		"availabilityZones", "databaseName", "engineVersion", "globalClusterIdentifier", "masterPassword", "masterUsername",
		"replicationSourceIdentifier", "snapshotIdentifier", "sourceRegion",
	}
	if got := slices.Sorted(slices.Values(c.IgnoreChanges)); !slices.Equal(got, want) {
		t.Errorf("a cluster ignores %v, want %v", got, want)
	}
	for _, i := range r.Type("ClusterInstance") {
		if !slices.Equal(i.IgnoreChanges, []string{"engineVersion"}) {
			t.Errorf("%s ignores %v", i.Name, i.IgnoreChanges)
		}
	}
}

// TestUnprotected wants AWS's own protection off, and nothing else changed: the engine
// still refuses until somebody names the cluster, and a last snapshot is still taken.
func TestUnprotected(t *testing.T) {
	before := recorded(t, as)
	after := recorded(t, func(a *postgres.Args) { a.Unprotected = true })
	for i := range before.Resources {
		for _, path := range differ(before.Resources[i], after.Resources[i]) {
			if before.Resources[i].Name+" "+path != "db-cluster deletionProtection" {
				t.Errorf("it changes %s of %s", path, before.Resources[i].Name)
			}
		}
	}
	c, _ := after.Named("db-cluster")
	if c.Get("deletionProtection") != false || !c.Protect || c.Get("skipFinalSnapshot") != false {
		t.Errorf("deletion protection is %v, protect %t, last snapshot skipped: %v", c.Get("deletionProtection"), c.Protect, c.Get("skipFinalSnapshot"))
	}
}

// TestOutput wants each endpoint from what makes it.
func TestOutput(t *testing.T) {
	out := recorded(t, as).Outputs
	for key, want := range map[string]any{
		"writer": "https://db-cluster.example", "reader": "https://db-readers.example", "reporting": "https://db-reports.example",
		"proxy": "https://db-proxy.example", "arn": "arn:aws:recorded:::db-cluster", "global": "pitboss-mt-ledger", "clientsGroup": "db-clients-id",
	} {
		if out[key] != want {
			t.Errorf("%s is %v, want %v", key, out[key], want)
		}
	}
	if _, ok := recorded(t, vault).Outputs["proxy"]; ok {
		t.Error("the vault has no proxy")
	}
}

// TestGlobal wants the identity empty, encrypted, protected, and never drawn after its
// members.
func TestGlobal(t *testing.T) {
	args := postgres.GlobalArgs{Market: valid(t).Market, Database: valid(t).Database, Version: engines.DefaultAurora()}
	r := componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		g, err := postgres.NewGlobal(ctx, "ledger", args)
		if err != nil {
			return nil, err
		}
		return g.Output(), nil
	})
	g, _ := r.Named("ledger-database")
	for path, want := range map[string]any{
		"globalClusterIdentifier": "pitboss-mt-ledger", "engine": "aurora-postgresql", "engineVersion": engines.DefaultAurora().String(),
		"databaseName": "ledger", "storageEncrypted": true, "deletionProtection": true, "forceDestroy": nil,
		"engineLifecycleSupport": "open-source-rds-extended-support-disabled", "sourceDbClusterIdentifier": nil,
	} {
		if got := g.Get(path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if !g.Protect || !g.Retain || !slices.Equal(g.IgnoreChanges, []string{"databaseName", "sourceDbClusterIdentifier"}) {
		t.Errorf("protect %t, retain %t, ignores %v", g.Protect, g.Retain, g.IgnoreChanges)
	}
	if r.Outputs["id"] != "pitboss-mt-ledger" || !strings.Contains(r.Outputs["endpoint"].(string), "ledger-database") {
		t.Errorf("it publishes %v", r.Outputs)
	}
	componenttest.Blame(t, args, map[string]componenttest.Case[postgres.GlobalArgs]{
		"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*postgres.GlobalArgs) {}},
		"NoMarket":  {Reason: "two markets would share a database", Edit: func(a *postgres.GlobalArgs) { a.Market.Name = "" }, Blames: "Market.Name"},
		"BadRow":    {Reason: "it would be in the wrong zone of trust", Edit: func(a *postgres.GlobalArgs) { a.Database.Zone = stores.Vault }, Blames: "Database"},
		"NoVersion": {Reason: "AWS would choose one, another every year", Edit: func(a *postgres.GlobalArgs) { a.Version = engines.Aurora{} }, Blames: "Version"},
	})
}

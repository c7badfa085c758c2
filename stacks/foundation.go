package stacks

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/audit"
	"pitboss/components/backup"
	"pitboss/components/identity"
	"pitboss/components/keyring"
	"pitboss/components/logs"
	"pitboss/components/postgres"
	"pitboss/components/registry"
	"pitboss/components/secrets"
	"pitboss/components/services"
	"pitboss/components/signing"
	"pitboss/components/stores"
	"pitboss/components/zone"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// ground is what the foundation's components are made with.
type ground struct {
	m             market.Market
	home, standby *aws.Provider
	numbers       *random.Provider
	keys          *keyring.Keyring
}

// foundation makes what must outlive any cluster: keys, the audit trail, log groups,
// backup vaults, secrets, images, the databases' identities and the hosted zone. Nothing in it
// depends on which region is active.
func foundation(ctx *pulumi.Context, m market.Market) (pulumi.Map, error) {
	g, err := newGround(ctx, m)
	if err != nil {
		return nil, err
	}
	trail, err := g.addEvidence(ctx)
	if err != nil {
		return nil, err
	}
	databases, err := g.addDatabases(ctx)
	if err != nil {
		return nil, err
	}
	passwords, err := secrets.New(ctx, "secrets", secrets.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby, Keys: g.keys.Pairs(),
		Consumers: stores.Consumers(), Credentials: services.Credentials(),
	}, pulumi.Providers(g.home, g.numbers))
	if err != nil {
		return nil, err
	}
	key, err := signing.New(ctx, "signing", signing.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby, Key: g.keys.Pairs()[keyring.Audit],
	}, pulumi.Providers(g.home, g.numbers))
	if err != nil {
		return nil, err
	}
	_, err = registry.New(ctx, "images", registry.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby, StandbyProvider: g.standby,
		Key: g.keys.Pairs()[keyring.Data], Images: services.Images(m.Jurisdiction),
	}, pulumi.Providers(g.home))
	if err != nil {
		return nil, err
	}
	dns, err := zone.New(ctx, "zone", zone.Args{Market: names(m), Domain: m.Domain}, pulumi.Providers(g.home))
	if err != nil {
		return nil, err
	}
	id, err := identity.New(ctx, "deployment", identity.Args{Market: names(m)}, pulumi.Providers(g.numbers))
	if err != nil {
		return nil, err
	}
	out := pulumi.Map{
		outputKeys: g.keys.Output(), "auditBuckets": trail.Output(), "deployment": id.ID, outputZone: dns.Output(),
		"databases": databases, outputSecrets: passwords.ARNs(), outputPasswords: passwords.Passwords(),
		"signing": key.Output(),
	}
	return out, g.addDelivery(ctx, out)
}

// newGround makes the ways to both regions, and the keys that all else is encrypted with.
func newGround(ctx *pulumi.Context, m market.Market) (*ground, error) {
	g := &ground{m: m}
	var err error
	if g.home, err = inRegion(ctx, m, m.Home); err != nil {
		return nil, err
	}
	if g.standby, err = inRegion(ctx, m, m.Standby); err != nil {
		return nil, err
	}
	if g.numbers, err = random.NewProvider(ctx, "random", &random.ProviderArgs{}); err != nil {
		return nil, err
	}
	g.keys, err = keyring.New(ctx, "keys", keyring.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby, StandbyProvider: g.standby,
		LogGroups: logs.Groups(names(m), m.Home, m.Standby),
	}, pulumi.Providers(g.home))
	return g, err
}

// addEvidence makes the audit trail and the log groups that prove it.
func (g *ground) addEvidence(ctx *pulumi.Context) (*audit.Audit, error) {
	key := g.keys.Pairs()[keyring.Audit]
	trail, err := audit.New(ctx, "trail", audit.Args{
		Market: names(g.m), Home: g.m.Home, Standby: g.m.Standby, StandbyProvider: g.standby,
		HomeKeyARN: key.Home, StandbyKeyARN: key.Standby,
		Retentions: g.m.Jurisdiction.Retentions(),
	}, pulumi.Providers(g.home))
	if err != nil {
		return nil, err
	}
	_, err = logs.New(ctx, "logs", logs.Args{
		Market: names(g.m), Home: g.m.Home, Standby: g.m.Standby, StandbyProvider: g.standby,
		KeyARNs: g.keys.Pairs(), Days: logDays(g.m),
	}, pulumi.Providers(g.home))
	return trail, err
}

// addDatabases makes what of each database belongs to no region: its identity, and the
// vaults that its backups go to.
func (g *ground) addDatabases(ctx *pulumi.Context) (pulumi.Map, error) {
	out := pulumi.Map{}
	for _, d := range stores.Databases() {
		made, err := postgres.NewGlobal(ctx, d.Name, postgres.GlobalArgs{
			Market: names(g.m), Database: d, Version: g.m.Data.Postgres.Version,
		}, pulumi.Providers(g.home))
		if err != nil {
			return nil, err
		}
		out[d.Name] = made.Output()
	}
	_, err := backup.NewVaults(ctx, "backups", backup.VaultsArgs{
		Market: names(g.m), Home: g.m.Home, Standby: g.m.Standby, StandbyProvider: g.standby,
		Keys: g.keys.Pairs(), Compliance: g.m.Environment == market.EnvironmentProd,
	}, pulumi.Providers(g.home))
	return out, err
}

// logDays is how long the control planes' logs are kept: as long as the jurisdiction
// asks for the platform's own records.
func logDays(m market.Market) int {
	for _, kept := range m.Jurisdiction.Retentions() {
		if kept.Class == regions.RecordPlatform {
			return logs.DaysFor(kept.Years)
		}
	}
	return 0 // refused by logs.Args.Validate: every jurisdiction has the class
}

package stacks

import (
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/audit"
	"pitboss/components/identity"
	"pitboss/components/keyring"
	"pitboss/components/logs"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// foundation makes what must outlive any cluster: the keys, the audit trail and the
// clusters' log groups, in both regions. Nothing in it depends on which region is active.
func foundation(ctx *pulumi.Context, m market.Market) (pulumi.Map, error) {
	home, err := inRegion(ctx, m, m.Home)
	if err != nil {
		return nil, err
	}
	standby, err := inRegion(ctx, m, m.Standby)
	if err != nil {
		return nil, err
	}
	keys, err := keyring.New(ctx, "keys", keyring.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby, StandbyProvider: standby,
	}, pulumi.Providers(home))
	if err != nil {
		return nil, err
	}
	auditKey, err := pairOf(keys, m, keyring.Audit)
	if err != nil {
		return nil, err
	}
	trail, err := audit.New(ctx, "trail", audit.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby, StandbyProvider: standby,
		HomeKeyARN: auditKey.home, StandbyKeyARN: auditKey.standby,
		Retentions: m.Jurisdiction.Retentions(),
	}, pulumi.Providers(home))
	if err != nil {
		return nil, err
	}
	clusterKey, err := pairOf(keys, m, keyring.Cluster)
	if err != nil {
		return nil, err
	}
	if _, err := logs.New(ctx, "logs", logs.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby, StandbyProvider: standby,
		HomeKeyARN: clusterKey.home, StandbyKeyARN: clusterKey.standby,
		Days: logDays(m),
	}, pulumi.Providers(home)); err != nil {
		return nil, err
	}
	numbers, err := random.NewProvider(ctx, "random", &random.ProviderArgs{})
	if err != nil {
		return nil, err
	}
	id, err := identity.New(ctx, "deployment", identity.Args{Market: names(m)}, pulumi.Providers(numbers))
	if err != nil {
		return nil, err
	}
	return pulumi.Map{outputKeys: keys.Output(), "auditBuckets": trail.Output(), "deployment": id.ID}, nil
}

// outputKeys is the foundation's output that region stacks read.
const outputKeys = "keys"

// pair is the ARNs of one class's key.
type pair struct{ home, standby pulumi.StringOutput }

func pairOf(keys *keyring.Keyring, m market.Market, class keyring.Class) (pair, error) {
	home, err := keys.Key(class, m.Home)
	if err != nil {
		return pair{}, err
	}
	standby, err := keys.Key(class, m.Standby)
	return pair{home, standby}, err
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

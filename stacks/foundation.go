package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/audit"
	"pitboss/components/keyring"
	"pitboss/stacks/market"
)

// foundation makes what must outlive any cluster: the keys and the audit trail, in both
// regions. Nothing in it depends on which region is active.
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
	trail, err := audit.New(ctx, "trail", audit.Args{
		Market: names(m), Home: m.Home, Standby: m.Standby, StandbyProvider: standby,
		HomeKeyARN:    keys.Key(keyring.Audit, m.Home),
		StandbyKeyARN: keys.Key(keyring.Audit, m.Standby),
		Retentions:    m.Jurisdiction.Retentions(),
	}, pulumi.Providers(home))
	if err != nil {
		return nil, err
	}
	return pulumi.Map{outputKeys: keys.Output(), "auditBuckets": trail.Output()}, nil
}

// outputKeys is the foundation's output that region stacks read.
const outputKeys = "keys"

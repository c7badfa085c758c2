// Package backup keeps copies of a market's databases where whoever can delete a database
// cannot delete them: locked vaults in both regions, and plans that fill each region's
// vault and copy to the other's. The foundation stack makes the vaults, which outlive any
// database; each region stack makes its plans.
package backup

import (
	awsbackup "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/stores"
	"pitboss/regions"
)

const vaultsToken = "pitboss:components:BackupVaults"

// coolingDays is how long a compliance lock can still be taken back: the shortest that
// AWS allows. After it nobody can, not AWS either.
const coolingDays = 3

// VaultsArgs describes a market's vaults.
type VaultsArgs struct {
	// Market names the vaults. Required.
	Market naming.Market
	// Home and Standby have a vault for each database. Required, and not the same.
	Home, Standby regions.Region
	// StandbyProvider reaches AWS in Standby; the component's own provider is Home's.
	// Required.
	StandbyProvider pulumi.ProviderResource
	// Keys is the key of each class in both regions. Required: one for each database's.
	Keys map[keyring.Class]keyring.Pair
	// Compliance locks the vaults for good, three days after they are made. The default is
	// a lock that an administrator with the right to do so can take off.
	Compliance bool
}

// Validate reports every problem at once, each naming its field.
func (a VaultsArgs) Validate() error {
	p := component.Problems{Of: "backup.VaultsArgs"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.Home.IsZero() || a.Home != a.Standby, "Standby", "must not be the home region %s: a copy there would be lost with the original", a.Home)
	p.Check(a.StandbyProvider != nil, "StandbyProvider", "is required: a vault is in one region")
	for _, d := range stores.Databases() {
		p.Check(a.Keys[d.Key].Complete(), "Keys", "has no key of class %s in both regions, which the backups of %s need", d.Key, d.Name)
	}
	return p.Err()
}

// Vaults is the vaults of one market.
type Vaults struct {
	pulumi.ResourceState
}

// NewVaults makes a vault for each database in each region, and locks it.
func NewVaults(ctx *pulumi.Context, name string, args VaultsArgs, opts ...pulumi.ResourceOption) (*Vaults, error) {
	v := &Vaults{}
	s, err := component.Open(ctx, vaultsToken, name, v, args, pulumi.Map{
		"home": pulumi.String(args.Home.String()), "standby": pulumi.String(args.Standby.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, d := range stores.Databases() {
		key := args.Keys[d.Key]
		if err := addVault(s, args, d, args.Home, key.Home); err != nil {
			return nil, err
		}
		if err := addVault(s, args, d, args.Standby, key.Standby, pulumi.Provider(args.StandbyProvider)); err != nil {
			return nil, err
		}
	}
	return v, s.Publish(v, pulumi.Map{})
}

// addVault makes one vault, under the database's own key: copies are encrypted with it,
// another class's key must not open them. The lock's three numbers are written once: each
// would replace the lock if it changed, and a lock that holds cannot be replaced.
func addVault(s component.Scope, a VaultsArgs, d stores.Database, r regions.Region, key pulumi.StringInput, there ...pulumi.ResourceOption) error {
	what := d.Name + "-" + r.String()
	vault, err := component.Create(s, what, awsbackup.NewVault, &awsbackup.VaultArgs{
		Name:      pulumi.String(a.Market.BackupVault(r, d.Name)),
		KmsKeyArn: key.ToStringOutput(),
		Tags:      pulumi.StringMap{"pitboss:database": pulumi.String(d.Name)},
	}, append(there, component.Stateful())...)
	if err != nil {
		return err
	}
	lock := &awsbackup.VaultLockConfigurationArgs{
		BackupVaultName: vault.Name, MinRetentionDays: pulumi.Int(minDays), MaxRetentionDays: pulumi.Int(maxDays),
	}
	if a.Compliance {
		lock.ChangeableForDays = pulumi.Int(coolingDays)
	}
	_, err = component.Create(s, what+"-lock", awsbackup.NewVaultLockConfiguration, lock, append(there, component.Stateful(),
		pulumi.IgnoreChanges([]string{"changeableForDays", "maxRetentionDays", "minRetentionDays"}))...)
	return err
}

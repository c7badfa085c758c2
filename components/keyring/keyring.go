// Package keyring makes a market's encryption keys: one key a class of data, a
// multi-Region primary in the home region with a replica in the standby region, so that
// what is encrypted here is readable there and one class's key never opens another's
// data. The foundation stack imports it; components take single keys as ARNs.
package keyring

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Keyring"

// deletionWindow is how many days a key that is scheduled for deletion can still be
// saved: the longest that AWS allows, because a lost key is lost data.
const deletionWindow = 30

// Args describes a market's keys.
type Args struct {
	// Market names the aliases and the roles that key policies speak of. Required.
	Market naming.Market
	// Home holds the primaries, for ever: a primary cannot move. Required.
	Home regions.Region
	// Standby holds the replicas. Required, and not Home.
	Standby regions.Region
	// StandbyProvider reaches AWS in Standby; the component's own provider is Home's.
	// Required.
	StandbyProvider pulumi.ProviderResource
	// LogGroups is every log group that a class's key encrypts. Required: CloudWatch Logs
	// refuses a key whose policy does not name the group.
	LogGroups []LogGroup
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "keyring.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(len(a.Market.Account) == 12, "Market.Account", "must be an account id of 12 digits, got %q", a.Market.Account)
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.Home.IsZero() || a.Home != a.Standby, "Standby", "must not be the home region %s: AWS allows one replica a region", a.Home)
	p.Check(a.StandbyProvider != nil, "StandbyProvider", "is required: replicas are made in the standby region")
	p.Check(len(a.LogGroups) > 0, "LogGroups", "is required: CloudWatch Logs refuses a key whose policy does not name the group")
	for i, g := range a.LogGroups {
		field := fmt.Sprintf("LogGroups[%d]", i)
		p.Check(g.What != "" && g.Name != "", field, "must say what it is and its name, got %q and %q", g.What, g.Name)
		p.Check(slices.Contains(Classes(), g.Class), field, "found class %q: choose one of %v", g.Class, Classes())
		p.Check(g.Region == a.Home || g.Region == a.Standby, field, "is in %s, where no key is: the keys are in %s and %s", g.Region, a.Home, a.Standby)
	}
	return p.Err()
}

// Keyring is the keys of one market.
type Keyring struct {
	pulumi.ResourceState

	home, standby regions.Region
	primaries     map[Class]pulumi.StringOutput
	replicas      map[Class]pulumi.StringOutput
}

// New makes the keys, their replicas and an alias for each.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Keyring, error) {
	k := &Keyring{
		home: args.Home, standby: args.Standby,
		primaries: map[Class]pulumi.StringOutput{}, replicas: map[Class]pulumi.StringOutput{},
	}
	s, err := component.Open(ctx, typeToken, name, k, args, pulumi.Map{
		"home": pulumi.String(args.Home.String()), "standby": pulumi.String(args.Standby.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, class := range Classes() {
		primary, err := k.addPrimary(s, args, class)
		if err != nil {
			return nil, err
		}
		if err := k.addReplica(s, args, class, primary); err != nil {
			return nil, err
		}
	}
	return k, s.Publish(k, pulumi.Map{})
}

// Key is the ARN of class's key in r: the only form that every service accepts
// (CloudWatch Logs, for one, refuses aliases).
func (k *Keyring) Key(class Class, r regions.Region) (pulumi.StringOutput, error) {
	keys := k.primaries
	switch r {
	case k.home:
	case k.standby:
		keys = k.replicas
	default:
		return pulumi.StringOutput{}, fmt.Errorf("keyring: found region %q for key %s; the keys are in %s and %s: ask for one of these", r, class, k.home, k.standby)
	}
	key, ok := keys[class]
	if !ok {
		return pulumi.StringOutput{}, fmt.Errorf("keyring: found class %q; the classes are %v: ask for one of these", class, Classes())
	}
	return key, nil
}

func (k *Keyring) addPrimary(s component.Scope, a Args, class Class) (*kms.Key, error) {
	key, err := component.Create(s, string(class), kms.NewKey, &kms.KeyArgs{
		Description:          pulumi.String(describe(a.Market, class)),
		Policy:               pulumi.String(policy(a, class, a.Home).String()),
		EnableKeyRotation:    pulumi.Bool(true), // replicas follow: rotation is set on the primary only
		MultiRegion:          pulumi.Bool(true), // cannot be changed later: replaces the key
		DeletionWindowInDays: pulumi.Int(deletionWindow),
	}, component.Stateful())
	if err != nil {
		return nil, err
	}
	k.primaries[class] = key.Arn
	_, err = component.Create(s, string(class)+"-alias", kms.NewAlias, &kms.AliasArgs{
		Name:        pulumi.String(a.Market.KeyAlias(string(class))),
		TargetKeyId: key.Arn,
	})
	return key, err
}

// addReplica makes the standby region's copy of a key. Policy, alias and tags are not
// shared with the primary, so each is set again. After a disaster the replica works
// without its primary: nobody calls UpdatePrimaryRegion, which would leave a key that
// the provider can no longer read.
func (k *Keyring) addReplica(s component.Scope, a Args, class Class, primary *kms.Key) error {
	there := pulumi.Provider(a.StandbyProvider)
	replica, err := component.Create(s, string(class)+"-replica", kms.NewReplicaKey, &kms.ReplicaKeyArgs{
		Description:          pulumi.String(describe(a.Market, class)),
		PrimaryKeyArn:        primary.Arn,
		Policy:               pulumi.String(policy(a, class, a.Standby).String()),
		DeletionWindowInDays: pulumi.Int(deletionWindow),
	}, there, component.Stateful(), pulumi.IgnoreChanges([]string{"primaryKeyArn"}))
	if err != nil {
		return err
	}
	k.replicas[class] = replica.Arn
	_, err = component.Create(s, string(class)+"-replica-alias", kms.NewAlias, &kms.AliasArgs{
		Name:        pulumi.String(a.Market.KeyAlias(string(class))),
		TargetKeyId: replica.Arn,
	}, there)
	return err
}

func describe(m naming.Market, class Class) string {
	return "pitboss market " + m.Name + ": " + class.holds()
}

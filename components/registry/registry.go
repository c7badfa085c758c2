// Package registry makes a market's image registry: one ECR repository an image in each of
// its two regions, and the replication that fills the standby's. The foundation stack
// imports it, so that what runs can be pulled again when a cluster is rebuilt, or when the
// other region is gone.
package registry

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Registry"

// Args describes a market's registry.
type Args struct {
	// Market names the repositories. Required.
	Market naming.Market
	// Home is where images are pushed to, Standby where they are copied to. Required, and
	// not the same.
	Home, Standby regions.Region
	// StandbyProvider reaches AWS in Standby; the component's own provider is Home's.
	// Required.
	StandbyProvider pulumi.ProviderResource
	// Key encrypts the images in both regions. Required.
	Key keyring.Pair
	// Images is the name of every image. Required, each once.
	Images []string
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "registry.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(a.Market.Account != "", "Market.Account", "is required: replication names the account that it copies to")
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.Home.IsZero() || a.Home != a.Standby, "Standby", "must not be the home region %s: images there are lost with it", a.Home)
	p.Check(a.StandbyProvider != nil, "StandbyProvider", "is required: a repository is in one region")
	p.Check(a.Key.Complete(), "Key", "is required in both regions: images are never stored in the clear")
	p.Check(len(a.Images) > 0, "Images", "is required: a registry without repositories holds nothing")
	p.Check(len(slices.Compact(slices.Sorted(slices.Values(a.Images)))) == len(a.Images), "Images", "names an image twice: %v", a.Images)
	return p.Err()
}

// Registry is the image registry of one market.
type Registry struct {
	pulumi.ResourceState
}

// New makes the repositories, and then what fills the standby's.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Registry, error) {
	r := &Registry{}
	s, err := component.Open(ctx, typeToken, name, r, args, pulumi.Map{
		"home": pulumi.String(args.Home.String()), "standby": pulumi.String(args.Standby.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	var copies []pulumi.Resource
	for _, image := range args.Images {
		if _, err := addRepository(s, args, image, args.Home, args.Key.Home); err != nil {
			return nil, err
		}
		made, err := addRepository(s, args, image, args.Standby, args.Key.Standby, pulumi.Provider(args.StandbyProvider))
		if err != nil {
			return nil, err
		}
		copies = append(copies, made)
	}
	if err := addReplication(s, args, copies); err != nil {
		return nil, err
	}
	return r, s.Publish(r, pulumi.Map{})
}

// addRepository makes one image's repository in one region. A tag that was pushed stays
// what it is, and nothing expires: which build ran on a day, and that it is the certified
// one, may be asked years later. ECR itself refuses to delete a repository that has images.
func addRepository(s component.Scope, a Args, image string, r regions.Region, key pulumi.StringInput, there ...pulumi.ResourceOption) (*ecr.Repository, error) {
	return component.Create(s, image+"-"+r.String(), ecr.NewRepository, &ecr.RepositoryArgs{
		Name:               pulumi.String(a.Market.Repository(image)),
		ImageTagMutability: pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: ecr.RepositoryImageScanningConfigurationArgs{
			ScanOnPush: pulumi.Bool(true),
		},
		EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{ecr.RepositoryEncryptionConfigurationArgs{
			EncryptionType: pulumi.String("KMS"), KmsKey: key.ToStringOutput(), // another key replaces it
		}},
		ForceDelete: pulumi.Bool(false),
	}, append(there, component.Stateful())...)
}

// addReplication copies what is pushed at home to the standby. It comes after the
// repositories there: ECR would make those that are missing by itself, with tags that can
// be moved and without our key. A registry has one such configuration, which is one a
// market, because a market has an account of its own.
func addReplication(s component.Scope, a Args, copies []pulumi.Resource) error {
	_, err := component.Create(s, "replication", ecr.NewReplicationConfiguration, &ecr.ReplicationConfigurationArgs{
		ReplicationConfiguration: ecr.ReplicationConfigurationReplicationConfigurationArgs{
			Rules: ecr.ReplicationConfigurationReplicationConfigurationRuleArray{ecr.ReplicationConfigurationReplicationConfigurationRuleArgs{
				Destinations: ecr.ReplicationConfigurationReplicationConfigurationRuleDestinationArray{
					ecr.ReplicationConfigurationReplicationConfigurationRuleDestinationArgs{
						Region: pulumi.String(a.Standby.String()), RegistryId: pulumi.String(a.Market.Account),
					},
				},
				RepositoryFilters: ecr.ReplicationConfigurationReplicationConfigurationRuleRepositoryFilterArray{
					ecr.ReplicationConfigurationReplicationConfigurationRuleRepositoryFilterArgs{
						Filter: pulumi.String(a.Market.Repository("")), FilterType: pulumi.String("PREFIX_MATCH"),
					},
				},
			}},
		},
	}, pulumi.DependsOn(copies))
	return err
}

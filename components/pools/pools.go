// Package pools makes a cluster's node pools from a typed table: managed node groups
// with hardened launch templates. The region stack imports it; workloads import
// pools/labels, which is how they choose a pool.
package pools

import (
	"slices"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/cluster"
	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/components/pools/labels"
	"pitboss/regions/role"
)

const typeToken = "pitboss:components:Pools"

// amiType is the operating system of every node. EKS chooses the image: a launch
// template with an image of its own would get no bootstrap from EKS.
const amiType = "AL2023_x86_64_STANDARD"

// Args describes the pools of one cluster.
type Args struct {
	// Market names the nodes. Required.
	Market naming.Market
	// Network is where nodes are placed. Required.
	Network network.Placement
	// Cluster is what nodes join. Required.
	Cluster cluster.Handle
	// DataKeyARN encrypts the nodes' disks. Required.
	DataKeyARN pulumi.StringInput
	// Role is what the region does now: it decides the size at creation and nothing else.
	// Required.
	Role role.Role
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "pools.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Network.Region.IsZero(), "Network.Region", "is required")
	p.Check(len(a.Network.Core) == 3, "Network.Core", "must be three subnets, one a zone, got %d", len(a.Network.Core))
	p.Check(len(a.Network.Media) == 3, "Network.Media", "must be three subnets, one a zone, got %d", len(a.Network.Media))
	p.Check(!a.Cluster.Version.IsZero(), "Cluster", "is required")
	p.Check(a.DataKeyARN != nil, "DataKeyARN", "is required: disks are never stored in the clear")
	p.Check(a.Role.Valid(), "Role", "must be %q or %q, got %q", role.Active, role.Standby, a.Role)
	return p.Err()
}

// Pools is the node pools of one cluster.
type Pools struct {
	pulumi.ResourceState

	// Groups is the node groups, in the order of the table: what needs a node of some
	// pool waits for them.
	Groups []pulumi.Resource
	// MediaGroupID is the security group of the media nodes.
	MediaGroupID pulumi.StringOutput
}

// New makes one node group a row of the table.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Pools, error) {
	p := &Pools{}
	s, err := component.Open(ctx, typeToken, name, p, args, pulumi.Map{
		"region": pulumi.String(args.Network.Region.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	role, err := addNodeRole(s, args)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if err := p.addPool(s, args, row, role); err != nil {
			return nil, err
		}
	}
	return p, s.Publish(p, pulumi.Map{})
}

// addNodeRole makes the role of every node: to join, to pull images, and to be reached
// by people through Session Manager, whose sessions CloudTrail records; there is no SSH. The
// pods' network has a role of its own. EKS makes the nodes' access entry itself.
func addNodeRole(s component.Scope, a Args) (*roles.Role, error) {
	return roles.New(s, "node", awsiam.RoleArgs{
		Description:      pulumi.String("nodes of " + a.Market.Cluster(a.Network.Region)),
		AssumeRolePolicy: pulumi.String(iam.Trust("ec2.amazonaws.com", nil).String()),
	}, "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore")
}

// addPool makes one pool. Its version follows the cluster's, because managed groups
// never upgrade by themselves. The name is only a prefix: a replaced group lives beside
// the old one until its pods have moved.
func (p *Pools) addPool(s component.Scope, a Args, row Row, role *roles.Role) error {
	template, err := p.addTemplate(s, a, row)
	if err != nil {
		return err
	}
	taints, err := taintsOf(row)
	if err != nil {
		return err
	}
	group, err := component.Create(s, string(row.Pool), awseks.NewNodeGroup, &awseks.NodeGroupArgs{
		ClusterName:         a.Cluster.Name,
		NodeGroupNamePrefix: pulumi.String(string(row.Pool) + "-"),
		NodeRoleArn:         role.Arn,
		SubnetIds:           subnets(a, row),
		AmiType:             pulumi.String(amiType),
		CapacityType:        pulumi.String(string(row.Capacity)),
		InstanceTypes:       pulumi.ToStringArray(row.InstanceTypes),
		Version:             pulumi.String(a.Cluster.Version.String()),
		ScalingConfig: awseks.NodeGroupScalingConfigArgs{
			MinSize: pulumi.Int(row.Sizes.Min), MaxSize: pulumi.Int(row.Sizes.Max), DesiredSize: pulumi.Int(row.Desired(a.Role)),
		},
		UpdateConfig: awseks.NodeGroupUpdateConfigArgs{MaxUnavailablePercentage: pulumi.Int(row.Unavailable)},
		LaunchTemplate: awseks.NodeGroupLaunchTemplateArgs{
			Id:      template.ID().ToStringOutput().ToStringPtrOutput(),
			Version: pulumi.Sprintf("%d", template.LatestVersion), // "$Latest" would differ for ever
		},
		Labels: pulumi.ToStringMap(labels.Of(row.Pool)),
		Taints: taints,
	}, pulumi.DependsOn(slices.Concat(role.Policies, a.Cluster.Ready, a.Network.Ready)),
		pulumi.IgnoreChanges([]string{"scalingConfig.desiredSize"}))
	if err != nil {
		return err
	}
	p.Groups = append(p.Groups, group)
	return nil
}

// subnets is where a pool's nodes go, over all three zones.
func subnets(a Args, row Row) pulumi.StringArray {
	if row.Media {
		return a.Network.Media
	}
	return a.Network.Core
}

func taintsOf(row Row) (awseks.NodeGroupTaintArray, error) {
	var out awseks.NodeGroupTaintArray
	for _, t := range labels.Taints(row.Pool) {
		effect, err := row.effect(t)
		if err != nil {
			return nil, err
		}
		out = append(out, awseks.NodeGroupTaintArgs{
			Key: pulumi.String(t.Key), Value: pulumi.String(t.Value), Effect: pulumi.String(effect),
		})
	}
	return out, nil
}

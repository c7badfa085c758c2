package cluster

import (
	"slices"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
	"pitboss/components/naming"
)

const addonsToken = "pitboss:components:ClusterAddons"

// systemNamespace is where EKS puts its add-ons.
const systemNamespace = "kube-system"

// The volume driver, in names of ours, and the service account that it runs as.
const (
	volumeDriver  = "ebs-csi"
	volumeAccount = "ebs-csi-controller-sa"
)

// addon is one managed add-on.
type addon struct {
	name, version string
	config        string              // JSON by the add-on's own schema; empty is its default
	account       string              // the service account that gets role
	role          pulumi.StringOutput // AWS permissions, through pod identity
}

// networkConfig is what the pods' network is told: to enforce network policies, and to give
// a pod that asks for it security groups of its own beside the policies that apply to it
// (standard: with strict, policies would not). A pod without such groups is not touched.
const networkConfig = `{"enableNetworkPolicy":"true","env":{"ENABLE_POD_ENI":"true","POD_SECURITY_GROUP_ENFORCING_MODE":"standard"}}`

// addEarlyAddons makes what a node needs to become Ready: its pods' network (with
// Kubernetes network policies enforced), its service proxy, and the agent through which
// pods get AWS roles. All run on the host's network, so they need no node to exist.
func (c *Cluster) addEarlyAddons(s component.Scope) error {
	versions, err := addonsFor(c.args.Version)
	if err != nil {
		return err
	}
	// The CNI's permissions are its own, not the node's: else every pod that reaches
	// the node's role could rewire the network.
	cni, err := roles.New(s, "vpc-cni-role", podRole(c.args.Market, c.args.Network.Region.String(), "vpc-cni", "aws-node"), "AmazonEKS_CNI_Policy")
	if err != nil {
		return err
	}
	for _, a := range []addon{
		{name: "eks-pod-identity-agent", version: versions.podIdentity},
		{name: "vpc-cni", version: versions.vpcCNI, config: networkConfig, account: "aws-node", role: cni.Arn},
		{name: "kube-proxy", version: versions.kubeProxy},
	} {
		made, err := addAddon(s, c.eks.Name, a, cni.Policies)
		if err != nil {
			return err
		}
		c.early = append(c.early, made)
	}
	return nil
}

// AddonsArgs describes the add-ons that need nodes to run on.
type AddonsArgs struct {
	// Market names the driver's role. Required.
	Market naming.Market
	// Cluster is where they run. Required.
	Cluster *Cluster
	// DataKeyARN encrypts the volumes that the driver makes. Required.
	DataKeyARN pulumi.StringInput
	// Nodes is what they run on: EKS waits for their pods. Required.
	Nodes []pulumi.Resource
}

// Validate reports every problem at once, each naming its field.
func (a AddonsArgs) Validate() error {
	p := component.Problems{Of: "cluster.AddonsArgs"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(a.Cluster != nil, "Cluster", "is required")
	p.Check(a.DataKeyARN != nil, "DataKeyARN", "is required: volumes are never stored in the clear")
	p.Check(len(a.Nodes) > 0, "Nodes", "is required: EKS reports these add-ons as degraded until they run somewhere")
	return p.Err()
}

// Addons is the add-ons that need nodes.
type Addons struct {
	pulumi.ResourceState

	// Ready is the add-ons: what needs names or volumes in the cluster waits for them.
	Ready []pulumi.Resource
}

// NewAddons makes DNS and the volume driver.
func NewAddons(ctx *pulumi.Context, name string, args AddonsArgs, opts ...pulumi.ResourceOption) (*Addons, error) {
	out := &Addons{}
	s, err := component.Open(ctx, addonsToken, name, out, args, pulumi.Map{}, opts)
	if err != nil {
		return nil, err
	}
	c := args.Cluster
	versions, err := addonsFor(c.args.Version)
	if err != nil {
		return nil, err
	}
	driver, err := addVolumeRole(s, args)
	if err != nil {
		return nil, err
	}
	for _, a := range []addon{
		{name: "coredns", version: versions.coreDNS},
		{name: "aws-ebs-csi-driver", version: versions.ebsCSI, account: volumeAccount, role: driver.Arn},
	} {
		made, err := addAddon(s, c.eks.Name, a, slices.Concat(args.Nodes, driver.Policies))
		if err != nil {
			return nil, err
		}
		out.Ready = append(out.Ready, made)
	}
	return out, s.Publish(out, pulumi.Map{})
}

// addVolumeRole makes the volume driver's role: AWS's policy, and our data key.
func addVolumeRole(s component.Scope, a AddonsArgs) (*roles.Role, error) {
	role, err := roles.New(s, volumeDriver+"-role", podRole(a.Market, a.Cluster.args.Network.Region.String(), volumeDriver, volumeAccount),
		"service-role/AmazonEBSCSIDriverPolicy")
	if err != nil {
		return nil, err
	}
	return role, role.Allow(s, volumeDriver+"-key", pulumi.StringArray{a.DataKeyARN}, func(arns []string) iam.Policy {
		return iam.Document(
			iam.Statement{Sid: "Volumes", Effect: iam.Allow, Resource: arns,
				Action: []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}},
			iam.Statement{Sid: "Attach", Effect: iam.Allow, Resource: arns, Action: []string{"kms:CreateGrant"},
				Condition: iam.Condition{"Bool": {"kms:GrantIsForAWSResource": {"true"}}}},
		)
	})
}

// podRole is the role of one service account of the system namespace.
func podRole(m naming.Market, region, purpose, serviceAccount string) awsiam.RoleArgs {
	return awsiam.RoleArgs{
		Description:      pulumi.String(purpose + " of market " + m.Name + " in " + region),
		AssumeRolePolicy: pulumi.String(iam.TrustPods(m.Account, systemNamespace, serviceAccount).String()),
	}
}

// addAddon makes one managed add-on, after what it needs. Add-ons are ours alone:
// whatever was changed by hand is overwritten.
func addAddon(s component.Scope, cluster pulumi.StringOutput, a addon, after []pulumi.Resource) (*awseks.Addon, error) {
	args := &awseks.AddonArgs{
		ClusterName: cluster, AddonName: pulumi.String(a.name), AddonVersion: pulumi.String(a.version),
		ResolveConflictsOnCreate: pulumi.String("OVERWRITE"), ResolveConflictsOnUpdate: pulumi.String("OVERWRITE"),
	}
	if a.config != "" {
		args.ConfigurationValues = pulumi.String(a.config)
	}
	if a.account != "" {
		args.PodIdentityAssociations = awseks.AddonPodIdentityAssociationArray{awseks.AddonPodIdentityAssociationArgs{
			RoleArn: a.role, ServiceAccount: pulumi.String(a.account),
		}}
	}
	return component.Create(s, a.name, awseks.NewAddon, args, pulumi.DependsOn(after))
}

// Package cluster makes one region's EKS cluster: control plane, who may administer it,
// and its managed add-ons. The region stack imports it; components that run something
// on the cluster take its Handle.
package cluster

import (
	"net/netip"
	"slices"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/regions/eks"
)

const typeToken = "pitboss:components:Cluster"

// Args describes one cluster.
type Args struct {
	// Market names the cluster and its roles. Required.
	Market naming.Market
	// Network is where the control plane puts its addresses. Required.
	Network network.Placement
	// Version is the Kubernetes version. Required.
	Version eks.Version
	// Admins are the ARNs of the IAM roles that administer the cluster: at least one,
	// and whoever brings the stack up must be among them, because the creator gets
	// nothing by itself. Required.
	Admins []string
	// PublicCIDRs may reach the Kubernetes API over the internet. Empty means that only
	// the VPC and what is connected to it can.
	PublicCIDRs []netip.Prefix
	// PrivateCIDRs may reach it over a connection to the VPC. Empty means that only what
	// carries the cluster's own security group can, the engine included.
	PrivateCIDRs []netip.Prefix
	// ClusterKeyARN encrypts secrets. Required.
	ClusterKeyARN pulumi.StringInput
	// Protected makes the engine refuse to delete the cluster. False by default.
	Protected bool
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "cluster.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(len(a.Market.Account) == 12, "Market.Account", "must be an account id of 12 digits, got %q", a.Market.Account)
	p.Check(!a.Network.Region.IsZero(), "Network.Region", "is required")
	p.Check(len(a.Network.Core) >= 2, "Network.Core", "must have subnets in at least two zones, got %d", len(a.Network.Core))
	p.Check(!a.Version.IsZero(), "Version", "is required: choose one of %v", eks.Names())
	if _, err := addonsFor(a.Version); err != nil && !a.Version.IsZero() {
		p.Check(false, "Version", "%v", err)
	}
	p.Check(len(a.Admins) > 0, "Admins", "is required: without an access entry nobody can administer the cluster")
	p.Check(len(slices.Compact(slices.Sorted(slices.Values(a.Admins)))) == len(a.Admins), "Admins", "names a role twice: EKS takes one access entry a role")
	a.validateReach(&p)
	p.Check(a.ClusterKeyARN != nil, "ClusterKeyARN", "is required: secrets are never stored in the clear")
	return p.Err()
}

// Cluster is one EKS cluster.
type Cluster struct {
	pulumi.ResourceState

	// Name, Endpoint (an https URL) and ARN are the cluster's own.
	Name     string
	Endpoint pulumi.StringOutput
	ARN      pulumi.StringOutput
	// Kubeconfig reaches the cluster as whoever holds AWS credentials, through
	// `aws eks get-token`: it is no secret.
	Kubeconfig pulumi.StringOutput

	args   Args
	eks    *awseks.Cluster
	admins []pulumi.Resource
	doors  []pulumi.Resource
	early  []pulumi.Resource
}

// Handle is all that another component may know about a cluster.
type Handle struct {
	// Name is the cluster's name as an output, so that what uses it waits for it.
	Name    pulumi.StringOutput
	Version eks.Version
	// SecurityGroupID is the group that nodes and control plane share.
	SecurityGroupID pulumi.StringOutput
	// Ready is what must exist before a node joins: its network, proxy and identity.
	Ready []pulumi.Resource
}

// Handle says how to run something on the cluster.
func (c *Cluster) Handle() Handle {
	return Handle{
		Name: c.eks.Name, Version: c.args.Version, Ready: c.early,
		SecurityGroupID: c.eks.VpcConfig.ClusterSecurityGroupId().Elem(),
	}
}

// Administered is what must exist before the Kubernetes API answers an administrator,
// wherever one of the named networks holds them.
func (c *Cluster) Administered() []pulumi.Resource { return slices.Concat(c.doors, c.admins) }

// New makes the cluster with the add-ons that nodes need to join. NewAddons makes those
// that need nodes.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cluster, error) {
	c := &Cluster{args: args, Name: args.Market.Cluster(args.Network.Region)}
	s, err := component.Open(ctx, typeToken, name, c, args, pulumi.Map{
		"region": pulumi.String(args.Network.Region.String()), "version": pulumi.String(args.Version.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	role, err := c.addRole(s)
	if err != nil {
		return nil, err
	}
	if err := c.addControlPlane(s, role); err != nil {
		return nil, err
	}
	if err := c.addDoors(s); err != nil {
		return nil, err
	}
	if err := c.addAdmins(s); err != nil {
		return nil, err
	}
	if err := c.addEarlyAddons(s); err != nil {
		return nil, err
	}
	return c, s.Publish(c, pulumi.Map{"name": c.eks.Name, "endpoint": c.Endpoint})
}

// addRole makes the control plane's role. Another role replaces the cluster, so its
// name is fixed: the key policy of the foundation knows it as well. The second policy lets
// EKS give pods network interfaces with security groups of their own.
func (c *Cluster) addRole(s component.Scope) (*roles.Role, error) {
	return roles.New(s, "role", awsiam.RoleArgs{
		Name:             pulumi.String(c.args.Market.Role(c.args.Network.Region, naming.RoleCluster)),
		Description:      pulumi.String("control plane of " + c.Name),
		AssumeRolePolicy: pulumi.String(iam.Trust("eks.amazonaws.com", nil).String()),
	}, "AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController")
}

// serviceCIDR is where Kubernetes services get their addresses: outside of every
// network of ours. EKS would choose the same; changing it replaces the cluster.
const serviceCIDR = "172.20.0.0/16"

// addControlPlane makes the cluster. It logs to the group that naming.ClusterLogs names,
// which the foundation has made: the logs are evidence and stay when the cluster goes.
func (c *Cluster) addControlPlane(s component.Scope, role *roles.Role) (err error) {
	c.eks, err = component.Create(s, "control-plane", awseks.NewCluster, &awseks.ClusterArgs{
		Name:    pulumi.String(c.Name),
		RoleArn: role.Arn,
		Version: pulumi.String(c.args.Version.String()),
		VpcConfig: awseks.ClusterVpcConfigArgs{
			SubnetIds:             c.args.Network.Core,
			EndpointPrivateAccess: pulumi.Bool(true),
			EndpointPublicAccess:  pulumi.Bool(len(c.args.PublicCIDRs) > 0),
			PublicAccessCidrs:     texts(c.args.PublicCIDRs),
		},
		KubernetesNetworkConfig: awseks.ClusterKubernetesNetworkConfigArgs{
			IpFamily: pulumi.String("ipv4"), ServiceIpv4Cidr: pulumi.String(serviceCIDR),
		},
		AccessConfig: awseks.ClusterAccessConfigArgs{
			AuthenticationMode: pulumi.String("API"), // there is no way back from it, nor a need
			// AWS's default is true, the provider documents false, and changing it later
			// replaces the cluster: always said.
			BootstrapClusterCreatorAdminPermissions: pulumi.Bool(false),
		},
		BootstrapSelfManagedAddons: pulumi.Bool(false), // the add-ons below are managed; replaces if changed
		EnabledClusterLogTypes:     pulumi.ToStringArray([]string{"api", "audit", "authenticator", "controllerManager", "scheduler"}),
		EncryptionConfig: awseks.ClusterEncryptionConfigArgs{
			Provider:  awseks.ClusterEncryptionConfigProviderArgs{KeyArn: c.args.ClusterKeyARN},
			Resources: pulumi.ToStringArray([]string{"secrets"}),
		},
		// Without it a version slides into extended support, at six times the price.
		UpgradePolicy: awseks.ClusterUpgradePolicyArgs{SupportType: pulumi.String("STANDARD")},
	}, pulumi.Protect(c.args.Protected), pulumi.DependsOn(role.Policies))
	if err != nil {
		return err
	}
	c.Endpoint, c.ARN = c.eks.Endpoint, c.eks.Arn
	c.Kubeconfig = kubeconfig(c.Name, c.args.Network.Region.String(), c.Endpoint, c.eks.CertificateAuthority.Data().Elem())
	return nil
}

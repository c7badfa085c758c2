package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/naming"
)

// interfaceServices is what a private cluster asks of AWS, each reached through an
// address in the VPC instead of the internet. Each costs some 7 USD a month and zone
// (an estimate: no price was seen), the 14 of them and S3's about as much as ten NAT gateways.
var interfaceServices = []string{
	"autoscaling",        // the cluster autoscaler
	"ec2",                // the CNI's addresses, EBS CSI's volumes
	"ec2messages",        // Session Manager, which is how people reach a node
	"ecr.api", "ecr.dkr", // images
	"eks", "eks-auth", // joining the cluster; pod identity
	"elasticloadbalancing", // the load-balancer controller
	"kms",                  // keys
	"logs",                 // CloudWatch Logs
	"secretsmanager",       // secrets
	"ssm", "ssmmessages",   // Session Manager
	"sts", // role credentials
}

// addEndpoints makes the endpoints: S3 as a gateway on every route table, the rest as
// interfaces in the core subnets, which every tier, the vault too, reaches by the VPC's
// own route.
func (n *Network) addEndpoints(s component.Scope, a Args, tables []*ec2.RouteTable) error {
	ids := make(pulumi.StringArray, len(tables))
	for i, table := range tables {
		ids[i] = table.ID()
	}
	gateway, err := component.Create(s, "endpoint-s3", ec2.NewVpcEndpoint, &ec2.VpcEndpointArgs{
		VpcId: n.vpc.ID(), ServiceName: pulumi.String(a.service("s3")), VpcEndpointType: pulumi.String("Gateway"),
		RouteTableIds: ids, Policy: pulumi.String(s3Access(a).String()), Tags: named(a, "s3"),
	})
	if err != nil {
		return err
	}
	n.ready = append(n.ready, gateway)
	group, err := n.addEndpointGroup(s, a)
	if err != nil {
		return err
	}
	if err := n.addInsideS3(s, a, group); err != nil {
		return err
	}
	for _, service := range interfaceServices {
		endpoint, err := component.Create(s, "endpoint-"+service, ec2.NewVpcEndpoint, &ec2.VpcEndpointArgs{
			VpcId: n.vpc.ID(), ServiceName: pulumi.String(a.service(service)), VpcEndpointType: pulumi.String("Interface"),
			PrivateDnsEnabled: pulumi.Bool(true), SubnetIds: n.ids(Core),
			SecurityGroupIds: pulumi.StringArray{group.ID()}, Tags: named(a, service),
		})
		if err != nil {
			return err
		}
		n.ready = append(n.ready, endpoint)
	}
	return nil
}

// addInsideS3 makes an address of S3 in the VPC, which its name then means for everything
// inside: pods may be let out to the VPC, and the gateway's addresses are those of all of
// S3, which no network policy could tell from anybody else's bucket.
func (n *Network) addInsideS3(s component.Scope, a Args, group *ec2.SecurityGroup) error {
	endpoint, err := component.Create(s, "endpoint-s3-inside", ec2.NewVpcEndpoint, &ec2.VpcEndpointArgs{
		VpcId: n.vpc.ID(), ServiceName: pulumi.String(a.service("s3")), VpcEndpointType: pulumi.String("Interface"),
		PrivateDnsEnabled: pulumi.Bool(true), SubnetIds: n.ids(Core), SecurityGroupIds: pulumi.StringArray{group.ID()},
		DnsOptions: ec2.VpcEndpointDnsOptionsArgs{
			DnsRecordIpType: pulumi.String("ipv4"), PrivateDnsOnlyForInboundResolverEndpoint: pulumi.Bool(false),
		},
		Policy: pulumi.String(s3Access(a).String()), Tags: named(a, "s3-inside"),
	})
	n.ready = append(n.ready, endpoint)
	return err
}

// addEndpointGroup lets the VPC, and only it, speak TLS to the endpoints. They answer
// and never call, so the group has no way out.
func (n *Network) addEndpointGroup(s component.Scope, a Args) (*ec2.SecurityGroup, error) {
	group, err := component.Create(s, "endpoints", ec2.NewSecurityGroup, &ec2.SecurityGroupArgs{
		VpcId: n.vpc.ID(), Description: pulumi.String("AWS service endpoints"), Tags: named(a, "endpoints"),
	})
	if err != nil {
		return nil, err
	}
	_, err = component.Create(s, "endpoints-tls", vpc.NewSecurityGroupIngressRule, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(), Description: pulumi.String("TLS from the VPC"),
		IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
		CidrIpv4: pulumi.String(a.CIDR.String()),
	})
	return group, err
}

// s3Access is what the S3 endpoint lets through: this account's buckets, and, to read,
// what AWS itself keeps in buckets: layers of ECR images, packages of Amazon Linux, the
// Systems Manager agent. Anyone else's bucket is where data would leave to. Images of
// registries that keep their layers in S3 elsewhere must be copied into ECR first. The
// names of AWS's buckets are those of its endpoint documentation, not tried on AWS.
func s3Access(a Args) iam.Policy {
	return iam.Document(
		iam.Statement{
			Sid: "OurBuckets", Effect: iam.Allow, Principal: iam.Anyone(), Action: []string{"s3:*"}, Resource: []string{"*"},
			Condition: iam.Condition{"StringEquals": {"aws:ResourceAccount": {a.Market.Account}}},
		},
		iam.Statement{
			Sid: "AWSKeepsThere", Effect: iam.Allow, Principal: iam.Anyone(), Action: []string{"s3:GetObject"}, Resource: []string{
				naming.BucketARN("prod-"+a.Region.String()+"-starport-layer-bucket") + "/*",
				naming.BucketARN("al2023-repos-"+a.Region.String()+"-de612dc2") + "/*",
				naming.BucketARN("amazon-ssm-"+a.Region.String()) + "/*",
				naming.BucketARN("aws-ssm-"+a.Region.String()) + "/*",
			},
		},
	)
}

func (a Args) service(name string) string {
	return "com.amazonaws." + a.Region.String() + "." + name
}

package pools

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/pools/labels"
)

// addTemplate makes a pool's launch template. It sets no image, subnet, role or
// instance type: EKS sets those, and refuses or stops merging user data otherwise.
//
// Every change of it, tags included, rolls the whole pool: nothing here may depend on
// something that changes by itself.
func (p *Pools) addTemplate(s component.Scope, a Args, row Row) (*ec2.LaunchTemplate, error) {
	groups, err := p.securityGroups(s, a, row)
	if err != nil {
		return nil, err
	}
	args := &ec2.LaunchTemplateArgs{
		Description:          pulumi.String("nodes of pool " + string(row.Pool)),
		UpdateDefaultVersion: pulumi.Bool(true),
		VpcSecurityGroupIds:  groups,
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{ec2.LaunchTemplateBlockDeviceMappingArgs{
			DeviceName: pulumi.String("/dev/xvda"), // the root volume of Amazon Linux 2023
			Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
				VolumeType: pulumi.String("gp3"), VolumeSize: pulumi.Int(row.DiskGiB),
				Encrypted: pulumi.String(strconv.FormatBool(true)), KmsKeyId: a.DataKeyARN.ToStringOutput().ToStringPtrOutput(),
				DeleteOnTermination: pulumi.String(strconv.FormatBool(true)),
			},
		}},
		// IMDSv2 only, and not beyond the host itself: a pod on the pods' network cannot
		// take the node's role. Drivers that want the metadata get it from Kubernetes.
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint: pulumi.String("enabled"), HttpTokens: pulumi.String("required"),
			HttpPutResponseHopLimit: pulumi.Int(1),
		},
		TagSpecifications: ec2.LaunchTemplateTagSpecificationArray{tagged(a, row, "instance"), tagged(a, row, "volume")},
	}
	if row.Media {
		args.UserData = pulumi.String(mediaUserData())
	}
	return component.Create(s, string(row.Pool)+"-template", ec2.NewLaunchTemplate, args)
}

// tagged names what instances of a pool are; provider tags do not reach them.
func tagged(a Args, row Row, what string) ec2.LaunchTemplateTagSpecificationArgs {
	return ec2.LaunchTemplateTagSpecificationArgs{
		ResourceType: pulumi.String(what),
		Tags: pulumi.StringMap{
			"Name":           pulumi.String(a.Market.Cluster(a.Network.Region) + "-" + string(row.Pool)),
			"pitboss:market": pulumi.String(a.Market.Name),
			"pitboss:pool":   pulumi.String(string(row.Pool)),
		},
	}
}

// securityGroups is the groups that a pool's template names. Most pools name none and
// get the cluster's from EKS. As soon as one is named EKS adds nothing, so media nodes
// name the cluster's group too.
func (p *Pools) securityGroups(s component.Scope, a Args, row Row) (pulumi.StringArray, error) {
	if !row.Media {
		return nil, nil
	}
	what := string(row.Pool) + "-media"
	group, err := component.Create(s, what, ec2.NewSecurityGroup, &ec2.SecurityGroupArgs{
		VpcId: a.Network.VPCID, Description: pulumi.String("media from players over UDP"),
		Tags: pulumi.StringMap{"Name": pulumi.String(a.Market.Cluster(a.Network.Region) + "-" + what)},
	})
	if err != nil {
		return nil, err
	}
	p.MediaGroupID = group.ID().ToStringOutput()
	// The only opening to the internet: players' addresses are not known beforehand.
	// The way out is the cluster group's.
	_, err = component.Create(s, what+"-ports", vpc.NewSecurityGroupIngressRule, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(), Description: pulumi.String("WebRTC media"),
		IpProtocol: pulumi.String("udp"), CidrIpv4: pulumi.String("0.0.0.0/0"),
		FromPort: pulumi.Int(labels.MediaPortFirst), ToPort: pulumi.Int(labels.MediaPortLast),
	})
	return pulumi.StringArray{a.Cluster.SecurityGroupID, group.ID()}, err
}

package kafka

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/network"
)

// Port is where brokers answer clients with an IAM identity, over TLS. It is the only one
// that is opened.
const Port = 9098

// addGroup makes the brokers' own security group, with rules apart: another group would
// replace the cluster, another rule does not. A Replicator that writes into the cluster
// carries the same group, so that the group lets itself in, and out, on that port. Nothing
// was found that says which ports, if any, a Replicator of the other region needs open
// here: AWS documents that it is given no group of the source.
func (k *Kafka) addGroup(s component.Scope) error {
	group, err := component.Create(s, "group", ec2.NewSecurityGroup, &ec2.SecurityGroupArgs{
		VpcId: k.args.Network.VPCID, Description: pulumi.String("Kafka brokers"), // another description replaces it
		Tags: pulumi.StringMap{"Name": pulumi.String(k.name)},
	})
	if err != nil {
		return err
	}
	k.SecurityGroupID = group.ID().ToStringOutput()
	replicator := network.Client{GroupID: k.SecurityGroupID, Reason: "the Replicator that writes here"}
	clients := append([]network.Client{replicator}, k.args.Clients...)
	if err := network.LetIn(s, k.SecurityGroupID, "Kafka", Port, clients); err != nil {
		return err
	}
	_, err = component.Create(s, "replicator-out", vpc.NewSecurityGroupEgressRule, &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: k.SecurityGroupID, Description: pulumi.String("to the brokers, from " + replicator.Reason),
		IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(Port), ToPort: pulumi.Int(Port),
		ReferencedSecurityGroupId: k.SecurityGroupID.ToStringPtrOutput(),
	})
	return err
}

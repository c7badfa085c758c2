// Package operators makes who the operators of a cluster are in AWS: those programs of
// others that serve the platform's objects. What they may do is theirs alone, and no pod of
// ours may do it. Region stacks import it; the operators themselves are installed by whoever
// runs the cluster, in the namespaces of components/services.
package operators

import (
	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
	"pitboss/components/kafka"
	"pitboss/components/naming"
	"pitboss/components/services"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Operators"

// The operators' service accounts, as their own charts name them.
const (
	secretsAccount = "external-secrets"
	scalerAccount  = "keda-operator"
)

// Args describes a cluster's operators.
type Args struct {
	// Market is whose account the roles are in. Required.
	Market naming.Market
	// Region is where the cluster is. Required.
	Region regions.Region
	// ClusterName is where the operators run. Required.
	ClusterName pulumi.StringInput
	// KafkaARN is the brokers' cluster, which the scaler asks how much waits. Required.
	KafkaARN pulumi.StringInput
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "operators.Args"}
	p.Check(a.Market.Name != "" && a.Market.Account != "", "Market", "is required: name and account")
	p.Check(!a.Region.IsZero(), "Region", "is required")
	p.Check(a.ClusterName != nil, "ClusterName", "is required: a role is handed out in one cluster")
	p.Check(a.KafkaARN != nil, "KafkaARN", "is required: nothing is scaled by a lag that nobody may read")
	return p.Err()
}

// Operators is who the operators of one cluster are in AWS.
type Operators struct {
	pulumi.ResourceState

	// SecretsRoleARN is the role of External Secrets. It allows nothing: each namespace
	// has a role that this one may take on, and that decides what is read for it.
	SecretsRoleARN pulumi.StringOutput
}

// New makes the operators' roles.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Operators, error) {
	o := &Operators{}
	s, err := component.Open(ctx, typeToken, name, o, args, pulumi.Map{"region": pulumi.String(args.Region.String())}, opts)
	if err != nil {
		return nil, err
	}
	secrets, err := addRole(s, args, services.ExternalSecrets, secretsAccount)
	if err != nil {
		return nil, err
	}
	o.SecretsRoleARN = secrets.Arn
	scaler, err := addRole(s, args, services.KEDA, scalerAccount)
	if err != nil {
		return nil, err
	}
	if err := scaler.Allow(s, services.KEDA+"-policy", pulumi.StringArray{args.KafkaARN}, mayCount); err != nil {
		return nil, err
	}
	return o, s.Publish(o, pulumi.Map{})
}

// addRole makes the role that one operator's pods get.
func addRole(s component.Scope, a Args, namespace, account string) (*roles.Role, error) {
	role, err := roles.New(s, namespace, awsiam.RoleArgs{
		Description:      pulumi.String("operator " + namespace + " of market " + a.Market.Name + " in " + a.Region.String()),
		AssumeRolePolicy: pulumi.String(iam.TrustPods(a.Market.Account, namespace, account).String()),
	})
	if err != nil {
		return nil, err
	}
	_, err = component.Create(s, namespace+"-identity", awseks.NewPodIdentityAssociation, &awseks.PodIdentityAssociationArgs{
		ClusterName: a.ClusterName, Namespace: pulumi.String(namespace), ServiceAccount: pulumi.String(account), RoleArn: role.Arn,
	})
	return role, err
}

// mayCount is asking the brokers how far a group is behind a topic: no record is read, and
// nothing is changed.
func mayCount(arns []string) iam.Policy {
	within := func(kind string) []string { return []string{kafka.Within(arns[0], kind, "*")} }
	return iam.Document(
		iam.Statement{Sid: "Brokers", Effect: iam.Allow, Resource: arns, Action: []string{"kafka-cluster:Connect", "kafka-cluster:DescribeCluster"}},
		iam.Statement{Sid: "Topics", Effect: iam.Allow, Resource: within("topic"), Action: []string{"kafka-cluster:DescribeTopic"}},
		iam.Statement{Sid: "Groups", Effect: iam.Allow, Resource: within("group"), Action: []string{"kafka-cluster:DescribeGroup"}},
	)
}

package kafka

import (
	"strings"

	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
	"pitboss/components/naming"
)

// addExecutionRole makes the role that both replicators read and write with. It carries
// the home region's name for good: Ends are in that order whatever their roles.
func addExecutionRole(s component.Scope, a ReplicationArgs) (*roles.Role, error) {
	trust := iam.Trust("kafka.amazonaws.com", iam.Condition{"StringEquals": {"aws:SourceAccount": {a.Market.Account}}})
	role, err := roles.New(s, "role", awsiam.RoleArgs{
		Name:             pulumi.String(a.Market.Role(a.Ends[0].Region, naming.RoleKafkaCopy)),
		Description:      pulumi.String("copies topics between the two clusters of market " + a.Market.Name),
		AssumeRolePolicy: pulumi.String(trust.String()),
	})
	if err != nil {
		return nil, err
	}
	return role, role.Allow(s, "role-policy", pulumi.StringArray{a.Ends[0].ClusterARN, a.Ends[1].ClusterARN}, mayCopy)
}

// mayCopy is what AWS's own policy for replicators (AWSMSKReplicatorExecutionRole, its
// version 2) allows on every cluster of the account, on these two. AWS grants both ends
// the same, because a replicator keeps topics of its own in them: for the same reason the
// topics are not named.
func mayCopy(clusters []string) iam.Policy {
	return iam.Document(
		iam.Statement{Sid: "Clusters", Effect: iam.Allow, Resource: clusters, Action: []string{
			"kafka-cluster:Connect", "kafka-cluster:DescribeCluster", "kafka-cluster:AlterCluster", "kafka-cluster:WriteDataIdempotently",
		}},
		iam.Statement{Sid: "Topics", Effect: iam.Allow, Resource: within(clusters, "topic"), Action: []string{
			"kafka-cluster:DescribeTopic", "kafka-cluster:CreateTopic", "kafka-cluster:AlterTopic",
			"kafka-cluster:ReadData", "kafka-cluster:WriteData",
			"kafka-cluster:DescribeTopicDynamicConfiguration", "kafka-cluster:AlterTopicDynamicConfiguration",
		}},
		iam.Statement{Sid: "Groups", Effect: iam.Allow, Resource: within(clusters, "group"), Action: []string{
			"kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup",
		}},
	)
}

// within is every resource of a kind in the clusters.
func within(clusters []string, kind string) []string {
	out := make([]string, len(clusters))
	for i, arn := range clusters {
		out[i] = Within(arn, kind, "*")
	}
	return out
}

// Within is the ARN of a topic or group of a cluster, or with "*" of all:
// arn:aws:kafka:...:cluster/NAME/ID becomes arn:aws:kafka:...:topic/NAME/ID/WHICH.
func Within(cluster, kind, which string) string {
	return strings.Replace(cluster, ":cluster/", ":"+kind+"/", 1) + "/" + which
}

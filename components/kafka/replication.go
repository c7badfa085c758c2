package kafka

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/msk"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/roles"
	"pitboss/components/naming"
	"pitboss/regions"
	"pitboss/regions/role"
)

const replicationToken = "pitboss:components:KafkaReplication"

// End is one region's cluster, as the replication between the two sees it.
type End struct {
	Region regions.Region
	Role   role.Role // Active: its topics flow to the other end
	// Provider reaches AWS in Region; nil is the component's own.
	Provider pulumi.ProviderResource
	// ClusterARN, SubnetIDs and SecurityGroupID are the cluster's.
	ClusterARN      pulumi.StringInput
	SubnetIDs       pulumi.StringArrayInput
	SecurityGroupID pulumi.StringInput
}

// ReadEnd takes the end in r from the output of stack that Kafka.Output made.
func ReadEnd(stack string, output pulumi.AnyOutput, r regions.Region, does role.Role) End {
	return End{
		Region: r, Role: does,
		ClusterARN:      component.Pick(stack, output, "arn"),
		SubnetIDs:       component.PickList(stack, output, "subnetIds"),
		SecurityGroupID: component.Pick(stack, output, "securityGroupId"),
	}
}

// ReplicationArgs describes what is copied between a market's two clusters.
type ReplicationArgs struct {
	// Market names the replicators and their role. Required.
	Market naming.Market
	// Ends are the market's two clusters, home's first, whichever is active. Required,
	// and exactly one of them active.
	Ends [2]End
	// Topics are copied, and no others. Required.
	Topics []Topic
}

// Validate reports every problem at once, each naming its field.
func (a ReplicationArgs) Validate() error {
	p := component.Problems{Of: "kafka.ReplicationArgs"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(len(a.Market.Account) == 12, "Market.Account", "must be an account id of 12 digits, got %q", a.Market.Account)
	for i, end := range a.Ends {
		field := fmt.Sprintf("Ends[%d].", i)
		p.Check(!end.Region.IsZero(), field+"Region", "is required")
		p.Check(end.Role.Valid(), field+"Role", "must be %q or %q, got %q", role.Active, role.Standby, end.Role)
		p.Check(end.ClusterARN != nil, field+"ClusterARN", "is required")
		p.Check(end.SubnetIDs != nil, field+"SubnetIDs", "is required")
		p.Check(end.SecurityGroupID != nil, field+"SecurityGroupID", "is required")
	}
	one, two := a.Ends[0], a.Ends[1]
	p.Check(one.Region.IsZero() || one.Region != two.Region, "Ends[1].Region", "must not be %s: the copy exists to survive that region", one.Region)
	p.Check(one.Role != two.Role, "Ends[1].Role", "must not be %q as well: exactly one region is active", one.Role)
	p.Check(one.Provider != nil || two.Provider != nil, "Ends[1].Provider", "is required: a replicator is made in the region that it writes to, and these are two")
	checkTopics(&p, a.Topics)
	p.Check(len(a.Topics) <= maxPatterns, "Topics", "are %d, the Replicator takes at most %d", len(a.Topics), maxPatterns)
	return p.Err()
}

// maxPatterns is how many patterns of topics one replicator takes; by general knowledge,
// not read in a source.
const maxPatterns = 100

// Replication copies topics from the active region's cluster to the other one.
type Replication struct {
	pulumi.ResourceState

	ways pulumi.Map
}

// NewReplication makes two replicators, one into each region. Both always exist, and the
// roles say which one carries the topics, while the other is given names that nothing has:
// so a swap turns both in place, where making one would take half an hour. Topics and
// consumer groups keep their names in the other region, so that clients find the same
// there.
//
// A copy lags by seconds: after an unplanned failover the last records are in the lost
// region only, and reach the other when it is back and its replicator is turned around
// once more. Consumers see some records twice, then and at every swap, because positions
// are copied from time to time: they must not mind.
func NewReplication(ctx *pulumi.Context, name string, args ReplicationArgs, opts ...pulumi.ResourceOption) (*Replication, error) {
	r := &Replication{ways: pulumi.Map{}}
	s, err := component.Open(ctx, replicationToken, name, r, args, pulumi.Map{
		"regions": pulumi.ToStringArray([]string{args.Ends[0].Region.String(), args.Ends[1].Region.String()}),
	}, opts)
	if err != nil {
		return nil, err
	}
	copier, err := addExecutionRole(s, args)
	if err != nil {
		return nil, err
	}
	for _, way := range [][2]End{{args.Ends[0], args.Ends[1]}, {args.Ends[1], args.Ends[0]}} {
		made, err := addReplicator(s, args, way[0], way[1], copier)
		if err != nil {
			return nil, err
		}
		r.ways[way[0].Region.String()] = pulumi.Map{
			"arn": made.Arn, "in": pulumi.String(way[1].Region.String()), "cluster": pulumi.String(args.Market.Kafka(way[0].Region)),
		}
	}
	return r, s.Publish(r, pulumi.Map{})
}

// Output is the replication as a stack output, with all that a drill needs to turn it:
//
//	replicators  region that is copied from -> arn, in (the region it is in), cluster (the
//	             name of what it copies)
//	topics, groups  the patterns of the one that carries
//	nothing      the pattern of the one that does not
func (r *Replication) Output(topics []Topic) pulumi.Map {
	return pulumi.Map{
		"replicators": r.ways, "topics": pulumi.ToStringArray(patterns(topics, role.Active)),
		"groups": pulumi.ToStringArray(groupsOf(role.Active)), "nothing": pulumi.String(nothing),
	}
}

// addReplicator makes the way from one end to the other, in the region of the other. Only
// what is inside topicReplications and consumerGroupReplications can be changed later, and
// of that not where it starts and how it names.
func addReplicator(s component.Scope, a ReplicationArgs, from, to End, copier *roles.Role) (*msk.Replicator, error) {
	// Its name is fixed and its clusters are not: after a region was rebuilt there is another
	// cluster to copy, and the old replicator must have gone first.
	opts := []pulumi.ResourceOption{pulumi.DependsOn(copier.Policies), pulumi.DeleteBeforeReplace(true)}
	if to.Provider != nil {
		opts = append(opts, pulumi.Provider(to.Provider))
	}
	return component.Create(s, from.Region.String()+"-to-"+to.Region.String(), msk.NewReplicator, &msk.ReplicatorArgs{
		ReplicatorName:          pulumi.String("from-" + a.Market.Kafka(from.Region)),
		Description:             pulumi.String("topics of " + a.Market.Kafka(from.Region) + ", while " + from.Region.String() + " is active"),
		ServiceExecutionRoleArn: copier.Arn,
		KafkaClusters: msk.ReplicatorKafkaClusterArray{
			// AWS connects to the source through its own network, with no group of ours.
			cluster(from, nil),
			cluster(to, pulumi.StringArray{to.SecurityGroupID}),
		},
		ReplicationInfoList: msk.ReplicatorReplicationInfoListArgs{
			SourceKafkaClusterArn: from.ClusterARN,
			TargetKafkaClusterArn: to.ClusterARN,
			TargetCompressionType: pulumi.String("LZ4"), // as our producers send; cheap on both brokers
			TopicReplications:     msk.ReplicatorReplicationInfoListTopicReplicationArray{topicsOf(a, from.Role)},
			ConsumerGroupReplications: msk.ReplicatorReplicationInfoListConsumerGroupReplicationArray{
				msk.ReplicatorReplicationInfoListConsumerGroupReplicationArgs{
					ConsumerGroupsToReplicates:      pulumi.ToStringArray(groupsOf(from.Role)),
					DetectAndCopyNewConsumerGroups:  pulumi.Bool(true),
					SynchroniseConsumerGroupOffsets: pulumi.Bool(true),
				},
			},
		},
	}, opts...)
}

func cluster(e End, groups pulumi.StringArrayInput) msk.ReplicatorKafkaClusterArgs {
	return msk.ReplicatorKafkaClusterArgs{
		AmazonMskCluster: msk.ReplicatorKafkaClusterAmazonMskClusterArgs{MskClusterArn: e.ClusterARN},
		VpcConfig:        msk.ReplicatorKafkaClusterVpcConfigArgs{SubnetIds: e.SubnetIDs, SecurityGroupsIds: groups},
	}
}

// topicsOf is what is copied from a region in a role. It starts at the oldest record, in
// both directions and for good (another start replaces the replicator): from the latest
// one, what was written between a failover and the turn of the replicators would never get
// back, nor what was written before a topic was first seen. What came from the other
// region is not sent back: the Replicator knows its own records. Whether a replicator that
// is turned again goes on where it stopped, or copies from the oldest record again, was
// not tried on AWS; consumers that mind no duplicates bear either.
func topicsOf(a ReplicationArgs, does role.Role) msk.ReplicatorReplicationInfoListTopicReplicationArgs {
	return msk.ReplicatorReplicationInfoListTopicReplicationArgs{
		TopicsToReplicates:              pulumi.ToStringArray(patterns(a.Topics, does)),
		TopicNameConfiguration:          msk.ReplicatorReplicationInfoListTopicReplicationTopicNameConfigurationArgs{Type: pulumi.String("IDENTICAL")},
		StartingPosition:                msk.ReplicatorReplicationInfoListTopicReplicationStartingPositionArgs{Type: pulumi.String("EARLIEST")},
		DetectAndCopyNewTopics:          pulumi.Bool(true),
		CopyTopicConfigurations:         pulumi.Bool(true),
		CopyAccessControlListsForTopics: pulumi.Bool(false), // there are none: access is IAM's
	}
}

// nothing is a pattern of topics and of consumer groups that matches none: AWS wants at
// least one pattern, and no topic's name is without a dot.
const nothing = "nothing-while-standby"

// patterns are the topics that leave a region in a role.
func patterns(all []Topic, does role.Role) []string {
	if !does.Numbers().Replicates {
		return []string{nothing}
	}
	var out []string
	for _, t := range all {
		out = append(out, regexp.QuoteMeta(t.Name))
	}
	slices.Sort(out)
	return out
}

// groupsOf are the consumer groups whose positions leave a region in a role: all, because
// one that was forgotten would start at the wrong place after a swap.
func groupsOf(does role.Role) []string {
	if !does.Numbers().Replicates {
		return []string{nothing}
	}
	return []string{".*"}
}

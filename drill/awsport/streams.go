package awsport

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// The dimensions of MSK's metrics, as AWS spells them: not alike.
const (
	ofKafka      = "AWS/Kafka"
	ofReplicator = "ReplicatorName"
	ofCluster    = "Cluster Name"
)

// streams are MSK's replicators.
type streams struct{ *AWS }

// Carries is true for whatever a replicator copies that is not inventory.Replicator.Nothing.
func (s streams) Carries(ctx context.Context, all inventory.Streams, from regions.Region) (carries, settled bool, err error) {
	r, err := out(all, from)
	if err != nil {
		return false, false, err
	}
	now, err := s.describe(ctx, r)
	if err != nil {
		return false, false, err
	}
	return !slices.Equal(now.topics, []string{r.Nothing}), now.settled, nil
}

// Behind asks the region that a replicator is in for what it has yet to copy, and the one
// that it copies from for what consumers there have yet to read.
func (s streams) Behind(ctx context.Context, all inventory.Streams, from regions.Region) (port.Backlog, error) {
	r, err := out(all, from)
	if err != nil {
		return port.Backlog{}, err
	}
	copied, asOf, err := s.sum(ctx, r.In, []metric{{ofKafka, "MessageLag", []dimension{{ofReplicator, r.name()}}}})
	if err != nil {
		return port.Backlog{}, err
	}
	consumers := metric{ofKafka, "MaxOffsetLag", []dimension{{ofCluster, r.ClusterName}}}
	groups, err := s.recent(ctx, from, consumers)
	if err != nil {
		return port.Backlog{}, err
	}
	if len(groups) == 0 {
		return port.Backlog{}, fmt.Errorf("%s in %s: no consumer has told its lag for hours: what is yet to be read is not known", consumers, from)
	}
	read, since, err := s.sum(ctx, from, groups)
	if since.Before(asOf) {
		asOf = since
	}
	return port.Backlog{Copied: copied, Read: read, AsOf: asOf}, err
}

// Turn changes nothing where all is as wanted, finished or not.
func (s streams) Turn(ctx context.Context, all inventory.Streams, from regions.Region, carries bool) error {
	r, err := out(all, from)
	if err != nil {
		return err
	}
	now, err := s.describe(ctx, r)
	if err != nil {
		return err
	}
	topics, groups := r.Topics, r.Groups
	if !carries {
		topics, groups = []string{r.Nothing}, []string{r.Nothing}
	}
	if same(now.topics, topics) && same(now.groups, groups) {
		return nil
	}
	info := now.info
	_, err = ask(ctx, "replicator "+r.name()+" in "+r.In.String(), func(ctx context.Context) (*kafka.UpdateReplicationInfoOutput, error) {
		return s.kafka.in(r.In.String(), s.config).UpdateReplicationInfo(ctx, &kafka.UpdateReplicationInfoInput{
			ReplicatorArn: aws.String(r.ARN), CurrentVersion: now.version, SourceKafkaClusterArn: now.source, TargetKafkaClusterArn: now.target,
			TopicReplication: &types.TopicReplicationUpdate{
				TopicsToReplicate: topics, TopicsToExclude: some(info.TopicReplication.TopicsToExclude),
				CopyAccessControlListsForTopics: info.TopicReplication.CopyAccessControlListsForTopics,
				CopyTopicConfigurations:         info.TopicReplication.CopyTopicConfigurations,
				DetectAndCopyNewTopics:          info.TopicReplication.DetectAndCopyNewTopics,
			},
			ConsumerGroupReplication: &types.ConsumerGroupReplicationUpdate{
				ConsumerGroupsToReplicate: groups, ConsumerGroupsToExclude: some(info.ConsumerGroupReplication.ConsumerGroupsToExclude),
				DetectAndCopyNewConsumerGroups:  info.ConsumerGroupReplication.DetectAndCopyNewConsumerGroups,
				SynchroniseConsumerGroupOffsets: info.ConsumerGroupReplication.SynchroniseConsumerGroupOffsets,
			},
		})
	})
	return err
}

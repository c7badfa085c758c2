package awsport

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

// replicator is one that the inventory knows.
type replicator struct{ inventory.Replicator }

// out is the replicator out of a region.
func out(all inventory.Streams, from regions.Region) (replicator, error) {
	r, ok := all.Replicators[from]
	if !ok {
		return replicator{}, fmt.Errorf("no replicator copies out of %q: choose a region of the market", from)
	}
	return replicator{r}, nil
}

// name is the one in its ARN, "...:replicator/<name>/<id>".
func (r replicator) name() string {
	parts := strings.Split(r.ARN, "/")
	if len(parts) < 2 {
		return r.ARN
	}
	return parts[1]
}

// current is how a replicator is now.
type current struct {
	settled        bool
	version        *string
	source, target *string
	topics, groups []string
	info           types.ReplicationInfoDescription
}

func (s streams) describe(ctx context.Context, r replicator) (current, error) {
	what := "replicator " + r.name() + " in " + r.In.String()
	found, err := ask(ctx, what, func(ctx context.Context) (*kafka.DescribeReplicatorOutput, error) {
		return s.kafka.in(r.In.String(), s.config).DescribeReplicator(ctx, &kafka.DescribeReplicatorInput{ReplicatorArn: aws.String(r.ARN)})
	})
	if err != nil {
		return current{}, err
	}
	switch found.ReplicatorState {
	case types.ReplicatorStateRunning, types.ReplicatorStateUpdating, types.ReplicatorStateCreating:
	default:
		return current{}, fmt.Errorf("%s is %s: it copies nothing; mend it, then go on", what, found.ReplicatorState)
	}
	if n := len(found.ReplicationInfoList); n != 1 || found.ReplicationInfoList[0].TopicReplication == nil || found.ReplicationInfoList[0].ConsumerGroupReplication == nil {
		return current{}, fmt.Errorf("%s has %d ways, want one, with topics and consumer groups", what, n)
	}
	info := found.ReplicationInfoList[0]
	now := current{
		settled: found.ReplicatorState == types.ReplicatorStateRunning, version: found.CurrentVersion, info: info,
		topics: info.TopicReplication.TopicsToReplicate, groups: info.ConsumerGroupReplication.ConsumerGroupsToReplicate,
	}
	for _, c := range found.KafkaClusters {
		if c.AmazonMskCluster == nil {
			continue
		}
		switch aws.ToString(c.KafkaClusterAlias) {
		case aws.ToString(info.SourceKafkaClusterAlias):
			now.source = c.AmazonMskCluster.MskClusterArn
		case aws.ToString(info.TargetKafkaClusterAlias):
			now.target = c.AmazonMskCluster.MskClusterArn
		}
	}
	if now.source == nil || now.target == nil {
		return current{}, fmt.Errorf("%s does not say which two clusters it is between", what)
	}
	return now, nil
}

// same compares patterns in whatever order AWS gives them.
func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// some is a list that is there even when it is empty: AWS asks for it.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

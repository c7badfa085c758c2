package awsfront

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	watch "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/cloud"
)

// replicationInfo is what components/kafka writes of a replicator, as the bridge has it.
func replicationInfo(source, target string, topics, groups []any) map[string]any {
	return map[string]any{"sourceKafkaClusterArn": source, "targetKafkaClusterArn": target, "targetCompressionType": "LZ4",
		"topicReplications": []any{map[string]any{"topicsToReplicates": topics, "topicNameConfiguration": map[string]any{"type": "IDENTICAL"},
			"startingPosition": map[string]any{"type": "EARLIEST"}, "detectAndCopyNewTopics": true, "copyTopicConfigurations": true, "copyAccessControlListsForTopics": false}},
		"consumerGroupReplications": []any{map[string]any{"consumerGroupsToReplicates": groups, "detectAndCopyNewConsumerGroups": true, "synchroniseConsumerGroupOffsets": true}}}
}

// replicator is one from home to standby that carries nothing.
func (w *world) replicator() (r, source, target cloud.Resource) {
	w.Helper()
	brokers := func(region string) cloud.Resource {
		iam := map[string]any{"sasl": map[string]any{"iam": true}}
		return w.make(region, "aws_msk_cluster", map[string]any{"clusterName": "mt-" + region, "kafkaVersion": "3.8.x", "numberOfBrokerNodes": 4, "arn": cloud.Unknown,
			"currentVersion": cloud.Unknown, "brokerNodeGroupInfo": map[string]any{"instanceType": "kafka.m7g.large", "clientSubnets": w.subnets(region),
				"connectivityInfo": map[string]any{"vpcConnectivity": map[string]any{"clientAuthentication": iam}}},
			"clientAuthentication": iam, "encryptionInfo": map[string]any{"encryptionAtRestKmsKeyArn": w.key(region)}})
	}
	source, target = brokers(home), brokers(standby)
	w.make(home, "aws_msk_cluster_policy", map[string]any{"clusterArn": source.ID, "policy": `{"Principal":{"Service":"kafka.amazonaws.com"}}`})
	role := w.make(home, "aws_iam_role", map[string]any{"name": "copy", "path": "/", "arn": cloud.Unknown})
	r = w.make(standby, "aws_msk_replicator", map[string]any{"replicatorName": "from-mt-" + home, "description": "topics", "serviceExecutionRoleArn": role.String("arn"),
		"arn": cloud.Unknown, "currentVersion": cloud.Unknown,
		"kafkaClusters": []any{
			map[string]any{"amazonMskCluster": map[string]any{"mskClusterArn": source.ID}, "vpcConfig": map[string]any{"subnetIds": []any{"a"}}},
			map[string]any{"amazonMskCluster": map[string]any{"mskClusterArn": target.ID}, "vpcConfig": map[string]any{"subnetIds": []any{"b"}, "securityGroupsIds": []any{"g"}}},
		},
		"replicationInfoList": replicationInfo(source.ID, target.ID, []any{"nothing-while-standby"}, []any{"nothing-while-standby"})})
	return r, source, target
}

func TestAReplicatorIsTurned(t *testing.T) {
	w := newWorld(t)
	r, source, target := w.replicator()
	c := kafka.NewFromConfig(w.in(standby))
	list, err := c.ListReplicators(t.Context(), &kafka.ListReplicatorsInput{ReplicatorNameFilter: aws.String("from-mt")})
	require.NoError(t, err)
	require.Len(t, list.Replicators, 1)
	require.Equal(t, r.ID, *list.Replicators[0].ReplicatorArn)
	none, err := c.ListReplicators(t.Context(), &kafka.ListReplicatorsInput{ReplicatorNameFilter: aws.String("to-")})
	require.NoError(t, err)
	require.Empty(t, none.Replicators)
	describe := func() *kafka.DescribeReplicatorOutput {
		t.Helper()
		out, err := c.DescribeReplicator(t.Context(), &kafka.DescribeReplicatorInput{ReplicatorArn: aws.String(r.ID)})
		require.NoError(t, err)
		return out
	}
	now := describe()
	require.Equal(t, types.ReplicatorStateRunning, now.ReplicatorState)
	require.Equal(t, []string{"nothing-while-standby"}, now.ReplicationInfoList[0].TopicReplication.TopicsToReplicate)
	require.Equal(t, types.TargetCompressionTypeLz4, now.ReplicationInfoList[0].TargetCompressionType)
	require.Equal(t, "mt-"+home, *now.KafkaClusters[0].KafkaClusterAlias)
	require.Equal(t, []string{"g"}, now.KafkaClusters[1].VpcConfig.SecurityGroupIds)

	update := &kafka.UpdateReplicationInfoInput{ReplicatorArn: aws.String(r.ID), CurrentVersion: now.CurrentVersion,
		SourceKafkaClusterArn: aws.String(source.ID), TargetKafkaClusterArn: aws.String(target.ID),
		TopicReplication: &types.TopicReplicationUpdate{TopicsToReplicate: []string{`wallet\.v1`, `bets\.v1`}, TopicsToExclude: []string{},
			DetectAndCopyNewTopics: aws.Bool(true), CopyTopicConfigurations: aws.Bool(true), CopyAccessControlListsForTopics: aws.Bool(false)},
		ConsumerGroupReplication: &types.ConsumerGroupReplicationUpdate{ConsumerGroupsToReplicate: []string{".*"}, ConsumerGroupsToExclude: []string{},
			DetectAndCopyNewConsumerGroups: aws.Bool(true), SynchroniseConsumerGroupOffsets: aws.Bool(true)}}
	out, err := c.UpdateReplicationInfo(t.Context(), update)
	require.NoError(t, err)
	require.Equal(t, types.ReplicatorStateUpdating, out.ReplicatorState)
	require.Equal(t, replicationInfo(source.ID, target.ID, []any{`bets\.v1`, `wallet\.v1`}, []any{".*"}), w.read(r).Props["replicationInfoList"],
		"just what the program writes of one that carries")
	turned := describe()
	require.Equal(t, types.ReplicatorStateUpdating, turned.ReplicatorState)
	require.NotEqual(t, *now.CurrentVersion, *turned.CurrentVersion)
	w.refuses("BadRequestException", second(c.UpdateReplicationInfo(t.Context(), update))) // the version is an old one
	update.CurrentVersion = turned.CurrentVersion
	require.Contains(t, w.refuses("BadRequestException", second(c.UpdateReplicationInfo(t.Context(), update))), "UPDATING")
	w.now = w.now.Add(2 * time.Second)
	require.Equal(t, types.ReplicatorStateRunning, describe().ReplicatorState)
	update.TopicReplication.TopicsToReplicate = []string{}
	require.Contains(t, w.refuses("BadRequestException", second(c.UpdateReplicationInfo(t.Context(), update))), "TopicReplication")
	update.SourceKafkaClusterArn = aws.String(target.ID)
	require.Contains(t, w.refuses("BadRequestException", second(c.UpdateReplicationInfo(t.Context(), update))), "where it copies")
	_, err = kafka.NewFromConfig(w.in(home)).DescribeReplicator(t.Context(), &kafka.DescribeReplicatorInput{ReplicatorArn: aws.String(r.ID)})
	require.ErrorAs(t, err, new(*types.NotFoundException), "it is of the region that it writes to")
	_, err = c.ListClustersV2(t.Context(), &kafka.ListClustersV2Input{})
	require.Contains(t, w.refuses("InvalidAction", err), "UpdateReplicationInfo")
	clusters, err := c.ListClusters(t.Context(), &kafka.ListClustersInput{ClusterNameFilter: aws.String("mt-")})
	require.NoError(t, err)
	require.Equal(t, target.ID, *clusters.ClusterInfoList[0].ClusterArn)
}

func second[A any](_ A, err error) error { return err }

// measured is the value of one metric; none if there is none.
func (w *world) measured(region, namespace, metric string, dimensions ...string) []float64 {
	w.Helper()
	of := []watch.Dimension{}
	for i := 0; i < len(dimensions); i += 2 {
		of = append(of, watch.Dimension{Name: &dimensions[i], Value: &dimensions[i+1]})
	}
	out, err := cloudwatch.NewFromConfig(w.in(region)).GetMetricData(w.Context(), &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(w.now.Add(-5 * time.Minute)), EndTime: aws.Time(w.now),
		MetricDataQueries: []watch.MetricDataQuery{{Id: aws.String("q"), MetricStat: &watch.MetricStat{Period: aws.Int32(60), Stat: aws.String("Maximum"),
			Metric: &watch.Metric{Namespace: &namespace, MetricName: &metric, Dimensions: of}}}}})
	require.NoError(w, err)
	require.Len(w, out.MetricDataResults, 1)
	require.Equal(w, "q", *out.MetricDataResults[0].Id)
	require.Equal(w, watch.StatusCodeComplete, out.MetricDataResults[0].StatusCode)
	require.Len(w, out.MetricDataResults[0].Timestamps, len(out.MetricDataResults[0].Values))
	return out.MetricDataResults[0].Values
}

func TestWhatIsBehindIsMeasured(t *testing.T) {
	w := newWorld(t)
	w.replicator()
	name, cluster := "from-mt-"+home, "mt-"+home
	require.Equal(t, []float64{0}, w.measured(standby, "AWS/Kafka", "MessageLag", "ReplicatorName", name))
	require.Empty(t, w.measured(home, "AWS/Kafka", "MessageLag", "ReplicatorName", name), "it is of the other region")
	w.front.SetFaults(Faults{Behind: map[string]float64{name: 12, cluster: 7}})
	require.Equal(t, []float64{12}, w.measured(standby, "AWS/Kafka", "MessageLag", "ReplicatorName", name))
	require.Equal(t, []float64{7}, w.measured(home, "AWS/Kafka", "MaxOffsetLag", "Cluster Name", cluster, "Consumer Group", "g"))
	require.Equal(t, []float64{7}, w.measured(home, "AWS/Kafka", "SumOffsetLag", "Cluster Name", cluster))
	require.Empty(t, w.measured(home, "AWS/Kafka", "SumOffsetLag", "Cluster Name", "none"))

	listed := func(name string) []watch.Metric {
		out, err := cloudwatch.NewFromConfig(w.in(home)).ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: aws.String("AWS/Kafka"),
			MetricName: aws.String("MaxOffsetLag"), Dimensions: []watch.DimensionFilter{{Name: aws.String("Cluster Name"), Value: &name}}, RecentlyActive: watch.RecentlyActivePt3h})
		require.NoError(t, err)
		return out.Metrics
	}
	require.Len(t, listed(cluster), 1)
	require.Len(t, listed(cluster)[0].Dimensions, 3, "a series is of a group and a topic too")
	require.Equal(t, cluster, *listed(cluster)[0].Dimensions[0].Value)
	require.Empty(t, listed("none"))

	l := w.ledger()
	w.data.lags[l.secondary.String("arn")] = 1500 * time.Microsecond
	require.Equal(t, []float64{1.5}, w.measured(standby, "AWS/RDS", "AuroraGlobalDBReplicationLag", "DBClusterIdentifier", l.secondary.ID), "in milliseconds")
	require.Empty(t, w.measured(home, "AWS/RDS", "AuroraGlobalDBReplicationLag", "DBClusterIdentifier", l.primary.ID), "not known is not 0")
	require.Empty(t, w.measured(home, "AWS/RDS", "AuroraGlobalDBReplicationLag", "DBClusterIdentifier", "none"))
	require.Empty(t, w.measured(home, "AWS/RDS", "AuroraGlobalDBReplicationLag"))
	require.Empty(t, w.measured(home, "AWS/Lambda", "Errors"))
	w.serve(New(Options{Cloud: w.cloud, Token: token, Objects: t.TempDir()}))
	_, err := cloudwatch.NewFromConfig(w.in(standby)).GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{StartTime: aws.Time(w.now), EndTime: aws.Time(w.now),
		MetricDataQueries: []watch.MetricDataQuery{{Id: aws.String("q"), MetricStat: &watch.MetricStat{Period: aws.Int32(60), Stat: aws.String("Maximum"),
			Metric: &watch.Metric{Namespace: aws.String("AWS/RDS"), MetricName: aws.String("AuroraGlobalDBReplicationLag"),
				Dimensions: []watch.Dimension{{Name: aws.String("DBClusterIdentifier"), Value: aws.String(l.secondary.ID)}}}}}}})
	require.Contains(t, w.refuses("BadRequestException", err), "sandbox data up")
}

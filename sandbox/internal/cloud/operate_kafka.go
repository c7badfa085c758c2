package cloud

import (
	"slices"
	"strings"
	"time"
)

// replicatorTurns is how long a replicator says UPDATING, at AWS's speed. By
// general knowledge, not read in a source.
const replicatorTurns = 30 * time.Second

func (c *Cloud) listBrokers(call Call) (any, error) {
	found, err := c.find("aws_msk_cluster", func(r Resource) bool {
		return r.Account == call.Account && r.Region == call.Region && strings.HasPrefix(r.String("clusterName"), call.String("ClusterNameFilter"))
	})
	list := []any{}
	for _, r := range found {
		list = append(list, map[string]any{"ClusterArn": r.ID, "ClusterName": r.String("clusterName"), "State": "ACTIVE",
			"CurrentVersion": r.String("currentVersion"), "NumberOfBrokerNodes": r.Props["numberOfBrokerNodes"], "CreationTime": r.Created})
	}
	return map[string]any{"ClusterInfoList": list}, err
}

func (c *Cloud) listReplicators(call Call) (any, error) {
	found, err := c.find("aws_msk_replicator", func(r Resource) bool {
		return r.Account == call.Account && r.Region == call.Region && strings.HasPrefix(r.String("replicatorName"), call.String("ReplicatorNameFilter"))
	})
	list := []any{}
	for _, r := range found {
		list = append(list, map[string]any{"ReplicatorArn": r.ID, "ReplicatorName": r.String("replicatorName"), "ReplicatorResourceArn": r.ID,
			"ReplicatorState": c.replicatorState(r), "CurrentVersion": r.String("currentVersion"), "CreationTime": r.Created, "IsReplicatorReference": false})
	}
	return map[string]any{"Replicators": list}, err
}

func (c *Cloud) replicatorState(r Resource) string {
	if c.options.Now().Before(r.Until) {
		return "UPDATING"
	}
	return "RUNNING"
}

func (c *Cloud) replicator(call Call) (Resource, error) {
	arn := call.String("ReplicatorArn")
	r, err := c.get(call.Account, call.Region, "aws_msk_replicator", arn)
	if IsNotFound(err) {
		err = refuse("Kafka", call.Operation, "NotFoundException", "The replicator %s does not exist in %s.", arn, call.Region)
	}
	return r, err
}

func (c *Cloud) describeReplicator(call Call) (any, error) {
	r, err := c.replicator(call)
	if err != nil {
		return nil, err
	}
	info := object(r.Props["replicationInfoList"])
	topics, groups := single(info["topicReplications"]), single(info["consumerGroupReplications"])
	clusters := []any{}
	ends, _ := r.Props["kafkaClusters"].([]any)
	for _, v := range ends {
		end := object(v)
		arn, _ := object(end["amazonMskCluster"])["mskClusterArn"].(string)
		network := object(end["vpcConfig"])
		clusters = append(clusters, map[string]any{"AmazonMskCluster": map[string]any{"MskClusterArn": arn}, "KafkaClusterAlias": nameIn(arn),
			"VpcConfig": map[string]any{"SubnetIds": listed(network["subnetIds"]), "SecurityGroupIds": listed(network["securityGroupsIds"])}})
	}
	source, _ := info["sourceKafkaClusterArn"].(string)
	target, _ := info["targetKafkaClusterArn"].(string)
	return map[string]any{
		"ReplicatorArn": r.ID, "ReplicatorName": r.String("replicatorName"), "ReplicatorResourceArn": r.ID, "ReplicatorState": c.replicatorState(r),
		"ReplicatorDescription": r.String("description"), "CurrentVersion": r.String("currentVersion"), "CreationTime": r.Created,
		"IsReplicatorReference": false, "ServiceExecutionRoleArn": r.String("serviceExecutionRoleArn"), "KafkaClusters": clusters,
		"ReplicationInfoList": []any{map[string]any{
			"SourceKafkaClusterAlias": nameIn(source), "TargetKafkaClusterAlias": nameIn(target), "TargetCompressionType": info["targetCompressionType"],
			"TopicReplication": map[string]any{
				"TopicsToReplicate": listed(topics["topicsToReplicates"]), "TopicsToExclude": listed(topics["topicsToExcludes"]),
				"DetectAndCopyNewTopics": topics["detectAndCopyNewTopics"], "CopyTopicConfigurations": topics["copyTopicConfigurations"],
				"CopyAccessControlListsForTopics": topics["copyAccessControlListsForTopics"],
				"StartingPosition":                map[string]any{"Type": object(topics["startingPosition"])["type"]},
				"TopicNameConfiguration":          map[string]any{"Type": object(topics["topicNameConfiguration"])["type"]},
			},
			"ConsumerGroupReplication": map[string]any{
				"ConsumerGroupsToReplicate": listed(groups["consumerGroupsToReplicates"]), "ConsumerGroupsToExclude": listed(groups["consumerGroupsToExcludes"]),
				"DetectAndCopyNewConsumerGroups": groups["detectAndCopyNewConsumerGroups"], "SynchroniseConsumerGroupOffsets": groups["synchroniseConsumerGroupOffsets"],
			},
		}},
	}, nil
}

// replicationUpdate is what UpdateReplicationInfo changes of one kind of pattern.
// A switch that is not given stays.
type replicationUpdate struct {
	TopicsToReplicate, TopicsToExclude                                               []string
	ConsumerGroupsToReplicate, ConsumerGroupsToExclude                               []string
	DetectAndCopyNewTopics, CopyTopicConfigurations, CopyAccessControlListsForTopics *bool
	DetectAndCopyNewConsumerGroups, SynchroniseConsumerGroupOffsets                  *bool
}

// updateReplication is kafka UpdateReplicationInfo. It leaves the attributes as the
// provider would read them, so that a program that says the same has nothing to change.
func (c *Cloud) updateReplication(call Call) (any, error) {
	r, err := c.replicator(call)
	if err != nil {
		return nil, err
	}
	info := object(r.Props["replicationInfoList"])
	version := call.String("CurrentVersion")
	switch {
	case version != r.String("currentVersion"):
		return nil, mskRefuses(call.Operation, "The version %s is not the current version of the replicator, %s: describe it again.", version, r.String("currentVersion"))
	case c.replicatorState(r) != "RUNNING":
		return nil, mskRefuses(call.Operation, "The replicator %s is UPDATING; it can be changed while it is RUNNING.", r.ID)
	case call.String("SourceKafkaClusterArn") != info["sourceKafkaClusterArn"], call.String("TargetKafkaClusterArn") != info["targetKafkaClusterArn"]:
		return nil, mskRefuses(call.Operation, "The replicator copies from %v to %v; where it copies cannot be changed.", info["sourceKafkaClusterArn"], info["targetKafkaClusterArn"])
	}
	for _, kind := range []struct{ param, list, replicate, exclude string }{
		{"TopicReplication", "topicReplications", "topicsToReplicates", "topicsToExcludes"},
		{"ConsumerGroupReplication", "consumerGroupReplications", "consumerGroupsToReplicates", "consumerGroupsToExcludes"},
	} {
		if call.Params[kind.param] == nil {
			continue
		}
		var u replicationUpdate
		if err := call.decode(kind.param, &u); err != nil {
			return nil, err
		}
		replicate := slices.Concat(u.TopicsToReplicate, u.ConsumerGroupsToReplicate)
		if len(replicate) == 0 {
			return nil, mskRefuses(call.Operation, "%s names nothing to replicate: at least one pattern is needed.", kind.param)
		}
		have := single(info[kind.list])
		have[kind.replicate] = sorted(replicate)
		if exclude := slices.Concat(u.TopicsToExclude, u.ConsumerGroupsToExclude); len(exclude) > 0 || have[kind.exclude] != nil {
			have[kind.exclude] = sorted(exclude)
		}
		for name, v := range map[string]*bool{
			"detectAndCopyNewTopics": u.DetectAndCopyNewTopics, "copyTopicConfigurations": u.CopyTopicConfigurations,
			"copyAccessControlListsForTopics": u.CopyAccessControlListsForTopics,
			"detectAndCopyNewConsumerGroups":  u.DetectAndCopyNewConsumerGroups, "synchroniseConsumerGroupOffsets": u.SynchroniseConsumerGroupOffsets,
		} {
			if v != nil {
				have[name] = *v
			}
		}
		info[kind.list] = []any{have}
	}
	r.Props["replicationInfoList"] = info
	if err := decideVersion(c, r, nil, r.Props); err != nil {
		return nil, err
	}
	r.Until = c.options.Now().UTC().Add(time.Duration(float64(replicatorTurns) / c.options.Speed))
	return map[string]any{"ReplicatorArn": r.ID, "ReplicatorState": "UPDATING"}, c.put(r)
}

// object is v as an attribute with fields of its own; empty if it is none.
func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	if m == nil {
		m = map[string]any{}
	}
	return m
}

// single is the one object of a list that has at most one.
func single(v any) map[string]any {
	list, _ := v.([]any)
	if len(list) == 0 {
		return map[string]any{}
	}
	return object(list[0])
}

// sorted is a set of words as attributes hold them.
func sorted(words []string) []any {
	words = slices.Clone(words)
	slices.Sort(words)
	out := []any{}
	for _, w := range slices.Compact(words) {
		out = append(out, w)
	}
	return out
}

// nameIn is the name in an ARN of MSK's: "cluster/mt-eu-south-1/uuid".
func nameIn(arn string) string {
	if parts := strings.Split(arn, "/"); len(parts) == 3 {
		return parts[1]
	}
	return ""
}

package cloud

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// brokers is the plan of an MSK cluster in region as our kind of program makes it.
func (w *world) brokers(region string) map[string]any {
	w.Helper()
	return map[string]any{"clusterName": "mt-" + region, "kafkaVersion": "3.8.x", "numberOfBrokerNodes": 2, "arn": Unknown, "clusterUuid": Unknown,
		"bootstrapBrokersSaslIam": Unknown, "bootstrapBrokersTls": Unknown, "currentVersion": Unknown,
		"brokerNodeGroupInfo": map[string]any{"instanceType": "kafka.m7g.large", "clientSubnets": w.subnets(region),
			"connectivityInfo": map[string]any{"vpcConnectivity": map[string]any{"clientAuthentication": map[string]any{"sasl": map[string]any{"iam": true}}}}},
		"clientAuthentication": map[string]any{"unauthenticated": false, "sasl": map[string]any{"iam": true}},
		"encryptionInfo":       map[string]any{"encryptionAtRestKmsKeyArn": w.key(region)},
	}
}

func TestBrokersNames(t *testing.T) {
	w := newWorld(t)
	cluster := w.make(home, "aws_msk_cluster", w.brokers(home))
	require.Regexp(t, `^arn:aws:kafka:eu-south-1:111122223333:cluster/mt-eu-south-1/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d$`, cluster.ID)
	require.Equal(t, cluster.ID, cluster.Props["arn"])
	require.Regexp(t, `^b-1\.mt-eu-south-1\.[0-9a-f]{6}\.c2\.kafka\.eu-south-1\.amazonaws\.com:9098,b-2\.`, cluster.String("bootstrapBrokersSaslIam"))
	require.Empty(t, cluster.String("bootstrapBrokersTls"), "that way in is shut")
}

func TestWhatMSKRefuses(t *testing.T) {
	group := func(changes map[string]any) func(w *world) map[string]any {
		return func(w *world) map[string]any {
			plan := w.brokers(home)
			plan["brokerNodeGroupInfo"] = with(plan["brokerNodeGroupInfo"].(map[string]any), changes)
			return plan
		}
	}
	top := func(changes map[string]any) func(w *world) map[string]any {
		return func(w *world) map[string]any { return with(w.brokers(home), changes) }
	}
	cases := map[string]struct {
		reason string
		plan   func(w *world) map[string]any
		code   string
	}{
		"Good":    {"nothing is wrong", top(nil), ""},
		"Open":    {"multi-VPC takes nobody unknown", top(map[string]any{"clientAuthentication": map[string]any{"unauthenticated": true, "sasl": map[string]any{"iam": true}}}), "BadRequestException"},
		"NoIAM":   {"multi-VPC offers what the cluster has", top(map[string]any{"clientAuthentication": map[string]any{"unauthenticated": false}}), "BadRequestException"},
		"Small":   {"not for t3.small", group(map[string]any{"instanceType": "kafka.t3.small"}), "BadRequestException"},
		"Uneven":  {"brokers spread evenly", top(map[string]any{"numberOfBrokerNodes": 3}), "BadRequestException"},
		"Version": {"a version that MSK sells", top(map[string]any{"kafkaVersion": "1.1.1"}), "BadRequestException"},
		"Subnet":  {"subnets exist", group(map[string]any{"clientSubnets": []any{"subnet-none"}}), "InvalidSubnetID.NotFound"},
		"Key":     {"the key exists", top(map[string]any{"encryptionInfo": map[string]any{"encryptionAtRestKmsKeyArn": "arn:aws:kms:eu-south-1:111122223333:key/x"}}), "BadRequestException"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.try(home, "aws_msk_cluster", c.plan(w))
			if c.code == "" {
				require.NoError(t, err, c.reason)
				return
			}
			w.refuses(c.code, err)
		})
	}
}

func TestABrokerNeverGoes(t *testing.T) {
	w := newWorld(t)
	cluster := w.make(home, "aws_msk_cluster", with(w.brokers(home), map[string]any{"numberOfBrokerNodes": 4}))
	_, err := w.tryChange(cluster, map[string]any{"numberOfBrokerNodes": 2})
	w.refuses("BadRequestException", err)
	w.change(cluster, map[string]any{"numberOfBrokerNodes": 6})
}

func TestWhatAReplicatorNeeds(t *testing.T) {
	w := newWorld(t)
	source := w.make(home, "aws_msk_cluster", with(w.brokers(home), map[string]any{"numberOfBrokerNodes": 4}))
	target := w.make(standby, "aws_msk_cluster", with(w.brokers(standby), map[string]any{"numberOfBrokerNodes": 4}))
	plan := func(from, to string) map[string]any {
		return map[string]any{"replicatorName": "copy", "serviceExecutionRoleArn": w.roleARN("copy"), "arn": Unknown,
			"kafkaClusters": []any{
				map[string]any{"amazonMskCluster": map[string]any{"mskClusterArn": from}},
				map[string]any{"amazonMskCluster": map[string]any{"mskClusterArn": to}},
			},
			"replicationInfoList": map[string]any{"sourceKafkaClusterArn": from, "targetKafkaClusterArn": to}}
	}
	refused := func(code string, region string, plan map[string]any) {
		t.Helper()
		_, err := w.try(region, "aws_msk_replicator", plan)
		w.refuses(code, err)
	}
	refused("BadRequestException", standby, plan(source.ID, target.ID)) // no role
	w.role("copy")
	refused("BadRequestException", home, plan(source.ID, target.ID))    // not the target's region
	refused("BadRequestException", standby, plan(source.ID, target.ID)) // no cluster policy lets MSK in
	refused("BadRequestException", standby, plan(target.ID, target.ID))
	refused("NotFoundException", standby, plan("arn:aws:kafka:eu-south-1:111122223333:cluster/x/y", target.ID))
	w.make(home, "aws_msk_cluster_policy", map[string]any{"clusterArn": source.ID, "policy": `{"Principal":{"Service":"kafka.amazonaws.com"}}`})
	replicator := w.make(standby, "aws_msk_replicator", plan(source.ID, target.ID))
	require.Regexp(t, `^arn:aws:kafka:eu-central-1:111122223333:replicator/copy/`, replicator.ID)
	refused("ConflictException", standby, with(plan(source.ID, target.ID), map[string]any{"description": "again"}))
	w.change(replicator, map[string]any{"description": "the topics may change in place"})
}

func (w *world) roleARN(name string) string { return "arn:aws:iam::" + account + ":role/" + name }

func TestAClusterPolicyIsForMultiVPC(t *testing.T) {
	w := newWorld(t)
	plan := w.brokers(home)
	plan["brokerNodeGroupInfo"] = with(plan["brokerNodeGroupInfo"].(map[string]any), map[string]any{"connectivityInfo": nil})
	cluster := w.make(home, "aws_msk_cluster", plan)
	_, err := w.try(home, "aws_msk_cluster_policy", map[string]any{"clusterArn": cluster.ID, "policy": "{}"})
	w.refuses("BadRequestException", err)
}

func TestStorageScalesForAClusterThatExists(t *testing.T) {
	w := newWorld(t)
	target := map[string]any{"serviceNamespace": "kafka", "scalableDimension": "kafka:broker-storage:VolumeSize", "resourceId": "arn:none", "minCapacity": 1, "maxCapacity": 2}
	_, err := w.try(home, "aws_appautoscaling_target", target)
	w.refuses("ValidationException", err)
	cluster := w.make(home, "aws_msk_cluster", w.brokers(home))
	policy := map[string]any{"name": "storage", "serviceNamespace": "kafka", "scalableDimension": "kafka:broker-storage:VolumeSize", "resourceId": cluster.ID, "arn": Unknown}
	_, err = w.try(home, "aws_appautoscaling_policy", policy)
	w.refuses("ObjectNotFoundException", err)
	made := w.make(home, "aws_appautoscaling_target", with(target, map[string]any{"resourceId": cluster.ID, "arn": Unknown}))
	require.Regexp(t, `^arn:aws:application-autoscaling:eu-south-1:111122223333:scalable-target/[0-9a-f]+$`, made.Props["arn"])
	w.make(home, "aws_appautoscaling_policy", policy)
}

func TestAConfigurationInUseStays(t *testing.T) {
	w := newWorld(t)
	configuration := w.make(home, "aws_msk_configuration", map[string]any{"name": "c", "serverProperties": "a=b", "arn": Unknown, "latestRevision": Unknown})
	require.InDelta(t, 1, configuration.Props["latestRevision"], 0)
	cluster := w.make(home, "aws_msk_cluster", with(w.brokers(home), map[string]any{"configurationInfo": map[string]any{"arn": configuration.ID, "revision": 1}}))
	next := w.change(configuration, map[string]any{"serverProperties": "a=c", "latestRevision": Unknown})
	require.InDelta(t, 2, next.Props["latestRevision"], 0)
	w.refuses("BadRequestException", w.tryDelete(configuration))
	w.delete(cluster, configuration)
}

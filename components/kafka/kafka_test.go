package kafka_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/kafka"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
	"pitboss/regions/engines"
)

func valid(t *testing.T) kafka.Args {
	return kafka.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Network: network.Placement{
			Region: componenttest.Region(t, "eu-south-1"), VPCID: pulumi.String("vpc").ToStringOutput(),
			Core: pulumi.ToStringArray([]string{"core-a", "core-b", "core-c"}),
		},
		Version: engines.DefaultKafka(), BrokerType: "kafka.m7g.large", KeyARN: pulumi.String("ledger-key"), Topics: kafka.Topics(),
		Clients: []network.Client{{GroupID: pulumi.String("node-group"), Reason: "workloads"}},
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[kafka.Args]{
		"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*kafka.Args) {}},
		"NoClients": {Reason: "a cluster may wait for its clients", Edit: func(a *kafka.Args) { a.Clients = nil }},
		"NoMarket":  {Reason: "the cluster's name carries it", Edit: func(a *kafka.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoRegion":  {Reason: "the cluster's name carries it", Edit: func(a *kafka.Args) { a.Network.Region = regions.Region{} }, Blames: "Network.Region"},
		"TwoZones":  {Reason: "two zones cannot lose one", Edit: func(a *kafka.Args) { a.Network.Core = a.Network.Core[:2] }, Blames: "Network.Core"},
		"NoVersion": {Reason: "AWS would choose", Edit: func(a *kafka.Args) { a.Version = engines.Kafka{} }, Blames: "Version"},
		"Small":     {Reason: "a Replicator cannot read a t3.small", Edit: func(a *kafka.Args) { a.BrokerType = "kafka.t3.small" }, Blames: "BrokerType"},
		"NoKey":     {Reason: "AWS would use a key of its own", Edit: func(a *kafka.Args) { a.KeyARN = nil }, Blames: "KeyARN"},
		"NoTopics":  {Reason: "somebody forgot the table", Edit: func(a *kafka.Args) { a.Topics = nil }, Blames: "Topics"},
		"NoGroup":   {Reason: "nobody would be let in", Edit: func(a *kafka.Args) { a.Clients = []network.Client{{Reason: "x"}} }, Blames: "Clients[0]"},
		"NoReason":  {Reason: "an opening says why it is there", Edit: func(a *kafka.Args) { a.Clients = []network.Client{{GroupID: pulumi.String("g")}} }, Blames: "Clients[0]"},
		"Twice":     {Reason: "the reason names the rule", Edit: func(a *kafka.Args) { a.Clients = append(slices.Clone(a.Clients), a.Clients[0]) }, Blames: "Clients[1]"},
	})
}

func recorded(t *testing.T) record.Recording {
	t.Helper()
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		made, err := kafka.New(ctx, "kafka", valid(t))
		if err != nil {
			return nil, err
		}
		return made.Output(), nil
	})
}

func brokers(t *testing.T, r record.Recording) record.Resource {
	t.Helper()
	cluster, ok := r.Named("kafka-brokers")
	if !ok || !cluster.Is("msk/cluster:Cluster") {
		t.Fatalf("the brokers are a %s", cluster.Type)
	}
	return cluster
}

// TestOnlyIdentitiesOverTLS wants no other way in than an IAM identity over TLS, from
// inside the network.
func TestOnlyIdentitiesOverTLS(t *testing.T) {
	cluster := brokers(t, recorded(t))
	for path, want := range map[string]any{
		"clientAuthentication.sasl.iam":                                                        true,
		"clientAuthentication.sasl.scram":                                                      false,
		"clientAuthentication.unauthenticated":                                                 false,
		"clientAuthentication.tls":                                                             nil,
		"encryptionInfo.encryptionInTransit.clientBroker":                                      "TLS",
		"encryptionInfo.encryptionInTransit.inCluster":                                         true,
		"encryptionInfo.encryptionAtRestKmsKeyArn":                                             "ledger-key",
		"brokerNodeGroupInfo.connectivityInfo.publicAccess.type":                               "DISABLED",
		"brokerNodeGroupInfo.connectivityInfo.vpcConnectivity.clientAuthentication.sasl.iam":   true,
		"brokerNodeGroupInfo.connectivityInfo.vpcConnectivity.clientAuthentication.sasl.scram": false,
		"brokerNodeGroupInfo.connectivityInfo.vpcConnectivity.clientAuthentication.tls":        false,
		"loggingInfo.brokerLogs.cloudwatchLogs.logGroup":                                       "/pitboss/mt-eu-south-1/kafka",
		"loggingInfo.brokerLogs.cloudwatchLogs.enabled":                                        true,
		"openMonitoring.prometheus.jmxExporter.enabledInBroker":                                true,
		"clusterName":           "pitboss-mt-eu-south-1",
		"numberOfBrokerNodes":   3.0,
		"kafkaVersion":          engines.DefaultKafka().String(),
		"configurationInfo.arn": "arn:aws:recorded:::kafka-settings",
	} {
		if got := at(cluster, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if got := cluster.Texts("brokerNodeGroupInfo", "clientSubnets"); !slices.Equal(got, []string{"core-a", "core-b", "core-c"}) {
		t.Errorf("brokers are in %v, want one a zone", got)
	}
	if !cluster.Protect || cluster.Retain {
		t.Errorf("protect %t and retain %t: a member is protected, and a rebuild really deletes it", cluster.Protect, cluster.Retain)
	}
}

// TestGroupOutlivesItsRules wants a security group whose rules are resources of their own:
// another group would replace the cluster.
func TestGroupOutlivesItsRules(t *testing.T) {
	r := recorded(t)
	group, _ := r.Named("kafka-group")
	if got := brokers(t, r).Texts("brokerNodeGroupInfo", "securityGroups"); !slices.Equal(got, []string{"kafka-group-id"}) {
		t.Errorf("the brokers carry %v, want their own group alone", got)
	}
	if group.Get("ingress") != nil || group.Get("egress") != nil || group.Text("description") != "Kafka brokers" {
		t.Errorf("the group is %v: rules or descriptions that change would replace the cluster", group.Inputs)
	}
	var from []string
	for _, rule := range r.Type("SecurityGroupIngressRule") {
		if rule.Get("fromPort") != 9098.0 || rule.Get("toPort") != 9098.0 || rule.Text("cidrIpv4") != "" || rule.Text("description") == "" {
			t.Errorf("an opening is %v", rule.Inputs)
		}
		from = append(from, rule.Text("referencedSecurityGroupId"))
	}
	slices.Sort(from)
	if !slices.Equal(from, []string{"kafka-group-id", "node-group"}) {
		t.Errorf("%v may connect, want the Replicator and the clients", from)
	}
	out := r.Type("SecurityGroupEgressRule")
	if len(out) != 1 || out[0].Text("referencedSecurityGroupId") != "kafka-group-id" || out[0].Get("fromPort") != 9098.0 || out[0].Get("toPort") != 9098.0 {
		t.Errorf("the ways out are %v, want the Replicator's to the brokers", out)
	}
}

// TestRecordsSurviveAZone wants settings by which nothing that was acknowledged is lost.
func TestRecordsSurviveAZone(t *testing.T) {
	settings, _ := recorded(t).Named("kafka-settings")
	lines := strings.Split(settings.Text("serverProperties"), "\n")
	for _, want := range []string{
		"auto.create.topics.enable=false", "default.replication.factor=3", "min.insync.replicas=2",
		"unclean.leader.election.enable=false", "allow.everyone.if.no.acl.found=false",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("settings lack %s:\n%s", want, settings.Text("serverProperties"))
		}
	}
	if settings.Get("kafkaVersions") != nil {
		t.Error("a list of versions replaces the settings at each upgrade")
	}
}

// TestReplicatorMayConnect wants MSK's own principal, for this cluster alone.
func TestReplicatorMayConnect(t *testing.T) {
	policy, _ := recorded(t).Named("kafka-policy")
	var d struct {
		Statement []struct {
			Effect           string
			Principal        struct{ AWS, Service []string }
			Action, Resource []string
		}
	}
	if err := policy.JSON(&d, "policy"); err != nil {
		t.Fatal(err)
	}
	s := d.Statement[0]
	if len(d.Statement) != 1 || !slices.Equal(s.Principal.Service, []string{"kafka.amazonaws.com"}) || len(s.Principal.AWS) != 0 ||
		!slices.Equal(s.Resource, []string{"arn:aws:recorded:::kafka-brokers"}) ||
		!slices.Equal(s.Action, []string{"kafka:CreateVpcConnection", "kafka:GetBootstrapBrokers", "kafka:DescribeClusterV2"}) {
		t.Errorf("the policy is %s", policy.Text("policy"))
	}
}

// TestDisksGrowOnly wants storage that scales by itself and is never set back.
func TestDisksGrowOnly(t *testing.T) {
	r := recorded(t)
	cluster := brokers(t, r)
	const size = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
	if first, _ := at(cluster, size).(float64); first <= 0 || !slices.Contains(cluster.IgnoreChanges, size) {
		t.Errorf("disks begin with %v GiB, ignored: %v", at(cluster, size), cluster.IgnoreChanges)
	}
	target, _ := r.Named("kafka-storage")
	policy, _ := r.Named("kafka-storage-grows")
	for _, one := range []record.Resource{target, policy} {
		if one.Text("serviceNamespace") != "kafka" || one.Text("scalableDimension") != "kafka:broker-storage:VolumeSize" || one.Text("resourceId") != "arn:aws:recorded:::kafka-brokers" {
			t.Errorf("%s scales %v", one.Name, one.Inputs)
		}
	}
	if most, _ := target.Get("maxCapacity").(float64); most <= at(cluster, size).(float64) || most > 16384 {
		t.Errorf("disks grow to %v GiB", target.Get("maxCapacity"))
	}
	rule, _ := policy.Get("targetTrackingScalingPolicyConfiguration").(map[string]any)
	if policy.Text("policyType") != "TargetTrackingScaling" || rule["disableScaleIn"] != true || rule["targetValue"] != 60.0 ||
		policy.Text("targetTrackingScalingPolicyConfiguration", "predefinedMetricSpecification", "predefinedMetricType") != "KafkaBrokerStorageUtilization" {
		t.Errorf("the policy is %v", policy.Inputs)
	}
}

// TestOutput wants what a Replicator and whoever makes topics have to know.
func TestOutput(t *testing.T) {
	out := recorded(t).Outputs
	if out["arn"] != "arn:aws:recorded:::kafka-brokers" || out["securityGroupId"] != "kafka-group-id" {
		t.Errorf("published %v", out)
	}
	topics, _ := out["topics"].(map[string]any)
	wallet, _ := topics["wallet.transactions"].(map[string]any)
	if len(topics) != len(kafka.Topics()) || wallet["owner"] != "wallet" || wallet["retentionMs"] != 604800000.0 || wallet["byteRate"] == nil {
		t.Errorf("topics are published as %v", topics)
	}
}

// at is the input at a path with dots.
func at(r record.Resource, path string) any {
	var steps []any
	for _, step := range strings.Split(path, ".") {
		steps = append(steps, step)
	}
	return r.Get(steps...)
}

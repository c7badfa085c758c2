// Package kafka makes one region's Kafka cluster (MSK), says which topics there are, and
// copies them from the active region to the other one. The region stack imports New, the
// gslb stack NewReplication; whoever makes topics reads Topics.
package kafka

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/msk"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/regions/engines"
)

const typeToken = "pitboss:components:Kafka"

// Args describes one region's Kafka cluster.
type Args struct {
	// Market names the cluster. Required.
	Market naming.Market
	// Network is where the brokers are placed: core subnets, one a zone. Required.
	Network network.Placement
	// Version is Kafka's version. Required.
	Version engines.Kafka
	// BrokerType is the size of every broker, one that the Replicator takes. Required.
	BrokerType string
	// KeyARN encrypts the brokers' disks: this region's ledger key, because topics carry
	// what wallets do. Cannot be changed later. Required.
	KeyARN pulumi.StringInput
	// Topics are what the cluster will hold; they are published for whoever makes them.
	// Required.
	Topics []Topic
	// Clients may connect. Empty means that only the Replicator can.
	Clients []network.Client
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "kafka.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Network.Region.IsZero(), "Network.Region", "is required")
	p.Check(len(a.Network.Core) == zones, "Network.Core", "must be %d subnets, one a zone, got %d", zones, len(a.Network.Core))
	p.Check(!a.Version.IsZero(), "Version", "is required: choose one of %v", engines.KafkaNames())
	if err := engines.CheckBroker(a.BrokerType); err != nil {
		p.Check(false, "BrokerType", "%v", err)
	}
	p.Check(a.KeyARN != nil, "KeyARN", "is required: topics are never stored in the clear")
	checkTopics(&p, a.Topics)
	network.CheckClients(&p, a.Clients)
	return p.Err()
}

// zones is how many the brokers span, and how many copies each record has.
const zones = 3

// Kafka is one region's Kafka cluster.
type Kafka struct {
	pulumi.ResourceState

	// ARN is the cluster's; Brokers is where clients with an IAM identity begin, a list of
	// host:port with commas; SecurityGroupID is the brokers' and the Replicator's.
	ARN, Brokers, SecurityGroupID pulumi.StringOutput

	args Args
	name string
}

// New makes the cluster. It can be the source and the target of a Replicator from its
// first day, because making it either afterwards takes hours.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Kafka, error) {
	k := &Kafka{args: args, name: args.Market.Kafka(args.Network.Region)}
	s, err := component.Open(ctx, typeToken, name, k, args, pulumi.Map{
		"region": pulumi.String(args.Network.Region.String()), "version": pulumi.String(args.Version.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	if err := k.addGroup(s); err != nil {
		return nil, err
	}
	if err := k.addBrokers(s); err != nil {
		return nil, err
	}
	if err := k.addPolicy(s); err != nil {
		return nil, err
	}
	if err := k.addScaling(s); err != nil {
		return nil, err
	}
	return k, s.Publish(k, pulumi.Map{"arn": k.ARN, "brokers": k.Brokers})
}

// addBrokers makes the cluster: TLS to clients and between brokers, IAM identities and
// nobody else, no address on the internet. Its subnets, security group and key cannot be
// changed later: each would replace it.
//
// Connections from other VPCs are how a Replicator of another region reads it. AWS takes
// that only for a cluster that exists; the provider makes it in a second step of its own.
func (k *Kafka) addBrokers(s component.Scope) error {
	settings, err := component.Create(s, "settings", msk.NewConfiguration, &msk.ConfigurationArgs{
		Description:      pulumi.String("brokers of " + k.name),
		ServerProperties: pulumi.String(serverProperties()),
		// No list of Kafka versions: another list would replace the configuration, and AWS
		// deletes none that a cluster uses.
	})
	if err != nil {
		return err
	}
	cluster, err := component.Create(s, "brokers", msk.NewCluster, &msk.ClusterArgs{
		ClusterName:         pulumi.String(k.name),
		KafkaVersion:        pulumi.String(k.args.Version.String()),
		NumberOfBrokerNodes: pulumi.Int(zones),
		BrokerNodeGroupInfo: k.brokers(),
		ClientAuthentication: msk.ClusterClientAuthenticationArgs{
			Sasl:            msk.ClusterClientAuthenticationSaslArgs{Iam: pulumi.Bool(true), Scram: pulumi.Bool(false)},
			Unauthenticated: pulumi.Bool(false),
		},
		ConfigurationInfo: msk.ClusterConfigurationInfoArgs{Arn: settings.Arn, Revision: settings.LatestRevision},
		EncryptionInfo: msk.ClusterEncryptionInfoArgs{
			EncryptionAtRestKmsKeyArn: k.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
			EncryptionInTransit: msk.ClusterEncryptionInfoEncryptionInTransitArgs{
				ClientBroker: pulumi.String("TLS"), InCluster: pulumi.Bool(true),
			},
		},
		EnhancedMonitoring: pulumi.String("PER_TOPIC_PER_BROKER"),
		LoggingInfo: msk.ClusterLoggingInfoArgs{BrokerLogs: msk.ClusterLoggingInfoBrokerLogsArgs{
			CloudwatchLogs: msk.ClusterLoggingInfoBrokerLogsCloudwatchLogsArgs{
				Enabled: pulumi.Bool(true), LogGroup: pulumi.String(k.args.Market.KafkaLogs(k.args.Network.Region)),
			},
		}},
		// The exporters answer on ports 11001 and 11002, which nobody is let in to yet:
		// what scrapes them brings its own opening.
		OpenMonitoring: msk.ClusterOpenMonitoringArgs{Prometheus: msk.ClusterOpenMonitoringPrometheusArgs{
			JmxExporter:  msk.ClusterOpenMonitoringPrometheusJmxExporterArgs{EnabledInBroker: pulumi.Bool(true)},
			NodeExporter: msk.ClusterOpenMonitoringPrometheusNodeExporterArgs{EnabledInBroker: pulumi.Bool(true)},
		}},
	}, component.Protected(), pulumi.IgnoreChanges([]string{volumeSize}))
	if err != nil {
		return err
	}
	k.ARN, k.Brokers = cluster.Arn, cluster.BootstrapBrokersSaslIam
	return nil
}

// brokers is one broker a zone, reachable from the VPC and, through MSK itself, by the
// Replicator of the other region.
func (k *Kafka) brokers() msk.ClusterBrokerNodeGroupInfoArgs {
	return msk.ClusterBrokerNodeGroupInfoArgs{
		ClientSubnets:  k.args.Network.Core,
		InstanceType:   pulumi.String(k.args.BrokerType),
		SecurityGroups: pulumi.StringArray{k.SecurityGroupID},
		StorageInfo: msk.ClusterBrokerNodeGroupInfoStorageInfoArgs{
			EbsStorageInfo: msk.ClusterBrokerNodeGroupInfoStorageInfoEbsStorageInfoArgs{VolumeSize: pulumi.Int(storage.firstGiB)},
		},
		ConnectivityInfo: msk.ClusterBrokerNodeGroupInfoConnectivityInfoArgs{
			PublicAccess: msk.ClusterBrokerNodeGroupInfoConnectivityInfoPublicAccessArgs{Type: pulumi.String("DISABLED")},
			VpcConnectivity: msk.ClusterBrokerNodeGroupInfoConnectivityInfoVpcConnectivityArgs{
				ClientAuthentication: msk.ClusterBrokerNodeGroupInfoConnectivityInfoVpcConnectivityClientAuthenticationArgs{
					Sasl: msk.ClusterBrokerNodeGroupInfoConnectivityInfoVpcConnectivityClientAuthenticationSaslArgs{
						Iam: pulumi.Bool(true), Scram: pulumi.Bool(false),
					},
					Tls: pulumi.Bool(false),
				},
			},
		},
	}
}

// addPolicy lets MSK itself connect a Replicator of another region to this cluster. AWS
// documents the statement without a condition; what the Replicator may then read is what
// its role says.
func (k *Kafka) addPolicy(s component.Scope) error {
	_, err := component.Create(s, "policy", msk.NewClusterPolicy, &msk.ClusterPolicyArgs{
		ClusterArn: k.ARN,
		Policy: component.JSON(pulumi.StringArray{k.ARN}, func(arns []string) any {
			return iam.Document(iam.Statement{
				Sid: "Replicator", Effect: iam.Allow, Principal: iam.Service("kafka.amazonaws.com"), Resource: arns,
				Action: []string{"kafka:CreateVpcConnection", "kafka:GetBootstrapBrokers", "kafka:DescribeClusterV2"},
			})
		}),
	})
	return err
}

// Output is the cluster as a stack output; ReadEnd takes back what a Replicator needs.
func (k *Kafka) Output() pulumi.Map {
	return pulumi.Map{
		"arn": k.ARN, "brokers": k.Brokers, "securityGroupId": k.SecurityGroupID,
		"subnetIds": k.args.Network.Core, "topics": topicsOutput(k.args.Topics),
	}
}

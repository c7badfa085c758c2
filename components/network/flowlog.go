package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
)

// flowFormat is what is recorded of each flow: the default fields, then the packet's
// own addresses (behind NAT and pods the others are only the interface's), its
// direction and the zone. Changing it makes a new flow log, with a gap.
const flowFormat = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} " +
	"${packets} ${bytes} ${start} ${end} ${action} ${log-status} ${pkt-srcaddr} ${pkt-dstaddr} ${flow-direction} ${az-id}"

// flowSeconds is over how long flows are summed up: the finer of the two that AWS
// offers. Changing it makes a new flow log too.
const flowSeconds = 60

// addFlowLog records all traffic, accepted and rejected, in the foundation's bucket,
// which encrypts it with the audit key. The bucket's name is computed, not asked for.
func (n *Network) addFlowLog(s component.Scope, a Args) error {
	_, err := component.Create(s, "flow-log", ec2.NewFlowLog, &ec2.FlowLogArgs{
		VpcId:                  n.vpc.ID(),
		TrafficType:            pulumi.String("ALL"),
		LogDestinationType:     pulumi.String("s3"),
		LogDestination:         pulumi.String(naming.BucketARN(a.Market.Bucket(a.Region, naming.FlowLogs))),
		LogFormat:              pulumi.String(flowFormat),
		MaxAggregationInterval: pulumi.Int(flowSeconds),
		DestinationOptions: ec2.FlowLogDestinationOptionsArgs{
			FileFormat: pulumi.String("parquet"), PerHourPartition: pulumi.Bool(true), HiveCompatiblePartitions: pulumi.Bool(false),
		},
		Tags: named(a, "flow-log"),
	})
	return err
}

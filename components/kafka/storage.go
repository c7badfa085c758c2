package kafka

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// storage is each broker's disk, as data. It grows by itself, by a tenth at a time, and
// never shrinks: MSK cannot.
var storage = struct {
	firstGiB, maxGiB int
	fullPercent      float64 // at which it grows; AWS advises 50 to 60
}{firstGiB: 100, maxGiB: 2000, fullPercent: 60}

// volumeSize is the disk's size, which belongs to the scaling from the first day on: an
// update that set it back would be refused.
const volumeSize = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"

// Where application auto scaling finds the disks.
const (
	scalingService   = "kafka"
	scalingDimension = "kafka:broker-storage:VolumeSize"
)

// addScaling lets the disks grow.
func (k *Kafka) addScaling(s component.Scope) error {
	target, err := component.Create(s, "storage", appautoscaling.NewTarget, &appautoscaling.TargetArgs{
		ServiceNamespace: pulumi.String(scalingService), ScalableDimension: pulumi.String(scalingDimension), ResourceId: k.ARN,
		MinCapacity: pulumi.Int(1), // without effect: nothing shrinks
		MaxCapacity: pulumi.Int(storage.maxGiB),
	})
	if err != nil {
		return err
	}
	_, err = component.Create(s, "storage-grows", appautoscaling.NewPolicy, &appautoscaling.PolicyArgs{
		PolicyType:       pulumi.String("TargetTrackingScaling"),
		ServiceNamespace: target.ServiceNamespace, ScalableDimension: target.ScalableDimension, ResourceId: target.ResourceId,
		TargetTrackingScalingPolicyConfiguration: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
			PredefinedMetricSpecification: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
				PredefinedMetricType: pulumi.String("KafkaBrokerStorageUtilization"),
			},
			TargetValue:    pulumi.Float64(storage.fullPercent),
			DisableScaleIn: pulumi.Bool(true),
		},
	})
	return err
}

package cloud

import (
	"slices"
	"strings"
)

// kafkaVersions is what MSK sells. AWS: "Supported Apache Kafka versions", read
// in November 2026; a version without a row is refused in AWS's words.
var kafkaVersions = []string{
	"3.5.1", "3.6.0", "3.7.x", "3.7.x.kraft", "3.8.x", "3.8.x.kraft", "3.9.x", "3.9.x.kraft", "4.0.x.kraft", "4.1.x.kraft",
}

func mskRefuses(operation, format string, args ...any) error {
	return refuse("Kafka", operation, "BadRequestException", format, args...)
}

// brokersMayStart holds what MSK asks of a cluster. Multi-VPC connectivity cannot
// be on at creation: the provider turns it on by a second call.
func (c *Cloud) brokersMayStart(r Resource) error {
	const op = "CreateClusterV2"
	free := nameTaken("Kafka", op, "ConflictException", "clusterName", "A resource already exists with the name %s.")
	if err := free(c, r); err != nil {
		return err
	}
	key, _ := r.at("encryptionInfo.encryptionAtRestKmsKeyArn").(string)
	if err := c.keyUsable(r, key, "Kafka", op, "BadRequestException"); err != nil {
		return err
	}
	if v := r.String("kafkaVersion"); !slices.Contains(kafkaVersions, v) {
		return mskRefuses(op, "Unsupported KafkaVersion [%s]. Valid values: [%s]", v, strings.Join(kafkaVersions, ", "))
	}
	subnets := len(names(r.at("brokerNodeGroupInfo.clientSubnets")))
	brokers, _ := r.Props["numberOfBrokerNodes"].(float64)
	if subnets == 0 || int(brokers)%subnets != 0 {
		return mskRefuses(op, "The number of broker nodes (%d) must be a multiple of Availability Zones in the ClientSubnets parameter (%d).", int(brokers), subnets)
	}
	return connectivityFits(r)
}

// connectivityFits: multi-VPC connectivity needs what it offers switched on at the
// cluster, nothing unauthenticated, and brokers above t3.small.
func connectivityFits(r Resource) error {
	const op = "UpdateConnectivity"
	if !offersIAM(r) {
		return nil
	}
	open, _ := r.at("clientAuthentication.unauthenticated").(bool)
	iam, _ := r.at("clientAuthentication.sasl.iam").(bool)
	switch broker, _ := r.at("brokerNodeGroupInfo.instanceType").(string); {
	case open:
		return mskRefuses(op, "Multi-VPC connectivity cannot be turned on while unauthenticated access is on.")
	case !iam:
		return mskRefuses(op, "VpcConnectivity with SASL/IAM needs SASL/IAM turned on for the cluster.")
	case broker == "kafka.t3.small":
		return mskRefuses(op, "Multi-VPC connectivity is not supported for broker type %s.", broker)
	}
	return nil
}

// offersIAM reports whether other VPCs may connect with IAM.
func offersIAM(r Resource) bool {
	on, _ := r.at("brokerNodeGroupInfo.connectivityInfo.vpcConnectivity.clientAuthentication.sasl.iam").(bool)
	return on
}

func brokersMayChange(_ *Cloud, old, next Resource, _ map[string]any) error {
	before, _ := old.Props["numberOfBrokerNodes"].(float64)
	if now, _ := next.Props["numberOfBrokerNodes"].(float64); now < before {
		return mskRefuses("UpdateBrokerCount", "The number of broker nodes cannot be decreased from %d to %d.", int(before), int(now))
	}
	return connectivityFits(next)
}

// policyMayExist: a cluster takes a policy only for multi-VPC connectivity.
func (c *Cloud) policyMayExist(r Resource) error {
	cluster, err := c.get(r.Account, r.Region, "aws_msk_cluster", r.String("clusterArn"))
	if err == nil && !offersIAM(cluster) {
		return mskRefuses("PutClusterPolicy", "The cluster %s has no multi-VPC connectivity turned on.", cluster.ID)
	}
	return notMissing(err)
}

// replicatorMayStart: from one cluster that lets MSK in to one of this region.
func (c *Cloud) replicatorMayStart(r Resource) error {
	const op = "CreateReplicator"
	free := nameTaken("Kafka", op, "ConflictException", "replicatorName", "A resource already exists with the name %s.")
	if err := free(c, r); err != nil {
		return err
	}
	if err := c.roleExists(r, r.String("serviceExecutionRoleArn"), "Kafka", op, "BadRequestException"); err != nil {
		return err
	}
	arns := names(r.at("kafkaClusters.amazonMskCluster.mskClusterArn"))
	source, _ := r.at("replicationInfoList.sourceKafkaClusterArn").(string)
	target, _ := r.at("replicationInfoList.targetKafkaClusterArn").(string)
	switch {
	case len(arns) != 2 || !slices.Contains(arns, source) || !slices.Contains(arns, target) || source == target:
		return mskRefuses(op, "A replicator copies from one of two KafkaClusters to the other; got source %s, target %s and clusters [%s]", source, target, strings.Join(arns, ", "))
	case regionOf(target) != r.Region:
		return mskRefuses(op, "A replicator is created in the Region of its target cluster, %s; this is %s", regionOf(target), r.Region)
	}
	for _, arn := range arns {
		if err := c.mayReplicate(r, arn, arn == source); err != nil {
			return err
		}
	}
	return nil
}

// mayReplicate judges one end of a replicator.
func (c *Cloud) mayReplicate(r Resource, arn string, source bool) error {
	const op = "CreateReplicator"
	cluster, err := c.get(r.Account, regionOf(arn), "aws_msk_cluster", arn)
	if err != nil {
		if IsNotFound(err) {
			return refuse("Kafka", op, "NotFoundException", "The cluster %s does not exist.", arn)
		}
		return err
	}
	iam, _ := cluster.at("clientAuthentication.sasl.iam").(bool)
	brokers, _ := cluster.Props["numberOfBrokerNodes"].(float64)
	switch {
	case !iam:
		return mskRefuses(op, "The cluster %s must have SASL/IAM authentication turned on.", arn)
	case brokers < 3:
		return mskRefuses(op, "The cluster %s must have at least three brokers.", arn)
	case !source || regionOf(arn) == r.Region:
		return nil
	case !offersIAM(cluster):
		return mskRefuses(op, "The source cluster %s must have multi-VPC connectivity with SASL/IAM turned on.", arn)
	}
	policy, err := c.get(r.Account, regionOf(arn), "aws_msk_cluster_policy", arn)
	if IsNotFound(err) || err == nil && !strings.Contains(policy.String("policy"), "kafka.amazonaws.com") {
		return mskRefuses(op, "The source cluster %s must have a cluster policy that lets kafka.amazonaws.com connect.", arn)
	}
	return err
}

func regionOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 4 {
		return parts[3]
	}
	return ""
}

// scalableTargetMayExist: of Kafka, the cluster must be there.
func (c *Cloud) scalableTargetMayExist(r Resource) error {
	if r.String("serviceNamespace") != "kafka" {
		return nil
	}
	_, err := c.get(r.Account, r.Region, "aws_msk_cluster", r.String("resourceId"))
	if IsNotFound(err) {
		return refuse("Application Auto Scaling", "RegisterScalableTarget", "ValidationException", "Kafka cluster does not exist: %s", r.String("resourceId"))
	}
	return err
}

func (c *Cloud) scalingPolicyMayExist(r Resource) error {
	_, err := c.get(r.Account, r.Region, "aws_appautoscaling_target", r.String("resourceId"))
	if IsNotFound(err) {
		return refuse("Application Auto Scaling", "PutScalingPolicy", "ObjectNotFoundException",
			"No scalable target registered for service namespace: %s, resource ID: %s, scalable dimension: %s",
			r.String("serviceNamespace"), r.String("resourceId"), r.String("scalableDimension"))
	}
	return err
}

package awsplugin

import (
	"fmt"
	"slices"
	"strings"
)

// tokens names, for every AWS resource type that the program creates, the
// Terraform type behind it. A test reads the program's source and fails when a
// type is missing here or shaped otherwise than the table in shapes.go says.
var tokens = map[string]string{
	"aws:appautoscaling/policy:Policy": "aws_appautoscaling_policy",
	"aws:appautoscaling/target:Target": "aws_appautoscaling_target",

	"aws:backup/plan:Plan":                                     "aws_backup_plan",
	"aws:backup/selection:Selection":                           "aws_backup_selection",
	"aws:backup/vault:Vault":                                   "aws_backup_vault",
	"aws:backup/vaultLockConfiguration:VaultLockConfiguration": "aws_backup_vault_lock_configuration",

	"aws:cloudwatch/logGroup:LogGroup":       "aws_cloudwatch_log_group",
	"aws:cloudwatch/metricAlarm:MetricAlarm": "aws_cloudwatch_metric_alarm",

	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "aws_default_security_group",
	"aws:ec2/eip:Eip":                                           "aws_eip",
	"aws:ec2/flowLog:FlowLog":                                   "aws_flow_log",
	"aws:ec2/internetGateway:InternetGateway":                   "aws_internet_gateway",
	"aws:ec2/launchTemplate:LaunchTemplate":                     "aws_launch_template",
	"aws:ec2/natGateway:NatGateway":                             "aws_nat_gateway",
	"aws:ec2/networkAcl:NetworkAcl":                             "aws_network_acl",
	"aws:ec2/route:Route":                                       "aws_route",
	"aws:ec2/routeTable:RouteTable":                             "aws_route_table",
	"aws:ec2/routeTableAssociation:RouteTableAssociation":       "aws_route_table_association",
	"aws:ec2/securityGroup:SecurityGroup":                       "aws_security_group",
	"aws:ec2/subnet:Subnet":                                     "aws_subnet",
	"aws:ec2/vpc:Vpc":                                           "aws_vpc",
	"aws:ec2/vpcEndpoint:VpcEndpoint":                           "aws_vpc_endpoint",
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   "aws_vpc_security_group_egress_rule",
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "aws_vpc_security_group_ingress_rule",

	"aws:ecr/lifecyclePolicy:LifecyclePolicy":                             "aws_ecr_lifecycle_policy",
	"aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": "aws_ecr_registry_scanning_configuration",
	"aws:ecr/replicationConfiguration:ReplicationConfiguration":           "aws_ecr_replication_configuration",
	"aws:ecr/repository:Repository":                                       "aws_ecr_repository",

	"aws:eks/accessEntry:AccessEntry":                         "aws_eks_access_entry",
	"aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "aws_eks_access_policy_association",
	"aws:eks/addon:Addon":                                     "aws_eks_addon",
	"aws:eks/cluster:Cluster":                                 "aws_eks_cluster",
	"aws:eks/nodeGroup:NodeGroup":                             "aws_eks_node_group",
	"aws:eks/podIdentityAssociation:PodIdentityAssociation":   "aws_eks_pod_identity_association",

	"aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": "aws_elasticache_global_replication_group",
	"aws:elasticache/parameterGroup:ParameterGroup":                 "aws_elasticache_parameter_group",
	"aws:elasticache/replicationGroup:ReplicationGroup":             "aws_elasticache_replication_group",
	"aws:elasticache/subnetGroup:SubnetGroup":                       "aws_elasticache_subnet_group",

	"aws:globalaccelerator/accelerator:Accelerator":     "aws_globalaccelerator_accelerator",
	"aws:globalaccelerator/endpointGroup:EndpointGroup": "aws_globalaccelerator_endpoint_group",
	"aws:globalaccelerator/listener:Listener":           "aws_globalaccelerator_listener",

	"aws:iam/openIdConnectProvider:OpenIdConnectProvider": "aws_iam_openid_connect_provider",
	"aws:iam/policy:Policy":                               "aws_iam_policy",
	"aws:iam/role:Role":                                   "aws_iam_role",
	"aws:iam/rolePolicy:RolePolicy":                       "aws_iam_role_policy",
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment":   "aws_iam_role_policy_attachment",

	"aws:kms/alias:Alias":           "aws_kms_alias",
	"aws:kms/key:Key":               "aws_kms_key",
	"aws:kms/replicaKey:ReplicaKey": "aws_kms_replica_key",

	"aws:lb/listener:Listener":         "aws_lb_listener",
	"aws:lb/loadBalancer:LoadBalancer": "aws_lb",
	"aws:lb/targetGroup:TargetGroup":   "aws_lb_target_group",

	"aws:msk/cluster:Cluster":             "aws_msk_cluster",
	"aws:msk/clusterPolicy:ClusterPolicy": "aws_msk_cluster_policy",
	"aws:msk/configuration:Configuration": "aws_msk_configuration",
	"aws:msk/replicator:Replicator":       "aws_msk_replicator",

	"aws:rds/cluster:Cluster":                                 "aws_rds_cluster",
	"aws:rds/clusterEndpoint:ClusterEndpoint":                 "aws_rds_cluster_endpoint",
	"aws:rds/clusterInstance:ClusterInstance":                 "aws_rds_cluster_instance",
	"aws:rds/clusterParameterGroup:ClusterParameterGroup":     "aws_rds_cluster_parameter_group",
	"aws:rds/globalCluster:GlobalCluster":                     "aws_rds_global_cluster",
	"aws:rds/parameterGroup:ParameterGroup":                   "aws_db_parameter_group",
	"aws:rds/proxy:Proxy":                                     "aws_db_proxy",
	"aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "aws_db_proxy_default_target_group",
	"aws:rds/proxyTarget:ProxyTarget":                         "aws_db_proxy_target",
	"aws:rds/subnetGroup:SubnetGroup":                         "aws_db_subnet_group",

	"aws:route53/healthCheck:HealthCheck": "aws_route53_health_check",
	"aws:route53/record:Record":           "aws_route53_record",
	"aws:route53/zone:Zone":               "aws_route53_zone",

	"aws:route53recoverycontrol/cluster:Cluster":               "aws_route53recoverycontrolconfig_cluster",
	"aws:route53recoverycontrol/controlPanel:ControlPanel":     "aws_route53recoverycontrolconfig_control_panel",
	"aws:route53recoverycontrol/routingControl:RoutingControl": "aws_route53recoverycontrolconfig_routing_control",
	"aws:route53recoverycontrol/safetyRule:SafetyRule":         "aws_route53recoverycontrolconfig_safety_rule",

	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       "aws_s3_bucket_lifecycle_configuration",
	"aws:s3/bucketLoggingV2:BucketLoggingV2":                                                     "aws_s3_bucket_logging",
	"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2":                     "aws_s3_bucket_object_lock_configuration",
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     "aws_s3_bucket_ownership_controls",
	"aws:s3/bucketPolicy:BucketPolicy":                                                           "aws_s3_bucket_policy",
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     "aws_s3_bucket_public_access_block",
	"aws:s3/bucketReplicationConfig:BucketReplicationConfig":                                     "aws_s3_bucket_replication_configuration",
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": "aws_s3_bucket_server_side_encryption_configuration",
	"aws:s3/bucketV2:BucketV2":                                                                   "aws_s3_bucket",
	"aws:s3/bucketVersioningV2:BucketVersioningV2":                                               "aws_s3_bucket_versioning",

	"aws:secretsmanager/secret:Secret":               "aws_secretsmanager_secret",
	"aws:secretsmanager/secretVersion:SecretVersion": "aws_secretsmanager_secret_version",
}

// TerraformType returns the Terraform type behind a Pulumi token.
func TerraformType(token string) (string, error) {
	if t, ok := tokens[token]; ok {
		return t, nil
	}
	return "", fmt.Errorf("the sandbox does not know %s yet: add it to sandbox/internal/awsplugin/tokens.go (the test beside it says what else it needs)", token)
}

// TerraformTypes lists every Terraform type in the table, sorted.
func TerraformTypes() []string {
	var out []string
	for _, t := range tokens {
		out = append(out, t)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// moduleAndName splits "aws:ec2/vpc:Vpc" into "ec2" and "Vpc".
func moduleAndName(token string) (module, name string) {
	rest := strings.TrimPrefix(token, "aws:")
	module, _, _ = strings.Cut(rest, "/")
	return module, rest[strings.LastIndex(rest, ":")+1:]
}

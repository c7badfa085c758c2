package cloud

// A decider adds what AWS decides about a new or changed resource of its type.
type decider func(c *Cloud, r Resource, old, out map[string]any) error

var deciders = map[string]decider{
	"aws_vpc":          decideVPC,
	"aws_subnet":       decideSubnet,
	"aws_eip":          decideEIP,
	"aws_nat_gateway":  decideNAT,
	"aws_vpc_endpoint": decideEndpoint,
	"aws_route": func(_ *Cloud, _ Resource, _, out map[string]any) error {
		out["origin"], out["state"] = "CreateRoute", "active"
		return nil
	},
	"aws_launch_template": decideLaunchTemplate,
	"aws_kms_key":         decideKey,
	"aws_kms_replica_key": decideKey,
	"aws_kms_alias":       decideAlias,
	"aws_s3_bucket":       decideBucket,
	"aws_iam_role":        decideRole,
	"aws_iam_policy": func(_ *Cloud, r Resource, _, out map[string]any) error {
		out["policyId"] = "ANPA" + unique(r)
		return nil
	},
	"aws_eks_cluster":                         decideCluster,
	"aws_eks_node_group":                      decideNodeGroup,
	"aws_eks_addon":                           decideTimes,
	"aws_eks_access_entry":                    decideAccessEntry,
	"aws_eks_access_policy_association":       decideTimes,
	"aws_eks_pod_identity_association":        decidePodIdentity,
	"aws_ecr_repository":                      decideRepository,
	"aws_ecr_lifecycle_policy":                decideRegistry,
	"aws_ecr_replication_configuration":       decideRegistry,
	"aws_ecr_registry_scanning_configuration": decideRegistry,
	"aws_route53_zone":                        decideZone,
	"aws_vpc_security_group_ingress_rule":     decideRule,
	"aws_vpc_security_group_egress_rule":      decideRule,
	"aws_default_security_group": func(_ *Cloud, _ Resource, _, out map[string]any) error {
		out["name"], out["description"] = "default", "default VPC security group"
		return nil
	},

	"aws_rds_global_cluster":            decideGlobalCluster,
	"aws_rds_cluster":                   decideDatabase,
	"aws_rds_cluster_instance":          decideInstance,
	"aws_rds_cluster_endpoint":          decideCustomEndpoint,
	"aws_db_subnet_group":               decideSubnetGroup,
	"aws_db_proxy":                      decideProxy,
	"aws_db_proxy_default_target_group": decideProxyTargetGroup,
	"aws_db_proxy_target":               decideProxyTarget,

	"aws_elasticache_replication_group":        decideReplicationGroup,
	"aws_elasticache_global_replication_group": decideDatastore,
	"aws_elasticache_subnet_group":             decideSubnetGroup,

	"aws_msk_cluster":           decideBrokers,
	"aws_msk_configuration":     decideRevision,
	"aws_msk_cluster_policy":    decideVersion,
	"aws_msk_replicator":        decideVersion,
	"aws_appautoscaling_policy": decideScalingPolicy,

	"aws_secretsmanager_secret_version":   decideSecretVersion,
	"aws_backup_vault":                    decideVault,
	"aws_backup_vault_lock_configuration": decideVaultLock,
	"aws_backup_plan":                     decidePlan,

	"aws_route53_record":                               decideRecord,
	"aws_route53recoverycontrolconfig_cluster":         decideRecoveryCluster,
	"aws_route53recoverycontrolconfig_control_panel":   decideDeployed,
	"aws_route53recoverycontrolconfig_routing_control": decideRoutingControl,
	"aws_route53recoverycontrolconfig_safety_rule":     decideDeployed,

	"aws_lb":                               decideBalancer,
	"aws_lb_target_group":                  decideTargetGroup,
	"aws_globalaccelerator_accelerator":    decideAccelerator,
	"aws_globalaccelerator_endpoint_group": decideEndpointGroup,
}

package cloud

// The laws, by type: what may come to exist, what may become of it, what may go.
// References between resources are in references_table.go.

var createLaws = map[string]func(*Cloud, Resource) error{
	"aws_subnet":                              (*Cloud).subnetFits,
	"aws_s3_bucket":                           (*Cloud).bucketNameFree,
	"aws_kms_alias":                           nameFree("KMS", "CreateAlias", "AlreadyExistsException", "An alias with the name %s already exists"),
	"aws_iam_role":                            nameFree("IAM", "CreateRole", "EntityAlreadyExists", "Role with name %s already exists."),
	"aws_iam_policy":                          nameFree("IAM", "CreatePolicy", "EntityAlreadyExists", "A policy called %s already exists. Duplicate names are not allowed."),
	"aws_iam_openid_connect_provider":         nameTaken("IAM", "CreateOpenIDConnectProvider", "EntityAlreadyExists", "url", "Provider with url %s already exists."),
	"aws_eks_cluster":                         (*Cloud).clusterMayStart,
	"aws_eks_node_group":                      nameFree("EKS", "CreateNodegroup", "ResourceInUseException", "NodeGroup already exists with name %s"),
	"aws_eks_addon":                           nameFree("EKS", "CreateAddon", "ResourceInUseException", "Addon already exists: %s"),
	"aws_eks_pod_identity_association":        (*Cloud).associationMayExist,
	"aws_ecr_repository":                      (*Cloud).repositoryMayExist,
	"aws_ecr_replication_configuration":       all(oneOfARegistry("PutReplicationConfiguration", "replication configuration"), (*Cloud).replicationFits),
	"aws_ecr_registry_scanning_configuration": all(oneOfARegistry("PutRegistryScanningConfiguration", "scanning configuration"), (*Cloud).scanningFits),
	"aws_cloudwatch_log_group": nameFree("CloudWatch Logs", "CreateLogGroup", "ResourceAlreadyExistsException",
		"The specified log group already exists: %s"),

	"aws_rds_global_cluster":          (*Cloud).globalMayStart,
	"aws_rds_cluster":                 (*Cloud).databaseMayStart,
	"aws_rds_cluster_instance":        (*Cloud).instanceMayStart,
	"aws_rds_cluster_endpoint":        nameFree("RDS", "CreateDBClusterEndpoint", "DBClusterEndpointAlreadyExistsFault", "DB cluster endpoint already exists: %s"),
	"aws_rds_cluster_parameter_group": both(nameFree("RDS", "CreateDBClusterParameterGroup", "DBParameterGroupAlreadyExists", "Parameter group %s already exists"), parametersFit),
	"aws_db_parameter_group":          nameFree("RDS", "CreateDBParameterGroup", "DBParameterGroupAlreadyExists", "Parameter group %s already exists"),
	"aws_db_subnet_group":             (*Cloud).subnetGroupFits,
	"aws_db_proxy":                    (*Cloud).proxyMayStart,

	"aws_elasticache_replication_group":        (*Cloud).replicationGroupMayStart,
	"aws_elasticache_global_replication_group": (*Cloud).datastoreMayStart,
	"aws_elasticache_subnet_group":             nameFree("ElastiCache", "CreateCacheSubnetGroup", "CacheSubnetGroupAlreadyExists", "Cache subnet group %s already exists."),
	"aws_elasticache_parameter_group":          nameFree("ElastiCache", "CreateCacheParameterGroup", "CacheParameterGroupAlreadyExists", "Cache parameter group %s already exists"),

	"aws_msk_cluster":           (*Cloud).brokersMayStart,
	"aws_msk_configuration":     nameTaken("Kafka", "CreateConfiguration", "ConflictException", "name", "A resource already exists with the name %s."),
	"aws_msk_cluster_policy":    (*Cloud).policyMayExist,
	"aws_msk_replicator":        (*Cloud).replicatorMayStart,
	"aws_appautoscaling_target": (*Cloud).scalableTargetMayExist,
	"aws_appautoscaling_policy": (*Cloud).scalingPolicyMayExist,

	"aws_secretsmanager_secret":           (*Cloud).secretMayExist,
	"aws_backup_vault":                    (*Cloud).vaultMayExist,
	"aws_backup_vault_lock_configuration": (*Cloud).lockMayExist,
	"aws_backup_plan":                     planFits,
	"aws_backup_selection":                (*Cloud).selectionMayExist,

	"aws_route53_record":       (*Cloud).recordMayStart,
	"aws_route53_health_check": healthCheckFits,

	"aws_route53recoverycontrolconfig_cluster":     nameTaken("Route53 Recovery Control Config", "CreateCluster", "ConflictException", "name", "A cluster named %s already exists"),
	"aws_route53recoverycontrolconfig_safety_rule": (*Cloud).ruleFits,

	"aws_lb": nameTaken("Elastic Load Balancing v2", "CreateLoadBalancer", "DuplicateLoadBalancerName", "name",
		"A load balancer with the same name '%s' exists, but with different settings"),
	"aws_lb_target_group": nameTaken("Elastic Load Balancing v2", "CreateTargetGroup", "DuplicateTargetGroupName", "name",
		"A target group with the same name '%s' exists, but with different settings"),
	"aws_lb_listener":                      (*Cloud).listenerMayExist,
	"aws_globalaccelerator_listener":       (*Cloud).portsFit,
	"aws_globalaccelerator_endpoint_group": (*Cloud).endpointsFit,
}

// both holds a law of names and one that looks at nothing but the resource.
func both(free func(*Cloud, Resource) error, fits func(Resource) error) func(*Cloud, Resource) error {
	return func(c *Cloud, r Resource) error {
		if err := free(c, r); err != nil {
			return err
		}
		return fits(r)
	}
}

// next makes a law of a resource that looks at its new form alone one of change.
func next(law func(*Cloud, Resource) error) func(*Cloud, Resource, Resource, map[string]any) error {
	return func(c *Cloud, _, next Resource, _ map[string]any) error { return law(c, next) }
}

var updateLaws = map[string]func(c *Cloud, old, next Resource, prior map[string]any) error{
	"aws_eks_cluster": func(_ *Cloud, old, next Resource, _ map[string]any) error {
		return mayUpgrade(old.String("version"), next.String("version"))
	},
	"aws_eks_pod_identity_association":         next((*Cloud).associationFits),
	"aws_ecr_replication_configuration":        next((*Cloud).replicationFits),
	"aws_ecr_registry_scanning_configuration":  next((*Cloud).scanningFits),
	"aws_rds_global_cluster":                   (*Cloud).globalMayChange,
	"aws_rds_cluster":                          (*Cloud).databaseMayChange,
	"aws_rds_cluster_parameter_group":          next(func(_ *Cloud, r Resource) error { return parametersFit(r) }),
	"aws_elasticache_replication_group":        (*Cloud).replicationGroupMayChange,
	"aws_elasticache_global_replication_group": (*Cloud).datastoreMayChange,
	"aws_msk_cluster":                          brokersMayChange,
	"aws_secretsmanager_secret":                next((*Cloud).secretKeysUsable),
	"aws_backup_plan":                          next(planFits),
	"aws_route53_record":                       next((*Cloud).recordFits),
	"aws_route53_health_check":                 next(healthCheckFits),
	"aws_lb_listener":                          next((*Cloud).listenerMayExist),
	"aws_globalaccelerator_listener":           next((*Cloud).portsFit),
	"aws_globalaccelerator_endpoint_group":     next((*Cloud).endpointsFit),
}

var deleteLaws = map[string]func(*Cloud, Resource) error{
	"aws_s3_bucket":       (*Cloud).bucketEmpty,
	"aws_subnet":          (*Cloud).subnetMayGo,
	"aws_kms_key":         keyMayGo,
	"aws_kms_replica_key": keyMayGo,

	"aws_rds_global_cluster":                   (*Cloud).globalMayGo,
	"aws_rds_cluster":                          (*Cloud).databaseMayGo,
	"aws_rds_cluster_instance":                 (*Cloud).instanceMayGo,
	"aws_elasticache_global_replication_group": (*Cloud).datastoreMayGo,
	"aws_backup_vault":                         (*Cloud).vaultMayGo,
	"aws_backup_vault_lock_configuration":      (*Cloud).lockMayGo,
	"aws_route53_zone":                         (*Cloud).zoneMayGo,
	"aws_lb":                                   (*Cloud).balancerMayGo,
}

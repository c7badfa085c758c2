package cloud

// reference says that one type's attribute names a resource of another type,
// and what AWS answers when that is missing or still in use.
type reference struct {
	from, attribute string // "aws_subnet", "vpcId"
	to              string // "aws_vpc"
	missing, inUse  answer
}

type answer struct{ service, operation, code, words string }

// references is the ones whose violation AWS refuses. A role named in a policy
// document, say, may be deleted, so it is not here.
var references = []reference{
	ec2("aws_subnet", "vpcId", "aws_vpc", "InvalidVpcID.NotFound", "DeleteVpc"),
	ec2("aws_security_group", "vpcId", "aws_vpc", "InvalidVpcID.NotFound", "DeleteVpc"),
	ec2("aws_route_table", "vpcId", "aws_vpc", "InvalidVpcID.NotFound", "DeleteVpc"),
	ec2("aws_internet_gateway", "vpcId", "aws_vpc", "InvalidVpcID.NotFound", "DeleteVpc"),
	ec2("aws_vpc_endpoint", "vpcId", "aws_vpc", "InvalidVpcID.NotFound", "DeleteVpc"),
	ec2("aws_nat_gateway", "subnetId", "aws_subnet", "InvalidSubnetID.NotFound", "DeleteSubnet"),
	ec2("aws_nat_gateway", "allocationId", "aws_eip", "InvalidAllocationID.NotFound", "ReleaseAddress"),
	ec2("aws_route_table_association", "subnetId", "aws_subnet", "InvalidSubnetID.NotFound", "DeleteSubnet"),
	ec2("aws_route_table_association", "routeTableId", "aws_route_table", "InvalidRouteTableID.NotFound", "DeleteRouteTable"),
	ec2("aws_route", "natGatewayId", "aws_nat_gateway", "InvalidNatGatewayID.NotFound", ""),
	ec2("aws_route", "gatewayId", "aws_internet_gateway", "InvalidGatewayID.NotFound", ""), // a route may point nowhere
	ec2("aws_vpc_security_group_ingress_rule", "securityGroupId", "aws_security_group", "InvalidGroup.NotFound", ""),
	ec2("aws_vpc_security_group_egress_rule", "securityGroupId", "aws_security_group", "InvalidGroup.NotFound", ""),
	ec2("aws_vpc_security_group_ingress_rule", "referencedSecurityGroupId", "aws_security_group", "", "DeleteSecurityGroup"),
	ec2("aws_vpc_security_group_egress_rule", "referencedSecurityGroupId", "aws_security_group", "", "DeleteSecurityGroup"),
	ec2("aws_network_acl", "vpcId", "aws_vpc", "InvalidVpcID.NotFound", "DeleteVpc"),
	ec2("aws_eks_cluster", "vpcConfig.subnetIds", "aws_subnet", "InvalidSubnetID.NotFound", "DeleteSubnet"),
	ec2("aws_eks_cluster", "vpcConfig.securityGroupIds", "aws_security_group", "InvalidGroup.NotFound", "DeleteSecurityGroup"),
	ec2("aws_vpc_endpoint", "subnetIds", "aws_subnet", "InvalidSubnetID.NotFound", "DeleteSubnet"),
	ec2("aws_vpc_endpoint", "securityGroupIds", "aws_security_group", "InvalidGroup.NotFound", "DeleteSecurityGroup"),
	ec2("aws_eks_node_group", "subnetIds", "aws_subnet", "InvalidSubnetID.NotFound", "DeleteSubnet"),
	eks("aws_eks_node_group", "DeleteCluster", "Cluster has nodegroups attached"),
	eks("aws_eks_addon", "", ""),
	eks("aws_eks_access_entry", "", ""),
	eks("aws_eks_pod_identity_association", "", ""),
	missing("aws_ecr_lifecycle_policy", "repository", "aws_ecr_repository", "ECR", "RepositoryNotFoundException", "The repository with name '%s' does not exist in the registry"),
	{"aws_iam_role_policy_attachment", "role", "aws_iam_role",
		answer{"IAM", "AttachRolePolicy", "NoSuchEntity", "The role with name %s cannot be found."},
		answer{"IAM", "DeleteRole", "DeleteConflict", "Cannot delete entity, must detach all policies first."}},
	{"aws_iam_role_policy_attachment", "policyArn", "aws_iam_policy", answer{}, // most are AWS's own
		answer{"IAM", "DeletePolicy", "DeleteConflict", "Cannot delete a policy attached to entities."}},
	{"aws_iam_role_policy", "role", "aws_iam_role",
		answer{"IAM", "PutRolePolicy", "NoSuchEntity", "The role with name %s cannot be found."},
		answer{"IAM", "DeleteRole", "DeleteConflict", "Cannot delete entity, must delete policies first."}},

	sub("aws_db_subnet_group", "subnetIds"), sub("aws_db_proxy", "vpcSubnetIds"), sub("aws_elasticache_subnet_group", "subnetIds"),
	sub("aws_msk_cluster", "brokerNodeGroupInfo.clientSubnets"), sub("aws_lb", "subnets"), sub("aws_lb", "subnetMappings.subnetId"),
	group("aws_rds_cluster", "vpcSecurityGroupIds"), group("aws_db_proxy", "vpcSecurityGroupIds"), group("aws_lb", "securityGroups"),
	group("aws_elasticache_replication_group", "securityGroupIds"), group("aws_msk_cluster", "brokerNodeGroupInfo.securityGroups"),
	ec2("aws_lb_target_group", "vpcId", "aws_vpc", "InvalidVpcID.NotFound", ""),

	{"aws_rds_cluster", "dbSubnetGroupName", "aws_db_subnet_group",
		answer{"RDS", "CreateDBCluster", "DBSubnetGroupNotFoundFault", "DB subnet group '%s' does not exist."},
		answer{"RDS", "DeleteDBSubnetGroup", "InvalidDBSubnetGroupStateFault", "Cannot delete the subnet group '%s' because at least one database is still using it."}},
	{"aws_rds_cluster", "dbClusterParameterGroupName", "aws_rds_cluster_parameter_group",
		answer{"RDS", "CreateDBCluster", "DBClusterParameterGroupNotFound", "DBClusterParameterGroup not found: %s"},
		answer{"RDS", "DeleteDBClusterParameterGroup", "InvalidDBParameterGroupState", "One or more DB Clusters are still members of this parameter group %s, so the group cannot be deleted"}},
	{"aws_rds_cluster_instance", "clusterIdentifier", "aws_rds_cluster",
		answer{"RDS", "CreateDBInstance", "DBClusterNotFoundFault", "Could not find cluster: %s"},
		answer{"RDS", "DeleteDBCluster", "InvalidDBClusterStateFault", "Cluster cannot be deleted, it still contains DB instances in non-deleting state."}},
	{"aws_rds_cluster_instance", "dbParameterGroupName", "aws_db_parameter_group",
		answer{"RDS", "CreateDBInstance", "DBParameterGroupNotFound", "DBParameterGroup not found: %s"},
		answer{"RDS", "DeleteDBParameterGroup", "InvalidDBParameterGroupState", "One or more database instances are still members of this parameter group %s, so the group cannot be deleted"}},
	missing("aws_rds_cluster_endpoint", "clusterIdentifier", "aws_rds_cluster", "RDS", "DBClusterNotFoundFault", "DBCluster %s not found."),
	missing("aws_rds_cluster_endpoint", "excludedMembers", "aws_rds_cluster_instance", "RDS", "DBInstanceNotFound", "DBInstance %s not found."),
	missing("aws_rds_cluster_endpoint", "staticMembers", "aws_rds_cluster_instance", "RDS", "DBInstanceNotFound", "DBInstance %s not found."),
	missing("aws_db_proxy_default_target_group", "dbProxyName", "aws_db_proxy", "RDS", "DBProxyNotFoundFault", "Specified proxy name %s not found."),
	missing("aws_db_proxy_target", "dbProxyName", "aws_db_proxy", "RDS", "DBProxyNotFoundFault", "Specified proxy name %s not found."),
	missing("aws_db_proxy_target", "dbClusterIdentifier", "aws_rds_cluster", "RDS", "DBClusterNotFoundFault", "DBCluster %s not found."),

	{"aws_elasticache_replication_group", "subnetGroupName", "aws_elasticache_subnet_group",
		answer{"ElastiCache", "CreateReplicationGroup", "CacheSubnetGroupNotFoundFault", "Cache Subnet Group %s does not exist."},
		answer{"ElastiCache", "DeleteCacheSubnetGroup", "CacheSubnetGroupInUse", "Cache subnet group %s is currently in use by a cache cluster."}},
	{"aws_elasticache_replication_group", "parameterGroupName", "aws_elasticache_parameter_group", answer{}, // a secondary's is its primary's, in another region
		answer{"ElastiCache", "DeleteCacheParameterGroup", "InvalidCacheParameterGroupState", "One or more cache clusters are still using the parameter group %s."}},

	{"aws_msk_cluster", "configurationInfo.arn", "aws_msk_configuration",
		answer{"Kafka", "CreateClusterV2", "NotFoundException", "The configuration %s does not exist."},
		answer{"Kafka", "DeleteConfiguration", "BadRequestException", "Configuration %s is in use by one or more clusters."}},
	missing("aws_msk_cluster_policy", "clusterArn", "aws_msk_cluster", "Kafka", "NotFoundException", "The cluster %s does not exist."),

	missing("aws_secretsmanager_secret_version", "secretId", "aws_secretsmanager_secret", "Secrets Manager", "ResourceNotFoundException",
		"Secrets Manager can't find the specified secret: %s"),
	missing("aws_backup_vault_lock_configuration", "backupVaultName", "aws_backup_vault", "Backup", "ResourceNotFoundException", "Backup vault %s does not exist."),
	missing("aws_backup_plan", "rules.targetVaultName", "aws_backup_vault", "Backup", "InvalidParameterValueException", "Backup vault %s does not exist."),
	{"aws_backup_selection", "planId", "aws_backup_plan",
		answer{"Backup", "CreateBackupSelection", "ResourceNotFoundException", "Backup plan %s does not exist."},
		answer{"Backup", "DeleteBackupPlan", "InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan deletion"}},

	missing("aws_route53_record", "zoneId", "aws_route53_zone", "Route 53", "NoSuchHostedZone", "No hosted zone found with ID: %s"),
	missing("aws_route53_record", "healthCheckId", "aws_route53_health_check", "Route 53", "NoSuchHealthCheck", "No health check exists with the specified ID %s."),
	missing("aws_route53_health_check", "childHealthchecks", "aws_route53_health_check", "Route 53", "InvalidInput", "Invalid parameter : The child health check %s does not exist."),
	missing("aws_route53_health_check", "routingControlArn", "aws_route53recoverycontrolconfig_routing_control", "Route 53", "InvalidInput",
		"Invalid parameter : The routing control %s does not exist."),

	arc("aws_route53recoverycontrolconfig_control_panel", "clusterArn", "cluster", "DeleteCluster"),
	arc("aws_route53recoverycontrolconfig_routing_control", "clusterArn", "cluster", "DeleteCluster"),
	arc("aws_route53recoverycontrolconfig_routing_control", "controlPanelArn", "control_panel", "DeleteControlPanel"),
	arc("aws_route53recoverycontrolconfig_safety_rule", "controlPanelArn", "control_panel", "DeleteControlPanel"),
	arc("aws_route53recoverycontrolconfig_safety_rule", "assertedControls", "routing_control", "DeleteRoutingControl"),
	arc("aws_route53recoverycontrolconfig_safety_rule", "gatingControls", "routing_control", "DeleteRoutingControl"),
	arc("aws_route53recoverycontrolconfig_safety_rule", "targetControls", "routing_control", "DeleteRoutingControl"),

	missing("aws_lb_listener", "loadBalancerArn", "aws_lb", "Elastic Load Balancing v2", "LoadBalancerNotFound", "Load balancer '%s' not found"),
	{"aws_lb_listener", "defaultActions.targetGroupArn", "aws_lb_target_group",
		answer{"Elastic Load Balancing v2", "CreateListener", "TargetGroupNotFound", "Target group '%s' not found"},
		answer{"Elastic Load Balancing v2", "DeleteTargetGroup", "ResourceInUse", "Target group '%s' is currently in use by a listener or a rule"}},
	{"aws_globalaccelerator_listener", "acceleratorArn", "aws_globalaccelerator_accelerator",
		answer{"Global Accelerator", "CreateListener", "AcceleratorNotFoundException", "The accelerator %s does not exist"},
		answer{"Global Accelerator", "DeleteAccelerator", "AssociatedListenerFoundException", "The accelerator %s has listeners"}},
	{"aws_globalaccelerator_endpoint_group", "listenerArn", "aws_globalaccelerator_listener",
		answer{"Global Accelerator", "CreateEndpointGroup", "ListenerNotFoundException", "The listener %s does not exist"},
		answer{"Global Accelerator", "DeleteListener", "AssociatedEndpointGroupFoundException", "The listener %s has endpoint groups"}},
}

func ec2(from, attribute, to, missingCode, deleteOperation string) reference {
	return reference{from, attribute, to,
		answer{"EC2", "", missingCode, "The ID '%s' does not exist"},
		answer{"EC2", deleteOperation, "DependencyViolation", "The resource '%s' has dependencies and cannot be deleted."}}
}

func eks(from, deleteOperation, inUse string) reference {
	return reference{from, "clusterName", "aws_eks_cluster",
		answer{"EKS", "", "ResourceNotFoundException", "No cluster found for name: %s."},
		answer{"EKS", deleteOperation, "ResourceInUseException", inUse + ": %s"}}
}

// sub and group are subnets and security groups in use: what runs in them holds
// network interfaces there.
func sub(from, attribute string) reference {
	return ec2(from, attribute, "aws_subnet", "InvalidSubnetID.NotFound", "DeleteSubnet")
}

func group(from, attribute string) reference {
	return ec2(from, attribute, "aws_security_group", "InvalidGroup.NotFound", "DeleteSecurityGroup")
}

// missing is a reference that must exist when it is made and may break later.
func missing(from, attribute, to, service, code, words string) reference {
	return reference{from, attribute, to, answer{service, "", code, words}, answer{}}
}

func arc(from, attribute, to, deleteOperation string) reference {
	const service = "Route53 Recovery Control Config"
	return reference{from, attribute, "aws_route53recoverycontrolconfig_" + to,
		answer{service, "", "ResourceNotFoundException", "%s does not exist"},
		answer{service, deleteOperation, "ConflictException", "%s is in use"}}
}

package delivery

// service is what stacks of some kinds do with one service of AWS. One that different kinds
// do different things with has a row for each.
type service struct {
	name  string // as actions begin
	kinds []Kind // that change it
	// anywhere is for services that belong to no region.
	anywhere bool
	// on is the resources, as ARNs without "arn:aws:". {at} is any region of the account;
	// names of ours begin with the market's, the rest AWS or the engine chooses.
	on []string
	// changes is what is done with them (a star before a kind of thing is all that is done with
	// such things, but for what is kept, see table.go), and reads what a comparison with the cloud asks of
	// them. Data is never among it, but for the passwords that we make: whether one is still
	// the same cannot be told otherwise.
	changes, reads []string
	// makes and looks are the same of actions that take no resource: AWS's service
	// authorization reference names none for them, and the rule iam-no-wildcard-resource
	// knows them.
	makes, looks []string
}

// tagging is how most services name it.
var tagging = []string{"TagResource", "UntagResource"}

// services is what the stacks are made of; a test holds it equal to the types that the
// program uses, and another to the names that it gives.
var services = []service{
	{
		name: "application-autoscaling", kinds: []Kind{Region}, on: []string{"application-autoscaling:{at}:scalable-target/*"},
		changes: append([]string{"RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy"}, tagging...),
		reads:   []string{"ListTagsForResource"}, looks: []string{"DescribeScalableTargets", "DescribeScalingPolicies"},
	},
	{
		name: "backup", kinds: []Kind{Foundation}, on: []string{"backup:{at}:backup-vault:pitboss-{market}-*"},
		changes: append([]string{"CreateBackupVault", "PutBackupVaultLockConfiguration"}, tagging...),
		reads:   []string{"DescribeBackupVault", "ListTags"},
	},
	{
		name: "backup", kinds: []Kind{Region}, on: []string{"backup:{at}:backup-plan:*"},
		changes: append([]string{"*BackupPlan", "*BackupSelection"}, tagging...),
		reads:   []string{"GetBackupPlan", "GetBackupSelection", "ListTags"},
	},
	{name: "backup-storage", kinds: []Kind{Foundation}, makes: []string{"MountCapsule"}}, // a vault is made with a share of it
	{
		name: "cloudwatch", kinds: []Kind{Region}, on: []string{"cloudwatch:{at}:alarm:*"},
		changes: append([]string{"PutMetricAlarm", "DeleteAlarms"}, tagging...), reads: []string{"DescribeAlarms", "ListTagsForResource"},
	},
	{
		name: "ec2", kinds: []Kind{Region}, on: []string{
			"ec2:{at}:elastic-ip/*", "ec2:{at}:internet-gateway/*", "ec2:{at}:launch-template/*", "ec2:{at}:natgateway/*", "ec2:{at}:network-interface/*",
			"ec2:{at}:route-table/*", "ec2:{at}:security-group/*", "ec2:{at}:security-group-rule/*", "ec2:{at}:subnet/*", "ec2:{at}:vpc/*",
			"ec2:{at}:vpc-endpoint/*", "ec2:{at}:vpc-flow-log/*",
			"ec2:{at}:instance/*", "ec2:{at}:volume/*", "ec2:*::image/*", // RunInstances, below
		},
		changes: []string{
			"*Address", "*FlowLogs", "*InternetGateway", "*LaunchTemplate", "*LaunchTemplateVersion*", "*NatGateway", "*Route", "*RouteTable",
			"ReplaceRouteTableAssociation", "*SecurityGroup", "*SecurityGroupEgress", "*SecurityGroupIngress", "ModifySecurityGroupRules",
			"*Subnet", "ModifySubnetAttribute", "*Vpc", "ModifyVpcAttribute", "CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints",
			"DetachNetworkInterface", "DeleteNetworkInterface", "CreateTags", "DeleteTags",
			"RunInstances", // EKS asks whether who makes a node group could start what its template says
		},
		looks: []string{"Describe*"},
	},
	{
		name: "ec2", kinds: []Kind{GSLB}, // the replicator's interfaces, and what the accelerator's endpoints are
		on:      []string{"ec2:{at}:network-interface/*", "ec2:{at}:security-group/*", "ec2:{at}:subnet/*"},
		changes: []string{"CreateNetworkInterface", "DeleteNetworkInterface", "CreateTags"}, looks: []string{"Describe*"},
	},
	{
		name: "ecr", kinds: []Kind{Foundation}, on: []string{"ecr:{at}:repository/pitboss/{market}/*"},
		changes: append([]string{
			"CreateRepository", "PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy", "DeleteLifecyclePolicy",
			"SetRepositoryPolicy", "DeleteRepositoryPolicy",
		}, tagging...),
		reads: []string{"DescribeRepositories", "GetLifecyclePolicy", "GetRepositoryPolicy", "ListTagsForResource"},
		makes: []string{"PutReplicationConfiguration"}, looks: []string{"DescribeRegistry"},
	},
	{
		name: "eks", kinds: []Kind{Region}, on: []string{"eks:{at}:*/{market}-*"}, // the cluster's name comes first in the names of what it has
		changes: append([]string{
			"AssociateEncryptionConfig", "UpdateClusterConfig", "UpdateClusterVersion", "DeleteCluster",
			"*Nodegroup*", "*Addon", "*AccessEntry", "*AccessPolicy", "*PodIdentityAssociation",
		}, tagging...),
		reads: []string{"Describe*", "List*"}, makes: []string{"CreateCluster"},
	},
	{
		name: "elasticache", kinds: []Kind{Region}, on: []string{
			"elasticache:{at}:*:{market}-*", "elasticache:{at}:parametergroup:*",
			"elasticache:{at}:subnetgroup:*", "elasticache::{account}:globalreplicationgroup:*-pitboss-{market}-*",
		},
		changes: []string{
			"CreateReplicationGroup", "ModifyReplicationGroup*", "*ReplicaCount", "DeleteReplicationGroup", "CreateGlobalReplicationGroup", "ModifyGlobalReplicationGroup", "DeleteGlobalReplicationGroup",
			"DisassociateGlobalReplicationGroup", "*NodeGroupsInGlobalReplicationGroup",
			"*CacheParameterGroup", "*CacheSubnetGroup", "AddTagsToResource", "RemoveTagsFromResource",
		},
		reads: []string{"Describe*", "List*"},
	},
	{
		name: "elasticloadbalancing", kinds: []Kind{Region}, on: []string{
			"elasticloadbalancing:{at}:loadbalancer/*/{market}-*", "elasticloadbalancing:{at}:listener/*/{market}-*", "elasticloadbalancing:{at}:targetgroup/*",
		},
		changes: []string{
			"*LoadBalancer", "ModifyLoadBalancerAttributes", "SetIpAddressType", "SetSecurityGroups", "SetSubnets",
			"*Listener", "ModifyListenerAttributes", "*TargetGroup", "ModifyTargetGroupAttributes", "AddTags", "RemoveTags",
		},
		looks: []string{"Describe*"},
	},
	{name: "elasticloadbalancing", kinds: []Kind{GSLB}, looks: []string{"Describe*"}}, // the accelerator's endpoints
	{
		name: "globalaccelerator", kinds: []Kind{GSLB}, anywhere: true, on: []string{"globalaccelerator::{account}:accelerator/*"},
		changes: append([]string{
			"UpdateAccelerator", "UpdateAcceleratorAttributes", "DeleteAccelerator", "CreateListener", "UpdateListener", "DeleteListener",
			"CreateEndpointGroup", "UpdateEndpointGroup", "DeleteEndpointGroup",
		}, tagging...),
		reads: []string{"Describe*", "List*"}, makes: []string{"CreateAccelerator"},
	},
	{
		name: "kafka", kinds: []Kind{Region}, on: []string{"kafka:{at}:cluster/pitboss-{market}-*", "kafka:{at}:configuration/*"},
		changes: append([]string{
			"UpdateBroker*", "UpdateCluster*", "UpdateConfiguration", "UpdateConnectivity", "UpdateMonitoring", "UpdateSecurity", "UpdateStorage",
			"DeleteCluster", "PutClusterPolicy", "DeleteClusterPolicy", "DeleteConfiguration",
		}, tagging...),
		reads: []string{"DescribeCluster", "DescribeClusterV2", "DescribeConfiguration", "DescribeConfigurationRevision", "GetClusterPolicy", "ListTagsForResource"},
		makes: []string{"CreateCluster", "CreateClusterV2", "CreateConfiguration"}, looks: []string{"DescribeClusterOperation", "GetBootstrapBrokers"},
	},
	{
		name: "kafka", kinds: []Kind{GSLB}, on: []string{"kafka:{at}:cluster/pitboss-{market}-*", "kafka:{at}:replicator/from-pitboss-{market}-*"},
		changes: append([]string{"UpdateReplicationInfo", "DeleteReplicator"}, tagging...),
		reads:   []string{"DescribeClusterV2", "DescribeReplicator", "ListTagsForResource"}, makes: []string{"CreateReplicator"},
	},
	{
		name: "kms", kinds: []Kind{Foundation}, on: []string{"kms:{at}:key/*", "kms:{at}:alias/pitboss/{market}/*"},
		changes: append([]string{
			"CreateAlias", "UpdateAlias", "DeleteAlias", "EnableKey", "EnableKeyRotation", "PutKeyPolicy", "ReplicateKey", "UpdateKeyDescription",
			"CreateGrant", "Decrypt", "GenerateDataKey", // through what it encrypts: the keys' own policies say by which service
		}, tagging...),
		reads: []string{"DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"}, makes: []string{"CreateKey"}, looks: []string{"ListAliases"},
	},
	{
		name: "kms", kinds: []Kind{Region}, on: []string{"kms:{at}:key/*"},
		changes: []string{"CreateGrant", "Decrypt", "GenerateDataKey*"}, reads: []string{"DescribeKey"},
	},
	{
		name: "logs", kinds: []Kind{Foundation}, on: []string{
			"logs:{at}:log-group:/aws/eks/{market}-*", "logs:{at}:log-group:/aws/rds/*/pitboss-{market}-*", "logs:{at}:log-group:/pitboss/{market}-*",
		},
		changes: append([]string{"CreateLogGroup", "PutRetentionPolicy", "AssociateKmsKey"}, tagging...),
		reads:   []string{"ListTagsForResource"}, looks: []string{"DescribeLogGroups"},
	},
	{
		name: "logs", kinds: []Kind{Region}, // brokers, caches and networks are told where to write by these
		makes: []string{"CreateLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "PutResourcePolicy"},
		looks: []string{"DescribeLogGroups", "DescribeResourcePolicies", "GetLogDelivery", "ListLogDeliveries"},
	},
	{
		name: "rds", kinds: []Kind{Foundation}, on: []string{"rds::{account}:global-cluster:pitboss-{market}-*", "rds:{at}:cluster:pitboss-{market}-*"},
		changes: []string{"CreateGlobalCluster", "ModifyGlobalCluster", "RemoveFromGlobalCluster", "AddTagsToResource", "RemoveTagsFromResource"},
		reads:   []string{"DescribeGlobalClusters", "ListTagsForResource"},
	},
	{
		name: "rds", kinds: []Kind{Region}, on: []string{
			"rds::{account}:global-cluster:pitboss-{market}-*", "rds:{at}:*:pitboss-{market}-*",
			"rds:{at}:cluster-pg:*", "rds:{at}:pg:*", "rds:{at}:og:default:*", "rds:{at}:subgrp:*", "rds:{at}:db-proxy:*", "rds:{at}:target-group:*",
		},
		changes: []string{
			"CreateDBCluster", "ModifyDBCluster", "DeleteDBCluster", "CreateDBClusterSnapshot", "RemoveFromGlobalCluster",
			"CreateDBInstance", "ModifyDBInstance", "RebootDBInstance", "DeleteDBInstance",
			"*DBClusterEndpoint", "*DBClusterParameterGroup", "*DBParameterGroup", "*DBSubnetGroup", "*DBProxy", "*DBProxyTargets", "ModifyDBProxyTargetGroup",
			"AddTagsToResource", "RemoveTagsFromResource",
		},
		reads: []string{"Describe*", "List*"},
	},
	{
		name: "route53", kinds: []Kind{Foundation}, anywhere: true, on: []string{"route53:::change/*", "route53:::hostedzone/*"},
		changes: []string{"ChangeTagsForResource", "UpdateHostedZoneComment"}, reads: []string{"Get*", "List*"}, makes: []string{"CreateHostedZone"},
	},
	{
		name: "route53", kinds: []Kind{GSLB}, anywhere: true, on: []string{"route53:::change/*", "route53:::healthcheck/*", "route53:::hostedzone/*"},
		changes: []string{"ChangeResourceRecordSets", "ChangeTagsForResource", "UpdateHealthCheck", "DeleteHealthCheck"},
		reads:   []string{"Get*", "List*"}, makes: []string{"CreateHealthCheck"},
	},
	{
		name: "route53-recovery-control-config", kinds: []Kind{GSLB}, anywhere: true,
		on: []string{"route53-recovery-control::{account}:cluster/*", "route53-recovery-control::{account}:controlpanel/*"},
		changes: append([]string{
			"CreateCluster", "DeleteCluster", "CreateControlPanel", "UpdateControlPanel", "DeleteControlPanel",
			"CreateRoutingControl", "UpdateRoutingControl", "DeleteRoutingControl", "CreateSafetyRule", "UpdateSafetyRule", "DeleteSafetyRule",
		}, tagging...),
		reads: []string{"Describe*", "List*"},
	},
	{
		name: "s3", kinds: []Kind{Foundation}, on: []string{"s3:::pitboss-{market}-*"},
		changes: []string{
			"CreateBucket", "DeleteBucketPolicy", "PutBucketLogging", "PutBucketObjectLockConfiguration", "PutBucketOwnershipControls", "PutBucketPolicy",
			"PutBucketPublicAccessBlock", "PutBucketTagging", "PutBucketVersioning", "PutEncryptionConfiguration", "PutLifecycleConfiguration",
			"PutReplicationConfiguration",
		},
		reads: []string{
			"GetAccelerateConfiguration", "GetBucket*", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket",
		},
	},
	{
		name: "secretsmanager", kinds: []Kind{Foundation}, on: []string{"secretsmanager:{at}:secret:pitboss/{market}/*"},
		changes: append([]string{
			"CreateSecret", "UpdateSecret", "PutSecretValue", "UpdateSecretVersionStage", "PutResourcePolicy", "DeleteResourcePolicy",
			"ReplicateSecretToRegions", "RemoveRegionsFromReplication",
		}, tagging...),
		reads: []string{"DescribeSecret", "GetResourcePolicy", "GetSecretValue", "ListSecretVersionIds"},
	},
}

package cloud

import "strings"

// identities follows each service's documentation of its ids and ARNs ("Actions,
// resources, and condition keys" in the Service Authorization Reference) and,
// for composite ids, what Terraform's provider 5.100 reports.
var identities = map[string]identity{
	"aws_vpc":                             {prefix: "vpc-", arn: "vpc/%s"},
	"aws_subnet":                          {prefix: "subnet-", arn: "subnet/%s"},
	"aws_internet_gateway":                {prefix: "igw-", arn: "internet-gateway/%s"},
	"aws_nat_gateway":                     {prefix: "nat-"},
	"aws_eip":                             {prefix: "eipalloc-", arn: "elastic-ip/%s"},
	"aws_route_table":                     {prefix: "rtb-", arn: "route-table/%s"},
	"aws_route":                           {id: routeID},
	"aws_route_table_association":         {prefix: "rtbassoc-"},
	"aws_network_acl":                     {prefix: "acl-", arn: "network-acl/%s"},
	"aws_vpc_endpoint":                    {prefix: "vpce-", arn: "vpc-endpoint/%s"},
	"aws_flow_log":                        {prefix: "fl-", arn: "vpc-flow-log/%s"},
	"aws_security_group":                  {prefix: "sg-", arn: "security-group/%s"},
	"aws_default_security_group":          {id: defaultGroupID, arn: "security-group/%s"},
	"aws_vpc_security_group_ingress_rule": {prefix: "sgr-", arn: "security-group-rule/%s"},
	"aws_vpc_security_group_egress_rule":  {prefix: "sgr-", arn: "security-group-rule/%s"},
	"aws_launch_template":                 {prefix: "lt-", arn: "launch-template/%s"},

	"aws_eks_cluster":                   {id: attribute("name"), arn: "cluster/%s"},
	"aws_eks_node_group":                {id: joined(":", "clusterName", "nodeGroupName"), arn: "nodegroup/%s"},
	"aws_eks_addon":                     {id: joined(":", "clusterName", "addonName"), arn: "addon/%s"},
	"aws_eks_access_entry":              {id: joined(":", "clusterName", "principalArn"), arn: "access-entry/%s"},
	"aws_eks_access_policy_association": {id: joined("#", "clusterName", "principalArn", "policyArn")},
	"aws_eks_pod_identity_association":  {prefix: "a-", arn: "podidentityassociation/%s"},

	"aws_ecr_repository":                      {id: attribute("name"), arn: "repository/%s"},
	"aws_ecr_lifecycle_policy":                {id: attribute("repository")},
	"aws_ecr_replication_configuration":       {id: accountID},
	"aws_ecr_registry_scanning_configuration": {id: accountID},

	"aws_kms_key":         {id: keyID, arn: "key/%s"},
	"aws_kms_replica_key": {id: replicaKeyID, arn: "key/%s"},
	"aws_kms_alias":       {id: attribute("name"), arn: "%s"},

	"aws_s3_bucket": {id: attribute("bucket"), arn: "%s"},

	"aws_iam_role":                    {id: attribute("name"), arn: "role/%s"},
	"aws_iam_policy":                  {own: true, arn: "policy/%s"},
	"aws_iam_openid_connect_provider": {own: true, arn: "oidc-provider/%s"},
	"aws_iam_role_policy":             {id: joined(":", "role", "name")},
	"aws_iam_role_policy_attachment":  {id: attachmentID},

	"aws_rds_global_cluster":            {id: attribute("globalClusterIdentifier"), arn: "global-cluster:%s"},
	"aws_rds_cluster":                   {id: attribute("clusterIdentifier"), arn: "cluster:%s"},
	"aws_rds_cluster_instance":          {id: attribute("identifier"), arn: "db:%s"},
	"aws_rds_cluster_endpoint":          {id: attribute("clusterEndpointIdentifier"), arn: "cluster-endpoint:%s"},
	"aws_rds_cluster_parameter_group":   {id: attribute("name"), arn: "cluster-pg:%s"},
	"aws_db_cluster_snapshot":           {id: attribute("dbClusterSnapshotIdentifier"), arn: "cluster-snapshot:%s"},
	"aws_db_parameter_group":            {id: attribute("name"), arn: "pg:%s"},
	"aws_db_subnet_group":               {id: attribute("name"), arn: "subgrp:%s"},
	"aws_db_proxy":                      {id: attribute("name"), arn: "db-proxy:%s"},
	"aws_db_proxy_default_target_group": {id: attribute("dbProxyName"), arn: "target-group:%s"},
	"aws_db_proxy_target": {id: func(r *Resource) string {
		return strings.Join([]string{r.String("dbProxyName"), r.String("targetGroupName"), "TRACKED_CLUSTER", r.String("dbClusterIdentifier")}, "/")
	}},

	"aws_elasticache_replication_group":        {id: attribute("replicationGroupId"), arn: "replicationgroup:%s"},
	"aws_elasticache_global_replication_group": {id: datastoreID, arn: "globalreplicationgroup:%s"},
	"aws_elasticache_subnet_group":             {id: attribute("name"), arn: "subnetgroup:%s"},
	"aws_elasticache_parameter_group":          {id: attribute("name"), arn: "parametergroup:%s"},

	"aws_msk_cluster":           {own: true, arn: "cluster/%s"},
	"aws_msk_configuration":     {own: true, arn: "configuration/%s"},
	"aws_msk_replicator":        {own: true, arn: "replicator/%s"},
	"aws_msk_cluster_policy":    {id: attribute("clusterArn")},
	"aws_appautoscaling_target": {id: attribute("resourceId"), arn: "scalable-target/%s"},
	"aws_appautoscaling_policy": {id: attribute("name"), arn: "scalingPolicy:%s"},

	"aws_secretsmanager_secret": {own: true, arn: "secret:%s"},
	"aws_secretsmanager_secret_version": {id: func(r *Resource) string {
		return r.String("secretId") + "|" + uuidOf(r)
	}},
	"aws_backup_vault":                    {id: attribute("name"), arn: "backup-vault:%s"},
	"aws_backup_vault_lock_configuration": {id: attribute("backupVaultName")},
	"aws_backup_plan":                     {id: uuidOf, arn: "backup-plan:%s"},
	"aws_backup_selection":                {id: uuidOf},

	"aws_cloudwatch_log_group":    {id: attribute("name"), arn: "log-group:%s"},
	"aws_cloudwatch_metric_alarm": {id: attribute("alarmName"), arn: "alarm:%s"},

	"aws_route53_zone":         {prefix: "Z", arn: "hostedzone/%s"},
	"aws_route53_health_check": {id: uuidOf, arn: "healthcheck/%s"},
	"aws_route53_record":       {id: recordID},

	"aws_route53recoverycontrolconfig_cluster":       {own: true, arn: "cluster/%s"},
	"aws_route53recoverycontrolconfig_control_panel": {own: true, arn: "controlpanel/%s"},
	"aws_route53recoverycontrolconfig_routing_control": {id: func(r *Resource) string {
		panel := r.String("controlPanelArn")
		if panel == "" {
			panel = defaultPanel(r.String("clusterArn"))
		}
		return panel + "/routingcontrol/" + madeID(16, r)
	}, arn: "routingcontrol/%s"},
	"aws_route53recoverycontrolconfig_safety_rule": {id: below("controlPanelArn", "/safetyrule/", 16), arn: "safetyrule/%s"},

	"aws_lb":              {own: true, arn: "loadbalancer/%s"},
	"aws_lb_target_group": {own: true, arn: "targetgroup/%s"},
	"aws_lb_listener": {id: func(r *Resource) string {
		return strings.Replace(r.String("loadBalancerArn"), ":loadbalancer/", ":listener/", 1) + "/" + madeID(16, r)
	}, arn: "listener/%s"},
	"aws_globalaccelerator_accelerator":    {own: true, arn: "accelerator/%s"},
	"aws_globalaccelerator_listener":       {id: below("acceleratorArn", "/listener/", 8), arn: "listener/%s"},
	"aws_globalaccelerator_endpoint_group": {id: below("listenerArn", "/endpoint-group/", 12), arn: "endpoint-group/%s"},
}

// arnIDs is what an ARN says after its kind, where that is not Terraform's id.
var arnIDs = map[string]func(Resource) string{
	"aws_iam_openid_connect_provider":   func(r Resource) string { return strings.TrimPrefix(r.String("url"), "https://") },
	"aws_db_proxy":                      func(r Resource) string { return "prx-" + hexID(17, r.Account, r.Region, r.ID) },
	"aws_db_proxy_default_target_group": func(r Resource) string { return "prx-tg-" + hexID(17, r.Account, r.Region, r.ID) },
	"aws_msk_cluster":                   func(r Resource) string { return r.String("clusterName") + "/" + uuidOf(&r) + "-7" },
	"aws_msk_configuration":             func(r Resource) string { return r.String("name") + "/" + uuidOf(&r) + "-3" },
	"aws_msk_replicator":                func(r Resource) string { return r.String("replicatorName") + "/" + uuidOf(&r) + "-2" },
	"aws_appautoscaling_policy": func(r Resource) string {
		return uuidOf(&r) + ":resource/" + r.String("serviceNamespace") + "/" + r.String("resourceId") + ":policyName/" + r.String("name")
	},
	"aws_appautoscaling_target":                      func(r Resource) string { return madeID(16, &r) },
	"aws_secretsmanager_secret":                      func(r Resource) string { return r.String("name") + "-" + madeID(6, &r) },
	"aws_route53recoverycontrolconfig_cluster":       func(r Resource) string { return uuidOf(&r) },
	"aws_route53recoverycontrolconfig_control_panel": func(r Resource) string { return madeID(32, &r) },
	"aws_lb":                            func(r Resource) string { return "net/" + r.String("name") + "/" + madeID(16, &r) },
	"aws_lb_target_group":               func(r Resource) string { return r.String("name") + "/" + madeID(16, &r) },
	"aws_globalaccelerator_accelerator": func(r Resource) string { return uuidOf(&r) },
}

// below is for ARNs that go on where another's ends.
func below(attribute, kind string, digits int) func(*Resource) string {
	return func(r *Resource) string { return r.String(attribute) + kind + madeID(digits, r) }
}

// madeID is n hex digits that no other resource has.
func madeID(n int, r *Resource) string {
	return hexID(n, r.Account, r.Region, r.Type, r.URN, r.Created)
}

func uuidOf(r *Resource) string { return uuid(r.Account, r.Region, r.Type, r.URN, r.Created) }

// accountID is for what an account has one of in a region.
func accountID(r *Resource) string { return r.Account }

func recordID(r *Resource) string {
	id := r.String("zoneId") + "_" + strings.ToLower(r.String("name")) + "_" + r.String("type")
	if set := r.String("setIdentifier"); set != "" {
		id += "_" + set
	}
	return id
}

func defaultPanel(clusterARN string) string {
	return clusterARN[:strings.LastIndex(clusterARN, ":")+1] + "controlpanel/" + hexID(32, "default", clusterARN)
}

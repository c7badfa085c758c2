package steps

import (
	"pitboss/drill/inventory"
	"pitboss/drill/plan"
	"pitboss/drill/port"
)

// Actions is every call that a drill of a kind makes, so that what is not allowed is found
// before anything is touched. Kubernetes' own permissions are not among them.
func Actions(inv inventory.Inventory, kind plan.Kind) []port.Action {
	var out []port.Action
	add := func(resource string, names ...string) {
		for _, name := range names {
			out = append(out, port.Action{Name: name, Resource: resource})
		}
	}
	promote := "rds:SwitchoverGlobalCluster"
	if kind == plan.Failover {
		promote = "rds:FailoverGlobalCluster"
	}
	for _, d := range inv.Databases {
		add("arn:aws:rds::"+inv.Account+":global-cluster:"+d.GlobalID, promote)
		for _, at := range inventory.Sites(d.ARNs) {
			add(d.ARNs[at], promote, "rds-data:ExecuteStatement")
			add(d.SecretARNs[at], "secretsmanager:GetSecretValue")
		}
	}
	for _, at := range inventory.Sites(inv.Signing.SecretARNs) {
		add(inv.Signing.SecretARNs[at], "secretsmanager:GetSecretValue")
	}
	add("*", "route53:GetChange", "route53:GetHealthCheck", "cloudwatch:ListMetrics", "globalaccelerator:DescribeAccelerator")
	add("*", "rds:DescribeGlobalClusters", "rds:DescribeDBClusters", "cloudwatch:GetMetricData", "cloudwatch:DescribeAlarms",
		"ec2:DescribeSecurityGroupRules", "ec2:ModifySecurityGroupRules",
		"elasticache:DescribeGlobalReplicationGroups", "elasticache:FailoverGlobalReplicationGroup",
		"globalaccelerator:DescribeEndpointGroup", "globalaccelerator:UpdateEndpointGroup", "servicequotas:GetServiceQuota")
	for _, at := range inventory.Sites(inv.Streams.Replicators) {
		add(inv.Streams.Replicators[at].ARN, "kafka:DescribeReplicator", "kafka:UpdateReplicationInfo")
	}
	add("arn:aws:route53:::hostedzone/"+inv.Traffic.ZoneID, "route53:ListResourceRecordSets", "route53:ChangeResourceRecordSets")
	for _, at := range inventory.Sites(inv.Traffic.Controls) {
		add(inv.Traffic.Controls[at], "route53-recovery-cluster:GetRoutingControlState", "route53-recovery-cluster:UpdateRoutingControlStates")
	}
	for _, at := range inventory.Sites(inv.Traffic.Checks) {
		add("arn:aws:route53:::healthcheck/"+inv.Traffic.Checks[at], "route53:UpdateHealthCheck")
	}
	for _, at := range inventory.Sites(inv.Buckets) {
		add("arn:aws:s3:::"+inv.Buckets[at], "s3:ListBucket")
		add("arn:aws:s3:::"+inv.Buckets[at]+"/drills/"+inv.Market+"/*", "s3:PutObject", "s3:GetObject")
	}
	return out
}

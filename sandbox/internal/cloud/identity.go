package cloud

import (
	"fmt"
	"strings"
)

// identity says how AWS names one type of resource.
type identity struct {
	prefix string                   // of a generated id: "vpc-"
	id     func(r *Resource) string // for ids made of other attributes
	own    bool                     // its ARN is its id
	arn    string                   // the resource part of its ARN, with %s for the id
}

func attribute(name string) func(*Resource) string {
	return func(r *Resource) string { return r.String(name) }
}

func joined(sep string, names ...string) func(*Resource) string {
	return func(r *Resource) string {
		var parts []string
		for _, n := range names {
			parts = append(parts, r.String(n))
		}
		return strings.Join(parts, sep)
	}
}

// global is the services whose resources belong to no region.
var global = map[string]bool{"iam": true, "route53": true, "globalaccelerator": true, "route53-recovery-control": true}

// regionless reports whether every region sees the same resource of a type.
func regionless(tfType string) bool {
	return global[service(tfType)] || tfType == "aws_rds_global_cluster" || tfType == "aws_elasticache_global_replication_group"
}

// services names the ARN's service by the beginning of a Terraform type.
var services = []struct{ prefix, service string }{
	{"appautoscaling_policy", "autoscaling"}, {"appautoscaling_", "application-autoscaling"}, {"backup_", "backup"},
	{"cloudwatch_log_", "logs"}, {"cloudwatch_metric_", "cloudwatch"}, {"db_", "rds"}, {"ecr_", "ecr"}, {"eks_", "eks"}, {"elasticache_", "elasticache"},
	{"globalaccelerator_", "globalaccelerator"}, {"iam_", "iam"}, {"kms_", "kms"}, {"lb", "elasticloadbalancing"}, {"msk_", "kafka"},
	{"rds_", "rds"}, {"route53_", "route53"}, {"route53recoverycontrolconfig_", "route53-recovery-control"}, {"s3_", "s3"},
	{"secretsmanager_", "secretsmanager"},
}

// service is the ARN's service of a Terraform type.
func service(tfType string) string {
	name := strings.TrimPrefix(tfType, "aws_")
	for _, s := range services {
		if strings.HasPrefix(name, s.prefix) {
			return s.service
		}
	}
	return "ec2"
}

// idOf makes the id that AWS would give r.
func idOf(r *Resource) string {
	known, ok := identities[r.Type]
	switch {
	case known.own:
		return arnOf(*r)
	case known.id != nil:
		return known.id(r)
	case ok && known.prefix == "Z":
		return "Z" + strings.ToUpper(hexID(20, r.Account, r.Type, r.URN, r.Created))
	case ok:
		return known.prefix + hexID(17, r.Account, r.Region, r.Type, r.URN, r.Created)
	}
	// The settings of a bucket are resources of their own with the bucket's name.
	if b := r.String("bucket"); service(r.Type) == "s3" && b != "" {
		return b
	}
	return strings.ReplaceAll(strings.TrimPrefix(r.Type, "aws_"), "_", "-") + "-" + hexID(17, r.Account, r.Region, r.Type, r.URN, r.Created)
}

// arnOf is the Amazon Resource Name of r.
func arnOf(r Resource) string {
	if strings.HasPrefix(r.ID, "arn:"+partition(r.Region)+":"+service(r.Type)+":") {
		return r.ID
	}
	known := identities[r.Type]
	part := fmt.Sprintf("%s/%s", strings.TrimPrefix(r.Type, "aws_"), r.ID)
	if known.arn != "" {
		part = fmt.Sprintf(known.arn, arnID(r))
	}
	region, account := r.Region, r.Account
	if regionless(r.Type) {
		region = ""
	}
	if s := service(r.Type); s == "s3" || s == "route53" {
		region, account = "", ""
	}
	return strings.Join([]string{"arn", partition(r.Region), service(r.Type), region, account, part}, ":")
}

// arnID is what an ARN says where Terraform's id would say something else.
func arnID(r Resource) string {
	switch r.Type {
	case "aws_eks_node_group", "aws_eks_addon", "aws_eks_access_entry":
		return strings.ReplaceAll(r.ID, ":", "/") + "/" + hexID(8, r.URN) + "-" + hexID(12, r.ID, r.Created)
	case "aws_eks_pod_identity_association":
		return r.String("clusterName") + "/" + r.ID
	case "aws_iam_policy", "aws_iam_role":
		return strings.TrimPrefix(r.String("path"), "/") + r.String("name")
	}
	if f, ok := arnIDs[r.Type]; ok {
		return f(r)
	}
	return r.ID
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func routeID(r *Resource) string {
	return "r-" + r.String("routeTableId") + hexID(10, r.String("destinationCidrBlock"), r.String("destinationPrefixListId"))
}

// keyID: a multi-Region key's id starts with "mrk-" and has no dashes after it;
// another key's id is a UUID.
func keyID(r *Resource) string {
	if multi, _ := r.Props["multiRegion"].(bool); multi {
		return "mrk-" + hexID(32, r.Account, r.Region, r.URN, r.Created)
	}
	return uuidOf(r)
}

// replicaKeyID: a replica has its primary's key id; only the region differs.
func replicaKeyID(r *Resource) string {
	arn := r.String("primaryKeyArn")
	return arn[strings.LastIndex(arn, "/")+1:]
}

func attachmentID(r *Resource) string {
	return r.String("role") + "-" + hexID(26, r.String("role"), r.String("policyArn"))
}

func defaultGroupID(r *Resource) string { return defaultGroup(r.String("vpcId")) }

func defaultGroup(vpc string) string { return "sg-" + hexID(17, "default", vpc) }

package cloud

import (
	"fmt"
	"strings"
)

// identity says how AWS names one type of resource.
type identity struct {
	prefix string                   // of a generated id: "vpc-"
	id     func(r *Resource) string // for ids made of other attributes
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

	"aws_kms_key":         {id: keyID, arn: "key/%s"},
	"aws_kms_replica_key": {id: replicaKeyID, arn: "key/%s"},
	"aws_kms_alias":       {id: attribute("name"), arn: "%s"},

	"aws_s3_bucket": {id: attribute("bucket"), arn: "%s"},

	"aws_iam_role":                   {id: attribute("name"), arn: "role/%s"},
	"aws_iam_policy":                 {arn: "policy/%s"},
	"aws_iam_role_policy":            {id: joined(":", "role", "name")},
	"aws_iam_role_policy_attachment": {id: attachmentID},

	"aws_rds_cluster":          {id: attribute("clusterIdentifier"), arn: "cluster:%s"},
	"aws_cloudwatch_log_group": {id: attribute("name"), arn: "log-group:%s"},
	"aws_route53_zone":         {prefix: "Z"},
}

// global is the services whose resources belong to no region.
var global = map[string]bool{"iam": true, "route53": true}

// service is the ARN's service of a Terraform type.
func service(tfType string) string {
	name := strings.TrimPrefix(tfType, "aws_")
	for _, s := range []struct{ prefix, service string }{
		{"cloudwatch_log_", "logs"}, {"eks_", "eks"}, {"iam_", "iam"}, {"kms_", "kms"}, {"s3_", "s3"}, {"route53_", "route53"}, {"rds_", "rds"},
	} {
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
	case r.Type == "aws_iam_policy":
		return arnOf(*r) // the only id that is an ARN
	case ok && known.id != nil:
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
	known := identities[r.Type]
	part := fmt.Sprintf("%s/%s", strings.TrimPrefix(r.Type, "aws_"), r.ID)
	if known.arn != "" {
		part = fmt.Sprintf(known.arn, arnID(r))
	}
	region, account := r.Region, r.Account
	if global[service(r.Type)] {
		region = ""
	}
	if service(r.Type) == "s3" {
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
	h := hexID(32, r.Account, r.Region, r.URN, r.Created)
	if multi, _ := r.Props["multiRegion"].(bool); multi {
		return "mrk-" + h
	}
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
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

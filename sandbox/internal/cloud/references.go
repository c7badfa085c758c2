package cloud

import (
	"fmt"
	"slices"
	"strings"
)

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
	{"aws_iam_role_policy_attachment", "role", "aws_iam_role",
		answer{"IAM", "AttachRolePolicy", "NoSuchEntity", "The role with name %s cannot be found."},
		answer{"IAM", "DeleteRole", "DeleteConflict", "Cannot delete entity, must detach all policies first."}},
	{"aws_iam_role_policy_attachment", "policyArn", "aws_iam_policy", answer{}, // most are AWS's own
		answer{"IAM", "DeletePolicy", "DeleteConflict", "Cannot delete a policy attached to entities."}},
	{"aws_iam_role_policy", "role", "aws_iam_role",
		answer{"IAM", "PutRolePolicy", "NoSuchEntity", "The role with name %s cannot be found."},
		answer{"IAM", "DeleteRole", "DeleteConflict", "Cannot delete entity, must delete policies first."}},
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

// referencesExist refuses r when something that it names does not exist.
func (c *Cloud) referencesExist(r Resource) error {
	if bucket := r.String("bucket"); service(r.Type) == "s3" && r.Type != "aws_s3_bucket" {
		if _, err := c.get(r.Account, r.Region, "aws_s3_bucket", bucket); err != nil {
			return refuse("S3", "Put "+r.Type, "NoSuchBucket", "The specified bucket does not exist (%s)", bucket)
		}
	}
	for _, ref := range references {
		if ref.from != r.Type || ref.missing.code == "" {
			continue
		}
		for _, id := range names(r.at(ref.attribute)) {
			_, err := c.get(r.Account, r.Region, ref.to, id)
			if err == nil || c.madeByAWS(r, ref.to, id) {
				continue
			}
			if !IsNotFound(err) {
				return err
			}
			operation := ref.missing.operation
			if operation == "" {
				operation = "Create " + r.Type
			}
			return refuse(ref.missing.service, operation, ref.missing.code, ref.missing.words, id)
		}
	}
	return nil
}

// madeByAWS knows the security groups that exist without anyone creating them:
// a VPC's default one and a cluster's own.
func (c *Cloud) madeByAWS(r Resource, tfType, id string) bool {
	if tfType != "aws_security_group" {
		return false
	}
	found, err := c.where(func(o Resource) bool {
		return o.Account == r.Account && o.Region == r.Region &&
			(o.Type == "aws_vpc" && defaultGroup(o.ID) == id || o.Type == "aws_eks_cluster" && clusterGroup(o.ID, o.Region) == id)
	})
	return err == nil && len(found) > 0
}

// unreferenced refuses the deletion of r while something still refers to it.
func (c *Cloud) unreferenced(r Resource) error {
	for _, ref := range references {
		if ref.to != r.Type || ref.inUse.operation == "" {
			continue
		}
		users, err := c.where(func(u Resource) bool {
			return u.Type == ref.from && u.Account == r.Account && (global[service(u.Type)] || u.Region == r.Region) && slices.Contains(names(u.at(ref.attribute)), r.ID)
		})
		if err != nil {
			return err
		}
		if len(users) > 0 {
			words := ref.inUse.words
			if ref.inUse.service != "IAM" {
				words = fmt.Sprintf(words, r.ID)
			}
			return refuse(ref.inUse.service, ref.inUse.operation, ref.inUse.code, "%s (%s %s)", words, users[0].Type, users[0].ID)
		}
	}
	return nil
}

// names reads an attribute that is one id or a list of them.
func names(v any) []string {
	switch v := v.(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, names(e)...)
		}
		return out
	}
	return nil
}

// at reads an attribute by its path, "vpcConfig.subnetIds".
func (r Resource) at(path string) any {
	var v any = r.Props
	for _, step := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[step]
	}
	return v
}

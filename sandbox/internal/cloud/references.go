package cloud

import (
	"fmt"
	"slices"
	"strings"
)

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
			if err == nil {
				continue
			}
			if !IsNotFound(err) {
				return err
			}
			if ours, err := c.madeByAWS(r, ref.to, id); err != nil || ours {
				if err != nil {
					return err
				}
				continue
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

// madeByAWS knows what exists without anyone creating it: a VPC's default
// security group, a cluster's own, default parameter groups, and the control
// panel that comes with a recovery cluster.
func (c *Cloud) madeByAWS(r Resource, tfType, id string) (bool, error) {
	switch tfType {
	case "aws_rds_cluster_parameter_group", "aws_db_parameter_group", "aws_elasticache_parameter_group":
		return strings.HasPrefix(id, "default."), nil
	case "aws_route53recoverycontrolconfig_control_panel":
		clusters, err := c.ofType("aws_route53recoverycontrolconfig_cluster")
		return slices.ContainsFunc(clusters, func(o Resource) bool { return defaultPanel(o.ID) == id }), err
	case "aws_security_group":
	default:
		return false, nil
	}
	here := func(o Resource) bool { return o.Account == r.Account && o.Region == r.Region }
	vpcs, err := c.find("aws_vpc", func(o Resource) bool { return here(o) && defaultGroup(o.ID) == id })
	if err != nil || len(vpcs) > 0 {
		return true, err
	}
	clusters, err := c.find("aws_eks_cluster", func(o Resource) bool { return here(o) && clusterGroup(o.ID, o.Region) == id })
	return len(clusters) > 0, err
}

// unreferenced refuses the deletion of r while something still refers to it.
func (c *Cloud) unreferenced(r Resource) error {
	for _, ref := range references {
		if ref.to != r.Type || ref.inUse.operation == "" {
			continue
		}
		users, err := c.find(ref.from, func(u Resource) bool {
			return u.Account == r.Account && (regionless(u.Type) || u.Region == r.Region) && slices.Contains(names(u.at(ref.attribute)), r.ID)
		})
		if err != nil {
			return err
		}
		if len(users) > 0 {
			words := ref.inUse.words
			if strings.Contains(words, "%s") {
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

// at reads an attribute by its path, "vpcConfig.subnetIds". Where the way leads
// through a list, it is what all its elements have there.
func (r Resource) at(path string) any {
	return at(r.Props, strings.Split(path, "."))
}

func at(v any, path []string) any {
	if list, ok := v.([]any); ok && len(path) > 0 {
		var all []any
		for _, e := range list {
			if found := at(e, path); found != nil {
				all = append(all, found)
			}
		}
		return all
	}
	if len(path) == 0 {
		return v
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	return at(m[path[0]], path[1:])
}

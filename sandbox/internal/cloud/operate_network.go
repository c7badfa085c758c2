package cloud

import (
	"slices"
)

var ruleTypes = []string{"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"}

// groupRules is ec2 DescribeSecurityGroupRules, of the groups or rules asked for.
func (c *Cloud) groupRules(call Call) (any, error) {
	var filters []struct {
		Name   string
		Values []string
	}
	var ids []string
	if err := call.decode("Filters", &filters); err != nil {
		return nil, err
	}
	if err := call.decode("SecurityGroupRuleIds", &ids); err != nil {
		return nil, err
	}
	var groups []string
	for _, f := range filters {
		switch f.Name {
		case "group-id":
			groups = append(groups, f.Values...)
		case "security-group-rule-id":
			ids = append(ids, f.Values...)
		default:
			return nil, refuse("EC2", call.Operation, "InvalidParameterValue", "The filter '%s' is invalid; the sandbox knows group-id and security-group-rule-id.", f.Name)
		}
	}
	list := []any{}
	for _, tfType := range ruleTypes {
		found, err := c.find(tfType, func(r Resource) bool {
			return r.Account == call.Account && r.Region == call.Region && (len(groups) == 0 || slices.Contains(groups, r.String("securityGroupId"))) &&
				(len(ids) == 0 || slices.Contains(ids, r.ID))
		})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			list = append(list, describeRule(r))
		}
	}
	return map[string]any{"SecurityGroupRules": list}, nil
}

func describeRule(r Resource) map[string]any {
	out := map[string]any{"SecurityGroupRuleId": r.ID, "GroupId": r.String("securityGroupId"), "GroupOwnerId": r.Account, "IsEgress": r.Type == ruleTypes[1],
		"IpProtocol": r.String("ipProtocol"), "FromPort": r.Props["fromPort"], "ToPort": r.Props["toPort"]}
	for field, attribute := range map[string]string{"Description": "description", "CidrIpv4": "cidrIpv4", "CidrIpv6": "cidrIpv6", "PrefixListId": "prefixListId"} {
		if v := r.String(attribute); v != "" {
			out[field] = v
		}
	}
	if group := r.String("referencedSecurityGroupId"); group != "" {
		out["ReferencedGroupInfo"] = map[string]any{"GroupId": group, "UserId": r.Account}
	}
	return out
}

// ruleRequest is a rule as ModifySecurityGroupRules takes it.
type ruleRequest struct {
	SecurityGroupRuleId string
	SecurityGroupRule   struct {
		IpProtocol, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description string
		FromPort, ToPort                                                             *number
	}
}

// modifyRules is ec2 ModifySecurityGroupRules: each rule is replaced as a whole and
// keeps its id. All are changed or none.
func (c *Cloud) modifyRules(call Call) (any, error) {
	var asked []ruleRequest
	if err := call.decode("SecurityGroupRules", &asked); err != nil {
		return nil, err
	}
	if len(asked) == 0 {
		return nil, refuse("EC2", call.Operation, "MissingParameter", "The request must contain the parameter SecurityGroupRules")
	}
	var b batch
	for _, rule := range asked {
		r, err := c.modifiedRule(call, rule)
		if err != nil {
			return nil, err
		}
		b.put = append(b.put, r)
	}
	return map[string]any{"Return": true}, c.commit(b)
}

func (c *Cloud) modifiedRule(call Call, asked ruleRequest) (Resource, error) {
	refused := func(code, format string, args ...any) (Resource, error) {
		return Resource{}, refuse("EC2", call.Operation, code, format, args...)
	}
	var r Resource
	var err error
	for _, tfType := range ruleTypes {
		if r, err = c.get(call.Account, call.Region, tfType, asked.SecurityGroupRuleId); !IsNotFound(err) {
			break
		}
	}
	if err != nil && !IsNotFound(err) {
		return r, err
	}
	if err != nil || r.String("securityGroupId") != call.String("GroupId") {
		return refused("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '%s' does not exist in group '%s'", asked.SecurityGroupRuleId, call.String("GroupId"))
	}
	rule := asked.SecurityGroupRule
	sources := 0
	for _, s := range []string{rule.CidrIpv4, rule.CidrIpv6, rule.PrefixListId, rule.ReferencedGroupId} {
		if s != "" {
			sources++
		}
	}
	switch all := rule.IpProtocol == "-1"; {
	case rule.IpProtocol == "":
		return refused("MissingParameter", "The rule %s must be given whole: IpProtocol is missing", r.ID)
	case sources != 1:
		return refused("InvalidParameterCombination", "The rule %s must be given whole, with exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId, got %d", r.ID, sources)
	case !all && (rule.FromPort == nil || rule.ToPort == nil):
		return refused("MissingParameter", "The rule %s must be given whole: FromPort or ToPort is missing", r.ID)
	case !all && rule.IpProtocol != "icmp" && (*rule.FromPort < 0 || *rule.ToPort > 65535 || *rule.FromPort > *rule.ToPort):
		return refused("InvalidParameterValue", "Invalid value for portRange of %s: must be within 0-65535 and in order, got %v-%v", r.ID, *rule.FromPort, *rule.ToPort)
	}
	r.Props["ipProtocol"] = rule.IpProtocol
	for attribute, port := range map[string]*number{"fromPort": rule.FromPort, "toPort": rule.ToPort} {
		if port != nil {
			r.Props[attribute] = float64(*port)
		}
	}
	for attribute, v := range map[string]string{"cidrIpv4": rule.CidrIpv4, "cidrIpv6": rule.CidrIpv6, "prefixListId": rule.PrefixListId,
		"referencedSecurityGroupId": rule.ReferencedGroupId, "description": rule.Description} {
		replace(r.Props, attribute, v, v == "")
	}
	return r, c.referencesExist(r)
}

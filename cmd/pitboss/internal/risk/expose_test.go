package risk

import (
	"testing"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
)

func TestExposure(t *testing.T) {
	const (
		ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
		egress  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
		group   = "aws:ec2/securityGroup:SecurityGroup"
		network = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
		inst    = "aws:rds/clusterInstance:ClusterInstance"
		eks     = "aws:eks/cluster:Cluster"
		block   = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
		lb      = "aws:lb/loadBalancer:LoadBalancer"
		policy  = "aws:s3/bucketPolicy:BucketPolicy"
		service = "kubernetes:core/v1:Service"
	)
	unknown := rules.Unknown{}
	rule := func(cidr any, from, to float64) in {
		return in{"cidrIpv4": cidr, "ipProtocol": "tcp", "fromPort": from, "toPort": to, "securityGroupId": "sg"}
	}
	inline := func(cidrs ...any) in {
		return in{"ingress": []any{in{"protocol": "tcp", "fromPort": 22.0, "toPort": 22.0, "cidrBlocks": cidrs}}}
	}
	peer := func(cidr string) in {
		return in{"spec": in{"egress": []any{in{"ports": []any{in{"port": 443.0, "protocol": "TCP"}}, "to": []any{in{"ipBlock": in{"cidr": cidr}}}}}}}
	}
	api := func(public any, cidrs ...any) in {
		return in{"vpcConfig": in{"endpointPublicAccess": public, "publicAccessCidrs": cidrs}}
	}
	private := func(restrict any) in {
		return in{"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": restrict}
	}
	doc := func(principal, action, more string) in {
		return in{"policy": `{"Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"` + action + `","Resource":"r"` + more + `}]}`}
	}
	const org = `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`
	cases := map[string]struct {
		reason   string
		typ      string
		old, new in
		says     string
	}{
		"Rule":            {"a block becomes the world", ingress, rule("10.0.0.0/8", 443, 443), rule("0.0.0.0/0", 443, 443), "x opens tcp port 443 to the world (ingress, 0.0.0.0/0)"},
		"RuleNew":         {"made open", ingress, nil, rule("0.0.0.0/0", 443, 443), "opens tcp port 443"},
		"RuleOut":         {"out is an opening too", egress, nil, rule("0.0.0.0/0", 443, 443), "(egress, 0.0.0.0/0)"},
		"RuleSix":         {"and by IPv6", ingress, nil, in{"cidrIpv6": "::/0", "ipProtocol": "-1"}, "opens every port to the world"},
		"RuleHalf":        {"half of the internet is the way round", ingress, rule("10.0.0.0/8", 443, 443), rule("128.0.0.0/1", 443, 443), "128.0.0.0/1"},
		"RuleWider":       {"it was open, for less", ingress, rule("0.0.0.0/0", 443, 443), rule("0.0.0.0/0", 0, 65535), "tcp ports 0 to 65535"},
		"RuleGroup":       {"open for another group", ingress, rule("0.0.0.0/0", 443, 443), in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "securityGroupId": "other"}, "443"},
		"RuleNarrower":    {"less than before", ingress, rule("0.0.0.0/0", 0, 65535), rule("0.0.0.0/0", 443, 443), ""},
		"RuleAsItWas":     {"open before, with another description", ingress, rule("0.0.0.0/0", 443, 443), rule("0.0.0.0/0", 443, 443), ""},
		"RulePrivate":     {"wider, and nobody's in particular", ingress, rule("10.1.0.0/16", 443, 443), rule("10.0.0.0/8", 443, 443), ""},
		"RuleUnknown":     {"it was known to be safe", ingress, rule("10.0.0.0/8", 443, 443), rule(unknown, 443, 443), "(cidrIpv4) cannot be told before it is made"},
		"RuleUnknownNew":  {"nothing was known", ingress, nil, rule(unknown, 443, 443), ""},
		"RuleUnknownOpen": {"it was not safe", ingress, rule("0.0.0.0/0", 443, 443), rule(unknown, 443, 443), ""},
		"PortsUnknown":    {"more ports, perhaps", ingress, rule("0.0.0.0/0", 443, 443), in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": unknown, "toPort": 443.0}, "cannot be told before it is made"},
		"Inline":          {"a group's own rules", group, inline("10.0.0.0/8"), inline("10.0.0.0/8", "0.0.0.0/0"), "opens tcp port 22"},
		"InlineUnknown":   {"a list to come", group, inline("10.0.0.0/8"), in{"ingress": unknown}, "cannot be told before it is made"},
		"InlineAsItWas":   {"in another place of the list", group, inline("0.0.0.0/0"), inline("10.0.0.0/8", "0.0.0.0/0"), ""},
		"Pods":            {"pods get out", network, peer("203.0.113.0/28"), peer("0.0.0.0/0"), "(egress, 0.0.0.0/0)"},
		"PodsAsTheyWere":  {"they did before", network, peer("0.0.0.0/0"), peer("0.0.0.0/0"), ""},
		"Public":          {"an address on the internet", inst, in{"publiclyAccessible": false}, in{"publiclyAccessible": true}, "x gets a public address"},
		"PublicBefore":    {"it had one", inst, in{"publiclyAccessible": true}, in{"publiclyAccessible": true}, ""},
		"PublicUnknown":   {"it had none", inst, in{}, in{"publiclyAccessible": unknown}, "cannot be told before it is made"},
		"Endpoint":        {"on", eks, api(false), api(true, "203.0.113.0/24"), "answers the Kubernetes API on the internet"},
		"EndpointUnset":   {"AWS turns it on by itself", eks, api(false), in{"vpcConfig": in{}}, "answers the Kubernetes API"},
		"EndpointWider":   {"more of them", eks, api(true, "203.0.113.0/28"), api(true, "203.0.113.0/24"), "API of x: 203.0.113.0/24"},
		"EndpointAll":     {"no list is everybody", eks, api(true, "203.0.113.0/28"), api(true), "API of x: 0.0.0.0/0"},
		"EndpointSmaller": {"fewer", eks, api(true, "203.0.113.0/24"), api(true, "203.0.113.0/28"), ""},
		"EndpointOff":     {"nobody", eks, api(true, "203.0.113.0/24"), api(false), ""},
		"EndpointListOff": {"a list of nobody", eks, api(false, "203.0.113.0/28"), api(false, "0.0.0.0/0"), ""},
		"EndpointUnknown": {"who is not known", eks, api(true, "203.0.113.0/24"), api(true, unknown), "cannot be told before it is made"},
		"Block":           {"weaker", block, private(true), private(false), "x lets a public policy work"},
		"BlockGone":       {"not said is not set", block, private(true), private(nil), "x lets a public policy work"},
		"BlockStronger":   {"stronger", block, private(false), private(true), ""},
		"BlockUnknown":    {"not known", block, private(true), private(unknown), "cannot be told before it is made"},
		"Balancer":        {"it faces the internet", lb, in{"internal": true}, in{"internal": false}, "x faces the internet"},
		"BalancerInside":  {"it does not any more", lb, in{"internal": false}, in{"internal": true}, ""},
		"Service":         {"so does that of a Service", service, in{"spec": in{"type": "ClusterIP"}}, in{"spec": in{"type": "LoadBalancer"}}, "load balancer that faces the internet"},
		"ServiceInside": {
			"one that says so stays inside", service, nil,
			in{"spec": in{"type": "LoadBalancer"}, "metadata": in{"annotations": in{"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}}}, "",
		},
		"Policy":         {"everybody", policy, doc(`{"AWS":"arn:aws:iam::1:root"}`, "s3:GetObject", ""), doc(`{"AWS":["*"]}`, "s3:GetObject", ""), "policy of x allows everybody (principal *) s3:GetObject"},
		"PolicyStar":     {"everybody", policy, nil, doc(`"*"`, "s3:*", ""), "s3:*"},
		"PolicyMore":     {"more than before", policy, doc(`"*"`, "s3:GetObject", ""), doc(`"*"`, "s3:*", ""), "s3:*"},
		"PolicyLess":     {"less than before", policy, doc(`"*"`, "s3:*", ""), doc(`"*"`, "s3:GetObject", ""), ""},
		"PolicyNot":      {"everybody but one", policy, nil, in{"policy": `{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"1"},"Action":["s3:*"],"Resource":["*"]}}`}, "everybody"},
		"PolicyFenced":   {"everybody of ours", policy, nil, doc(`"*"`, "s3:GetObject", org), ""},
		"PolicyUnfenced": {"the fence goes", policy, doc(`"*"`, "s3:GetObject", org), doc(`"*"`, "s3:GetObject", ""), "everybody"},
		"PolicyUnknown":  {"it was known to be safe", policy, doc(`"1"`, "s3:*", ""), in{"policy": unknown}, "cannot be told before it is made"},
		"PolicySecret":   {"what is not shown cannot be judged", policy, doc(`"1"`, "s3:*", ""), in{"policy": rules.Secret{}}, "cannot be told before it is made"},
		"PolicyNoDoc":    {"no document allows nothing", policy, nil, in{"policy": "{"}, ""},
		"EndpointPolicy": {"everybody who is inside", "aws:ec2/vpcEndpoint:VpcEndpoint", nil, doc(`"*"`, "s3:*", ""), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			step := plan.Step{Op: plan.Create, New: res(c.typ, "x", c.new)}
			if c.old != nil {
				step.Op, step.Old = plan.Update, res(c.typ, "x", c.old)
			}
			wants(t, of(t, step), Expose, c.says, nil, c.reason)
		})
	}
	t.Run("OneRiskForAResource", func(t *testing.T) {
		got := of(t, plan.Step{Op: plan.Create, New: res(block, "x", in{})})
		wants(t, got, Expose, "x lets public ACLs be set; x lets a public policy be set; ", []string{
			"blockPublicAcls: not set -> not set", "blockPublicPolicy: not set -> not set", "ignorePublicAcls: not set -> not set", "restrictPublicBuckets: not set -> not set",
		}, "its words accept it once")
	})
	t.Run("AccountBlockDeleted", func(t *testing.T) {
		got := of(t, plan.Step{Op: plan.Delete, Old: res("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "x", private(true))})
		wants(t, got, Expose, "nothing keeps the account's buckets", nil, "the last lock goes")
	})
}

package tests

import (
	"strings"

	policy "pitboss/policy/rules"
)

// mutantsOfAccess are about who reaches what, and as whom.
func mutantsOfAccess() []mutant {
	opens := func(cidr, protocol string, from, to float64) func(*policy.Stack, *policy.Resource) {
		return func(_ *policy.Stack, r *policy.Resource) {
			delete(r.Inputs, "referencedSecurityGroupId")
			r.Inputs["cidrIpv4"], r.Inputs["ipProtocol"], r.Inputs["fromPort"], r.Inputs["toPort"] = cidr, protocol, from, to
		}
	}
	ours := func(r policy.Resource) bool { return r.Inputs["policy"] != nil }
	web := func(r policy.Resource) bool { return r.Inputs["protocol"] == "TCP" }
	return []mutant{
		{about: "SecurityGroupIngressRule", what: "SSH for the world", by: "world-reaches-doors-only", wrong: opens("0.0.0.0/0", "tcp", 22, 22)},
		{about: "SecurityGroupIngressRule", what: "widen a CIDR to the world", by: "world-reaches-doors-only", wrong: opens("0.0.0.0/0", "tcp", 5432, 5432)},
		{about: "SecurityGroupIngressRule", what: "the world over IPv6", by: "world-reaches-doors-only world-reaches-doors-themselves", wrong: put("::/0", "cidrIpv6")},
		{about: "SecurityGroupIngressRule", only: named443, what: "the API for the world", by: "world-reaches-doors-themselves", wrong: opens("0.0.0.0/0", "tcp", 443, 443)},
		{about: "SecurityGroupIngressRule", what: "all ports", by: "opening-narrow", wrong: opens("10.16.0.0/16", "tcp", 0, 65535)},
		{about: "SecurityGroupIngressRule", what: "all protocols", by: "opening-narrow", wrong: put("-1", "ipProtocol")},
		{about: "SecurityGroupIngressRule", what: "no reason", by: "opening-says-why", wrong: drop("description")},
		{about: "SecurityGroupEgressRule", what: "no reason", by: "opening-says-why", wrong: drop("description")},
		{about: "ec2/securityGroup:SecurityGroup", what: "rules inside of the group", by: "opening-of-its-own", wrong: put([]any{map[string]any{"cidrBlocks": []any{"10.0.0.0/8"}, "protocol": "tcp", "fromPort": 1.0, "toPort": 2.0}}, "ingress")},
		{about: "DefaultSecurityGroup", what: "open it", by: "default-group-empty", wrong: put([]any{map[string]any{"protocol": "-1", "self": true}}, "ingress")},
		{about: "eks/cluster:Cluster", what: "the API for the world", by: "eks-endpoint-named", wrong: func(_ *policy.Stack, r *policy.Resource) {
			assign(r.Inputs, true, []any{"vpcConfig", "endpointPublicAccess"})
			assign(r.Inputs, []any{"0.0.0.0/0"}, []any{"vpcConfig", "publicAccessCidrs"})
		}},
		{about: "eks/cluster:Cluster", what: "secrets in the clear", by: "cluster-secrets-encrypted", wrong: drop("encryptionConfig")},
		{about: "eks/cluster:Cluster", what: "no audit log", by: "control-plane-logged", wrong: put([]any{"api"}, "enabledClusterLogTypes")},
		{about: "eks/cluster:Cluster", what: "whoever made it rules it", by: "eks-access-named cluster-access-by-entries", wrong: put(true, "accessConfig", "bootstrapClusterCreatorAdminPermissions")},
		{about: "LaunchTemplate", what: "disks in the clear", by: "node-disks-encrypted", wrong: put("false", "blockDeviceMappings", 0, "ebs", "encrypted")},
		{about: "LaunchTemplate", what: "AWS's own key for disks", by: "node-disks-encrypted", wrong: drop("blockDeviceMappings", 0, "ebs", "kmsKeyId")},
		{about: "NodeGroup", only: onDemand, what: "money on spot", by: "spot-for-batch-only", wrong: put("SPOT", "capacityType")},
		{about: "rds/clusterParameterGroup:ClusterParameterGroup", what: "TLS if you like", by: "rds-force-tls", wrong: put([]any{}, "parameters")},
		{about: "rds/cluster:Cluster", what: "the engine's own parameters", by: "rds-own-parameters", wrong: drop("dbClusterParameterGroupName")},
		{about: "rds/proxy:Proxy", what: "TLS if you like", by: "rds-proxy-tls", wrong: put(false, "requireTls")},
		{about: "rds/proxy:Proxy", what: "statements in the log", by: "proxy-logs-no-statements", wrong: put(true, "debugLogging")},
		{about: "lb/loadBalancer:LoadBalancer", what: "AWS may delete it", by: "load-balancer-kept", wrong: put(false, "enableDeletionProtection")},
		{about: "lb/listener:Listener", only: web, what: "plain HTTP", by: "listener-tls", wrong: put("HTTP", "protocol")},
		{about: "ec2/subnet:Subnet", only: func(r policy.Resource) bool { return r.Inputs["mapPublicIpOnLaunch"] != true }, what: "public addresses", by: "subnet-no-public-addresses", wrong: put(true, "mapPublicIpOnLaunch")},
		{about: "iam/role:Role", what: "another account may be it", by: "iam-trust-own", wrong: alsoAllows("assumeRolePolicy", `{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::999999999999:root"]},"Action":["sts:AssumeRole"]}`)},
		{about: "iam/role:Role", what: "anybody may be it", by: "iam-trust-own policy-not-for-anybody", wrong: alsoAllows("assumeRolePolicy", `{"Effect":"Allow","Principal":"*","Action":["sts:AssumeRole"]}`)},
		{about: "iam/role:Role", only: runners, what: "any environment may be it", by: "iam-federation-narrow", wrong: swap("assumeRolePolicy", `"repo:example/casino:environment:`, `"repo:example/*:environment:`)},
		{about: "iam/role:Role", only: runners, what: "another account's forge", by: "iam-trust-own", wrong: alsoAllows("assumeRolePolicy", `{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::999999999999:oidc-provider/forge.example"},"Action":["sts:AssumeRoleWithWebIdentity"],"Condition":{"StringEquals":{"forge.example:aud":["sts.amazonaws.com"],"forge.example:sub":["repo:a/b:environment:c"]}}}`)},
		{about: "iam/rolePolicy:RolePolicy", only: ours, what: "all of S3", by: "iam-no-wildcard-action", wrong: alsoAllows("policy", `{"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::x"]}`)},
		{about: "iam/rolePolicy:RolePolicy", only: ours, what: "everything", by: "iam-no-wildcard-action", wrong: alsoAllows("policy", `{"Effect":"Allow","Action":["*"],"Resource":["*"]}`)},
		{about: "iam/rolePolicy:RolePolicy", only: ours, what: "every object", by: "iam-no-wildcard-resource", wrong: alsoAllows("policy", `{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]}`)},
		{about: "iam/rolePolicy:RolePolicy", only: ours, what: "all but", by: "iam-no-inverted", wrong: alsoAllows("policy", `{"Effect":"Allow","NotAction":["iam:CreateUser"],"Resource":["arn:aws:s3:::x"]}`)},
		{about: "iam/rolePolicy:RolePolicy", only: ours, what: "pass any role", by: "iam-pass-role-named", wrong: alsoAllows("policy", `{"Effect":"Allow","Action":["iam:PassRole"],"Resource":["*"]}`)},
		{about: "iam/rolePolicyAttachment:RolePolicyAttachment", what: "administrator", by: "iam-no-administrator", wrong: put("arn:aws:iam::aws:policy/AdministratorAccess", "policyArn")},
		{about: "rbac.authorization.k8s.io/v1:Role", what: "every verb", by: "rbac-no-wildcards", wrong: put([]any{"*"}, "rules", 0, "verbs")},
		{about: "rbac.authorization.k8s.io/v1:RoleBinding", what: "cluster-admin", by: "rbac-no-cluster-admin", wrong: put(map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}, "roleRef")},
		{about: "globalaccelerator/listener:Listener", what: "every port", by: "accelerator-ports", wrong: put([]any{map[string]any{"fromPort": 1.0, "toPort": 65535.0}}, "portRanges")},
		{about: "core/v1:Namespace", what: "no default deny", by: "namespace-default-deny", wrong: withoutIn("networking.k8s.io/v1:NetworkPolicy")},
		{about: "core/v1:Namespace", what: "privileged pods", by: "namespace-pod-security", wrong: put("privileged", "metadata", "labels", "pod-security.kubernetes.io/enforce")},
		{about: "core/v1:Namespace", what: "no limits to what it takes", by: "namespace-room", wrong: withoutIn("core/v1:ResourceQuota")},
		{about: "core/v1:Service", what: "a door of its own", by: "service-internal", wrong: put("LoadBalancer", "spec", "type")},
		{about: "core/v1:ConfigMap", what: "a password", by: "config-no-secrets", wrong: put("hunter2-hunter2", "data", "db_password")},
		{about: "networking.k8s.io/v1:NetworkPolicy", what: "flat network", by: "network-policy-narrow", wrong: func(_ *policy.Stack, r *policy.Resource) {
			r.Inputs["spec"] = map[string]any{"podSelector": map[string]any{}, "policyTypes": []any{"Ingress"}, "ingress": []any{map[string]any{}}}
		}},
	}
}

// named443 selects what opens the cluster's API to networks that are named.
func named443(r policy.Resource) bool { return strings.HasPrefix(r.Name, "cluster-api-from-") }

// runners selects roles that a forge's jobs take on.
func runners(r policy.Resource) bool { return strings.HasPrefix(r.Name, "delivery-") }

// swap writes something else into a text.
func swap(field, old, replacement string) func(*policy.Stack, *policy.Resource) {
	return func(_ *policy.Stack, r *policy.Resource) {
		text, _ := r.Inputs[field].(string)
		r.Inputs[field] = strings.Replace(text, old, replacement, 1)
	}
}

func onDemand(r policy.Resource) bool {
	labels, _ := r.Inputs["labels"].(map[string]any)
	return r.Inputs["capacityType"] == "ON_DEMAND" && labels["pitboss.io/pool"] != "batch"
}

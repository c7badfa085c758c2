package rules

import (
	"slices"
	"strings"
)

func identityRules() []Rule {
	return slices.Concat(identityGrantRules(), identityTrustRules(), identityAccessRules())
}

// grants are the kinds that hold policies of identities.
func grants(r Resource) bool {
	return r.IsAny("iam/rolePolicy:RolePolicy", "iam/policy:Policy", "iam/userPolicy:UserPolicy", "iam/groupPolicy:GroupPolicy", "iam/role:Role")
}

// eachGrant is a check of every statement that gives an identity something: of a policy,
// and of those inside a role.
func eachGrant(check func(c *Case, s statement, name string)) func(*Case) {
	return func(c *Case) {
		at := [][]any{{"policy"}}
		if c.Resource.Is("iam/role:Role") {
			inline, _ := c.List("inlinePolicies")
			at = nil
			for i := range inline {
				at = append(at, []any{"inlinePolicies", i, "policy"})
			}
		}
		for _, path := range at {
			all, _ := c.statements(path...)
			for i, s := range all {
				if s.allows() {
					check(c, s, s.name(i))
				}
			}
		}
	}
}

// policy is a policy of one statement.
func policy(of string) string { return `{"Version":"2012-10-17","Statement":[` + of + `]}` }

func identityGrantRules() []Rule {
	about := func(statement string) Resource {
		return thing("aws:iam/rolePolicy:RolePolicy", "wallet", jsonMap{"role": "wallet", "policy": policy(statement)})
	}
	good := about(`{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::pitboss-mt-audit/*"]}`)
	return []Rule{
		{
			ID: "iam-no-wildcard-action", Title: "No policy gives every action, or every action of a service",
			Protects: "a role that needed to read one bucket could delete all of them, and whoever took it over did",
			Source:   Source{AWS, "Security Hub IAM.1 and IAM.21"},
			Severity: Critical, Scope: One, About: grants,
			Check: eachGrant(func(c *Case, s statement, name string) {
				for _, action := range s.Action {
					if _, verb, _ := strings.Cut(action, ":"); action == "*" || strings.Trim(verb, "*") == "" {
						c.Failf("%s allows %s: name the actions", name, action)
					}
				}
			}),
			Holds: []Example{shows("one action", good)},
			Breaks: []Example{
				shows("everything", about(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b"}`)),
				shows("everything of a service", about(`{"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::b/*"]}`)),
				shows("inside of a role", thing("aws:iam/role:Role", "r", jsonMap{"inlinePolicies": jsonList{jsonMap{"policy": policy(`{"Effect":"Allow","Action":"*","Resource":"*"}`)}}})),
			},
		},
		{
			ID: "iam-no-wildcard-resource", Title: "Policies name resources, but for actions that take none",
			Protects: "a service that read its own secret could read every other's, the payment provider's included",
			Source:   Source{AWS, "IAM best practices: least privilege; service authorization reference"},
			Severity: High, Scope: One, About: grants,
			Check: eachGrant(checkResources),
			Holds: []Example{shows("one bucket", good), shows("an action that takes no resource", about(`{"Effect":"Allow","Action":["ecr:GetAuthorizationToken"],"Resource":"*"}`))},
			Breaks: []Example{
				shows("every secret", about(`{"Effect":"Allow","Action":["secretsmanager:GetSecretValue"],"Resource":"*"}`)),
				shows("every key of the account", about(`{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["arn:aws:kms:*:111122223333:key/*"]}`)),
			},
		},
		{
			ID: "iam-no-inverted", Title: "No policy allows all but what it names",
			Protects: "a policy allowed all actions but two, and AWS added a third that deletes backups",
			Source:   Source{AWS, "IAM: NotAction, NotResource and NotPrincipal with Allow"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return grants(r) || trusted(r) },
			Check: func(c *Case) {
				invert := func(c *Case, s statement, name string) {
					if len(s.NotAction)+len(s.NotResource)+len(s.NotPrincipal) > 0 {
						c.Failf("%s allows all but what NotAction, NotResource or NotPrincipal name: name what it allows", name)
					}
				}
				if grants(c.Resource) {
					eachGrant(invert)(c)
				}
				if !trusted(c.Resource) {
					return
				}
				eachTrust(invert)(c)
			},
			Holds:  []Example{shows("what it names", good)},
			Breaks: []Example{shows("all actions but one", about(`{"Effect":"Allow","NotAction":["iam:CreateUser"],"Resource":"arn:aws:s3:::b"}`)), shows("all resources but one", about(`{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::b"}`))},
		},
		{
			ID: "iam-pass-role-named", Title: "Who may pass a role names it, and to which service",
			Protects: "a deployment's role passed the administrator's to a machine of its own, and became administrator",
			Source:   Source{AWS, "IAM: granting a user permissions to pass a role to an AWS service"},
			Severity: Critical, Scope: One, About: grants,
			Check: eachGrant(func(c *Case, s statement, name string) {
				if !slices.ContainsFunc(s.Action, func(a string) bool { return strings.EqualFold(a, "iam:PassRole") || a == "iam:*" || a == "iam:Pass*" }) {
					return
				}
				if slices.ContainsFunc(s.Resource, func(r string) bool { return r == "*" || strings.HasSuffix(r, "role/*") }) {
					c.Failf("%s passes roles %v: name them", name, s.Resource)
				}
				if len(s.wants(func(key string) bool { return key == "iam:passedtoservice" })) == 0 {
					c.Failf("%s passes roles to any service: name it in iam:PassedToService", name)
				}
			}),
			Holds: []Example{shows("one role to one service", about(`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/backup","Condition":{"StringEquals":{"iam:PassedToService":"backup.amazonaws.com"}}}`))},
			Breaks: []Example{
				shows("any role", about(`{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"backup.amazonaws.com"}}}`)),
				shows("to any service", about(`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/backup"}`)),
			},
		},
	}
}

// everywhere are actions that take no resource: what they do has none, or AWS checks none.
var everywhere = []string{
	"application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies", "backup-storage:MountCapsule",
	"cloudwatch:PutMetricData", "cloudwatch:ListMetrics", "cloudwatch:GetMetricData",
	"ecr:DescribeRegistry", "ecr:GetAuthorizationToken", "ecr:PutReplicationConfiguration", "eks:CreateCluster", "eks:ListClusters",
	"globalaccelerator:CreateAccelerator", "globalaccelerator:ListAccelerators",
	"kafka:CreateCluster", "kafka:CreateClusterV2", "kafka:CreateConfiguration", "kafka:CreateReplicator", "kafka:DescribeClusterOperation", "kafka:GetBootstrapBrokers",
	"kms:CreateKey", "kms:ListAliases", "kms:ListKeys",
	"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
	"logs:PutResourcePolicy", "logs:UpdateLogDelivery",
	"route53:CreateHealthCheck", "route53:CreateHostedZone", "route53:ListHostedZones", "s3:ListAllMyBuckets",
	"secretsmanager:GetRandomPassword", "secretsmanager:ListSecrets", "sts:GetCallerIdentity", "tag:GetResources", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
}

// takesResource tells whether an action is about something that a policy can name.
func takesResource(action string) bool {
	return !slices.Contains(everywhere, action) && !strings.HasPrefix(action, "ec2:Describe") && !strings.HasPrefix(action, "elasticloadbalancing:Describe")
}

func checkResources(c *Case, s statement, name string) {
	if !slices.ContainsFunc(s.Action, takesResource) {
		return
	}
	for _, r := range s.Resource {
		switch part := strings.SplitN(r, ":", 6); {
		case r == "*", len(part) == 6 && part[5] == "*":
			c.Failf("%s allows %v on %s: name the resources", name, s.Action, r)
		case len(part) == 6 && slices.Contains([]string{"kms", "iam", "secretsmanager"}, part[2]) && (strings.HasSuffix(part[5], "/*") || part[5] == "secret:*") && len(s.Condition) == 0:
			c.Failf("%s allows %v on all of %s: name the resources, or narrow them by a condition", name, s.Action, r)
		}
	}
}

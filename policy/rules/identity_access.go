package rules

import (
	"slices"
	"strings"
)

// powerful are AWS's own policies that give nearly everything.
var powerful = []string{"AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "AmazonS3FullAccess", "AWSKeyManagementServicePowerUser", "SecretsManagerReadWrite", "AmazonRDSFullAccess"}

func identityAccessRules() []Rule {
	attachment := thing("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "node", jsonMap{"role": "node", "policyArn": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"})
	entry := thing("aws:eks/accessEntry:AccessEntry", "admin", jsonMap{"principalArn": "arn:aws:iam::111122223333:role/platform-admin", "type": "STANDARD"})
	user := thing("aws:iam/accessKey:AccessKey", "deploy", jsonMap{"user": "deploy"})
	return []Rule{
		{
			ID: "iam-no-administrator", Title: "No role has one of AWS's policies that give nearly everything",
			Protects: "a pod's role was administrator because that made an error go away",
			Source:   Source{AWS, "Security Hub IAM.1; IAM best practices: least privilege"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool {
				return r.IsAny("iam/rolePolicyAttachment:RolePolicyAttachment", "iam/policyAttachment:PolicyAttachment", "iam/userPolicyAttachment:UserPolicyAttachment", "iam/groupPolicyAttachment:GroupPolicyAttachment", "iam/role:Role")
			},
			Check: checkPowerful,
			Holds: []Example{shows("a node's own", attachment)},
			Breaks: []Example{
				shows("administrator", but(attachment, "arn:aws:iam::aws:policy/AdministratorAccess", "policyArn")),
				shows("in the role", thing("aws:iam/role:Role", "r", jsonMap{"managedPolicyArns": jsonList{"arn:aws:iam::aws:policy/PowerUserAccess"}})),
			},
		},
		{
			ID: "iam-no-lasting-keys", Title: "Nobody has an access key that lasts",
			Protects: "a key in an old laptop opened the account three years later",
			Source:   Source{AWS, "IAM best practices: temporary credentials for workloads and people"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool {
				return r.IsAny("iam/accessKey:AccessKey", "iam/user:User", "iam/userLoginProfile:UserLoginProfile")
			},
			Check: func(c *Case) {
				if status, known := c.Text("status"); known && (status != "Inactive" || !c.Resource.Is("iam/accessKey:AccessKey")) {
					c.Failf("a %s lasts until somebody remembers it: use a role", c.Resource.Type)
				}
			},
			Holds:  []Example{shows("switched off", but(user, "Inactive", "status"))},
			Breaks: []Example{shows("a key", user), shows("a user", thing("aws:iam/user:User", "deploy", jsonMap{}))},
		},
		{
			ID: "eks-access-named", Title: "The cluster lets in named roles of the market's own account only",
			Protects: "the account's root, and so everybody in it, was administrator of the cluster",
			Source:   Source{AWS, "EKS: grant IAM users access to Kubernetes with EKS access entries"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool {
				return r.IsAny("eks/accessEntry:AccessEntry", "eks/accessPolicyAssociation:AccessPolicyAssociation")
			},
			Check: checkEntry,
			Holds: []Example{shows("a role", entry)},
			Breaks: []Example{
				shows("the root of the account", but(entry, "arn:aws:iam::111122223333:root", "principalArn")),
				shows("a user", but(entry, "arn:aws:iam::111122223333:user/ann", "principalArn")),
				shows("another account's", but(entry, "arn:aws:iam::444455556666:role/platform-admin", "principalArn")),
				shows("past every rule", but(entry, jsonList{"system:masters"}, "kubernetesGroups")),
			},
		},
	}
}

func checkPowerful(c *Case) {
	refuse := func(arn string) {
		if name := arn[strings.LastIndex(arn, "/")+1:]; slices.Contains(powerful, name) {
			c.Failf("%s gives nearly everything: write a policy of what is needed", arn)
		}
	}
	if !c.Resource.Is("iam/role:Role") {
		if arn, known := c.Text("policyArn"); known {
			refuse(arn)
		}
		return
	}
	arns, known := c.Texts("managedPolicyArns")
	for _, arn := range arns {
		if known {
			refuse(arn)
		}
	}
}

func checkEntry(c *Case) {
	who, known := c.Text("principalArn")
	part := strings.SplitN(who, ":", 6)
	if known && (len(part) != 6 || part[4] != c.Stack.Market.Account || !strings.HasPrefix(part[5], "role/") || strings.Contains(who, "*")) {
		c.Failf("principalArn is %s, want a role of account %s", who, c.Stack.Market.Account)
	}
	if groups, known := c.Texts("kubernetesGroups"); known && slices.ContainsFunc(groups, func(g string) bool { return strings.HasPrefix(g, "system:") }) {
		c.Failf("kubernetesGroups is %v: system groups are past every rule", groups)
	}
}

package rules

import "slices"

// shared are the kinds whose policies say who else may reach a resource.
var shared = []string{
	"s3/bucketPolicy:BucketPolicy", "kms/key:Key", "kms/replicaKey:ReplicaKey", "kms/keyPolicy:KeyPolicy", "secretsmanager/secretPolicy:SecretPolicy",
	"secretsmanager/secret:Secret", "ecr/repositoryPolicy:RepositoryPolicy", "ecr/registryPolicy:RegistryPolicy", "msk/clusterPolicy:ClusterPolicy",
	"sns/topicPolicy:TopicPolicy", "sqs/queuePolicy:QueuePolicy", "backup/vaultPolicy:VaultPolicy", "cloudwatch/logResourcePolicy:LogResourcePolicy",
}

func exposurePolicyRules() []Rule {
	with := func(statement string) Resource {
		return thing("aws:s3/bucketPolicy:BucketPolicy", "audit", jsonMap{"bucket": "audit", "policy": policy(statement)})
	}
	return []Rule{{
		ID: "policy-not-for-anybody", Title: "No policy of a resource allows everybody, or another account",
		Protects: "a queue took messages from anybody because its policy was copied from an answer on the internet",
		Source:   Source{AWS, "IAM Access Analyzer: public and cross-account access; Security Hub S3.2, KMS.5, SQS.3"},
		Severity: Critical, Scope: One,
		About: func(r Resource) bool { return r.IsAny(shared...) },
		Check: checkShared,
		Holds: []Example{
			shows("its own account", with(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`)),
			shows("everybody of a name", with(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/a"}}}`)),
			shows("refused to everybody", with(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`)),
		},
		Breaks: []Example{
			shows("everybody", with(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`)),
			shows("everybody, in a list", with(`{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"]}`)),
			shows("everybody over TLS", with(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`)),
			shows("everybody but one", with(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/a"}}}`)),
			shows("everybody of another account", with(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"444455556666"}}}`)),
			shows("everybody who does not say", with(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:PrincipalAccount":"111122223333"}}}`)),
			shows("another account", with(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`)),
		},
	}}
}

func checkShared(c *Case) {
	path := "policy"
	if c.Resource.Is("cloudwatch/logResourcePolicy:LogResourcePolicy") {
		path = "policyDocument"
	}
	all, _ := c.statements(path)
	for i, s := range all {
		if !s.allows() {
			continue
		}
		who := slices.Clone(s.Principal["AWS"])
		if s.Principal.anybody() {
			who = s.narrowedTo()
		}
		if len(s.NotPrincipal) > 0 || s.Principal.anybody() && len(who) == 0 {
			c.Failf("%s allows everybody: name who may, or narrow it by a condition such as aws:PrincipalArn", s.name(i))
		}
		for _, one := range who {
			if account := accountOf(one); account != "" && account != c.Stack.Market.Account {
				c.Failf("%s allows %s, which is not of account %s", s.name(i), one, c.Stack.Market.Account)
			}
		}
	}
}

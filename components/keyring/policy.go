package keyring

import (
	"slices"

	"pitboss/components/internal/iam"
	"pitboss/components/naming"
	"pitboss/regions"
)

// administer is what the account itself may do with a key, so that IAM policies can
// hand it out and nobody is locked out. It holds no cryptography and no grants, not
// DisableKey and ScheduleKeyDeletion (a database whose key goes away is lost: whoever
// really means it changes the policy first, which is seen), and not UpdatePrimaryRegion
// (never part of a recovery, see Keyring.addReplica).
var administer = []string{
	"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey",
	"kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus",
	"kms:ListAliases", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListKeyRotations",
	"kms:ListResourceTags", "kms:PutKeyPolicy", "kms:ReplicateKey", "kms:RevokeGrant",
	"kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
}

// use is what encrypting and reading back takes.
var use = []string{
	"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*",
}

// place is where and for whom a policy is written.
type place struct {
	market naming.Market
	region regions.Region
}

// policy is the key policy of class's key in r: administration for the account, one
// statement for each user of the class, and one for each log group.
func policy(a Args, class Class, r regions.Region) iam.Policy {
	at := place{a.Market, r}
	statements := []iam.Statement{{
		Sid: "AccountAdministersWithoutUsing", Effect: iam.Allow,
		Principal: iam.Arn(a.Market.RootARN()), Action: administer, Resource: []string{"*"},
	}}
	statements = append(statements, at.users(class)...)
	for _, g := range a.LogGroups {
		if g.Class == class && g.Region == r {
			statements = append(statements, at.logs(g))
		}
	}
	return iam.Document(statements...)
}

// users is who may use a class's key, and through what.
func (at place) users(class Class) []iam.Statement {
	switch class {
	case Ledger: // its database with backups, its consumers' secrets, and the brokers that carry its events
		return slices.Concat(at.keptBy("rds"), at.keptBy("backup"), at.keptBy("kafka"), at.usedBy("secretsmanager"))
	case PII: // the vault's database with backups, and its consumers' secrets
		return slices.Concat(at.keptBy("rds"), at.keptBy("backup"), at.usedBy("secretsmanager"))
	case Payments: // secrets of who handles payments; their data is in the vault's database, under its key
		return at.usedBy("secretsmanager")
	case Audit: // the audit buckets, the flow logs that AWS delivers to one, and the way to the regulator's feed
		return append(slices.Concat(at.usedBy("s3"), at.usedBy("secretsmanager")), at.logDelivery())
	case Cluster: // envelope encryption of secrets
		return []iam.Statement{at.grantsThrough("eks"), at.controlPlane()}
	case Data: // volumes of nodes (started by Auto Scaling) and of pods (EBS CSI), caches and their tokens, images
		return slices.Concat(at.keptBy("ec2"), []iam.Statement{at.autoScaling(), at.autoScalingGrants()},
			at.keptBy("elasticache"), at.keptBy("ecr"), at.usedBy("secretsmanager"))
	}
	return nil
}

// usedBy is for a service that uses the key only while somebody asks it for something.
func (at place) usedBy(service string) []iam.Statement { return []iam.Statement{at.through(service)} }

// keptBy is for a service that runs something which needs the key all the time.
func (at place) keptBy(service string) []iam.Statement {
	return []iam.Statement{at.through(service), at.grantsThrough(service)}
}

// through lets principals of this account whose IAM policy agrees use the key, but
// only when the service asks in their name: nobody calls Decrypt by hand.
func (at place) through(service string) iam.Statement {
	return iam.Statement{
		Sid: "UseThrough" + sid(service), Effect: iam.Allow,
		Principal: iam.Arn(at.market.RootARN()), Action: use, Resource: []string{"*"},
		Condition: iam.Condition{"StringEquals": {
			"kms:CallerAccount": {at.market.Account},
			"kms:ViaService":    {at.endpoint(service)},
		}},
	}
}

// grantsThrough lets the service keep its use of the key for a resource of its own,
// such as a running database or an attached volume, and for nothing else.
func (at place) grantsThrough(service string) iam.Statement {
	return iam.Statement{
		Sid: "GrantsThrough" + sid(service), Effect: iam.Allow,
		Principal: iam.Arn(at.market.RootARN()), Resource: []string{"*"},
		Action: []string{"kms:CreateGrant"},
		Condition: iam.Condition{
			"Bool": {"kms:GrantIsForAWSResource": {"true"}},
			"StringEquals": {
				"kms:CallerAccount": {at.market.Account},
				"kms:ViaService":    {at.endpoint(service)},
			},
		},
	}
}

// logDelivery lets AWS's log delivery write flow logs into the encrypted bucket.
func (at place) logDelivery() iam.Statement {
	return iam.Statement{
		Sid: "FlowLogDelivery", Effect: iam.Allow,
		Principal: iam.Service("delivery.logs.amazonaws.com"), Action: use, Resource: []string{"*"},
		Condition: iam.Condition{
			"StringEquals": {"aws:SourceAccount": {at.market.Account}},
			"ArnLike":      {"aws:SourceArn": {at.market.LogsARN(at.region, "*")}},
		},
	}
}

// controlPlane lets the cluster's own role encrypt and read secrets.
func (at place) controlPlane() iam.Statement {
	role := at.market.RoleARN(at.market.Role(at.region, naming.RoleCluster))
	return at.exactly("ControlPlane", role, []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"}, nil)
}

// autoScaling lets Auto Scaling start instances whose volumes use the key: a managed
// node group with an encrypted launch template fails to launch without it.
func (at place) autoScaling() iam.Statement {
	return at.exactly("AutoScaling", at.autoScalingRole(), use, nil)
}

// autoScalingGrants lets it attach those volumes to the instances.
func (at place) autoScalingGrants() iam.Statement {
	return at.exactly("AutoScalingGrants", at.autoScalingRole(), []string{"kms:CreateGrant"},
		map[string][]string{"kms:GrantIsForAWSResource": {"true"}})
}

func (at place) autoScalingRole() string {
	return at.market.RoleARN("aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")
}

// exactly allows one role. KMS refuses a policy that names a role which does not exist
// yet, and these are made later (by the region stack, or by AWS on first use), so the
// statement names it in a condition instead.
func (at place) exactly(sid, role string, actions []string, boolean map[string][]string) iam.Statement {
	condition := iam.Condition{
		"ArnEquals":    {"aws:PrincipalArn": {role}},
		"StringEquals": {"kms:CallerAccount": {at.market.Account}},
	}
	if boolean != nil {
		condition["Bool"] = boolean
	}
	return iam.Statement{
		Sid: sid, Effect: iam.Allow, Principal: iam.Anyone(),
		Action: actions, Resource: []string{"*"}, Condition: condition,
	}
}

func (at place) endpoint(service string) string {
	return service + "." + at.region.String() + ".amazonaws.com"
}

// sid is a service's name as statement ids are spelt.
func sid(service string) string {
	return map[string]string{
		"rds": "RDS", "s3": "S3", "eks": "EKS", "ec2": "EC2", "backup": "Backup", "kafka": "Kafka",
		"elasticache": "ElastiCache", "secretsmanager": "SecretsManager", "ecr": "ECR",
	}[service]
}

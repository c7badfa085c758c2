package keyring

import (
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

// policy is the key policy of class's key in r: administration for the account, and
// one statement for each user of the class.
func policy(m naming.Market, class Class, r regions.Region) iam.Policy {
	at := place{m, r}
	statements := []iam.Statement{{
		Sid: "AccountAdministersWithoutUsing", Effect: iam.Allow,
		Principal: iam.Arn(m.RootARN()), Action: administer, Resource: []string{"*"},
	}}
	return iam.Document(append(statements, at.users(class)...)...)
}

// users is who may use a class's key, and through what.
func (at place) users(class Class) []iam.Statement {
	switch class {
	case Ledger, PII, Payments: // databases: the only place these classes are stored
		return []iam.Statement{at.through("rds"), at.grantsThrough("rds")}
	case Audit: // the audit buckets, and the flow logs that AWS delivers to one
		return []iam.Statement{at.through("s3"), at.logDelivery()}
	case Cluster: // envelope encryption of secrets, and the control-plane log group
		return []iam.Statement{at.grantsThrough("eks"), at.controlPlane(), at.logGroups()}
	case Data: // volumes of nodes (started by Auto Scaling) and of pods (EBS CSI)
		return []iam.Statement{at.through("ec2"), at.grantsThrough("ec2"), at.autoScaling(), at.autoScalingGrants()}
	}
	return nil
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

// logGroups lets CloudWatch Logs encrypt the control-plane log group of this market's
// cluster in this region, and no other group.
func (at place) logGroups() iam.Statement {
	group := naming.ClusterLogs(at.market.Cluster(at.region))
	return iam.Statement{
		Sid: "ControlPlaneLogs", Effect: iam.Allow,
		Principal: iam.Service("logs." + at.region.String() + ".amazonaws.com"),
		Action:    use, Resource: []string{"*"},
		Condition: iam.Condition{"ArnEquals": {
			"kms:EncryptionContext:aws:logs:arn": {at.market.LogsARN(at.region, "log-group:"+group)},
		}},
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
	return map[string]string{"rds": "RDS", "s3": "S3", "eks": "EKS", "ec2": "EC2"}[service]
}

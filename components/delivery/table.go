package delivery

import "slices"

// Kind is what a stack owns, which decides what its role may change.
type Kind string

// The kinds of stacks.
const (
	Foundation Kind = "foundation"
	Region     Kind = "region"
	GSLB       Kind = "gslb"
)

var kinds = []Kind{Foundation, Region, GSLB}

func known(k Kind) bool { return slices.Contains(kinds, k) }

// Stack is one stack of a market.
type Stack struct {
	Name string // also the environment whose jobs change it
	Kind Kind
}

// roleActions is making roles for what the stacks run. Users, keys and groups are not
// among it: nobody of the platform is one.
var roleActions = []string{
	"iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
	"iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
}

// roleReads is looking at roles.
var roleReads = []string{"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:ListRoleTags"}

// forgeActions is making the forges' identity.
var forgeActions = []string{
	"iam:AddClientIDToOpenIDConnectProvider", "iam:CreateOpenIDConnectProvider", "iam:DeleteOpenIDConnectProvider",
	"iam:RemoveClientIDFromOpenIDConnectProvider", "iam:TagOpenIDConnectProvider", "iam:UntagOpenIDConnectProvider", "iam:UpdateOpenIDConnectProviderThumbprint",
}

// passed is the services that are handed roles.
var passed = []string{
	"backup.amazonaws.com", "ec2.amazonaws.com", "eks.amazonaws.com", "kafka.amazonaws.com", "monitoring.rds.amazonaws.com",
	"pods.eks.amazonaws.com", "rds.amazonaws.com", "s3.amazonaws.com", "vpc-flow-logs.amazonaws.com",
}

// linked is the services that a stack's own make their role for, the first time, by its kind.
var linked = map[Kind][]string{
	Foundation: {"backup.amazonaws.com", "replication.ecr.amazonaws.com"},
	Region: {
		"autoscaling.amazonaws.com", "backup.amazonaws.com", "delivery.logs.amazonaws.com", "eks.amazonaws.com", "eks-nodegroup.amazonaws.com",
		"elasticache.amazonaws.com", "elasticloadbalancing.amazonaws.com", "kafka.amazonaws.com", "kafka.application-autoscaling.amazonaws.com",
		"rds.amazonaws.com", "spot.amazonaws.com",
	},
	GSLB: {"globalaccelerator.amazonaws.com", "kafka.amazonaws.com"},
}

// kept is what no runner deletes, whatever a plan says: evidence, keys, backups, images
// and the identities that outlive clusters. Who must, does it as a person.
var kept = []string{
	"backup:DeleteBackupVault", "backup:DeleteBackupVaultLockConfiguration", "backup:DeleteRecoveryPoint",
	"ecr:BatchDeleteImage", "ecr:DeleteRepository",
	"kms:DeleteImportedKeyMaterial", "kms:DisableKey", "kms:ScheduleKeyDeletion",
	"logs:DeleteLogGroup", "logs:DeleteLogStream",
	"rds:DeleteGlobalCluster", "route53:DeleteHostedZone", "secretsmanager:DeleteSecret",
}

// keptInBuckets is the same for the market's buckets; the engine deletes in its own.
var keptInBuckets = []string{"s3:BypassGovernanceRetention", "s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion"}

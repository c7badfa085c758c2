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

// service is one service of AWS that stacks are made of.
type service struct {
	name  string // as actions begin
	kinds []Kind // that change it
	// anywhere is for services that belong to no region.
	anywhere bool
	// named are the resources that have names of ours, without partition and service.
	// Empty means any: AWS chooses those names, or the engine does.
	named []string
	// reads is what a comparison with the cloud asks. Data is never among it, but for the
	// passwords that we make: whether one is still the same cannot be told otherwise.
	reads []string
}

// all three verbs by which most services describe themselves and return no data.
var described = []string{"Describe*", "Get*", "List*"}

// services is what the stacks are made of; a test holds it equal to the types that the
// program uses.
var services = []service{
	{name: "application-autoscaling", kinds: []Kind{Region}, reads: []string{"Describe*", "List*"}},
	{name: "backup", kinds: []Kind{Foundation, Region}, reads: described},
	{name: "backup-storage", kinds: []Kind{Foundation}}, // a vault is made with a share of it
	{name: "cloudwatch", kinds: []Kind{Region}, reads: []string{"Describe*", "ListTagsForResource"}},
	{name: "ec2", kinds: []Kind{Region, GSLB}, reads: []string{"Describe*"}}, // gslb: the replicator's interfaces
	{name: "ecr", kinds: []Kind{Foundation}, reads: []string{"Describe*", "GetLifecyclePolicy", "GetRepositoryPolicy", "ListTagsForResource"}},
	{name: "eks", kinds: []Kind{Region}, reads: []string{"Describe*", "List*"}},
	{name: "elasticache", kinds: []Kind{Region}, reads: []string{"Describe*", "List*"}},
	{name: "elasticloadbalancing", kinds: []Kind{Region, GSLB}, reads: []string{"Describe*"}}, // gslb: the accelerator's endpoints
	{name: "globalaccelerator", kinds: []Kind{GSLB}, anywhere: true, reads: []string{"Describe*", "List*"}},
	{name: "kafka", kinds: []Kind{Region, GSLB}, reads: described},
	{name: "kms", kinds: []Kind{Foundation, Region}, reads: []string{"Describe*", "GetKeyPolicy", "GetKeyRotationStatus", "List*"}},
	{name: "logs", kinds: []Kind{Foundation, Region}, reads: []string{"DescribeLogGroups", "ListTags*"}},
	{name: "rds", kinds: []Kind{Foundation, Region}, reads: []string{"Describe*", "List*"}},
	{name: "route53", kinds: []Kind{Foundation, GSLB}, anywhere: true, reads: []string{"Get*", "List*"}},
	{name: "route53-recovery-control-config", kinds: []Kind{GSLB}, anywhere: true, reads: []string{"Describe*", "List*"}},
	{name: "s3", kinds: []Kind{Foundation}, named: []string{"%BUCKETS%*"}, reads: []string{
		"GetAccelerateConfiguration", "GetBucket*", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket",
	}},
	{name: "secretsmanager", kinds: []Kind{Foundation}, named: []string{"%SECRETS%*"}, reads: []string{
		"DescribeSecret", "GetResourcePolicy", "GetSecretValue", "ListSecretVersionIds",
	}},
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

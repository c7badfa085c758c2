// Package naming is the one author of physical names: those that AWS wants unique, and
// those that two stacks must both know without asking each other. Everything else is
// named by the engine. Any component or stack may import it; it makes plain strings
// and creates nothing.
package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"pitboss/regions"
)

// platform starts every name, so that an account's own resources are told apart.
const platform = "pitboss"

// Limits of the services, in bytes.
const (
	bucketLimit   = 63  // S3: globally unique, lower case
	roleLimit     = 64  // IAM: unique in the account, over all regions
	clusterLimit  = 100 // EKS: unique in the account and region
	databaseLimit = 63  // Aurora clusters and global databases: start with a letter
	cacheLimit    = 40  // ElastiCache replication groups
	kafkaLimit    = 64  // MSK clusters and replicators
	vaultLimit    = 50  // AWS Backup
	frontLimit    = 32  // load balancers and target groups
)

// Market is whose names are made: a market of the platform in its AWS account.
type Market struct {
	Name    string // the market's short name, such as "mt"
	Account string // twelve digits
}

// Bucket is the bucket for purpose in r. The account is part of it because bucket
// names are shared by everybody; with it, no other account's market collides.
func (m Market) Bucket(r regions.Region, purpose string) string {
	return limited(bucketLimit, platform, m.Name, purpose, m.Account, r.String())
}

// The purposes of the buckets that AWS itself writes to.
const (
	AccessLogs = "access-logs" // who touched the audit buckets
	FlowLogs   = "flow-logs"   // what the network let through
)

// AuditPurpose is the purpose of the bucket that holds one record class.
func AuditPurpose(class string) string { return "audit-" + class }

// Cluster is the EKS cluster in r.
func (m Market) Cluster(r regions.Region) string {
	return limited(clusterLimit, m.Name, r.String())
}

// Role is the IAM role for purpose in r. IAM knows no regions, so the name carries it.
func (m Market) Role(r regions.Region, purpose string) string {
	return limited(roleLimit, platform, m.Name, r.String(), purpose)
}

// The purposes of roles with fixed names: the key policies of the foundation speak of
// the first, and changing either would replace what uses it.
const (
	RoleCluster     = "cluster"     // the EKS control plane
	RoleReplication = "replication" // S3, copying the audit buckets
	RoleBackup      = "backup"      // AWS Backup, copying databases
	RoleKafkaCopy   = "kafka-copy"  // MSK Replicator
)

// KeyAlias is the alias of the key of one class, the same in every region.
func (m Market) KeyAlias(class string) string {
	return "alias/" + platform + "/" + m.Name + "/" + class
}

// ClusterLogs is the log group that EKS writes a cluster's control-plane logs to. AWS
// chooses the form; creating it first is how it gets a key and a retention.
func ClusterLogs(cluster string) string { return "/aws/eks/" + cluster + "/cluster" }

// RoleARN is the ARN of a role by its name.
func (m Market) RoleARN(role string) string {
	return "arn:aws:iam::" + m.Account + ":role/" + role
}

// RootARN is the account itself: what it allows, IAM policies may hand out.
func (m Market) RootARN() string { return "arn:aws:iam::" + m.Account + ":root" }

// BucketARN is the ARN of a bucket by its name.
func BucketARN(bucket string) string { return "arn:aws:s3:::" + bucket }

// ManagedPolicy is the ARN of a policy that AWS maintains.
func ManagedPolicy(name string) string { return "arn:aws:iam::aws:policy/" + name }

// LogsARN is everything of CloudWatch Logs under prefix in one account and region.
func (m Market) LogsARN(r regions.Region, prefix string) string {
	return "arn:aws:logs:" + r.String() + ":" + m.Account + ":" + prefix
}

// Digest is eight hexadecimal digits of s, for telling apart what shortening merges.
func Digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// limited joins parts with dashes into at most limit bytes. A name that had to be cut
// ends in a digest of the whole, so that cutting never merges two names.
func limited(limit int, parts ...string) string {
	full := strings.Join(parts, "-")
	if len(full) <= limit {
		return full
	}
	tail := "-" + Digest(full)
	return strings.TrimRight(full[:limit-len(tail)], "-") + tail
}

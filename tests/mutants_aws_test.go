package tests

import (
	"strings"

	policy "pitboss/policy/rules"
)

// mutants is the table of everything that is got wrong.
func mutants() []mutant {
	return append(append(mutantsOfData(), mutantsOfAccess()...), mutantsOfPods()...)
}

// evidence selects the buckets that hold records.
func evidence(r policy.Resource) bool { return strings.Contains(r.Name, "-audit-") }

// mutantsOfData are about where data is, who can read it and what loses it.
func mutantsOfData() []mutant {
	const elsewhere = "us-east-1"
	return []mutant{
		{about: "rds/cluster:Cluster", what: "drop encryption", by: "database-encrypted", wrong: put(false, "storageEncrypted")},
		{about: "rds/cluster:Cluster", what: "AWS's own key", by: "database-encrypted", wrong: drop("kmsKeyId")},
		{about: "rds/cluster:Cluster", what: "a key of another class", by: "key-of-its-class database-encrypted", wrong: put("arn:aws:recorded:::keys-cluster", "kmsKeyId")},
		{about: "rds/cluster:Cluster", what: "no backups", by: "database-goes-back-in-time", wrong: put(0.0, "backupRetentionPeriod")},
		{about: "rds/cluster:Cluster", what: "a week of backups", by: "database-goes-back-in-time", wrong: put(7.0, "backupRetentionPeriod")},
		{about: "rds/cluster:Cluster", what: "no last snapshot", by: "database-leaves-last-snapshot", wrong: put(true, "skipFinalSnapshot")},
		{about: "rds/cluster:Cluster", what: "AWS may delete it", by: "stateful-protected", wrong: put(false, "deletionProtection")},
		{about: "rds/cluster:Cluster", what: "unprotect it", by: "stateful-protected", wrong: func(_ *policy.Stack, r *policy.Resource) { r.Protect = false }},
		{about: "rds/cluster:Cluster", what: "a swap would replace it", by: "stateful-decided-once", wrong: func(_ *policy.Stack, r *policy.Resource) { r.IgnoreChanges = nil }},
		{about: "rds/cluster:Cluster", what: "no logs", by: "database-logged", wrong: drop("enabledCloudwatchLogsExports")},
		{about: "rds/cluster:Cluster", what: "alone in its region", by: "database-has-twin", wrong: drop("globalClusterIdentifier")},
		{about: "rds/cluster:Cluster", what: "nobody's snapshots", by: "snapshot-says-whose", wrong: put(false, "copyTagsToSnapshot")},
		{about: "rds/globalCluster:GlobalCluster", what: "drop encryption", by: "global-database-encrypted", wrong: put(false, "storageEncrypted")},
		{about: "rds/globalCluster:GlobalCluster", what: "delete by force", by: "no-deletion-by-force", wrong: put(true, "forceDestroy")},
		{about: "ClusterInstance", what: "on the internet", by: "database-not-public", wrong: put(true, "publiclyAccessible")},
		{about: "ClusterInstance", what: "a zone in another region", by: "no-foreign-region-named", wrong: put(elsewhere+"a", "availabilityZone")},
		{about: "ClusterInstance", what: "insights with AWS's key", by: "insights-encrypted", wrong: drop("performanceInsightsKmsKeyId")},
		{about: "ClusterInstance", what: "not watched", by: "database-instance-watched", wrong: put(0.0, "monitoringInterval")},
		{about: "ClusterInstance", what: "versions move by themselves", by: "database-engine-moves-by-decision", wrong: put(true, "autoMinorVersionUpgrade")},
		{about: "elasticache/replicationGroup:ReplicationGroup", only: has("atRestEncryptionEnabled"), what: "in the clear on disk", by: "cache-encrypted", wrong: put(false, "atRestEncryptionEnabled")},
		{about: "elasticache/replicationGroup:ReplicationGroup", only: has("transitEncryptionMode"), what: "in the clear on the wire", by: "redis-tls", wrong: put("preferred", "transitEncryptionMode")},
		{about: "elasticache/replicationGroup:ReplicationGroup", what: "no logs", by: "cache-logged", wrong: drop("logDeliveryConfigurations")},
		{about: "msk/cluster:Cluster", what: "plain text", by: "msk-tls", wrong: put("TLS_PLAINTEXT", "encryptionInfo", "encryptionInTransit", "clientBroker")},
		{about: "msk/cluster:Cluster", what: "AWS's own key", by: "topics-encrypted", wrong: drop("encryptionInfo", "encryptionAtRestKmsKeyArn")},
		{about: "msk/cluster:Cluster", what: "on the internet", by: "msk-not-public", wrong: put("SERVICE_PROVIDED_EIPS", "brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type")},
		{about: "msk/cluster:Cluster", what: "no logs", by: "brokers-logged", wrong: drop("loggingInfo")},
		{about: "msk/cluster:Cluster", what: "unprotect it", by: "stateful-protected", wrong: func(_ *policy.Stack, r *policy.Resource) { r.Protect = false }},
		{about: "kms/key:Key", what: "never rotate", by: "key-rotates", wrong: put(false, "enableKeyRotation")},
		{about: "kms/key:Key", what: "gone in a week", by: "key-deletion-waits", wrong: put(7.0, "deletionWindowInDays")},
		{about: "kms/key:Key", what: "in one region only", by: "key-replicated-in-market", wrong: put(false, "multiRegion")},
		{about: "kms/key:Key", what: "unprotect it", by: "stateful-protected", wrong: func(_ *policy.Stack, r *policy.Resource) { r.Protect = false }},
		{about: "kms/key:Key", what: "anybody's key", by: "policy-not-for-anybody", wrong: alsoAllows("policy", `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["kms:Decrypt"],"Resource":["*"]}`)},
		{about: "kms/replicaKey:ReplicaKey", what: "cross a border", by: "resource-region-of-market jurisdiction-admits-region key-replicated-in-market", wrong: func(_ *policy.Stack, r *policy.Resource) { r.Provider.Region = elsewhere }},
		{about: "secretsmanager/secret:Secret", what: "a copy abroad", by: "secret-replicated-in-market no-foreign-region-named", wrong: put(elsewhere, "replicas", 0, "region")},
		{about: "secretsmanager/secret:Secret", what: "no copy", by: "secret-replicated-in-market", wrong: put([]any{}, "replicas")},
		{about: "secretsmanager/secret:Secret", what: "gone at once", by: "secret-recoverable", wrong: put(0.0, "recoveryWindowInDays")},
		{about: "secretsmanager/secret:Secret", what: "AWS's own key", by: "secret-encrypted", wrong: drop("kmsKeyId")},
		{about: "s3/bucketV2:BucketV2", what: "no versions", by: "bucket-versioned", wrong: lose("BucketVersioningV2")},
		{about: "s3/bucketV2:BucketV2", what: "versions suspended", by: "bucket-versioned", wrong: aroundIt("BucketVersioningV2", put("Suspended", "versioningConfiguration", "status"))},
		{about: "s3/bucketV2:BucketV2", what: "the public may look", by: "s3-public-access-blocked", wrong: lose("BucketPublicAccessBlock")},
		{about: "s3/bucketV2:BucketV2", what: "a public policy may be set", by: "s3-public-access-blocked", wrong: aroundIt("BucketPublicAccessBlock", put(false, "blockPublicPolicy"))},
		{about: "s3/bucketV2:BucketV2", what: "ACLs", by: "bucket-without-acls", wrong: lose("BucketOwnershipControls")},
		{about: "s3/bucketV2:BucketV2", what: "no default encryption", by: "bucket-encrypted", wrong: lose("BucketServerSideEncryptionConfigurationV2")},
		{about: "s3/bucketV2:BucketV2", what: "over plain HTTP", by: "bucket-over-tls-only", wrong: lose("BucketPolicy")},
		{about: "s3/bucketV2:BucketV2", only: evidence, what: "unlock it", by: "evidence-locked", wrong: lose("BucketObjectLockConfigurationV2")},
		{about: "s3/bucketV2:BucketV2", only: evidence, what: "a lock that its owner opens", by: "evidence-locked", wrong: aroundIt("BucketObjectLockConfigurationV2", put("GOVERNANCE", "rule", "defaultRetention", "mode"))},
		{about: "s3/bucketV2:BucketV2", only: evidence, what: "too short a lock", by: "evidence-locked-long-enough", wrong: aroundIt("BucketObjectLockConfigurationV2", func(_ *policy.Stack, r *policy.Resource) {
			r.Inputs["rule"] = map[string]any{"defaultRetention": map[string]any{"mode": "COMPLIANCE", "days": 30.0}}
		})},
		{about: "s3/bucketV2:BucketV2", only: evidence, what: "one copy only", by: "evidence-copied", wrong: lose("BucketReplicationConfig")},
		{about: "s3/bucketV2:BucketV2", only: evidence, what: "nobody sees who reads", by: "bucket-access-logged", wrong: lose("BucketLoggingV2")},
		{about: "s3/bucketV2:BucketV2", what: "delete with everything in it", by: "no-deletion-by-force", wrong: put(true, "forceDestroy")},
		{about: "backup/vault:Vault", what: "unlock it", by: "backups-locked", wrong: lose("VaultLockConfiguration")},
		{about: "backup/vault:Vault", what: "AWS's own key", by: "backups-encrypted", wrong: drop("kmsKeyArn")},
		{about: "backup/plan:Plan", what: "no copy in the other region", by: "backups-cross-region", wrong: put([]any{}, "rules", 0, "copyActions")},
		{about: "backup/plan:Plan", what: "a copy abroad", by: "backups-cross-region no-foreign-region-named", wrong: put("arn:aws:backup:"+elsewhere+":111122223333:backup-vault:x", "rules", 0, "copyActions", 0, "destinationVaultArn")},
		{about: "backup/plan:Plan", what: "forget after a day", by: "backups-kept-35-days", wrong: put(1.0, "rules", 0, "lifecycle", "deleteAfter")},
		{about: "cloudwatch/logGroup:LogGroup", what: "a month of logs", by: "logs-kept-a-year", wrong: put(30.0, "retentionInDays")},
		{about: "cloudwatch/logGroup:LogGroup", what: "logs in the clear", by: "logs-encrypted", wrong: drop("kmsKeyId")},
		{about: "ecr/repository:Repository", what: "tags that move", by: "ecr-immutable-scanned", wrong: put("MUTABLE", "imageTagMutability")},
		{about: "ecr/repository:Repository", what: "never scanned", by: "ecr-immutable-scanned", wrong: put(false, "imageScanningConfiguration", "scanOnPush")},
		{about: "ecr/repository:Repository", what: "AWS's own key", by: "images-encrypted", wrong: drop("encryptionConfigurations")},
		{about: "ecr/replicationConfiguration:ReplicationConfiguration", what: "images abroad", by: "images-replicated-in-market no-foreign-region-named", wrong: put(elsewhere, "replicationConfiguration", "rules", 0, "destinations", 0, "region")},
		{about: "ec2/vpc:Vpc", what: "no flow log", by: "network-logged", wrong: lose("FlowLog")},
		{about: "pulumi:providers:aws", what: "cross a border", by: "provider-region-of-market", wrong: put(elsewhere, "region")},
		{about: "pulumi:providers:aws", what: "another account", by: "provider-account-of-market", wrong: put([]any{"999999999999"}, "allowedAccountIds")},
		{about: "pulumi:providers:aws", what: "no tags", by: "provider-tags-everything", wrong: drop("defaultTags")},
		{about: "pulumi:providers:aws", what: "another market's tags", by: "tags-tell-the-truth provider-tags-everything", wrong: put("xx", "defaultTags", "tags", "pitboss:market")},
	}
}

// has selects resources with an input.
func has(input string) func(policy.Resource) bool {
	return func(r policy.Resource) bool { return r.Inputs[input] != nil }
}

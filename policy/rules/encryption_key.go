package rules

import (
	"slices"
	"strings"
)

func encryptionKeyRules() []Rule {
	return []Rule{
		{
			ID: "bucket-encrypted", Title: "A bucket is encrypted by default with a key of the market; only what receives access logs has S3's own, because S3 writes there with no other.",
			Protects: "Evidence is readable to whoever may read the bucket: there is no key to close.",
			Source:   Source{AWS, "S3: default encryption with SSE-KMS; server access logs are delivered only to buckets with SSE-S3"},
			Severity: Critical, Scope: Whole,
			About: isS3Bucket,
			Check: func(c *Case) {
				logged, known := c.partners("BucketLoggingV2", "targetBucket", "bucket")
				if !known {
					return
				}
				configs, known := c.partners("BucketServerSideEncryptionConfigurationV2", "bucket", "bucket")
				if known && len(configs) == 0 {
					c.Failf("it has no default encryption of its own")
				}
				for _, one := range configs {
					one := c.Of(one)
					rules, known := one.List("rules")
					if known && len(rules) == 0 {
						c.Failf("%s has no rules", one.Resource.Name)
					}
					for i := range rules {
						how, known := one.Text("rules", i, "applyServerSideEncryptionByDefault", "sseAlgorithm")
						switch {
						case !known || how == "AES256" && len(logged) > 0:
						case !strings.HasPrefix(how, "aws:kms"):
							c.Failf("rules[%d] encrypts with %s, want aws:kms", i, show(how))
						default:
							one.wantKey("rules", i, "applyServerSideEncryptionByDefault", "kmsMasterKeyId")
						}
					}
				}
			},
			Holds: []Example{
				exampleBucket("with a key", nil, exampleSSE("aws:kms", exampleKey("audit"))),
				exampleBucket("receives access logs", nil, exampleSSE("AES256", nil), awsPart("s3/bucketLoggingV2:BucketLoggingV2", "access", attrs{"bucket": "other", "targetBucket": "mt-audit-game"})),
			},
			Breaks: []Example{
				exampleBucket("none", nil), exampleBucket("S3's own", nil, exampleSSE("AES256", nil)), exampleBucket("AWS's key", nil, exampleSSE("aws:kms", nil)),
			},
		},
		{
			ID: "key-of-its-class", Title: "What is encrypted uses the key of the class of what it holds.",
			Protects: "Who may decrypt harmless data thereby reads players' documents or the ledger; classes exist so that one key opens one thing.",
			Source:   Source{House, "one class's key never opens another's data (components/keyring)"},
			Severity: Critical, Scope: Whole,
			About: func(r Resource) bool { return holdsKeys(r) || r.Is("BucketReplicationConfig") },
			Check: func(c *Case) {
				allowed, why, known := c.classesFor()
				if !known {
					return
				}
				for _, path := range append(c.keyPlaces(), c.copyKeyPlaces()...) {
					if key, class, known := c.keyAt(path...); known && class != "" && !slices.Contains(allowed, class) {
						c.Failf("%s is %s, a key of class %s; %s: want %s", pathText(path), show(key), class, why, strings.Join(allowed, " or "))
					}
				}
			},
			Holds: []Example{
				awsExample("the vault", "rds/cluster:Cluster", "vault-cluster", attrs{"kmsKeyId": exampleKey("pii"), "tags": attrs{"pitboss:database": "vault"}}),
				awsExample("a secret's tag", "secretsmanager/secret:Secret", "x", attrs{"kmsKeyId": exampleKey("payments"), "tags": attrs{"pitboss:class": "payments"}}),
			},
			Breaks: []Example{
				awsExample("the vault", "rds/cluster:Cluster", "vault-cluster", attrs{"kmsKeyId": exampleKey("data")}),
				awsExample("the ledger", "rds/cluster:Cluster", "one", attrs{"kmsKeyId": exampleKey("pii"), "tags": attrs{"pitboss:database": "ledger"}}),
				awsExample("a replica", "secretsmanager/secret:Secret", "x", attrs{"kmsKeyId": exampleKey("pii"), "tags": attrs{"pitboss:class": "pii"}, "replicas": []any{attrs{"kmsKeyId": exampleKey("data")}}}),
				awsExample("a cache", "elasticache/replicationGroup:ReplicationGroup", "x", attrs{"kmsKeyId": exampleKey("cluster")}),
				awsExample("evidence", "s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "audit-game",
					attrs{"rules": []any{attrs{"applyServerSideEncryptionByDefault": attrs{"kmsMasterKeyId": exampleKey("data")}}}}),
			},
		},
		{
			ID: "key-of-its-region", Title: "What is encrypted uses a key of its own region.",
			Protects: "A region cannot read its own data while the other, which has the key, is gone.",
			Source:   Source{AWS, "KMS: a key works in its region; a multi-Region key has an ARN in each"},
			Severity: High, Scope: Whole,
			About: holdsKeys,
			Check: func(c *Case) {
				for _, path := range c.keyPlaces() {
					key, _, known := c.keyAt(path...)
					if arn := strings.SplitN(key, ":", 6); known && len(arn) == 6 && arn[2] == "kms" && arn[3] != c.Resource.Region() {
						c.Failf("%s is in %s, want %s", pathText(path), arn[3], c.Resource.Region())
					}
				}
			},
			Holds:  []Example{awsExample("its own", "backup/vault:Vault", "ledger", attrs{"kmsKeyArn": exampleKey("ledger")})},
			Breaks: []Example{awsExample("the other", "backup/vault:Vault", "ledger", attrs{"kmsKeyArn": "arn:aws:kms:eu-central-1:111122223333:key/ledger"})},
		},
		{
			ID: "key-rotates", Title: "A key rotates every year.",
			Protects: "One leaked key opens everything that was ever encrypted.",
			Source:   Source{AWS, "KMS: automatic rotation; Security Hub KMS.4"},
			Severity: High, Scope: One,
			About:  func(r Resource) bool { return r.Is("kms/key:Key") },
			Check:  func(c *Case) { c.Want(true, "enableKeyRotation") },
			Holds:  []Example{awsExample("rotates", "kms/key:Key", "pii", attrs{"enableKeyRotation": true})},
			Breaks: []Example{awsExample("never", "kms/key:Key", "pii", nil)},
		},
		{
			ID: "key-deletion-waits", Title: "A key that is to be deleted waits 30 days, and is not disabled meanwhile by accident.",
			Protects: "All that was ever encrypted with it is lost, and found out after the shortest wait of a week.",
			Source:   Source{AWS, "KMS: a deleted key cannot be had back; the waiting period is 7 to 30 days"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.IsAny("kms/key:Key", "kms/replicaKey:ReplicaKey") },
			Check: func(c *Case) {
				if days, known := c.Get("deletionWindowInDays"); known && days != nil { // 30 if it does not say
					c.WantAtLeast(30, "deletionWindowInDays")
				}
				for _, input := range []string{"isEnabled", "enabled"} {
					if on, known := c.Get(input); known && on == false {
						c.Failf("%s is false: nothing of its class can be read", input)
					}
				}
			},
			Holds: []Example{awsExample("30 days", "kms/key:Key", "pii", attrs{"deletionWindowInDays": 30.0})},
			Breaks: []Example{
				awsExample("a week", "kms/replicaKey:ReplicaKey", "pii", attrs{"deletionWindowInDays": 7.0}),
				awsExample("disabled", "kms/key:Key", "pii", attrs{"isEnabled": false}),
			},
		},
	}
}

package rules

import "slices"

func evidenceCopyRules() []Rule {
	return []Rule{
		{
			ID: "evidence-copied", Title: "A bucket for evidence is copied to the market's other region, whole, and without its delete markers.",
			Protects: "A region is lost, and with it the only proof of what was played and paid there.",
			Source:   Source{House, "evidence is in both regions, each the other's copy (components/audit)"},
			Severity: Critical, Scope: Whole,
			About: isEvidence,
			Check: func(c *Case) {
				for _, one := range c.wantPartner("BucketReplicationConfig", "it has no replication") {
					rules, known := one.List("rules")
					if known && len(rules) == 0 {
						c.Failf("%s has no rules", one.Resource.Name)
					}
					for i := range rules {
						one.Want("Enabled", "rules", i, "status")
						if markers, known := one.Text("rules", i, "deleteMarkerReplication", "status"); known && markers == "Enabled" {
							c.Failf("rules[%d] copies delete markers: want Disabled", i)
						}
						if prefix, known := one.Text("rules", i, "filter", "prefix"); known && prefix != "" {
							c.Failf("rules[%d] copies only what begins with %s, want everything", i, prefix)
						}
					}
				}
			},
			Holds: []Example{exampleBucket("copied", attrs{"objectLockEnabled": true}, exampleCopy("Enabled", "mt-audit-game-eu-central-1", exampleKey("audit")))},
			Breaks: []Example{
				exampleBucket("alone", attrs{"objectLockEnabled": true}),
				exampleBucket("switched off", attrs{"objectLockEnabled": true}, exampleCopy("Disabled", "mt-audit-game-eu-central-1", exampleKey("audit"))),
			},
		},
		{
			ID: "bucket-copied-within-market", Title: "A bucket is copied only to the market's other region and account, and encrypted there with a key of the market.",
			Protects: "Evidence and players' data flow out of the area by a rule that nobody looks at.",
			Source:   Source{AWS, "S3 replication writes to any region and account that the destination names"},
			Severity: Critical, Scope: Whole,
			About: func(r Resource) bool { return r.Is("BucketReplicationConfig") },
			Check: func(c *Case) {
				rules, _ := c.List("rules")
				for i := range rules {
					region, known := c.destinationRegion(i)
					switch {
					case !known:
					case region == "":
						c.Untold(c.Resource.Name + ": the region of the bucket that it copies to")
					case region != c.other():
						c.Failf("rules[%d] copies to %s, want %s", i, region, c.other())
					}
					account, known := c.Text("rules", i, "destination", "account")
					if known && account != "" && account != c.Stack.Market.Account {
						c.Failf("rules[%d] copies to account %s, want %s", i, account, c.Stack.Market.Account)
					}
					c.wantKey("rules", i, "destination", "encryptionConfiguration", "replicaKmsKeyId")
				}
			},
			Holds: []Example{{Name: "to the other", Resources: []Resource{exampleCopy("Enabled", "mt-audit-game-eu-central-1", exampleKey("audit"))}}},
			Breaks: []Example{
				{Name: "a third", Resources: []Resource{exampleCopy("Enabled", "mt-audit-game-us-east-1", exampleKey("audit"))}},
				{Name: "AWS's key", Resources: []Resource{exampleCopy("Enabled", "mt-audit-game-eu-central-1", nil)}},
			},
		},
		{
			ID: "evidence-undeletable", Title: "The policy of a bucket for evidence refuses deletions to everybody.",
			Protects: "Delete markers hide evidence from whoever lists it, and what the lock released goes before its time.",
			Source:   Source{House, "only the lifecycle deletes evidence: a bucket policy does not bind it (components/audit)"},
			Severity: High, Scope: Whole,
			About: isEvidence,
			Check: func(c *Case) {
				for _, policy := range c.wantPartner("BucketPolicy", "it has no policy") {
					list, ok := policy.resourceStatements()
					for _, action := range []string{"s3:DeleteObject", "s3:DeleteObjectVersion"} {
						if ok && !slices.ContainsFunc(list, func(s resourceStatement) bool { return s.denies(action) }) {
							c.Failf("%s denies %s to nobody, want everybody", policy.Resource.Name, action)
						}
					}
				}
			},
			Holds:  []Example{exampleBucket("refused", attrs{"objectLockEnabled": true}, examplePolicy(`{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:DeleteObject","s3:DeleteObjectVersion"]}`))},
			Breaks: []Example{exampleBucket("allowed", attrs{"objectLockEnabled": true}, examplePolicy(`{"Effect":"Allow","Principal":"*","Action":"s3:*"}`)), exampleBucket("none", attrs{"objectLockEnabled": true})},
		},
	}
}

func exampleCopy(status, to string, key any) Resource {
	return awsPart("s3/bucketReplicationConfig:BucketReplicationConfig", "copy", attrs{"bucket": "mt-audit-game", "rules": []any{attrs{
		"status": status, "destination": attrs{"bucket": "arn:aws:s3:::" + to, "encryptionConfiguration": attrs{"replicaKmsKeyId": key}},
	}}})
}

func examplePolicy(statement string) Resource {
	return awsPart("s3/bucketPolicy:BucketPolicy", "policy", attrs{"bucket": "mt-audit-game", "policy": `{"Statement":[` + statement + `]}`})
}

func evidenceBucketRules() []Rule {
	tls := `{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:*"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}`
	part := func(name, value string) Resource {
		if name == "versioning" {
			return awsPart("s3/bucketVersioningV2:BucketVersioningV2", name, attrs{"bucket": "mt-audit-game", "versioningConfiguration": attrs{"status": value}})
		}
		return awsPart("s3/bucketOwnershipControls:BucketOwnershipControls", name, attrs{"bucket": "mt-audit-game", "rule": attrs{"objectOwnership": value}})
	}
	return []Rule{
		{
			ID: "bucket-versioned", Title: "A bucket keeps every version.",
			Protects: "Whoever writes an object again has removed what it said before.",
			Source:   Source{AWS, "S3: versioning; Object Lock and replication need it; Security Hub S3.14"},
			Severity: High, Scope: Whole, About: isS3Bucket,
			Check: func(c *Case) {
				for _, one := range c.wantPartner("BucketVersioningV2", "it has no versioning") {
					one.Want("Enabled", "versioningConfiguration", "status")
				}
			},
			Holds:  []Example{exampleBucket("every version", nil, part("versioning", "Enabled"))},
			Breaks: []Example{exampleBucket("suspended", nil, part("versioning", "Suspended")), exampleBucket("none", nil)},
		},
		{
			ID: "bucket-without-acls", Title: "A bucket belongs to its owner with everything in it: access lists of objects count for nothing.",
			Protects: "An object is opened to the world by its own access list, past the bucket's policy; or is written by somebody who keeps it.",
			Source:   Source{AWS, "S3 Object Ownership: BucketOwnerEnforced disables ACLs; Security Hub S3.12"},
			Severity: High, Scope: Whole, About: isS3Bucket,
			Check: func(c *Case) {
				for _, one := range c.wantPartner("BucketOwnershipControls", "it says nothing on ownership") {
					one.Want("BucketOwnerEnforced", "rule", "objectOwnership")
				}
			},
			Holds:  []Example{exampleBucket("the owner's", nil, part("ownership", "BucketOwnerEnforced"))},
			Breaks: []Example{exampleBucket("the writer's", nil, part("ownership", "ObjectWriter")), exampleBucket("unsaid", nil)},
		},
		{
			ID: "bucket-over-tls-only", Title: "The policy of a bucket refuses whoever comes without TLS.",
			Protects: "Evidence is read, or changed, on its way.",
			Source:   Source{AWS, "S3: deny aws:SecureTransport false; Security Hub S3.5"},
			Severity: High, Scope: Whole, About: isS3Bucket,
			Check: func(c *Case) {
				for _, policy := range c.wantPartner("BucketPolicy", "it has no policy, and takes requests without TLS") {
					list, ok := policy.resourceStatements()
					if ok && !slices.ContainsFunc(list, func(s resourceStatement) bool { return s.denies("s3:*", "Bool", "aws:SecureTransport", "false") }) {
						c.Failf("%s has no statement that denies everybody s3:* where aws:SecureTransport is false", policy.Resource.Name)
					}
				}
			},
			Holds:  []Example{exampleBucket("refused", nil, examplePolicy(tls))},
			Breaks: []Example{exampleBucket("allowed", nil, examplePolicy(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}`)), exampleBucket("none", nil)},
		},
	}
}

package rules

import "pitboss/stacks/market"

// backupDays is for how many days a backup is kept: what is 35 can go back to any second.
func backupDays(c *Case) float64 {
	if c.Stack.Market.Environment == market.EnvironmentProd {
		return 35
	}
	return 7
}

func isDatabase(r Resource) bool { return r.IsAny("rds/cluster:Cluster", "rds/instance:Instance") }

func backupRules() []Rule {
	return []Rule{
		{
			ID: "database-goes-back-in-time", Title: "A database can go back to any second of the last 35 days, outside of production of a week.",
			Protects: "A fault that wrote wrong balances for a fortnight is found when the last good second is gone.",
			Source:   Source{AWS, "RDS: backup retention of 1 to 35 days is also how far point-in-time recovery goes back"},
			Severity: Critical, Scope: One, About: isDatabase,
			Check:  func(c *Case) { c.WantAtLeast(backupDays(c), "backupRetentionPeriod") },
			Holds:  []Example{awsExample("35 days", "rds/cluster:Cluster", "ledger", attrs{"backupRetentionPeriod": 35.0})},
			Breaks: []Example{awsExample("a week", "rds/cluster:Cluster", "ledger", attrs{"backupRetentionPeriod": 7.0}), awsExample("AWS's day", "rds/cluster:Cluster", "ledger", nil)},
		},
		{
			ID: "snapshot-says-whose", Title: "A database's snapshots carry its tags.",
			Protects: "Nobody knows whose a snapshot is, and so nobody dares to delete it, or somebody does.",
			Source:   Source{AWS, "RDS: copyTagsToSnapshot; Security Hub RDS.16"},
			Severity: Medium, Scope: One, About: isDatabase,
			Check:  func(c *Case) { c.Want(true, "copyTagsToSnapshot") },
			Holds:  []Example{awsExample("copied", "rds/cluster:Cluster", "ledger", attrs{"copyTagsToSnapshot": true})},
			Breaks: []Example{awsExample("not", "rds/cluster:Cluster", "ledger", nil)},
		},
		{
			ID: "backups-outlive-database", Title: "A database that is deleted leaves backups behind: a last snapshot, or its automated backups.",
			Protects: "The deletion of a database deletes with it what it could be restored from.",
			Source:   Source{AWS, "RDS: deleteAutomatedBackups is true unless told otherwise"},
			Severity: Critical, Scope: One, About: isDatabase,
			Check: func(c *Case) {
				deletes, known := c.Get("deleteAutomatedBackups")
				skips, told := c.Get("skipFinalSnapshot")
				switch {
				case known && deletes == true:
					c.Failf("deleteAutomatedBackups is true")
				case known && told && deletes == nil && skips == true:
					c.Failf("deleteAutomatedBackups is not set, which deletes them, and there is no last snapshot")
				}
			},
			Holds:  []Example{awsExample("kept", "rds/cluster:Cluster", "ledger", attrs{"deleteAutomatedBackups": false}), awsExample("a last snapshot", "rds/cluster:Cluster", "ledger", attrs{"skipFinalSnapshot": false})},
			Breaks: []Example{awsExample("deleted", "rds/cluster:Cluster", "ledger", attrs{"deleteAutomatedBackups": true}), awsExample("by default", "rds/cluster:Cluster", "ledger", attrs{"skipFinalSnapshot": true})},
		},
		{
			ID: "database-in-backup-plan", Title: "Every database is in a backup plan, besides its own backups.",
			Protects: "Who can delete a database can delete its backups: only a locked vault keeps them.",
			Source:   Source{AWS, "AWS Backup: a vault lock binds whoever administers the database; Security Hub RDS.26"},
			Severity: Critical, Scope: Whole, About: isDatabase,
			Check: func(c *Case) {
				if in, known := c.partners("backup/selection:Selection", "resources", ""); known && len(in) == 0 {
					c.Failf("no backup selection names it")
				}
			},
			Holds:  []Example{awsExample("selected", "rds/cluster:Cluster", "ledger", nil, awsPart("backup/selection:Selection", "other", attrs{"resources": []any{}}), computed(awsPart("backup/selection:Selection", "one", nil), "resources", "ledger"))},
			Breaks: []Example{awsExample("none", "rds/cluster:Cluster", "ledger", nil, awsPart("backup/selection:Selection", "other", attrs{"resources": []any{}}))},
		},
		{
			ID: "backups-cross-region", Title: "A backup plan copies every backup to a vault of the market's other region and its own account.",
			Protects: "The region is lost, and every backup with it; or backups, which are whole databases, leave the area.",
			Source:   Source{AWS, "AWS Backup: a copy action copies to whatever vault its ARN names"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("backup/plan:Plan") },
			Check: func(c *Case) {
				for i := range c.planRules() {
					copies, known := c.List("rules", i, "copyActions")
					if known && len(copies) == 0 {
						c.Failf("rules[%d] copies nowhere, want a vault in %s", i, c.other())
					}
					for k := range copies {
						arn, known := c.wantHere("rules", i, "copyActions", k, "destinationVaultArn")
						if known && (arn == nil || arn[3] != c.other()) {
							c.Failf("rules[%d].copyActions[%d] does not copy to %s", i, k, c.other())
						}
					}
				}
			},
			Holds:  []Example{examplePlan("to the other", "eu-central-1:111122223333", 35, 35)},
			Breaks: []Example{examplePlan("itself", "eu-south-1:111122223333", 35, 35), examplePlan("a third", "us-east-1:111122223333", 35, 35), examplePlan("another's", "eu-central-1:444455556666", 35, 35), awsExample("no rules", "backup/plan:Plan", "ledger", nil)},
		},
		{
			ID: "backups-kept-35-days", Title: "A backup, and its copy, is kept for 35 days, outside of production for a week.",
			Protects: "What was damaged a month ago is found, and no backup is older than that.",
			Source:   Source{House, "backups reach as far back as point-in-time recovery does (components/backup)"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("backup/plan:Plan") },
			Check: func(c *Case) {
				for i := range c.planRules() {
					c.wantKept("rules", i, "lifecycle", "deleteAfter")
					copies, _ := c.List("rules", i, "copyActions")
					for k := range copies {
						c.wantKept("rules", i, "copyActions", k, "lifecycle", "deleteAfter")
					}
				}
			},
			Holds:  []Example{examplePlan("35 days", "eu-central-1:111122223333", 35, 35)},
			Breaks: []Example{examplePlan("a week", "eu-central-1:111122223333", 7, 35), examplePlan("copies a day", "eu-central-1:111122223333", 35, 1)},
		},
		{
			ID: "backups-locked", Title: "A vault of backups is locked: nothing leaves it within 30 days, in production whoever asks.",
			Protects: "Who takes over the account, or holds it to ransom, deletes the backups first.",
			Source:   Source{AWS, "AWS Backup Vault Lock: with changeableForDays nobody can undo it after that grace, without it an administrator can; at least 3 days"},
			Severity: Critical, Scope: Whole,
			About: func(r Resource) bool { return r.Is("backup/vault:Vault") },
			Check: func(c *Case) {
				locks, known := c.partners("VaultLockConfiguration", "backupVaultName", "name")
				if known && len(locks) == 0 {
					c.Failf("it has no lock")
				}
				for _, one := range locks {
					lock := c.Of(one)
					lock.WantAtLeast(min(30, backupDays(c)), "minRetentionDays")
					if c.Stack.Market.Environment == market.EnvironmentProd {
						lock.WantAtLeast(3, "changeableForDays")
					}
				}
			},
			Holds:  []Example{exampleVault("locked", attrs{"minRetentionDays": 30.0, "changeableForDays": 3.0})},
			Breaks: []Example{awsExample("none", "backup/vault:Vault", "ledger", nil), exampleVault("can be undone", attrs{"minRetentionDays": 30.0}), exampleVault("for a day", attrs{"minRetentionDays": 1.0, "changeableForDays": 3.0})},
		},
	}
}

// planRules are the rules of a backup plan; it must have one.
func (c *Case) planRules() []any {
	list, known := c.List("rules")
	if known && len(list) == 0 {
		c.Failf("rules is empty: it makes no backups")
	}
	return list
}

// wantKept breaks the rule if backups go too soon. Those without an end stay for ever.
func (c *Case) wantKept(path ...any) {
	if days, known := c.Get(path...); known && days != nil && days != 0.0 {
		c.WantAtLeast(backupDays(c), path...)
	}
}

func examplePlan(what, where string, days, copied float64) Example {
	return awsExample(what, "backup/plan:Plan", "ledger", attrs{"rules": []any{attrs{"lifecycle": attrs{"deleteAfter": days},
		"copyActions": []any{attrs{"destinationVaultArn": "arn:aws:backup:" + where + ":backup-vault:x", "lifecycle": attrs{"deleteAfter": copied}}}}}})
}

func exampleVault(what string, lock attrs) Example {
	lock["backupVaultName"] = "mt-ledger"
	return awsExample(what, "backup/vault:Vault", "ledger", attrs{"name": "mt-ledger"}, awsPart("backup/vaultLockConfiguration:VaultLockConfiguration", "lock", lock))
}

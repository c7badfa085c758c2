package rules

import (
	"slices"

	"pitboss/stacks/market"
)

// retentionSource is where the periods are from.
const retentionSource = "the jurisdiction's period for the class of records; Jurisdiction.Retentions() says for each how far it is verified (Malta: AML five years commonly-stated, game unverified and so the operator's lower bound)"

func evidenceRules() []Rule {
	return slices.Concat([]Rule{
		{
			ID: "evidence-locked", Title: "A bucket for evidence has Object Lock with a default, in production in compliance mode.",
			Protects: "Whoever takes over the account, or an angry administrator, deletes the proof of what was played and paid.",
			Source:   Source{AWS, "S3 Object Lock: nobody, the root user included, deletes a locked version in COMPLIANCE mode; GOVERNANCE can be bypassed"},
			Severity: Critical, Scope: Whole,
			About: isEvidence,
			Check: func(c *Case) {
				c.Want(true, "objectLockEnabled")
				modes := []string{"COMPLIANCE", "GOVERNANCE"}
				if c.Stack.Market.Environment == market.EnvironmentProd {
					modes = modes[:1]
				}
				for _, lock := range c.wantPartner("BucketObjectLockConfigurationV2", "it has no lock configuration: what is written is not locked") {
					lock.WantOneOf(modes, "rule", "defaultRetention", "mode")
				}
			},
			Holds: []Example{exampleBucket("locked", attrs{"objectLockEnabled": true}, exampleLock("COMPLIANCE"))},
			Breaks: []Example{
				exampleBucket("not enabled", attrs{"objectLockEnabled": false}, exampleLock("COMPLIANCE")),
				exampleBucket("no default", attrs{"objectLockEnabled": true}),
				exampleBucket("can be bypassed", attrs{"objectLockEnabled": true}, exampleLock("GOVERNANCE")),
			},
		},
		{
			ID: "evidence-locked-long-enough", Title: "Evidence is locked for at least as long as the jurisdiction wants its class of records kept.",
			Protects: "Records are gone when the regulator, or a court, asks for them.",
			Source:   Source{Regulation, retentionSource},
			Severity: Critical, Scope: Whole,
			About: func(r Resource) bool { return r.Is("BucketObjectLockConfigurationV2") },
			Check: func(c *Case) {
				keep, _ := c.records()
				if days, known := c.locked(); known && days < float64(keep.Years*365) {
					c.Failf("it locks for %v days, want %d years for %s records: %s (%s)", days, keep.Years, keep.Class, keep.Fact.Text, keep.Fact.Confidence)
				}
			},
			Holds: []Example{
				exampleAudit("a year", "BucketObjectLockConfigurationV2", attrs{"rule": attrs{"defaultRetention": attrs{"years": 1.0}}}),
				exampleAudit("in days", "BucketObjectLockConfigurationV2", attrs{"rule": attrs{"defaultRetention": attrs{"days": 366.0}}}),
			},
			Breaks: []Example{
				exampleAudit("a month", "BucketObjectLockConfigurationV2", attrs{"rule": attrs{"defaultRetention": attrs{"days": 30.0}}}),
				exampleAudit("no default", "BucketObjectLockConfigurationV2", attrs{}),
				awsExample("AML a year", "s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", "audit-aml-lock", attrs{"rule": attrs{"defaultRetention": attrs{"years": 1.0}}}),
			},
		},
		{
			ID: "evidence-not-locked-too-long", Title: "Evidence is not locked for longer than its class of records is known to be kept.",
			Protects: "Personal data cannot be erased when it must be: a lock in compliance mode cannot be taken back.",
			Source:   Source{Regulation, "GDPR art. 5(1)(e), storage limitation; UK MLR 2017 reg. 40(5); " + retentionSource},
			Severity: High, Scope: Whole,
			About: func(r Resource) bool { return r.Is("BucketObjectLockConfigurationV2") },
			Check: func(c *Case) {
				keep, named := c.records()
				if days, known := c.locked(); known && named && days > float64(keep.Years*366) {
					c.Failf("it locks for %v days, %s records are kept %d years from: %s", days, keep.Class, keep.Years, keep.From)
				}
			},
			Holds:  []Example{exampleAudit("a year", "BucketObjectLockConfigurationV2", attrs{"rule": attrs{"defaultRetention": attrs{"years": 1.0}}})},
			Breaks: []Example{exampleAudit("a century", "BucketObjectLockConfigurationV2", attrs{"rule": attrs{"defaultRetention": attrs{"years": 100.0}}})},
		},
		{
			ID: "evidence-expires-by-law-only", Title: "No lifecycle rule ends records before their period; what is not known to end by age ends only when it is released.",
			Protects: "A lifecycle rule quietly deletes what the lock no longer holds and the law still wants.",
			Source:   Source{Regulation, retentionSource + "; without a verified period nothing expires by its age alone"},
			Severity: Critical, Scope: Whole,
			About: func(r Resource) bool { return r.Is("BucketLifecycleConfigurationV2") },
			Check: checkLifecycle,
			Holds: []Example{
				exampleAudit("released", "BucketLifecycleConfigurationV2", exampleExpiry(366, attrs{"tag": attrs{"key": "pitboss:retention", "value": "ended"}})),
				awsExample("logs by age", "s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "flow-logs", exampleExpiry(366, attrs{"prefix": ""})),
			},
			Breaks: []Example{
				exampleAudit("by age", "BucketLifecycleConfigurationV2", exampleExpiry(366, attrs{"prefix": ""})),
				exampleAudit("early", "BucketLifecycleConfigurationV2", exampleExpiry(30, attrs{"tag": attrs{"key": "pitboss:retention", "value": "ended"}})),
				awsExample("logs of a week", "s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "flow-logs", exampleExpiry(7, attrs{"prefix": ""})),
			},
		},
	}, evidenceBucketRules(), evidenceCopyRules())
}

// checkLifecycle looks at each rule that ends something by age. Logs that are no evidence
// are kept as long as the platform's own audit trail.
func checkLifecycle(c *Case) {
	keep, named := c.records()
	names := c.Resource.bucketWords()
	for _, urn := range c.Resource.From["bucket"] {
		bucket, _ := c.Stack.Find(urn)
		names = append(names, bucket.bucketWords()...)
	}
	list, _ := c.List("rules")
	for i := range list {
		status, known := c.Text("rules", i, "status")
		days, told := c.Get("rules", i, "expiration", "days")
		n, ends := days.(float64)
		if !known || !told || status == "Disabled" || !ends || n == 0 {
			continue
		}
		if n < float64(keep.Years*365) {
			c.Failf("rules[%d] ends after %v days, want at least %d years: %s (%s)", i, n, keep.Years, keep.Fact.Text, keep.Fact.Confidence)
		}
		byAge := !speaksOfEvidence(names) || named && keep.ExpiresByAge()
		if tag, known := c.Text("rules", i, "filter", "tag", "key"); known && !byAge && tag == "" {
			if and, known := c.Get("rules", i, "filter", "and", "tags"); known && and == nil {
				c.Failf("rules[%d] ends %s records by age alone, want only what a tag releases: the period counts from %s (%s)", i, keep.Class, keep.From, keep.Fact.Confidence)
			}
		}
	}
}

func exampleExpiry(days float64, filter attrs) attrs {
	return attrs{"rules": []any{attrs{"status": "Enabled", "filter": filter, "expiration": attrs{"days": days}}}}
}

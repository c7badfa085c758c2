package rules

func loggingKeepRules() []Rule {
	group := "cloudwatch/logGroup:LogGroup"
	instance := "rds/clusterInstance:ClusterInstance"
	access := func(bucket, to string) Resource {
		return awsPart("s3/bucketLoggingV2:BucketLoggingV2", "access", attrs{"bucket": bucket, "targetBucket": to})
	}
	return []Rule{
		{
			ID: "bucket-access-logged", Title: "Who touches a bucket is logged in another; only what receives such logs has none.",
			Protects: "Nobody can say who read the evidence, or players' documents, before they were found elsewhere.",
			Source:   Source{AWS, "S3 server access logging; a bucket must not log into itself; Security Hub S3.9"},
			Severity: Medium, Scope: Whole, About: isS3Bucket,
			Check: func(c *Case) {
				receives, known := c.partners("BucketLoggingV2", "targetBucket", "bucket")
				if !known {
					return
				}
				logs, known := c.partners("BucketLoggingV2", "bucket", "bucket")
				if known && len(logs)+len(receives) == 0 {
					c.Failf("it has no access log")
				}
				for _, one := range logs {
					for _, other := range receives {
						if one.URN == other.URN {
							c.Failf("%s logs into the bucket itself", one.Name)
						}
					}
				}
			},
			Holds:  []Example{exampleBucket("in another", nil, access("mt-audit-game", "logs")), exampleBucket("receives", nil, access("x", "mt-audit-game"))},
			Breaks: []Example{exampleBucket("none", nil), exampleBucket("itself", nil, access("mt-audit-game", "mt-audit-game"))},
		},
		{
			ID: "logs-kept-a-year", Title: "A log group keeps a year, and says so.",
			Protects: "An intrusion that is found after months left no trace; or logs with addresses of players pile up for ever.",
			Source:   Source{House, "the platform's own audit trail is kept for a year, an audit cycle (regions: RecordPlatform); CloudWatch keeps for ever what says nothing"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is(group) },
			Check: func(c *Case) {
				least := 365.0
				for _, one := range c.Stack.Market.Jurisdiction.Retentions() {
					if one.Class == "platform" {
						least = max(least, float64(one.Years*365))
					}
				}
				c.WantAtLeast(least, "retentionInDays")
			},
			Holds:  []Example{awsExample("a year", group, "kafka", attrs{"retentionInDays": 365.0})},
			Breaks: []Example{awsExample("a week", group, "kafka", attrs{"retentionInDays": 7.0}), awsExample("for ever", group, "kafka", nil)},
		},
		{
			ID: "database-instance-watched", Title: "An instance of a database shows what its queries wait for, and how its machine does.",
			Protects: "Wallets are slow on the evening of a final, and nobody sees which query it is.",
			Source:   Source{AWS, "RDS: Performance Insights and Enhanced Monitoring; Security Hub RDS.6"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool { return r.Is(instance) },
			Check: func(c *Case) {
				c.Want(true, "performanceInsightsEnabled")
				c.WantAtLeast(1, "monitoringInterval")
			},
			Holds:  []Example{awsExample("watched", instance, "ledger", attrs{"performanceInsightsEnabled": true, "monitoringInterval": 15.0})},
			Breaks: []Example{awsExample("blind", instance, "ledger", attrs{"performanceInsightsEnabled": false, "monitoringInterval": 15.0}), awsExample("half blind", instance, "ledger", attrs{"performanceInsightsEnabled": true, "monitoringInterval": 0.0})},
		},
		{
			ID: "proxy-logs-no-statements", Title: "A proxy of a database does not write statements into its log.",
			Protects: "Players' names, documents and amounts stand in a log that more people read than the database.",
			Source:   Source{AWS, "RDS Proxy: debugLogging logs the text of statements, and is for a while only"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("rds/proxy:Proxy") },
			Check: func(c *Case) {
				if on, known := c.Get("debugLogging"); known && on != nil && on != false {
					c.Failf("debugLogging is %s, want false", show(on))
				}
			},
			Holds:  []Example{awsExample("quiet", "rds/proxy:Proxy", "ledger", attrs{"debugLogging": false})},
			Breaks: []Example{awsExample("talks", "rds/proxy:Proxy", "ledger", attrs{"debugLogging": true})},
		},
	}
}

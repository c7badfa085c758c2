package rules

import "slices"

func exposureRules() []Rule {
	return slices.Concat(exposureDataRules(), exposureBucketRules(), exposureDoorRules(), exposureBehindRules(), exposurePolicyRules())
}

func exposureDataRules() []Rule {
	instance := thing("aws:rds/clusterInstance:ClusterInstance", "ledger", jsonMap{"publiclyAccessible": false})
	kafka := thing("aws:msk/cluster:Cluster", "kafka", jsonMap{"brokerNodeGroupInfo": jsonMap{"connectivityInfo": jsonMap{"publicAccess": jsonMap{"type": "DISABLED"}}}})
	return []Rule{
		{
			ID: "database-not-public", Title: "No instance of a database has a public address",
			Protects: "the database of players' documents answered on the internet, and its password was tried until it opened",
			Source:   Source{AWS, "Security Hub RDS.2"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool {
				return r.IsAny("rds/clusterInstance:ClusterInstance", "rds/instance:Instance", "dms/replicationInstance:ReplicationInstance", "redshift/cluster:Cluster")
			},
			Check: func(c *Case) {
				if v, known := c.Get("publiclyAccessible"); known && v != false {
					c.Failf("publiclyAccessible is %s, want false: in some networks AWS's default is true", show(v))
				}
			},
			Holds:  []Example{shows("private", instance)},
			Breaks: []Example{shows("public", but(instance, true, "publiclyAccessible")), shows("not said", but(instance, nil, "publiclyAccessible"))},
		},
		{
			ID: "msk-not-public", Title: "Brokers of Kafka have no public address",
			Protects: "every bet could be read from the internet by whoever had one service's credentials",
			Source:   Source{AWS, "Security Hub MSK.4"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("msk/cluster:Cluster") },
			Check: func(c *Case) {
				if kind, known := c.Text("brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type"); known && kind != "" && kind != "DISABLED" {
					c.Failf("brokerNodeGroupInfo.connectivityInfo.publicAccess.type is %s, want DISABLED", kind)
				}
			},
			Holds:  []Example{shows("private", kafka)},
			Breaks: []Example{shows("public", but(kafka, "SERVICE_PROVIDED_EIPS", "brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type"))},
		},
	}
}

// blocked are the settings of a public access block, all of which must be on.
var blocked = []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}

func exposureBucketRules() []Rule {
	bucket := thing("aws:s3/bucketV2:BucketV2", "audit", jsonMap{"bucket": "pitboss-mt-audit"})
	block := thing("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "audit", jsonMap{"bucket": "pitboss-mt-audit"})
	for _, setting := range blocked {
		block = but(block, true, setting)
	}
	block.From = map[string][]string{"bucket": {bucket.URN}}
	return []Rule{
		{
			ID: "s3-public-access-blocked", Title: "Every bucket blocks all four kinds of public access",
			Protects: "a bucket of players' documents was public for a week after somebody shared one file",
			Source:   Source{AWS, "Security Hub S3.8"},
			Severity: Critical, Scope: Whole,
			About: isS3Bucket,
			Check: func(c *Case) {
				companions := c.Stack.Companions(c.Resource, "s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bucket", "bucket")
				if _, known := c.Get("bucket"); len(companions) == 0 && known {
					c.Failf("no BucketPublicAccessBlock names it: add one with %v", blocked)
				}
				for _, one := range companions {
					for _, setting := range blocked {
						c.Of(one).Want(true, setting)
					}
				}
			},
			Holds:  []Example{shows("blocked", bucket, block)},
			Breaks: []Example{shows("no block", bucket), shows("public policies", bucket, but(block, false, "blockPublicPolicy")), shows("public lists", bucket, but(block, nil, "ignorePublicAcls"))},
		},
	}
}

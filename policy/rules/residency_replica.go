package rules

func residencyReplicaRules() []Rule {
	return []Rule{
		{
			ID: "secret-replicated-in-market", Title: "A secret has a replica in the market's other region, and nowhere else.",
			Protects: "The standby cannot log in to its databases on the day it is needed; or a password lies in a third region.",
			Source:   Source{House, "what the standby needs to start is in the standby before (components/secrets)"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("secretsmanager/secret:Secret") },
			Check: func(c *Case) {
				list, known := c.List("replicas")
				if known && len(list) == 0 {
					c.Failf("replicas is empty, want one in %s", c.other())
				}
				for i := range list {
					if region, known := c.Text("replicas", i, "region"); known && region != c.other() {
						c.Failf("replicas[%d].region is %s, want %s", i, show(region), c.other())
					}
				}
			},
			Holds: []Example{awsExample("in the other", "secretsmanager/secret:Secret", "wallet", attrs{"replicas": []any{attrs{"region": "eu-central-1"}}})},
			Breaks: []Example{
				awsExample("none", "secretsmanager/secret:Secret", "wallet", nil),
				awsExample("a third", "secretsmanager/secret:Secret", "wallet", attrs{"replicas": []any{attrs{"region": "eu-central-1"}, attrs{"region": "eu-west-1"}}}),
			},
		},
		{
			ID: "key-replicated-in-market", Title: "A key is of both regions: multi-Region, with its replica in the market's other region, and nowhere else.",
			Protects: "The standby holds copies that it cannot read, because their key was in the region that is gone; or the key opens them in a third.",
			Source:   Source{AWS, "KMS: multi-Region is decided when a key is made and cannot be added; replicas are made with ReplicateKey"},
			Severity: Critical, Scope: Whole,
			About: func(r Resource) bool { return r.Is("kms/key:Key") },
			Check: func(c *Case) {
				c.Want(true, "multiRegion")
				replicas, known := c.partners("kms/replicaKey:ReplicaKey", "primaryKeyArn", "")
				found := false
				for _, one := range replicas {
					found = found || one.Region() == c.other()
					if one.Region() != c.other() {
						c.Failf("replica %s is in %s, want %s", one.Name, show(one.Region()), c.other())
					}
				}
				if known && !found {
					c.Failf("it has no replica in %s", c.other())
				}
			},
			Holds: []Example{awsExample("in both", "kms/key:Key", "pii", attrs{"multiRegion": true},
				computed(Resource{Type: "aws:kms/replicaKey:ReplicaKey", Name: "copy", Custom: true, Provider: exampleStandby}, "primaryKeyArn", "pii"))},
			Breaks: []Example{
				awsExample("alone", "kms/key:Key", "pii", attrs{"multiRegion": true}),
				awsExample("single-Region", "kms/key:Key", "pii", attrs{"multiRegion": false},
					computed(Resource{Type: "aws:kms/replicaKey:ReplicaKey", Name: "copy", Custom: true, Provider: exampleStandby}, "primaryKeyArn", "pii")),
				awsExample("a third", "kms/key:Key", "pii", attrs{"multiRegion": true},
					computed(Resource{Type: "aws:kms/replicaKey:ReplicaKey", Name: "copy", Custom: true, Provider: Provider{Name: "x", Region: "eu-west-1"}}, "primaryKeyArn", "pii")),
			},
		},
		{
			ID: "images-replicated-in-market", Title: "The registry copies images to the market's other region and account, and to no other.",
			Protects: "The standby cannot start what its registry does not hold; or certified images leave the market.",
			Source:   Source{AWS, "ECR: replication is per account and region, and goes wherever its destinations say"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("ecr/replicationConfiguration:ReplicationConfiguration") },
			Check: func(c *Case) {
				rules, known := c.List("replicationConfiguration", "rules")
				if known && len(rules) == 0 {
					c.Failf("replicationConfiguration.rules is empty")
				}
				for i := range rules {
					to, known := c.List("replicationConfiguration", "rules", i, "destinations")
					if known && len(to) == 0 {
						c.Failf("replicationConfiguration.rules[%d] has no destination", i)
					}
					for k := range to {
						c.Want(c.other(), "replicationConfiguration", "rules", i, "destinations", k, "region")
						c.Want(c.Stack.Market.Account, "replicationConfiguration", "rules", i, "destinations", k, "registryId")
					}
				}
			},
			Holds: []Example{awsExample("to the other", "ecr/replicationConfiguration:ReplicationConfiguration", "copy", attrs{"replicationConfiguration": attrs{"rules": []any{
				attrs{"destinations": []any{attrs{"region": "eu-central-1", "registryId": "111122223333"}}}}}})},
			Breaks: []Example{
				awsExample("region", "ecr/replicationConfiguration:ReplicationConfiguration", "copy", attrs{"replicationConfiguration": attrs{"rules": []any{
					attrs{"destinations": []any{attrs{"region": "us-east-1", "registryId": "111122223333"}}}}}}),
				awsExample("account", "ecr/replicationConfiguration:ReplicationConfiguration", "copy", attrs{"replicationConfiguration": attrs{"rules": []any{
					attrs{"destinations": []any{attrs{"region": "eu-central-1", "registryId": "444455556666"}}}}}}),
			},
		},
		{
			ID: "topics-copied-within-market", Title: "Topics are copied between the market's own two clusters.",
			Protects: "Every bet and login is streamed to a cluster in another region or account.",
			Source:   Source{AWS, "MSK Replicator copies from and to whatever clusters its ARNs name, over regions"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("msk/replicator:Replicator") },
			Check: func(c *Case) {
				list, known := c.List("kafkaClusters")
				if known && len(list) != 2 {
					c.Failf("kafkaClusters has %d, want two", len(list))
				}
				for i := range list {
					c.wantHere("kafkaClusters", i, "amazonMskCluster", "mskClusterArn")
				}
				c.wantHere("replicationInfoList", "sourceKafkaClusterArn")
				c.wantHere("replicationInfoList", "targetKafkaClusterArn")
			},
			Holds:  []Example{exampleReplicator("its own", "eu-central-1", "111122223333")},
			Breaks: []Example{exampleReplicator("region", "us-east-1", "111122223333"), exampleReplicator("account", "eu-central-1", "444455556666")},
		},
	}
}

// exampleReplicator copies from the home region to a cluster in another region.
func exampleReplicator(what, region, account string) Example {
	from, to := "arn:aws:kafka:eu-south-1:111122223333:cluster/a/1", "arn:aws:kafka:"+region+":"+account+":cluster/b/1"
	return awsExample(what, "msk/replicator:Replicator", "copy", attrs{
		"kafkaClusters":       []any{attrs{"amazonMskCluster": attrs{"mskClusterArn": from}}, attrs{"amazonMskCluster": attrs{"mskClusterArn": to}}},
		"replicationInfoList": attrs{"sourceKafkaClusterArn": from, "targetKafkaClusterArn": to},
	})
}

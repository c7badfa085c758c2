package rules

import "slices"

// separationReplicaRules want every data store to be one of a pair. What the other region
// has is in its own stack: each says here whom it follows, or lets itself be followed.
func separationReplicaRules() []Rule {
	database := thing("aws:rds/cluster:Cluster", "ledger", jsonMap{"globalClusterIdentifier": "pitboss-mt-ledger"})
	redis := thing("aws:elasticache/replicationGroup:ReplicationGroup", "cache", jsonMap{"replicationGroupId": "cache"})
	global := thing("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup", "cache", jsonMap{"primaryReplicationGroupId": "cache"})
	global.From = map[string][]string{"primaryReplicationGroupId": {redis.URN}}
	kafka := thing("aws:msk/cluster:Cluster", "kafka", jsonMap{})
	replicator := policy(`{"Effect":"Allow","Principal":{"Service":"kafka.amazonaws.com"},"Action":["kafka:CreateVpcConnection","kafka:DescribeClusterV2"],"Resource":"*"}`)
	admits := thing("aws:msk/clusterPolicy:ClusterPolicy", "kafka", jsonMap{"policy": replicator})
	admits.From = map[string][]string{"clusterArn": {kafka.URN}}
	protects := func(what string) string { return "the region failed, and there was no copy of " + what + " anywhere" }
	return []Rule{
		{
			ID: "database-has-twin", Title: "Every database is a member of a global one, and so has a twin in the other region",
			Protects: protects("the ledger"),
			Source:   Source{AWS, "Using Amazon Aurora Global Database"},
			Severity: Critical, Scope: One,
			About:  func(r Resource) bool { return r.Is("rds/cluster:Cluster") },
			Check:  func(c *Case) { c.WantSet("globalClusterIdentifier") },
			Holds:  []Example{shows("a member", database)},
			Breaks: []Example{shows("alone", but(database, nil, "globalClusterIdentifier"))},
		},
		{
			ID: "redis-has-twin", Title: "Every Redis is a member of a Global Datastore",
			Protects: protects("players' sessions, and every player had to log in at once"),
			Source:   Source{AWS, "ElastiCache: replication across AWS Regions using global datastores"},
			Severity: High, Scope: Whole,
			About: func(r Resource) bool { return r.Is("elasticache/replicationGroup:ReplicationGroup") },
			Check: func(c *Case) {
				follows, known := c.Text("globalReplicationGroupId")
				_, told := c.Get("replicationGroupId")
				led := c.Stack.Companions(c.Resource, "elasticache/globalReplicationGroup:GlobalReplicationGroup", "primaryReplicationGroupId", "replicationGroupId")
				if known && told && follows == "" && len(led) == 0 {
					c.Failf("it follows no Global Datastore and leads none: make it a member")
				}
			},
			Holds:  []Example{shows("leads", redis, global), shows("follows", but(redis, "cache", "globalReplicationGroupId"))},
			Breaks: []Example{shows("alone", redis)},
		},
		{
			ID: "kafka-has-twin", Title: "Every Kafka lets a Replicator copy its topics to the other region",
			Protects: protects("the events that bonuses, reports and the regulator's feed are made of"),
			Source:   Source{AWS, "MSK Replicator: cluster policy of the source"},
			Severity: High, Scope: Whole,
			About: func(r Resource) bool { return r.Is("msk/cluster:Cluster") },
			Check: checkKafkaTwin,
			Holds: []Example{shows("admits it", kafka, admits)},
			Breaks: []Example{
				shows("no policy", kafka),
				shows("a policy for something else", kafka, but(admits, policy(`{"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"kafka:CreateVpcConnection","Resource":"*"}`), "policy")),
			},
		},
	}
}

func checkKafkaTwin(c *Case) {
	unsure := false
	for _, p := range c.Stack.Companions(c.Resource, "msk/clusterPolicy:ClusterPolicy", "clusterArn", "arn") {
		all, known := c.Of(p).statements("policy")
		unsure = unsure || !known
		for _, s := range all {
			if s.allows() && slices.Contains(s.Principal["Service"], "kafka.amazonaws.com") && slices.Contains(s.Action, "kafka:CreateVpcConnection") {
				return
			}
		}
	}
	if !unsure {
		c.Failf("no ClusterPolicy lets kafka.amazonaws.com connect to it, so that no Replicator can copy its topics")
	}
}

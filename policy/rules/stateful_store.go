package rules

import (
	"slices"
	"strings"
)

func statefulStoreRules() []Rule {
	cache, broker := "elasticache/replicationGroup:ReplicationGroup", "msk/cluster:Cluster"
	sturdy := func(automatic, zones bool, replicas float64) attrs {
		return attrs{"automaticFailoverEnabled": automatic, "multiAzEnabled": zones, "replicasPerNodeGroup": replicas}
	}
	entries := func(mode string, creator any) attrs {
		return attrs{"accessConfig": attrs{"authenticationMode": mode, "bootstrapClusterCreatorAdminPermissions": creator}}
	}
	return []Rule{
		{
			ID: "cache-survives-a-zone", Title: "A cache has replicas in other zones, and one of them takes over by itself.",
			Protects: "A zone is lost, and every player of it is logged out.",
			Source:   Source{AWS, "ElastiCache: Multi-AZ with automatic failover; needs a replica"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is(cache) },
			Check: func(c *Case) {
				c.Want(true, "automaticFailoverEnabled")
				c.Want(true, "multiAzEnabled")
				c.WantAtLeast(1, "replicasPerNodeGroup")
			},
			Holds:  []Example{awsExample("a replica", cache, "sessions", sturdy(true, true, 1))},
			Breaks: []Example{awsExample("by hand", cache, "sessions", sturdy(false, true, 1)), awsExample("one zone", cache, "sessions", sturdy(true, false, 1)), awsExample("no replica", cache, "sessions", sturdy(true, true, 0))},
		},
		{
			ID: "cache-asks-for-password", Title: "A cache asks for a password.",
			Protects: "Whatever reaches the network reads, and forges, every player's session.",
			Source:   Source{AWS, "ElastiCache: AUTH; Security Hub ElastiCache.6"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is(cache) },
			Check: func(c *Case) {
				if len(c.Resource.From["authToken"])+len(c.Resource.From["userGroupIds"]) > 0 {
					return // computed from a secret: it is there
				}
				if users, known := c.List("userGroupIds"); known && len(users) == 0 {
					c.WantSet("authToken")
				}
			},
			Holds:  []Example{awsExample("a password", cache, "sessions", attrs{"authToken": Secret{}})},
			Breaks: []Example{awsExample("none", cache, "sessions", nil)},
		},
		{
			ID: "database-logins-by-identity", Title: "Services log in to a database, and to its proxy, as what they are in IAM.",
			Protects: "A password that was copied once opens the ledger from anywhere in the network.",
			Source:   Source{AWS, "RDS: IAM database authentication; Security Hub RDS.12"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return isDatabase(r) || r.Is("rds/proxy:Proxy") },
			Check: func(c *Case) {
				if isDatabase(c.Resource) {
					c.Want(true, "iamDatabaseAuthenticationEnabled")
					return
				}
				list, known := c.List("auths")
				if known && len(list) == 0 {
					c.Failf("auths is empty")
				}
				for i := range list {
					c.Want("REQUIRED", "auths", i, "iamAuth")
				}
			},
			Holds: []Example{
				awsExample("database", "rds/cluster:Cluster", "ledger", attrs{"iamDatabaseAuthenticationEnabled": true}),
				awsExample("proxy", "rds/proxy:Proxy", "ledger", attrs{"auths": []any{attrs{"iamAuth": "REQUIRED"}}}),
			},
			Breaks: []Example{
				awsExample("database", "rds/cluster:Cluster", "ledger", attrs{"iamDatabaseAuthenticationEnabled": false}),
				awsExample("proxy", "rds/proxy:Proxy", "ledger", attrs{"auths": []any{attrs{"iamAuth": "DISABLED"}}}),
			},
		},
		{
			ID: "database-spread-over-zones", Title: "What may become a database's writer is in three zones.",
			Protects: "A zone is lost, and one instance has no other to fail over to in a zone that is up.",
			Source:   Source{House, "everything that takes money is in three zones (components/postgres)"},
			Severity: High, Scope: Whole,
			About: func(r Resource) bool { return r.Is("rds/cluster:Cluster") },
			Check: func(c *Case) {
				members, known := c.partners("rds/clusterInstance:ClusterInstance", "clusterIdentifier", "clusterIdentifier")
				var zones []string
				for _, one := range members {
					one := c.Of(one)
					tier, told := one.Get("promotionTier")
					if told && tier == 15.0 {
						continue // for reports: the last that is asked
					}
					zone, ok := one.Text("availabilityZone")
					known = known && told && ok
					if !slices.Contains(zones, zone) {
						zones = append(zones, zone)
					}
				}
				if known && len(zones) < 3 {
					c.Failf("its instances that may write are in %d zones %v, want three", len(zones), zones)
				}
			},
			Holds:  []Example{exampleMembers("three", "eu-south-1a", "eu-south-1b", "eu-south-1c")},
			Breaks: []Example{exampleMembers("one twice", "eu-south-1a", "eu-south-1a", "eu-south-1b"), exampleMembers("none")},
		},
		{
			ID: "brokers-in-three-zones", Title: "Brokers are a multiple of three, in subnets of three zones.",
			Protects: "Topics have three copies, two of which are lost with one zone.",
			Source:   Source{AWS, "MSK: brokers are spread evenly over the zones of the client subnets; replication factor 3 needs three"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is(broker) },
			Check: func(c *Case) {
				c.WantAtLeast(3, "numberOfBrokerNodes")
				if subnets, known := c.List("brokerNodeGroupInfo", "clientSubnets"); known && len(subnets) < 3 {
					c.Failf("brokerNodeGroupInfo.clientSubnets has %d, want three", len(subnets))
				}
			},
			Holds:  []Example{awsExample("three", broker, "kafka", attrs{"numberOfBrokerNodes": 3.0, "brokerNodeGroupInfo": attrs{"clientSubnets": []any{"a", "b", "c"}}})},
			Breaks: []Example{awsExample("two", broker, "kafka", attrs{"numberOfBrokerNodes": 2.0, "brokerNodeGroupInfo": attrs{"clientSubnets": []any{"a", "b"}}})},
		},
		{
			ID: "cluster-access-by-entries", Title: "Who administers a cluster is said by access entries alone, and not by who happened to make it.",
			Protects: "The role that once ran the program is administrator for ever, and no list shows it.",
			Source:   Source{AWS, "EKS: authentication mode API; bootstrapClusterCreatorAdminPermissions is true unless told otherwise"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("eks/cluster:Cluster") },
			Check: func(c *Case) {
				c.Want("API", "accessConfig", "authenticationMode")
				c.Want(false, "accessConfig", "bootstrapClusterCreatorAdminPermissions")
			},
			Holds:  []Example{awsExample("entries", "eks/cluster:Cluster", "mt", entries("API", false))},
			Breaks: []Example{awsExample("a map too", "eks/cluster:Cluster", "mt", entries("API_AND_CONFIG_MAP", false)), awsExample("its maker", "eks/cluster:Cluster", "mt", entries("API", nil))},
		},
		{
			ID: "nodes-keep-their-credentials", Title: "A node hands its credentials only to itself: sessions of the metadata service, one hop away.",
			Protects: "A pod, or a request that a pod was talked into, takes the node's role.",
			Source:   Source{AWS, "EC2: IMDSv2 with a hop limit of 1; EKS best practices; Security Hub EC2.8"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("ec2/launchTemplate:LaunchTemplate") },
			Check: func(c *Case) {
				c.Want("required", "metadataOptions", "httpTokens")
				if hops, known := c.Get("metadataOptions", "httpPutResponseHopLimit"); known && hops != nil {
					c.Want(1.0, "metadataOptions", "httpPutResponseHopLimit") // AWS's own is 1
				}
			},
			Holds:  []Example{awsExample("one hop", "ec2/launchTemplate:LaunchTemplate", "api", attrs{"metadataOptions": attrs{"httpTokens": "required", "httpPutResponseHopLimit": 1.0}})},
			Breaks: []Example{awsExample("two", "ec2/launchTemplate:LaunchTemplate", "api", attrs{"metadataOptions": attrs{"httpTokens": "required", "httpPutResponseHopLimit": 2.0}}), awsExample("none", "ec2/launchTemplate:LaunchTemplate", "api", nil)},
		},
		{
			ID: "key-not-for-the-whole-account", Title: "A key has a policy, and none of it lets the whole account decrypt without saying through what.",
			Protects: "Every administrator of the account reads every player's documents: the default policy says so.",
			Source:   Source{AWS, "KMS: the default key policy gives the account kms:*; condition keys kms:ViaService and kms:CallerAccount"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.IsAny("kms/key:Key", "kms/replicaKey:ReplicaKey") },
			Check: func(c *Case) {
				list, _ := c.resourceStatements()
				for i, s := range list {
					who, _ := s.Principal.(map[string]any)
					whole := s.Principal == "*" || slices.ContainsFunc(flat(who["AWS"]), func(p string) bool { return p == "*" || strings.HasSuffix(p, ":root") })
					opens := slices.ContainsFunc(flat(s.Action), func(a string) bool { return a == "*" || a == "kms:*" || a == "kms:Decrypt" || a == "kms:De*" })
					if s.Effect == "Allow" && whole && opens && len(s.Condition) == 0 {
						c.Failf("statement %d lets the whole account %v, want a condition such as kms:ViaService", i, flat(s.Action))
					}
				}
			},
			Holds:  []Example{awsExample("through a service", "kms/key:Key", "pii", attrs{"policy": `{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root"]},"Action":["kms:Decrypt"],"Condition":{"StringEquals":{"kms:ViaService":["rds.eu-south-1.amazonaws.com"]}}}]}`})},
			Breaks: []Example{awsExample("default", "kms/key:Key", "pii", nil), awsExample("everything", "kms/key:Key", "pii", attrs{"policy": `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*"}]}`})},
		},
	}
}

// exampleMembers is a database with instances in zones.
func exampleMembers(what string, zones ...string) Example {
	var members []Resource
	for i, zone := range zones {
		members = append(members, awsPart("rds/clusterInstance:ClusterInstance", "member-"+string(rune('a'+i)), attrs{"clusterIdentifier": "mt-ledger", "availabilityZone": zone, "promotionTier": 0.0}))
	}
	return awsExample(what, "rds/cluster:Cluster", "ledger", attrs{"clusterIdentifier": "mt-ledger"}, members...)
}

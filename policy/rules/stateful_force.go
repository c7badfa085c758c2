package rules

import (
	"slices"
	"strings"
)

func statefulForceRules() []Rule {
	return []Rule{
		{
			ID: "no-deletion-by-force", Title: "Nothing is deleted together with what is in it.",
			Protects: "Deleting a bucket, a repository, a zone or a vault empties it first, without a question.",
			Source:   Source{AWS, "the provider's forceDestroy and forceDelete empty what AWS refuses to delete while it holds something"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool {
				return isS3Bucket(r) || r.IsAny("ecr/repository:Repository", "route53/zone:Zone", "backup/vault:Vault", "kms/key:Key", "iam/user:User", "rds/globalCluster:GlobalCluster")
			},
			Check: func(c *Case) {
				for _, input := range []string{"forceDestroy", "forceDelete"} {
					if on, known := c.Get(input); known && on != nil && on != false {
						c.Failf("%s is %s, want false", input, show(on))
					}
				}
			},
			Holds:  []Example{awsExample("kept", "ecr/repository:Repository", "wallet", attrs{"forceDelete": false})},
			Breaks: []Example{awsExample("images", "ecr/repository:Repository", "wallet", attrs{"forceDelete": true}), exampleBucket("objects", attrs{"forceDestroy": true})},
		},
		{
			ID: "secret-recoverable", Title: "A deleted secret can be had back for 30 days.",
			Protects: "A password that everything uses is gone at once, with no way back.",
			Source:   Source{AWS, "Secrets Manager: a recovery window of 7 to 30 days; 0 deletes at once"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("secretsmanager/secret:Secret") },
			Check: func(c *Case) {
				if days, known := c.Get("recoveryWindowInDays"); known && days != nil { // 30 if it does not say
					c.WantAtLeast(30, "recoveryWindowInDays")
				}
			},
			Holds:  []Example{awsExample("30 days", "secretsmanager/secret:Secret", "wallet", attrs{"recoveryWindowInDays": 30.0})},
			Breaks: []Example{awsExample("at once", "secretsmanager/secret:Secret", "wallet", attrs{"recoveryWindowInDays": 0.0})},
		},
		{
			ID: "load-balancer-kept", Title: "AWS refuses to delete a load balancer.",
			Protects: "The front door goes, and with it the name and the addresses that everything points to.",
			Source:   Source{AWS, "Elastic Load Balancing: deletion protection; Security Hub ELB.6"},
			Severity: High, Scope: One,
			About:  func(r Resource) bool { return r.Is("lb/loadBalancer:LoadBalancer") },
			Check:  func(c *Case) { c.Want(true, "enableDeletionProtection") },
			Holds:  []Example{awsExample("kept", "lb/loadBalancer:LoadBalancer", "web", attrs{"enableDeletionProtection": true})},
			Breaks: []Example{awsExample("not", "lb/loadBalancer:LoadBalancer", "web", nil)},
		},
		{
			ID: "topics-lose-nothing-acknowledged", Title: "What a broker has acknowledged is on two of three, and no broker that lags becomes the leader.",
			Protects: "A bet that was acknowledged disappears with the one broker that had it.",
			Source:   Source{AWS, "MSK best practices: replication factor 3, min.insync.replicas at most one less; Kafka: unclean.leader.election.enable"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("msk/configuration:Configuration") },
			Check: func(c *Case) {
				text, known := c.Text("serverProperties")
				if !known {
					return
				}
				set := strings.Fields(text)
				for _, want := range []string{"default.replication.factor=3", "min.insync.replicas=2", "unclean.leader.election.enable=false"} {
					if !slices.Contains(set, want) {
						c.Failf("serverProperties do not say %s", want)
					}
				}
			},
			Holds:  []Example{awsExample("two of three", "msk/configuration:Configuration", "kafka", attrs{"serverProperties": "default.replication.factor=3\nmin.insync.replicas=2\nunclean.leader.election.enable=false\n"})},
			Breaks: []Example{awsExample("one of three", "msk/configuration:Configuration", "kafka", attrs{"serverProperties": "default.replication.factor=3\nmin.insync.replicas=1\nunclean.leader.election.enable=false\n"})},
		},
		{
			ID: "database-engine-moves-by-decision", Title: "AWS does not change a database's engine on its own.",
			Protects: "The two members of a global database differ, on a day that nobody chose, and cannot be swapped.",
			Source:   Source{AWS, "RDS and ElastiCache: autoMinorVersionUpgrade; members of a global database keep one version (reference: aws.md)"},
			Severity: Medium, Scope: One,
			About:  func(r Resource) bool { return r.IsAny("rds/clusterInstance:ClusterInstance", "rds/instance:Instance") },
			Check:  func(c *Case) { c.Want(false, "autoMinorVersionUpgrade") },
			Holds:  []Example{awsExample("by decision", "rds/clusterInstance:ClusterInstance", "ledger", attrs{"autoMinorVersionUpgrade": false})},
			Breaks: []Example{awsExample("on its own", "rds/clusterInstance:ClusterInstance", "ledger", nil)},
		},
	}
}

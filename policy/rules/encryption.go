package rules

import (
	"slices"
	"strings"
)

// sealedRule is a rule on what is encrypted at rest with a key of the market.
func sealedRule(id, title string, typ string, check func(*Case), good attrs, bad map[string]attrs) Rule {
	r := Rule{
		ID: id, Title: title,
		Protects: "Who gets at a disk, a snapshot or a copy reads it; and nobody can withdraw a key that is not the market's.",
		Source:   Source{House, "everything at rest is encrypted with a key of the market, of the class of what it holds (components/keyring); AWS's default keys cannot be closed to anybody"},
		Severity: Critical, Scope: Whole,
		About: func(r Resource) bool { return r.Is(typ) },
		Check: check,
		Holds: []Example{awsExample("sealed", typ, "example", good)},
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range bad {
			if !yield(name) {
				return
			}
		}
	}) {
		r.Breaks = append(r.Breaks, awsExample(name, typ, "example", bad[name]))
	}
	return r
}

func encryptionRules() []Rule {
	data := exampleKey("data")
	return append([]Rule{
		sealedRule("database-encrypted", "A database is encrypted with a key of the market.", "rds/cluster:Cluster", func(c *Case) {
			c.Want(true, "storageEncrypted")
			c.wantKey("kmsKeyId")
		}, attrs{"storageEncrypted": true, "kmsKeyId": data}, map[string]attrs{
			"clear": {"storageEncrypted": false, "kmsKeyId": data}, "AWS's key": {"storageEncrypted": true},
			"AWS's key by name": {"storageEncrypted": true, "kmsKeyId": "alias/aws/rds"},
		}),
		sealedRule("database-instance-encrypted", "A database of one instance is encrypted with a key of the market.", "rds/instance:Instance", func(c *Case) {
			c.Want(true, "storageEncrypted")
			c.wantKey("kmsKeyId")
		}, attrs{"storageEncrypted": true, "kmsKeyId": data}, map[string]attrs{"clear": {"kmsKeyId": data}, "AWS's key": {"storageEncrypted": true}}),
		sealedRule("global-database-encrypted", "A global database is encrypted: a member of another region cannot be more than it is.", "rds/globalCluster:GlobalCluster", func(c *Case) {
			c.Want(true, "storageEncrypted")
		}, attrs{"storageEncrypted": true}, map[string]attrs{"clear": nil}),
		sealedRule("insights-encrypted", "What Performance Insights keeps of queries is encrypted with a key of the market.", "rds/clusterInstance:ClusterInstance", func(c *Case) {
			if on, known := c.Get("performanceInsightsEnabled"); known && on == true {
				c.wantKey("performanceInsightsKmsKeyId")
			}
		}, attrs{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": data}, map[string]attrs{"AWS's key": {"performanceInsightsEnabled": true}}),
		sealedRule("cache-encrypted", "A cache is encrypted at rest with a key of the market.", "elasticache/replicationGroup:ReplicationGroup", func(c *Case) {
			c.wantKey("kmsKeyId")
			// A member that joins a global one gets this from it, and may not say it.
			whole, known := c.Get("globalReplicationGroupId")
			if joins := !known || whole != nil && whole != ""; !joins || c.Resource.Inputs["atRestEncryptionEnabled"] == false {
				c.Want(true, "atRestEncryptionEnabled")
			}
		}, attrs{"atRestEncryptionEnabled": true, "kmsKeyId": data}, map[string]attrs{
			"clear": {"kmsKeyId": data}, "clear member": {"kmsKeyId": data, "globalReplicationGroupId": "x", "atRestEncryptionEnabled": false},
			"AWS's key": {"atRestEncryptionEnabled": true},
		}),
		sealedRule("topics-encrypted", "Topics are encrypted at rest with a key of the market.", "msk/cluster:Cluster", func(c *Case) {
			c.wantKey("encryptionInfo", "encryptionAtRestKmsKeyArn")
		}, attrs{"encryptionInfo": attrs{"encryptionAtRestKmsKeyArn": exampleKey("ledger")}}, map[string]attrs{"AWS's key": nil}),
		sealedRule("cluster-secrets-encrypted", "Secrets of Kubernetes are encrypted with a key of the market before they reach etcd.", "eks/cluster:Cluster", func(c *Case) {
			c.wantKey("encryptionConfig", "provider", "keyArn")
			if of, known := c.Texts("encryptionConfig", "resources"); known && !slices.Contains(of, "secrets") {
				c.Failf("encryptionConfig.resources is %v, want secrets among them", of)
			}
		}, attrs{"encryptionConfig": attrs{"provider": attrs{"keyArn": exampleKey("cluster")}, "resources": []any{"secrets"}}}, map[string]attrs{
			"none": nil, "not secrets": {"encryptionConfig": attrs{"provider": attrs{"keyArn": exampleKey("cluster")}}},
		}),
		sealedRule("node-disks-encrypted", "The disks of nodes are encrypted with a key of the market.", "ec2/launchTemplate:LaunchTemplate", func(c *Case) {
			disks, known := c.List("blockDeviceMappings")
			if known && len(disks) == 0 {
				c.Failf("blockDeviceMappings is empty: the image decides whether disks are encrypted")
			}
			for i := range disks {
				if on, known := c.Text("blockDeviceMappings", i, "ebs", "encrypted"); known && on != "true" {
					c.Failf("blockDeviceMappings[%d].ebs.encrypted is %s, want true", i, show(on))
				}
				c.wantKey("blockDeviceMappings", i, "ebs", "kmsKeyId")
			}
		}, attrs{"blockDeviceMappings": []any{attrs{"ebs": attrs{"encrypted": "true", "kmsKeyId": data}}}}, map[string]attrs{
			"image's": nil, "clear": {"blockDeviceMappings": []any{attrs{"ebs": attrs{"encrypted": "false", "kmsKeyId": data}}}},
			"AWS's key": {"blockDeviceMappings": []any{attrs{"ebs": attrs{"encrypted": "true"}}}},
		}),
		sealedRule("logs-encrypted", "A log group is encrypted with a key of the market.", "cloudwatch/logGroup:LogGroup", func(c *Case) {
			c.wantKey("kmsKeyId")
		}, attrs{"kmsKeyId": data}, map[string]attrs{"AWS's key": nil}),
		sealedRule("secret-encrypted", "A secret is encrypted with a key of the market, and so is each of its replicas.", "secretsmanager/secret:Secret", func(c *Case) {
			c.wantKey("kmsKeyId")
			replicas, _ := c.List("replicas")
			for i := range replicas {
				c.wantKey("replicas", i, "kmsKeyId")
			}
		}, attrs{"kmsKeyId": data, "replicas": []any{attrs{"region": "eu-central-1", "kmsKeyId": data}}}, map[string]attrs{
			"AWS's key": nil, "replica with AWS's key": {"kmsKeyId": data, "replicas": []any{attrs{"region": "eu-central-1"}}},
		}),
		sealedRule("images-encrypted", "A repository of images is encrypted with a key of the market.", "ecr/repository:Repository", func(c *Case) {
			list, known := c.List("encryptionConfigurations")
			if known && len(list) == 0 {
				c.Failf("encryptionConfigurations is empty, want KMS")
			}
			for i := range list {
				c.Want("KMS", "encryptionConfigurations", i, "encryptionType")
				c.wantKey("encryptionConfigurations", i, "kmsKey")
			}
		}, attrs{"encryptionConfigurations": []any{attrs{"encryptionType": "KMS", "kmsKey": data}}}, map[string]attrs{
			"none": nil, "AES256": {"encryptionConfigurations": []any{attrs{"encryptionType": "AES256"}}},
		}),
		sealedRule("backups-encrypted", "A vault of backups is encrypted with a key of the market.", "backup/vault:Vault", func(c *Case) {
			c.wantKey("kmsKeyArn")
		}, attrs{"kmsKeyArn": data}, map[string]attrs{"AWS's key": nil, "another's": {"kmsKeyArn": strings.Replace(data, "111122223333", "444455556666", 1)}}),
	}, encryptionKeyRules()...)
}

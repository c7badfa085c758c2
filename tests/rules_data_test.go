package tests

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pitboss/components/keyring"
	"pitboss/components/services"
	"pitboss/components/signing"
	"pitboss/components/stores"
	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// dataRules are about what holds players' money, names and sessions.
var dataRules = []rule{
	{
		name: "databases-are-kept", why: "a database that can be lost, read in the clear or rolled back too little is none", about: is("rds/cluster:Cluster"),
		check: func(_ place, r record.Resource) error {
			if logs := r.Texts("enabledCloudwatchLogsExports"); !slices.Equal(logs, []string{"postgresql"}) {
				return fmt.Errorf("it exports the logs %v", logs)
			}
			if r.Text("finalSnapshotIdentifier") == "" {
				return fmt.Errorf("no final snapshot")
			}
			return first(want(r, true, "storageEncrypted"), want(r, 35.0, "backupRetentionPeriod"), want(r, false, "skipFinalSnapshot"),
				want(r, true, "iamDatabaseAuthenticationEnabled"), want(r, true, "copyTagsToSnapshot"), want(r, nil, "manageMasterUserPassword"))
		},
		breaks: set(7.0, "backupRetentionPeriod"),
		also: map[string]breaking{
			"Clear":      itself(set(false, "storageEncrypted")),
			"NoSnapshot": itself(set(true, "skipFinalSnapshot")),
			"Managed":    itself(set(true, "manageMasterUserPassword")),
			"NoLogs":     itself(set([]any{}, "enabledCloudwatchLogsExports")),
		},
	},
	{
		name: "swaps-are-ignored", why: "what AWS changes when it promotes is not drift that the next update repairs", about: is("rds/cluster:Cluster", "GlobalReplicationGroup", "elasticache/replicationGroup:ReplicationGroup"),
		check: func(_ place, r record.Resource) error {
			for _, path := range turnedByAWS(r) {
				if !slices.Contains(r.IgnoreChanges, path) {
					return fmt.Errorf("%s is not ignored", path)
				}
			}
			return nil
		},
		breaks: func(r *record.Resource) { r.IgnoreChanges = r.IgnoreChanges[1:] },
		also: map[string]breaking{"Promotes": itself(func(r *record.Resource) {
			r.IgnoreChanges = slices.DeleteFunc(slices.Clone(r.IgnoreChanges), func(path string) bool {
				return path == turnedByAWS(*r)[0]
			})
		})},
	},
	{
		name: "right-key", why: "one class's key never opens another's data", about: is("rds/cluster:Cluster", "ClusterInstance", "elasticache/replicationGroup:ReplicationGroup", "msk/cluster:Cluster", "secretsmanager/secret:Secret", "backup/vault:Vault"),
		check: rightKey,
		also: map[string]breaking{"OtherKey": func(_ *record.Recording, r *record.Resource) {
			if r.Is("msk/cluster:Cluster") {
				set("arn:aws:recorded:::keys-data", "encryptionInfo", "encryptionAtRestKmsKeyArn")(r)
				return
			}
			for _, path := range []string{"kmsKeyId", "kmsKeyArn", "performanceInsightsKmsKeyId"} {
				set("arn:aws:recorded:::keys-cluster", path)(r)
			}
		}},
	},
	{
		name: "instances-are-private", why: "nobody reaches a database from the internet, and a zone's loss leaves two", about: is("ClusterInstance"),
		check: func(p place, r record.Resource) error {
			zones := map[string]bool{}
			for _, one := range p.all.Type("ClusterInstance") {
				if serving := one.Get("promotionTier") != 15.0; serving && one.Text("clusterIdentifier") == r.Text("clusterIdentifier") {
					zones[one.Text("availabilityZone")] = true
				}
			}
			if len(zones) < 3 {
				return fmt.Errorf("what may become its cluster's writer is in %d zones, want three", len(zones))
			}
			return first(want(r, false, "publiclyAccessible"), want(r, true, "performanceInsightsEnabled"))
		},
		breaks: set(true, "publiclyAccessible"),
		also: map[string]breaking{"TwoZones": func(all *record.Recording, r *record.Resource) {
			for i := range all.Resources {
				if all.Resources[i].Is("ClusterInstance") && strings.HasSuffix(all.Resources[i].Text("availabilityZone"), "c") {
					all.Resources[i] = clone(all.Resources[i])
					set("promoted-never", "clusterIdentifier")(&all.Resources[i])
				}
			}
			r.Inputs["clusterIdentifier"] = "another"
		}},
	},
	{
		name: "postgres-speaks-tls", why: "a password on the wire is no password", about: is("ClusterParameterGroup"),
		check: func(_ place, r record.Resource) error {
			got := parameters(r)
			if got["rds.force_ssl"] != "1" || got["rds.logical_replication"] != "1" {
				return fmt.Errorf("parameters are %v", got)
			}
			return nil
		},
		breaks: set([]any{}, "parameters"),
	},
	{
		name: "caches-are-closed", why: "a session is a player's identity", about: is("elasticache/replicationGroup:ReplicationGroup"),
		check: func(_ place, r record.Resource) error {
			if r.Text("authToken") == "" {
				return fmt.Errorf("no AUTH token")
			}
			if joins := r.Text("globalReplicationGroupId") != ""; !joins {
				if err := first(want(r, true, "transitEncryptionEnabled"), want(r, "required", "transitEncryptionMode"), want(r, true, "atRestEncryptionEnabled")); err != nil {
					return err
				}
			}
			return want(r, true, "multiAzEnabled")
		},
		breaks: set("", "authToken"),
		also:   map[string]breaking{"OneZone": itself(set(false, "multiAzEnabled"))},
	},
	{
		name: "brokers-are-closed", why: "topics carry what wallets do", about: is("msk/cluster:Cluster"),
		check: func(_ place, r record.Resource) error {
			return first(want(r, "TLS", "encryptionInfo", "encryptionInTransit", "clientBroker"), want(r, true, "clientAuthentication", "sasl", "iam"),
				want(r, false, "clientAuthentication", "unauthenticated"), want(r, "DISABLED", "brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type"))
		},
		breaks: set(true, "clientAuthentication", "unauthenticated"),
		also:   map[string]breaking{"Clear": itself(set("TLS_PLAINTEXT", "encryptionInfo", "encryptionInTransit", "clientBroker"))},
	},
	{
		name: "no-other-region", why: "a copy outside of the area is data outside of the area", about: isAWS,
		check: func(p place, r record.Resource) error {
			for _, found := range regionsIn(r.Inputs) {
				if found != p.market.Home.String() && found != p.market.Standby.String() {
					return fmt.Errorf("it names %s, the market is in %s and %s", found, p.market.Home, p.market.Standby)
				}
			}
			return nil
		},
		breaks: func(r *record.Resource) { r.Inputs["replicas"] = []any{map[string]any{"region": "us-east-1"}} },
		also: map[string]breaking{
			"ARN":    itself(func(r *record.Resource) { r.Inputs["target"] = "arn:aws:backup:us-east-1:111122223333:backup-vault:x" }),
			"Zone":   itself(func(r *record.Resource) { r.Inputs["availabilityZone"] = "us-east-1a" }),
			"Source": itself(func(r *record.Resource) { r.Inputs["sourceRegion"] = "eu-north-1" }),
		},
	},
	{
		name: "secrets-follow-the-area", why: "a standby that cannot log in to its database is no standby", about: is("secretsmanager/secret:Secret"),
		check: func(p place, r record.Resource) error {
			class := classOf(p, r)
			return first(want(r, p.market.Standby.String(), "replicas", 0, "region"), want(r, "arn:aws:recorded:::keys-"+class+"-replica", "replicas", 0, "kmsKeyId"),
				want(r, 30.0, "recoveryWindowInDays"))
		},
		breaks: set([]any{}, "replicas"),
	},
	{
		name: "backups-are-locked", why: "who can delete the database must not be able to delete its backups", about: is("backup/vault:Vault"),
		check: func(p place, r record.Resource) error {
			if !slices.ContainsFunc(p.all.Type("VaultLockConfiguration"), func(lock record.Resource) bool {
				grace := any(nil) // governance: who may, can still change it
				if p.market.Environment == market.EnvironmentProd {
					grace = 3.0 // compliance: nobody can, three days after
				}
				return lock.Provider == r.Provider && lock.Text("backupVaultName") == r.Text("name") && lock.Get("minRetentionDays") != nil && lock.Get("changeableForDays") == grace
			}) {
				return fmt.Errorf("no lock on vault %s", r.Text("name"))
			}
			return nil
		},
		also: map[string]breaking{
			"Unlocked": func(all *record.Recording, _ *record.Resource) {
				all.Resources = slices.DeleteFunc(slices.Clone(all.Resources), func(one record.Resource) bool { return one.Is("VaultLockConfiguration") })
			},
			"Changeable": func(all *record.Recording, _ *record.Resource) {
				for i := range all.Resources {
					if all.Resources[i].Is("VaultLockConfiguration") {
						all.Resources[i] = clone(all.Resources[i])
						delete(all.Resources[i].Inputs, "changeableForDays")
					}
				}
			},
		},
	},
}

// turnedByAWS is what a promotion changes of a resource, and what the whole owns of a
// part: aws.md C.4, each a way in which an update would undo the promotion.
func turnedByAWS(r record.Resource) []string {
	switch {
	case r.Is("GlobalReplicationGroup"):
		return []string{"primaryReplicationGroupId"}
	case r.Is("elasticache/replicationGroup:ReplicationGroup"):
		return []string{"automaticFailoverEnabled", "autoMinorVersionUpgrade", "engineVersion", "nodeType", "numNodeGroups", "parameterGroupName"}
	}
	return []string{"replicationSourceIdentifier", "globalClusterIdentifier", "engineVersion", "availabilityZones", "databaseName", "masterUsername", "snapshotIdentifier"}
}

// rightKey wants the key of the class that the resource's row says, in its own region.
func rightKey(p place, r record.Resource) error {
	switch {
	case r.Is("msk/cluster:Cluster"):
		return want(r, keyOf(p, r, "ledger"), "encryptionInfo", "encryptionAtRestKmsKeyArn")
	case r.Is("elasticache/replicationGroup:ReplicationGroup"):
		return want(r, keyOf(p, r, "data"), "kmsKeyId")
	case r.Is("secretsmanager/secret:Secret"):
		return want(r, keyOf(p, r, classOf(p, r)), "kmsKeyId")
	}
	for _, d := range stores.Databases() {
		key := keyOf(p, r, string(d.Key))
		switch {
		case r.Is("backup/vault:Vault") && r.Text("name") == physical(p).BackupVault(regionOf(p, r), d.Name):
			return want(r, key, "kmsKeyArn")
		case r.Is("ClusterInstance") && strings.HasPrefix(r.Name, d.Name+"-"):
			return want(r, key, "performanceInsightsKmsKeyId")
		case r.Is("rds/cluster:Cluster") && r.Text("clusterIdentifier") == physical(p).DatabaseCluster(regionOf(p, r), d.Name):
			return want(r, key, "kmsKeyId")
		}
	}
	return fmt.Errorf("it belongs to no database of the table")
}

// classOf is the class of what a secret of the foundation opens: a consumer's, or what an
// outside party gave us.
func classOf(p place, r record.Resource) string {
	for _, c := range stores.Consumers() {
		if physical(p).Secret(c.Name) == r.Text("name") {
			return string(c.Class)
		}
	}
	for _, c := range services.Credentials() {
		if physical(p).Secret(c.Name) == r.Text("name") {
			return string(c.Class)
		}
	}
	if physical(p).Secret(signing.SecretName) == r.Text("name") {
		return string(keyring.Audit)
	}
	return ""
}

// parameters is a parameter group as a map.
func parameters(r record.Resource) map[string]string {
	out := map[string]string{}
	list, _ := r.Get("parameters").([]any)
	for _, one := range list {
		p, _ := one.(map[string]any)
		out[fmt.Sprint(p["name"])] = fmt.Sprint(p["value"])
	}
	return out
}

var regionWord = regexp.MustCompile(`\b(us|eu|ca|sa|ap|me|af|il|mx)-(gov-)?(north|south|east|west|central|northeast|southeast|northwest|southwest)-\d[a-z]?\b`)

// regionsIn is every AWS region that some input names, whole or inside of an ARN, a zone,
// a name or a document.
func regionsIn(inputs map[string]any) []string {
	text, err := json.Marshal(inputs)
	if err != nil {
		return []string{err.Error()}
	}
	found := regionWord.FindAllString(strings.ReplaceAll(string(text), "_", "-"), -1)
	for i, one := range found {
		found[i] = strings.TrimRight(one, "abcdefgh") // a zone is its region and a letter
	}
	slices.Sort(found)
	return slices.Compact(found)
}

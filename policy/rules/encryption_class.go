package rules

import (
	"slices"
	"strings"
)

// classOfKey is the class of a key of this stack, as its alias says: alias/pitboss/mt/pii.
func (s *Stack) classOfKey(urn string) string {
	for _, alias := range s.OfType("kms/alias:Alias") {
		if name, ok := alias.Inputs["name"].(string); ok && slices.Contains(alias.From["targetKeyId"], urn) {
			return name[strings.LastIndex(name, "/")+1:]
		}
	}
	return ""
}

// keyAt is the key at path and its class, empty if it is none of the market's. A key that
// this stack makes has a class before it has an ARN.
func (c *Case) keyAt(path ...any) (key, class string, known bool) {
	var made []string
	for _, urn := range c.Resource.From[path[0].(string)] {
		if one := c.Stack.classOfKey(urn); one != "" && !slices.Contains(made, one) {
			made = append(made, one)
		}
	}
	if len(made) == 1 && c.Resource.get(path) == (any)(Unknown{}) {
		return "", made[0], true
	}
	key, known = c.Text(path...)
	class = c.Stack.Keys[key]
	if class == "" && key != "" && len(made) == 1 {
		class = made[0]
	}
	return key, class, known
}

// wantKey breaks the rule unless the key at path is one of the market's.
func (c *Case) wantKey(path ...any) {
	key, class, known := c.keyAt(path...)
	switch {
	case !known || class != "":
	case key == "":
		c.Failf("%s is not set: it is encrypted with a key of AWS's choice, or not at all", pathText(path))
	case strings.Contains(key, "alias/aws/") || len(c.Stack.Keys) > 0:
		c.Failf("%s is %s, want a key of the market", pathText(path), key)
	default:
		c.Untold("the class of key " + key)
	}
}

// keyPlaces are the inputs of the judged resource that name the key it is encrypted with.
func (c *Case) keyPlaces() (places [][]any) {
	switch r := c.Resource; {
	case r.IsAny("rds/cluster:Cluster", "rds/instance:Instance", "elasticache/replicationGroup:ReplicationGroup", "cloudwatch/logGroup:LogGroup", "secretsmanager/secret:Secret"):
		return [][]any{{"kmsKeyId"}}
	case r.Is("rds/clusterInstance:ClusterInstance"):
		return [][]any{{"performanceInsightsKmsKeyId"}}
	case r.Is("backup/vault:Vault"):
		return [][]any{{"kmsKeyArn"}}
	case r.Is("msk/cluster:Cluster"):
		return [][]any{{"encryptionInfo", "encryptionAtRestKmsKeyArn"}}
	case r.Is("eks/cluster:Cluster"):
		return [][]any{{"encryptionConfig", "provider", "keyArn"}}
	case r.Is("ecr/repository:Repository"):
		return c.each("encryptionConfigurations", "kmsKey")
	case r.Is("ec2/launchTemplate:LaunchTemplate"):
		return c.each("blockDeviceMappings", "ebs", "kmsKeyId")
	case r.Is("BucketServerSideEncryptionConfigurationV2"):
		return c.each("rules", "applyServerSideEncryptionByDefault", "kmsMasterKeyId")
	}
	return nil
}

// copyKeyPlaces are the inputs that name the keys of its copies, each of another region.
func (c *Case) copyKeyPlaces() [][]any {
	switch {
	case c.Resource.Is("secretsmanager/secret:Secret"):
		return c.each("replicas", "kmsKeyId")
	case c.Resource.Is("BucketReplicationConfig"):
		return c.each("rules", "destination", "encryptionConfiguration", "replicaKmsKeyId")
	}
	return nil
}

// each is the path of an input in every element of a list.
func (c *Case) each(list string, below ...any) (paths [][]any) {
	elements, _ := c.List(list)
	for i := range elements {
		paths = append(paths, append([]any{list, i}, below...))
	}
	return paths
}

// holdsKeys tells whether keyPlaces knows r.
func holdsKeys(r Resource) bool {
	return r.IsAny("rds/cluster:Cluster", "rds/instance:Instance", "rds/clusterInstance:ClusterInstance", "elasticache/replicationGroup:ReplicationGroup",
		"cloudwatch/logGroup:LogGroup", "secretsmanager/secret:Secret", "backup/vault:Vault", "msk/cluster:Cluster", "eks/cluster:Cluster",
		"ecr/repository:Repository", "ec2/launchTemplate:LaunchTemplate", "BucketServerSideEncryptionConfigurationV2")
}

// classWords say what data a name speaks of, and by which classes' keys that may be
// encrypted. The first that is among a name's words decides: a backup vault of the ledger
// is of the ledger.
var classWords = []struct {
	word    string
	classes []string
}{
	{"ledger", []string{"ledger"}}, {"wallet", []string{"ledger"}}, {"kafka", []string{"ledger"}},
	{"payments", []string{"payments"}}, {"psp", []string{"payments"}},
	{"pii", []string{"pii", "payments"}}, {"kyc", []string{"pii"}}, {"players", []string{"pii"}}, {"identity", []string{"pii"}},
	{"audit", []string{"audit"}}, {"evidence", []string{"audit"}}, {"flow", []string{"audit"}},
	{"eks", []string{"cluster"}}, {"sessions", []string{"data"}}, {"cache", []string{"data"}},
	{"vault", []string{"pii", "payments"}},
}

// classesFor are the classes whose keys may encrypt the judged resource, and why: what its
// tags say, what its type holds, or what its names speak of.
func (c *Case) classesFor() (classes []string, why string, known bool) {
	for _, tag := range []string{"pitboss:class", "pitboss:database"} {
		text, known := c.Text("tags", tag)
		switch {
		case !known:
			return nil, "", false
		case text != "" && tag == "pitboss:class":
			return []string{text}, "its tag says " + text, true
		case text != "":
			if found := classesOf(nameWords(text)); found != nil {
				return found, "it is of database " + text, true
			}
		}
	}
	switch r := c.Resource; {
	case r.Is("eks/cluster:Cluster"):
		return []string{"cluster"}, "it holds the cluster's secrets", true
	case r.IsAny("ec2/launchTemplate:LaunchTemplate", "ecr/repository:Repository"):
		return []string{"data"}, "it holds disks or images, and no records", true
	}
	names := []string{c.Resource.Name}
	for _, input := range []string{"name", "clusterIdentifier", "clusterName", "bucket"} {
		if text, ok := c.Resource.Inputs[input].(string); ok {
			names = append(names, text)
		}
	}
	if found := classesOf(nameWords(names...)); found != nil {
		return found, "its name says so", true
	}
	return []string{"data", "pii", "payments", "ledger"}, "it holds data of the business", true
}

func classesOf(names []string) []string {
	for _, one := range classWords {
		if slices.Contains(names, one.word) {
			return one.classes
		}
	}
	return nil
}

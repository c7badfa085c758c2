package tests

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pitboss/internal/record"
)

var update = flag.Bool("update", false, "rewrite the golden files, and fail so that the change is reviewed")

// shown is what a summary says of a type, beside its name: the inputs that a reviewer
// cares about. A digest stands for what is too long to read and must not change unseen.
var shown = map[string][]string{
	"BucketV2":                        {"bucket", "objectLockEnabled"},
	"BucketObjectLockConfigurationV2": {"rule.defaultRetention.mode", "rule.defaultRetention.years"},
	"BucketLifecycleConfigurationV2":  {"#rules"},
	"BucketPolicy":                    {"#policy"},
	"BucketReplicationConfig":         {"#rules"},
	"kms/key:Key":                     {"multiRegion", "enableKeyRotation", "#policy"},
	"ReplicaKey":                      {"#policy"},
	"kms/alias:Alias":                 {"name"},
	"Vpc":                             {"cidrBlock"},
	"Subnet":                          {"cidrBlock", "mapPublicIpOnLaunch"},
	"ec2/route:Route":                 {"gatewayId", "natGatewayId"},
	"VpcEndpoint":                     {"serviceName", "vpcEndpointType"},
	"SecurityGroupIngressRule":        {"ipProtocol", "cidrIpv4", "fromPort", "toPort"},
	"FlowLog":                         {"logDestination"},
	"eks/cluster:Cluster":             {"name", "version", "vpcConfig.endpointPublicAccess"},
	"Addon":                           {"addonVersion"},
	"AccessEntry":                     {"principalArn"},
	"NodeGroup":                       {"instanceTypes", "capacityType", "scalingConfig"},
	"LaunchTemplate":                  {"#"},
	"iam/role:Role":                   {"name", "#assumeRolePolicy"},
	"iam/rolePolicy:RolePolicy":       {"#policy"},
	"iam/rolePolicyAttachment:RolePolicyAttachment": {"policyArn"},
	"LogGroup":              {"name", "retentionInDays"},
	"StorageClass":          {"parameters"},
	"GlobalCluster":         {"globalClusterIdentifier", "engineVersion"},
	"rds/cluster:Cluster":   {"clusterIdentifier", "engineVersion", "sourceRegion"},
	"ClusterInstance":       {"identifier", "instanceClass", "availabilityZone", "promotionTier"},
	"ClusterParameterGroup": {"#parameters"},
	"rds/proxy:Proxy":       {"requireTls", "#auths"},
	"Secret":                {"name"},
	"backup/vault:Vault":    {"name"},
	"backup/plan:Plan":      {"#rules"},
	"elasticache/replicationGroup:ReplicationGroup": {"replicationGroupId", "nodeType", "numNodeGroups", "replicasPerNodeGroup"},
	"msk/cluster:Cluster":                           {"clusterName", "kafkaVersion", "numberOfBrokerNodes"},
	"msk/replicator:Replicator":                     {"replicatorName"},
	"LoadBalancer":                                  {"name", "internal"},
	"lb/listener:Listener":                          {"protocol", "port"},
	"SecurityGroupEgressRule":                       {"ipProtocol", "cidrIpv4", "fromPort", "toPort"},
	"route53/record:Record":                         {"name", "type", "weightedRoutingPolicies"},
	"route53/zone:Zone":                             {"name"},
	"HealthCheck":                                   {"type", "resourcePath"},
	"EndpointGroup":                                 {"endpointGroupRegion", "trafficDialPercentage"},
	"pulumi:providers:aws":                          {"region", "allowedAccountIds"},
}

// reviewed are the stacks with a golden file: one market whole, and the foundation with
// the most record classes. Other markets have the same shape, and adding one must not
// take more than its own files.
var reviewed = []string{"gb-foundation", "mt-foundation", "mt-eu-south-1", "mt-eu-central-1", "mt-gslb"}

// TestGolden compares a summary of each reviewed stack with the one that was reviewed,
// as it is with the home region active: a swap of a market fails no test.
func TestGolden(t *testing.T) {
	compared := 0
	for _, m := range markets(t) {
		all := flipped(t, m, m.Home)
		for _, s := range m.Stacks() {
			if slices.Contains(reviewed, s.Name) {
				golden(t, filepath.Join("golden", s.Name+".txt"), summary(all[s.Name]))
				compared++
			}
		}
	}
	if compared != len(reviewed) {
		t.Errorf("compared %d of %v: the list names a stack that no market has", compared, reviewed)
	}
}

// golden fails unless got is what path holds. With -update it rewrites the file and
// fails all the same: an update that nobody reviews must not pass.
func golden(t *testing.T, path, got string) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err == nil && strings.ReplaceAll(string(want), "\r\n", "\n") == got {
		return
	}
	if !*update {
		t.Errorf("%s differs; run `go test ./tests -run Golden -update`, then review the diff:\n%s", path, lines(string(want), got))
		return
	}
	if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Errorf("rewrote %s: review it, then run again without -update", path)
}

// lines is what only one of two texts has.
func lines(want, got string) string {
	var out strings.Builder
	for _, one := range difference(strings.Split(want, "\n"), strings.Split(got, "\n")) {
		fmt.Fprintln(&out, "-", one)
	}
	for _, one := range difference(strings.Split(got, "\n"), strings.Split(want, "\n")) {
		fmt.Fprintln(&out, "+", one)
	}
	return out.String()
}

// summary is one line a resource: where, what, how it is kept, and what is shown of it.
func summary(r record.Recording) string {
	var out []string
	for _, one := range r.Resources {
		short := one.Type[strings.LastIndex(one.Type, ":")+1:]
		line := []string{short, one.Name}
		if where := r.Region(one); where != "" {
			line = append(line, where)
		}
		if one.Protect {
			line = append(line, "protected")
		}
		for _, suffix := range shownKeys(one) {
			for _, path := range shown[suffix] {
				line = append(line, show(one, path))
			}
		}
		out = append(out, strings.Join(line, " "))
	}
	slices.Sort(out)
	return strings.Join(out, "\n") + "\n"
}

func shownKeys(r record.Resource) []string {
	var out []string
	for suffix := range shown {
		if r.Is(suffix) || r.Type == suffix || strings.HasSuffix(r.Type, suffix) {
			out = append(out, suffix)
		}
	}
	slices.Sort(out)
	return out
}

func show(r record.Resource, path string) string {
	name, digest := strings.CutPrefix(path, "#")
	var value any = r.Inputs
	if name != "" {
		for _, key := range strings.Split(name, ".") {
			m, _ := value.(map[string]any)
			value = m[key]
		}
	}
	if value == nil {
		return name + "=-"
	}
	text, ok := value.(string)
	if !ok {
		b, _ := json.Marshal(value) // keys are sorted
		text = string(b)
	}
	if digest {
		sum := sha256.Sum256([]byte(text))
		return fmt.Sprintf("%s#%x", name, sum[:3])
	}
	return name + "=" + text
}

package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// calledAs is how AWS calls what the program names: an action on it that the stack's runner
// needs, and the ARN, in which {x} is the input x.
var calledAs = map[string]struct{ action, arn string }{
	"backup/vault:Vault":                                        {"backup:CreateBackupVault", "backup:@:backup-vault:{name}"},
	"cloudwatch/logGroup:LogGroup":                              {"logs:CreateLogGroup", "logs:@:log-group:{name}"},
	"ecr/repository:Repository":                                 {"ecr:CreateRepository", "ecr:@:repository/{name}"},
	"eks/cluster:Cluster":                                       {"eks:UpdateClusterConfig", "eks:@:cluster/{name}"},
	"eks/nodeGroup:NodeGroup":                                   {"eks:UpdateNodegroupConfig", "eks:@:nodegroup/{clusterName}/x/1"},
	"eks/addon:Addon":                                           {"eks:UpdateAddon", "eks:@:addon/{clusterName}/{addonName}/1"},
	"eks/podIdentityAssociation:PodIdentityAssociation":         {"eks:DeletePodIdentityAssociation", "eks:@:podidentityassociation/{clusterName}/a-1"},
	"elasticache/replicationGroup:ReplicationGroup":             {"elasticache:CreateReplicationGroup", "elasticache:@:replicationgroup:{replicationGroupId}"},
	"elasticache/globalReplicationGroup:GlobalReplicationGroup": {"elasticache:CreateGlobalReplicationGroup", "elasticache::111122223333:globalreplicationgroup:abcde-{globalReplicationGroupIdSuffix}"},
	"kms/alias:Alias":                                           {"kms:CreateAlias", "kms:@:{name}"},
	"lb/loadBalancer:LoadBalancer":                              {"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:@:loadbalancer/net/{name}/1"},
	"msk/cluster:Cluster":                                       {"kafka:UpdateBrokerStorage", "kafka:@:cluster/{clusterName}/1"},
	"msk/replicator:Replicator":                                 {"kafka:UpdateReplicationInfo", "kafka:@:replicator/{replicatorName}/1"},
	"rds/cluster:Cluster":                                       {"rds:CreateDBCluster", "rds:@:cluster:{clusterIdentifier}"},
	"rds/clusterEndpoint:ClusterEndpoint":                       {"rds:CreateDBClusterEndpoint", "rds:@:cluster-endpoint:{clusterEndpointIdentifier}"},
	"rds/clusterInstance:ClusterInstance":                       {"rds:CreateDBInstance", "rds:@:db:{identifier}"},
	"rds/globalCluster:GlobalCluster":                           {"rds:CreateGlobalCluster", "rds::111122223333:global-cluster:{globalClusterIdentifier}"},
	"s3/bucketV2:BucketV2":                                      {"s3:CreateBucket", "s3:::{bucket}"},
	"secretsmanager/secret:Secret":                              {"secretsmanager:CreateSecret", "secretsmanager:@:secret:{name}-a1b2c3"},
	"iam/openIdConnectProvider:OpenIdConnectProvider":           {"iam:CreateOpenIDConnectProvider", "iam::111122223333:oidc-provider/{url}"},
}

// TestRunnersMayChangeWhatStacksMake holds the names in the runners' policies to those that
// the program gives: an up from a runner would be refused by AWS halfway, and no preview says so.
func TestRunnersMayChangeWhatStacksMake(t *testing.T) {
	m, err := market.Load(projectDir, "mt")
	if err != nil {
		t.Fatal(err)
	}
	all, seen := compose(t, m, false), map[string]bool{}
	for _, s := range m.Stacks() {
		own, _ := all[m.Stacks()[0].Name].Named("delivery-up-" + strings.TrimPrefix(s.Name, m.Name+"-") + "-policy")
		p, err := policyOf(own)
		if err != nil {
			t.Fatal(err)
		}
		may := func(action, arn string) bool {
			allowed := false
			for _, one := range p.Statement {
				if matches(one.Action, action) && matches(one.Resource, arn) {
					if one.Effect != "Allow" {
						return false
					}
					allowed = true
				}
			}
			return allowed
		}
		for _, r := range all[s.Name].Resources {
			typ := strings.TrimPrefix(r.Type, "aws:")
			if form, ok := calledAs[typ]; ok {
				seen[typ] = true
				if arn := arnOf(form.arn, m.Account, all[s.Name], r); !may(form.action, arn) {
					t.Errorf("%s: a runner may not %s %s", s.Name, form.action, arn)
				}
			}
			if typ != "iam/role:Role" {
				continue
			}
			name := r.Text("name")
			if name == "" {
				name = autonamed(s.Name, r.Name)
			}
			arn := "arn:aws:iam::" + m.Account + ":role/" + name
			for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:PassRole"} {
				if !may(action, arn) {
					t.Errorf("%s: a runner may not %s %s", s.Name, action, arn)
				}
			}
		}
		if may("iam:CreateRole", "arn:aws:iam::"+m.Account+":role/platform-admin") || may("iam:PassRole", "arn:aws:iam::"+m.Account+":role/platform-admin") {
			t.Errorf("%s: a runner may make itself the administrators' role", s.Name)
		}
	}
	for typ := range calledAs {
		if !seen[typ] {
			t.Errorf("no stack has a %s", typ)
		}
	}
}

// TestEngineNamesRolesAfterTheirMarket wants the engine's names of roles as Pulumi.yaml has
// them to be within what IAM takes, in every market.
func TestEngineNamesRolesAfterTheirMarket(t *testing.T) {
	everyStack(t, func(t *testing.T, m market.Market, s market.Stack, r record.Recording) {
		for _, role := range r.Type("iam/role:Role") {
			if name := autonamed(s.Name, role.Name); role.Text("name") == "" && len(name) > 64 {
				t.Errorf("%s has %d characters, IAM takes 64", name, len(name))
			}
		}
	})
}

// autonamed is the engine's name for a role, by the pattern in Pulumi.yaml.
func autonamed(stack, name string) string {
	return strings.NewReplacer("${project}", record.Project, "${stack}", stack, "${name}", name, "${hex(7)}", "0123456").Replace(pattern())
}

// pattern is that of roles' names in Pulumi.yaml.
var pattern = sync.OnceValue(func() string {
	raw, err := os.ReadFile(filepath.Join(projectDir, "Pulumi.yaml"))
	_, after, ok := strings.Cut(string(raw), `"aws:iam/role:Role":`)
	_, after, named := strings.Cut(after, "pattern: ")
	if err != nil || !ok || !named {
		panic(fmt.Sprintf("Pulumi.yaml names no roles: %v", err))
	}
	return strings.SplitN(after, "\n", 2)[0]
})

// arnOf fills a form with a resource's inputs.
func arnOf(form, account string, all record.Recording, r record.Resource) string {
	out := "arn:aws:" + strings.Replace(form, "@", all.Region(r)+":"+account, 1)
	for key, v := range r.Inputs {
		text, ok := v.(string)
		if !ok {
			raw, _ := json.Marshal(v) // of no form
			text = string(raw)
		}
		out = strings.ReplaceAll(out, "{"+key+"}", strings.TrimPrefix(text, "https://"))
	}
	return out
}

package redis_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/components/redis"
	"pitboss/components/stores"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
	"pitboss/regions/engines"
)

func valid(t *testing.T) redis.Args {
	return redis.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Network: network.Placement{
			Region: componenttest.Region(t, "eu-south-1"), VPCID: pulumi.String("vpc").ToStringOutput(),
			Vault: pulumi.ToStringArray([]string{"vault-a", "vault-b", "vault-c"}),
		},
		Row: redis.Table()[0], Version: engines.DefaultRedis(), NodeType: "cache.r7g.large",
		KeyARN: pulumi.String("data-key"), AuthToken: pulumi.String("token-of-sessions"),
		Clients: []network.Client{{GroupID: pulumi.String("node-group"), Reason: "workloads"}},
	}
}

func TestArgs(t *testing.T) {
	row := func(edit func(*redis.Row)) func(*redis.Args) { return func(a *redis.Args) { edit(&a.Row) } }
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[redis.Args]{
		"Valid":       {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*redis.Args) {}},
		"Joins":       {Reason: "the standby joins", Edit: func(a *redis.Args) { a.Join = pulumi.String("ldgnf-mt") }},
		"NoClients":   {Reason: "a cache may wait for its clients", Edit: func(a *redis.Args) { a.Clients = nil }},
		"NoMarket":    {Reason: "names carry it", Edit: func(a *redis.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoRegion":    {Reason: "names carry it", Edit: func(a *redis.Args) { a.Network.Region = regions.Region{} }, Blames: "Network.Region"},
		"TwoZones":    {Reason: "nodes are spread over three", Edit: func(a *redis.Args) { a.Network.Vault = a.Network.Vault[:2] }, Blames: "Network.Vault"},
		"NoVersion":   {Reason: "AWS would choose", Edit: func(a *redis.Args) { a.Version = engines.Redis{} }, Blames: "Version"},
		"Small":       {Reason: "a Global Datastore takes no t-class", Edit: func(a *redis.Args) { a.NodeType = "cache.t4g.medium" }, Blames: "NodeType"},
		"NoNode":      {Reason: "AWS asks for one", Edit: func(a *redis.Args) { a.NodeType = "" }, Blames: "NodeType"},
		"NoKey":       {Reason: "AWS would use a key of its own", Edit: func(a *redis.Args) { a.KeyARN = nil }, Blames: "KeyARN"},
		"NoToken":     {Reason: "whoever reaches the port could read", Edit: func(a *redis.Args) { a.AuthToken = nil }, Blames: "AuthToken"},
		"NoGroup":     {Reason: "nobody would be let in", Edit: func(a *redis.Args) { a.Clients = []network.Client{{Reason: "x"}} }, Blames: "Clients[0]"},
		"NoReason":    {Reason: "an opening says why it is there", Edit: func(a *redis.Args) { a.Clients = []network.Client{{GroupID: pulumi.String("g")}} }, Blames: "Clients[0]"},
		"Twice":       {Reason: "the reason names the rule", Edit: func(a *redis.Args) { a.Clients = append(slices.Clone(a.Clients), a.Clients[0]) }, Blames: "Clients[1]"},
		"NoRow":       {Reason: "nobody said which cache", Edit: row(func(r *redis.Row) { *r = redis.Row{} }), Blames: "Row"},
		"PII":         {Reason: "names of players stay in the vault", Edit: row(func(r *redis.Row) { r.Key = keyring.PII }), Blames: "Row"},
		"Payments":    {Reason: "cards stay in the vault", Edit: row(func(r *redis.Row) { r.Key = keyring.Payments }), Blames: "Row"},
		"WrongClass":  {Reason: "no key has that name", Edit: row(func(r *redis.Row) { r.Key = "date" }), Blames: "Row"},
		"WrongPolicy": {Reason: "Redis has its own spelling", Edit: row(func(r *redis.Row) { r.Policy = "lru" }), Blames: "Row"},
		"NoReplica":   {Reason: "a zone's loss would be a shard's", Edit: row(func(r *redis.Row) { r.Replicas = 0 }), Blames: "Row"},
		"ManyCopies":  {Reason: "AWS takes five", Edit: row(func(r *redis.Row) { r.Replicas = 6 }), Blames: "Row"},
		"NoShard":     {Reason: "nothing could be kept", Edit: row(func(r *redis.Row) { r.Shards = 0 }), Blames: "Row"},
		"ManyNodes":   {Reason: "AWS takes 90 without being asked", Edit: row(func(r *redis.Row) { r.Shards = 31 }), Blames: "Row"},
	})
}

// made records the member of row, which joins a Global Datastore unless join is empty.
func made(t *testing.T, row redis.Row, join string) record.Recording {
	t.Helper()
	args := valid(t)
	args.Row = row
	if join != "" {
		args.Join = pulumi.String(join)
	}
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		one, err := redis.New(ctx, row.Name, args)
		if err != nil {
			return nil, err
		}
		return one.Output(), nil
	})
}

func member(t *testing.T, r record.Recording) record.Resource {
	t.Helper()
	all := r.Type("ReplicationGroup")
	if len(all) != 1 || !all[0].Protect || all[0].Retain {
		t.Fatalf("members are %v: want one, protected, that a rebuild really deletes", all)
	}
	return all[0]
}

var owned = []string{"automaticFailoverEnabled", "autoMinorVersionUpgrade", "engineVersion", "nodeType", "numNodeGroups", "parameterGroupName"}

// TestFounder wants a group in cluster mode that loses no zone, encrypted both ways, and a
// Global Datastore over it that no failover replaces.
func TestFounder(t *testing.T) {
	for _, row := range redis.Table() {
		r := made(t, row, "")
		one := member(t, r)
		for input, want := range map[string]any{
			"replicationGroupId": "mt-eu-south-1-" + row.Name, "engine": "redis", "engineVersion": engines.DefaultRedis().String(), "nodeType": "cache.r7g.large",
			"clusterMode": "enabled", "numNodeGroups": float64(row.Shards), "replicasPerNodeGroup": float64(row.Replicas),
			"automaticFailoverEnabled": true, "multiAzEnabled": true, "autoMinorVersionUpgrade": false,
			"transitEncryptionEnabled": true, "transitEncryptionMode": "required", "authToken": "token-of-sessions",
			"atRestEncryptionEnabled": true, "kmsKeyId": "data-key", "parameterGroupName": row.Name + "-parameters",
			"snapshotRetentionLimit": 0.0, "finalSnapshotIdentifier": nil, "globalReplicationGroupId": nil,
		} {
			if got := one.Get(input); got != want {
				t.Errorf("%s: %s is %v, want %v", row.Name, input, got, want)
			}
		}
		if want := append(slices.Clone(owned), "globalReplicationGroupId"); !slices.Equal(one.IgnoreChanges, want) {
			t.Errorf("%s ignores %v, want %v", row.Name, one.IgnoreChanges, want)
		}
		global, _ := r.Named(row.Name + "-global")
		if !global.Is("GlobalReplicationGroup") || !global.Protect || !slices.Equal(global.IgnoreChanges, []string{"primaryReplicationGroupId"}) {
			t.Errorf("%s: the datastore is %v, ignores %v: a failover would replace it", row.Name, global.Type, global.IgnoreChanges)
		}
		if global.Text("primaryReplicationGroupId") != row.Name+"-member-id" || global.Text("cacheNodeType") != "cache.r7g.large" ||
			global.Get("numNodeGroups") != float64(row.Shards) || global.Text("engineVersion") != engines.DefaultRedis().String() {
			t.Errorf("%s: the datastore is made of %v", row.Name, global.Inputs)
		}
		if r.Outputs["global"] != row.Name+"-global-id" || r.Outputs["arn"] != "arn:aws:recorded:::"+row.Name+"-member" || r.Outputs["port"] != 6379.0 {
			t.Errorf("%s is published as %v", row.Name, r.Outputs)
		}
	}
}

// TestJoiner wants nothing that the provider refuses beside a Global Datastore's id, and
// everything that is the region's own.
func TestJoiner(t *testing.T) {
	for _, row := range redis.Table() {
		r := made(t, row, "ldgnf-mt")
		one := member(t, r)
		for _, never := range []string{
			"engine", "engineVersion", "nodeType", "numNodeGroups", "numCacheClusters", "parameterGroupName", "clusterMode", "securityGroupNames",
			"transitEncryptionEnabled", "transitEncryptionMode", "atRestEncryptionEnabled",
			"snapshotArns", "snapshotName", "snapshotRetentionLimit", "snapshotWindow", "finalSnapshotIdentifier",
		} {
			if got := one.Get(never); got != nil {
				t.Errorf("%s: a member that joins says %s: %v", row.Name, never, got)
			}
		}
		for input, want := range map[string]any{
			"globalReplicationGroupId": "ldgnf-mt", "kmsKeyId": "data-key", "authToken": "token-of-sessions", "subnetGroupName": row.Name + "-subnets",
			"replicasPerNodeGroup": float64(row.Replicas), "multiAzEnabled": true, "automaticFailoverEnabled": true,
		} {
			if got := one.Get(input); got != want {
				t.Errorf("%s: %s is %v, want %v", row.Name, input, got, want)
			}
		}
		if !slices.Equal(one.IgnoreChanges, owned) {
			t.Errorf("%s ignores %v, want %v: another datastore is another member", row.Name, one.IgnoreChanges, owned)
		}
		if n := len(r.Type("GlobalReplicationGroup")) + len(r.Type("ParameterGroup")); n != 0 {
			t.Errorf("%s: a member that joins makes %d things that the founder has made", row.Name, n)
		}
		if r.Outputs["global"] != "ldgnf-mt" {
			t.Errorf("%s publishes the datastore %v", row.Name, r.Outputs["global"])
		}
	}
}

// TestTheyFailDifferently wants a full store of sessions to end those that are over soon,
// and a full cache to forget what nobody asks for.
func TestTheyFailDifferently(t *testing.T) {
	want := map[string]string{redis.Sessions: "volatile-ttl", redis.Cache: "allkeys-lru"}
	if len(redis.Table()) != len(want) {
		t.Errorf("%d caches, want %d", len(redis.Table()), len(want))
	}
	for _, row := range redis.Table() {
		parameters, _ := made(t, row, "").Named(row.Name + "-parameters")
		got := map[string]string{}
		for i := range parameters.Get("parameters").([]any) {
			got[parameters.Text("parameters", i, "name")] = parameters.Text("parameters", i, "value")
		}
		if got["maxmemory-policy"] != want[row.Name] || got["cluster-enabled"] != "yes" || parameters.Text("family") != "redis7" {
			t.Errorf("%s has %v in family %s, want policy %s", row.Name, got, parameters.Text("family"), want[row.Name])
		}
	}
}

// TestOpenings wants the named clients on one port, and no way out.
func TestOpenings(t *testing.T) {
	r := made(t, redis.Table()[0], "")
	rules := r.Type("SecurityGroupIngressRule")
	if len(rules) != 1 || rules[0].Get("fromPort") != 6379.0 || rules[0].Get("toPort") != 6379.0 || rules[0].Text("referencedSecurityGroupId") != "node-group" ||
		rules[0].Text("cidrIpv4") != "" || !strings.Contains(rules[0].Text("description"), "workloads") {
		t.Errorf("openings are %v", rules)
	}
	group, _ := r.Named("sessions-nodes")
	if group.Get("egress") != nil || group.Get("ingress") != nil || len(r.Type("SecurityGroupEgressRule")) != 0 {
		t.Error("a cache that answers needs no way out")
	}
	if got := member(t, r).Texts("securityGroupIds"); !slices.Equal(got, []string{"sessions-nodes-id"}) {
		t.Errorf("nodes carry %v", got)
	}
	subnets, _ := r.Named("sessions-subnets")
	if got := subnets.Texts("subnetIds"); !slices.Equal(got, []string{"vault-a", "vault-b", "vault-c"}) {
		t.Errorf("nodes are in %v", got)
	}
}

// TestBothLogsAreKept wants what was slow and what the engine said, in the group that
// outlives the cache.
func TestBothLogsAreKept(t *testing.T) {
	for _, join := range []string{"", "ldgnf-mt"} {
		one := member(t, made(t, redis.Table()[1], join))
		for i, kind := range []string{"slow-log", "engine-log"} {
			log := func(key string) string { return one.Text("logDeliveryConfigurations", i, key) }
			if log("logType") != kind || log("destination") != "/pitboss/mt-eu-south-1-cache/redis" || log("destinationType") != "cloudwatch-logs" || log("logFormat") != "json" {
				t.Errorf("log %d goes to %v", i, one.Get("logDeliveryConfigurations", i))
			}
		}
	}
}

// TestNamesHoldNoRole wants names that stay true after a swap.
func TestNamesHoldNoRole(t *testing.T) {
	for _, row := range redis.Table() {
		for _, join := range []string{"", "ldgnf-mt"} {
			for _, one := range made(t, row, join).Resources {
				for _, input := range []string{"replicationGroupId", "globalReplicationGroupIdSuffix", "description", "globalReplicationGroupDescription", "name"} {
					for _, word := range []string{"primary", "secondary", "active", "standby"} {
						if strings.Contains(one.Name+" "+one.Text(input), word) {
							t.Errorf("%s: %s %q says %s", one.Name, input, one.Text(input), word)
						}
					}
				}
			}
		}
	}
}

// TestEachCacheHasItsToken wants one secret a cache, under the cache's own key, that AWS is
// told.
func TestEachCacheHasItsToken(t *testing.T) {
	for _, row := range redis.Table() {
		of := stores.Of(row.Name, stores.Consumers())
		if len(of) != 1 || of[0].Name != row.Name || !of[0].Told || of[0].Class != row.Key {
			t.Errorf("%s is used by %+v, want one consumer of its name, told, of class %s", row.Name, of, row.Key)
		}
	}
}

package cloud

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// datastore is a Global Datastore with its founder in home and, once join is
// called, a secondary in standby.
type datastore struct {
	*world
	founder, global, second Resource
	founding, joining       map[string]any
}

func (w *world) datastore() *datastore {
	w.Helper()
	d := &datastore{world: w}
	computed := map[string]any{"arn": Unknown, "memberClusters": Unknown, "configurationEndpointAddress": Unknown, "engineVersionActual": Unknown,
		"globalReplicationGroupId": Unknown, "nodeType": Unknown, "engineVersion": Unknown, "numNodeGroups": Unknown, "clusterMode": Unknown,
		"clusterEnabled": Unknown, "autoMinorVersionUpgrade": Unknown, "parameterGroupName": Unknown}
	d.founding = with(computed, map[string]any{"replicationGroupId": "mt-eu-south-1-sessions", "description": "d", "engine": "redis", "engineVersion": "7.1",
		"nodeType": "cache.r7g.large", "numNodeGroups": 2, "replicasPerNodeGroup": 1, "automaticFailoverEnabled": true, "multiAzEnabled": true,
		"transitEncryptionEnabled": true, "atRestEncryptionEnabled": "true", "authToken": "sixteen-characters", "kmsKeyId": w.key(home)})
	d.joining = with(computed, map[string]any{"replicationGroupId": "mt-eu-central-1-sessions", "description": "d", "replicasPerNodeGroup": 1,
		"automaticFailoverEnabled": false, "kmsKeyId": w.key(standby)})
	return d
}

func (d *datastore) start() *datastore {
	d.Helper()
	d.founder = d.make(home, "aws_elasticache_replication_group", d.founding)
	d.global = d.make(home, "aws_elasticache_global_replication_group", map[string]any{"globalReplicationGroupIdSuffix": "mt-sessions",
		"primaryReplicationGroupId": d.founder.ID, "arn": Unknown, "globalReplicationGroupId": Unknown, "globalNodeGroups": Unknown, "clusterEnabled": Unknown})
	d.joining["globalReplicationGroupId"] = d.global.ID
	return d
}

func (d *datastore) join() *datastore {
	d.Helper()
	d.start()
	d.second = d.make(standby, "aws_elasticache_replication_group", d.joining)
	return d
}

func TestAGlobalDatastoreShowsItsMembers(t *testing.T) {
	d := newWorld(t).datastore().join()
	require.Regexp(t, `^[a-z]{5}-mt-sessions$`, d.global.ID, "AWS puts five letters before the suffix")
	require.Equal(t, "arn:aws:elasticache::111122223333:globalreplicationgroup:"+d.global.ID, d.global.String("arn"))
	require.Equal(t, d.global.ID, d.read(d.founder).String("globalReplicationGroupId"))
	require.Equal(t, d.global.ID, d.second.String("globalReplicationGroupId"))
	require.Len(t, d.global.Props["globalNodeGroups"], 2)
	require.Equal(t, "cache.r7g.large", d.second.String("nodeType"), "inherited")
	require.Equal(t, true, d.second.Props["automaticFailoverEnabled"], "inherited whatever the plan says")
	require.Equal(t, "false", d.read(d.founder).Props["autoMinorVersionUpgrade"], "switched off by joining")
	require.Len(t, d.second.Props["memberClusters"], 4, "two shards with a replica each")
	require.Regexp(t, `^clustercfg\.mt-eu-central-1-sessions\.[0-9a-f]{6}\.euc1\.cache\.amazonaws\.com$`, d.second.String("configurationEndpointAddress"))
}

func TestWhatElastiCacheRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		joins  bool
		change map[string]any
		code   string
	}{
		"Founder":    {"a group that may found a datastore", false, nil, ""},
		"AuthNoTLS":  {"AUTH needs encryption in transit", false, map[string]any{"transitEncryptionEnabled": false}, "InvalidParameterCombination"},
		"NoFailover": {"Multi-AZ needs failover", false, map[string]any{"automaticFailoverEnabled": false}, "InvalidParameterCombination"},
		"NoReplica": {"failover needs somebody to take over", false,
			map[string]any{"replicasPerNodeGroup": 0, "numNodeGroups": 1, "numCacheClusters": 1}, "InvalidParameterValue"},
		"NoKey":      {"the key is of this region", false, map[string]any{"kmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/x"}, "InvalidParameterValue"},
		"NoSubnets":  {"the subnet group exists", false, map[string]any{"subnetGroupName": "none"}, "CacheSubnetGroupNotFoundFault"},
		"Member":     {"a secondary that names nothing of the primary's", true, nil, ""},
		"NoStore":    {"the datastore exists", true, map[string]any{"globalReplicationGroupId": "abcde-none"}, "GlobalReplicationGroupNotFoundFault"},
		"OtherNodes": {"all members have one node type", true, map[string]any{"nodeType": "cache.r7g.xlarge"}, "InvalidParameterCombination"},
		"OtherRedis": {"and one version", true, map[string]any{"engineVersion": "6.2"}, "InvalidParameterCombination"},
		"Alone":      {"failover is inherited, so it needs a replica too", true, map[string]any{"replicasPerNodeGroup": 0}, "InvalidParameterValue"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newWorld(t).datastore()
			region, plan := home, d.founding
			if c.joins {
				d.start()
				region, plan = standby, d.joining
			}
			_, err := d.try(region, "aws_elasticache_replication_group", with(plan, c.change))
			if c.code == "" {
				require.NoError(t, err, c.reason)
				return
			}
			d.refuses(c.code, err)
			require.NotContains(t, err.Error(), "sixteen", "no secret in an error")
		})
	}
}

func TestADatastoreHasThreeRegionsAtMost(t *testing.T) {
	d := newWorld(t).datastore().join()
	_, err := d.try(standby, "aws_elasticache_replication_group", with(d.joining, map[string]any{"replicationGroupId": "again"}))
	d.refuses("InvalidParameterValue", err) // one a region
	d.make("eu-west-1", "aws_elasticache_replication_group", with(d.joining, map[string]any{"replicationGroupId": "third", "kmsKeyId": nil}))
	_, err = d.try("eu-west-2", "aws_elasticache_replication_group", with(d.joining, map[string]any{"replicationGroupId": "fourth", "kmsKeyId": nil}))
	d.refuses("InvalidParameterValue", err)
}

func TestWhoMayFoundADatastore(t *testing.T) {
	for node, ok := range map[string]bool{"cache.t4g.medium": false, "cache.r7g.large": true, "cache.r6gd.16xlarge": true, "cache.m4.large": false, "cache.c7gn.xlarge": true} {
		require.Equal(t, ok, globalNode(node), node)
	}
	d := newWorld(t).datastore()
	d.make(home, "aws_elasticache_replication_group", with(d.founding, map[string]any{"nodeType": "cache.t4g.medium"}))
	plan := map[string]any{"globalReplicationGroupIdSuffix": "s", "primaryReplicationGroupId": "mt-eu-south-1-sessions"}
	_, err := d.try(home, "aws_elasticache_global_replication_group", plan)
	d.refuses("InvalidParameterValue", err)
	_, err = d.try(home, "aws_elasticache_global_replication_group", with(plan, map[string]any{"primaryReplicationGroupId": "none"}))
	d.refuses("ReplicationGroupNotFoundFault", err)
	d.make(home, "aws_elasticache_replication_group", with(d.founding, map[string]any{"replicationGroupId": "good"}))
	plan["primaryReplicationGroupId"] = "good"
	d.make(home, "aws_elasticache_global_replication_group", plan)
	_, err = d.try(home, "aws_elasticache_global_replication_group", with(plan, map[string]any{"globalReplicationGroupIdSuffix": "t"}))
	d.refuses("InvalidReplicationGroupState", err) // it is taken
}

func TestMembersChangeOnlyTogether(t *testing.T) {
	d := newWorld(t).datastore().join()
	for name, value := range map[string]any{"nodeType": "cache.r7g.xlarge", "engineVersion": "7.2", "automaticFailoverEnabled": false, "numNodeGroups": 3} {
		_, err := d.tryChange(d.second, map[string]any{name: value})
		d.refuses("InvalidParameterValue", err)
		require.ErrorContains(t, err, "is part of a global cluster")
	}
	d.change(d.second, map[string]any{"tags": map[string]any{"a": "b"}})
	d.change(d.global, map[string]any{"cacheNodeType": "cache.r7g.xlarge"})
	require.Equal(t, "cache.r7g.xlarge", d.read(d.second).String("nodeType"))
	require.Equal(t, "cache.r7g.xlarge", d.read(d.founder).String("nodeType"))
}

func TestADatastoreGoesPieceByPiece(t *testing.T) {
	d := newWorld(t).datastore().join()
	d.refuses("InvalidGlobalReplicationGroupState", d.tryDelete(d.global))
	d.refuses("InvalidReplicationGroupState", d.tryDelete(d.founder))
	d.delete(d.second)
	d.refuses("InvalidReplicationGroupState", d.tryDelete(d.founder)) // still its datastore's primary
	d.delete(d.global)
	require.Empty(t, d.read(d.founder).String("globalReplicationGroupId"))
	d.delete(d.founder)
}

func TestAFailoverOfADatastore(t *testing.T) {
	d := newWorld(t).datastore().join()
	failover := func(region, primaryRegion, id string) error {
		_, err := d.ask("elasticache", "FailoverGlobalReplicationGroup", region, "GlobalReplicationGroupId", d.global.ID,
			"PrimaryRegion", primaryRegion, "PrimaryReplicationGroupId", id)
		return err
	}
	describe := func() map[string]any {
		t.Helper()
		out, err := d.ask("elasticache", "DescribeGlobalReplicationGroups", home, "GlobalReplicationGroupId", d.global.ID, "ShowMemberInfo", "true")
		require.NoError(t, err)
		return out["GlobalReplicationGroups"].([]any)[0].(map[string]any)
	}
	roles := func() map[string]any {
		out := map[string]any{}
		for _, m := range describe()["Members"].([]any) {
			out[m.(map[string]any)["ReplicationGroupRegion"].(string)] = m.(map[string]any)["Role"]
		}
		return out
	}
	d.refuses("InvalidParameterValue", failover(home, home, d.founder.ID))    // it is the primary
	d.refuses("InvalidParameterValue", failover(home, standby, d.founder.ID)) // no such member there
	d.refuses("ValidationException", failover(home, standby, ""))             // all three are wanted
	d.refuses("GlobalReplicationGroupNotFoundFault", failover("eu-west-1", standby, d.second.ID))
	require.NoError(t, failover(home, standby, d.second.ID))
	require.Equal(t, "modifying", describe()["Status"])
	require.Equal(t, d.founder.ID, d.read(d.global).String("primaryReplicationGroupId"))
	d.refuses("InvalidGlobalReplicationGroupState", failover(home, standby, d.second.ID))
	_, err := d.tryChange(d.second, map[string]any{"tags": map[string]any{"a": "b"}})
	d.refuses("InvalidReplicationGroupState", err)
	_, err = d.tryChange(d.global, map[string]any{"cacheNodeType": "cache.r7g.xlarge"})
	d.refuses("InvalidGlobalReplicationGroupState", err)

	d.now = d.now.Add(3 * time.Second)
	require.Equal(t, "available", describe()["Status"])
	require.Equal(t, map[string]any{home: "SECONDARY", standby: "PRIMARY"}, roles())
	require.Equal(t, d.second.ID, d.read(d.global).String("primaryReplicationGroupId"), "a refresh sees the new primary")
	d.delete(d.founder) // a secondary may go
	require.Equal(t, "primary-only", describe()["Status"])
}

package awsfront

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/cloud"
)

func TestAGlobalDatabaseIsDescribedAndSwitched(t *testing.T) {
	w := newWorld(t)
	l := w.ledger()
	here, there := rds.NewFromConfig(w.in(home)), rds.NewFromConfig(w.in(standby))
	writer := func() string {
		t.Helper()
		out, err := there.DescribeGlobalClusters(t.Context(), &rds.DescribeGlobalClustersInput{GlobalClusterIdentifier: aws.String("mt-ledger")})
		require.NoError(t, err)
		require.Len(t, out.GlobalClusters, 1)
		g := out.GlobalClusters[0]
		require.Len(t, g.GlobalClusterMembers, 2)
		require.Equal(t, "17.7", *g.EngineVersion)
		if g.FailoverState != nil {
			return string(g.FailoverState.Status)
		}
		for _, m := range g.GlobalClusterMembers {
			require.Equal(t, types.GlobalClusterMemberSynchronizationStatusConnected, m.SynchronizationStatus)
			if *m.IsWriter {
				require.Len(t, m.Readers, 1)
				return *m.DBClusterArn
			}
		}
		return ""
	}
	require.Equal(t, l.primary.String("arn"), writer())

	ask := &rds.SwitchoverGlobalClusterInput{GlobalClusterIdentifier: aws.String("mt-ledger"), TargetDbClusterIdentifier: aws.String(l.secondary.String("arn"))}
	_, err := there.SwitchoverGlobalCluster(t.Context(), ask)
	require.Contains(t, w.refuses("InvalidParameterValue", err), "Region of the primary")
	started, err := here.SwitchoverGlobalCluster(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, "switching-over", *started.GlobalCluster.Status)
	require.Equal(t, "switching-over", writer())
	_, err = here.SwitchoverGlobalCluster(t.Context(), ask)
	var busy *types.InvalidGlobalClusterStateFault
	require.ErrorAs(t, err, &busy)
	w.now = w.now.Add(time.Minute)
	require.Equal(t, l.secondary.String("arn"), writer())

	_, err = here.FailoverGlobalCluster(t.Context(), &rds.FailoverGlobalClusterInput{GlobalClusterIdentifier: aws.String("mt-ledger"),
		TargetDbClusterIdentifier: aws.String(l.primary.String("arn")), AllowDataLoss: aws.Bool(true)})
	require.NoError(t, err)
	w.now = w.now.Add(time.Hour)
	resyncs, err := here.DescribeGlobalClusters(t.Context(), &rds.DescribeGlobalClustersInput{})
	require.NoError(t, err)
	require.Equal(t, types.GlobalClusterMemberSynchronizationStatusPendingResync, resyncs.GlobalClusters[0].GlobalClusterMembers[0].SynchronizationStatus)
	w.now = w.now.Add(time.Hour)
	require.Equal(t, l.primary.String("arn"), writer())
	_, err = here.DescribeGlobalClusters(t.Context(), &rds.DescribeGlobalClustersInput{GlobalClusterIdentifier: aws.String("none")})
	require.ErrorAs(t, err, new(*types.GlobalClusterNotFoundFault))
}

func TestDatabaseClustersAreDescribed(t *testing.T) {
	w := newWorld(t)
	l := w.ledger()
	here := rds.NewFromConfig(w.in(home))
	for _, name := range []string{l.primary.ID, l.primary.String("arn")} {
		out, err := here.DescribeDBClusters(t.Context(), &rds.DescribeDBClustersInput{DBClusterIdentifier: aws.String(name)})
		require.NoError(t, err)
		require.Len(t, out.DBClusters, 1)
		c := out.DBClusters[0]
		require.Equal(t, "available", *c.Status)
		require.Equal(t, "17.7", *c.EngineVersion)
		require.Equal(t, l.primary.String("endpoint"), *c.Endpoint)
		require.Equal(t, l.group, *c.VpcSecurityGroups[0].VpcSecurityGroupId)
		require.Len(t, c.DBClusterMembers, 1)
		require.True(t, *c.DBClusterMembers[0].IsClusterWriter)
		require.True(t, *c.HttpEndpointEnabled)
		require.Nil(t, c.ReplicationSourceIdentifier)
	}
	all, err := rds.NewFromConfig(w.in(standby)).DescribeDBClusters(t.Context(), &rds.DescribeDBClustersInput{})
	require.NoError(t, err)
	require.Len(t, all.DBClusters, 1, "a region tells of its own")
	require.Equal(t, l.primary.String("arn"), *all.DBClusters[0].ReplicationSourceIdentifier)
	require.False(t, *all.DBClusters[0].DBClusterMembers[0].IsClusterWriter)
	_, err = here.DescribeDBClusters(t.Context(), &rds.DescribeDBClustersInput{DBClusterIdentifier: aws.String(l.secondary.ID)})
	require.ErrorAs(t, err, new(*types.DBClusterNotFoundFault))

	_, err = here.SwitchoverGlobalCluster(t.Context(), &rds.SwitchoverGlobalClusterInput{GlobalClusterIdentifier: aws.String("mt-ledger"), TargetDbClusterIdentifier: aws.String(l.secondary.String("arn"))})
	require.NoError(t, err)
	out, err := here.DescribeDBClusters(t.Context(), &rds.DescribeDBClustersInput{})
	require.NoError(t, err)
	require.Equal(t, "switching-over", *out.DBClusters[0].Status)
}

func TestAGlobalDatastoreIsDescribedAndFailedOver(t *testing.T) {
	w := newWorld(t)
	plan := func(region string, more map[string]any) map[string]any {
		out := map[string]any{"replicationGroupId": "mt-" + region + "-cache", "description": "d", "replicasPerNodeGroup": 1, "kmsKeyId": w.key(region)}
		for _, name := range []string{"arn", "memberClusters", "engineVersionActual", "nodeType", "engineVersion", "numNodeGroups", "clusterEnabled", "autoMinorVersionUpgrade", "parameterGroupName", "globalReplicationGroupId", "clusterMode"} {
			out[name] = cloud.Unknown
		}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	founder := w.make(home, "aws_elasticache_replication_group", plan(home, map[string]any{"engine": "redis", "engineVersion": "7.1", "nodeType": "cache.r7g.large",
		"numNodeGroups": 2, "automaticFailoverEnabled": true, "multiAzEnabled": true, "transitEncryptionEnabled": true, "atRestEncryptionEnabled": "true", "authToken": "sixteen-characters"}))
	global := w.make(home, "aws_elasticache_global_replication_group", map[string]any{"globalReplicationGroupIdSuffix": "mt-cache", "primaryReplicationGroupId": founder.ID,
		"arn": cloud.Unknown, "globalReplicationGroupId": cloud.Unknown, "globalNodeGroups": cloud.Unknown, "clusterEnabled": cloud.Unknown})
	second := w.make(standby, "aws_elasticache_replication_group", plan(standby, map[string]any{"globalReplicationGroupId": global.ID}))

	client := elasticache.NewFromConfig(w.in(standby))
	roles := func() (string, map[string]string) {
		t.Helper()
		out, err := client.DescribeGlobalReplicationGroups(t.Context(), &elasticache.DescribeGlobalReplicationGroupsInput{
			GlobalReplicationGroupId: aws.String(global.ID), ShowMemberInfo: aws.Bool(true)})
		require.NoError(t, err)
		require.Len(t, out.GlobalReplicationGroups, 1)
		of := map[string]string{}
		for _, m := range out.GlobalReplicationGroups[0].Members {
			require.Equal(t, "associated", *m.Status)
			of[*m.ReplicationGroupRegion] = *m.Role
		}
		return *out.GlobalReplicationGroups[0].Status, of
	}
	_, of := roles()
	require.Equal(t, map[string]string{home: "PRIMARY", standby: "SECONDARY"}, of)
	move := &elasticache.FailoverGlobalReplicationGroupInput{GlobalReplicationGroupId: aws.String(global.ID), PrimaryRegion: aws.String(standby), PrimaryReplicationGroupId: aws.String(second.ID)}
	_, err := client.FailoverGlobalReplicationGroup(t.Context(), move)
	require.NoError(t, err)
	status, _ := roles()
	require.Equal(t, "modifying", status)
	w.now = w.now.Add(time.Minute)
	status, of = roles()
	require.Equal(t, "available", status)
	require.Equal(t, map[string]string{home: "SECONDARY", standby: "PRIMARY"}, of)
	_, err = client.FailoverGlobalReplicationGroup(t.Context(), move)
	w.refuses("InvalidParameterValue", err)
	_, err = client.DescribeGlobalReplicationGroups(t.Context(), &elasticache.DescribeGlobalReplicationGroupsInput{GlobalReplicationGroupId: aws.String("none")})
	w.refuses("GlobalReplicationGroupNotFoundFault", err)
}

//go:build integration

package daemon

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/awsfront"
	"pitboss/sandbox/internal/cloud"
	"pitboss/sandbox/internal/plane"
	"pitboss/sandbox/internal/procs"
)

// TestRolesMoveData: what is asked of the simulated AWS happens to real databases, and what
// sandboxd was doing when it ended is done by the next one.
func TestRolesMoveData(t *testing.T) {
	s := newSite(t)
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	s.data.finder = &finder{cache: filepath.Join(cache, "pitboss"), log: t.Output()}
	s.data.plane, err = plane.Open(plane.Options{Dir: filepath.Join(s.layout.Data(), "plane"), Log: t.Output(),
		Env: []string{procs.Mark(s.layout.State)}, Find: s.data.finder.find})
	require.NoError(t, err)
	members := map[string]cloud.Resource{}
	s.make("mt-foundation", home, "aws_rds_global_cluster", map[string]any{"globalClusterIdentifier": "pitboss-mt-ledger", "engine": "aurora-postgresql",
		"engineVersion": "17.7", "storageEncrypted": true, "databaseName": "ledger", "arn": cloud.Unknown, "endpoint": cloud.Unknown, "globalClusterMembers": cloud.Unknown})
	for _, region := range []string{home, standby} {
		vpc := s.make("mt-"+region, region, "aws_vpc", map[string]any{"cidrBlock": "10.16.0.0/16", "arn": cloud.Unknown})
		var subnets []any
		for i, block := range []string{"10.16.0.0/20", "10.16.16.0/20"} {
			subnets = append(subnets, s.make("mt-"+region, region, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": block, "availabilityZone": region + string(rune('a'+i))}).ID)
		}
		plan := map[string]any{"clusterIdentifier": "mt-" + region + "-ledger", "engine": "aurora-postgresql", "engineVersion": "17.7", "globalClusterIdentifier": "pitboss-mt-ledger",
			"storageEncrypted": true, "skipFinalSnapshot": true, "arn": cloud.Unknown, "endpoint": cloud.Unknown, "readerEndpoint": cloud.Unknown, "clusterMembers": cloud.Unknown,
			"kmsKeyId":          s.make("mt-"+region, region, "aws_kms_key", map[string]any{"arn": cloud.Unknown}).String("arn"),
			"dbSubnetGroupName": s.make("mt-"+region, region, "aws_db_subnet_group", map[string]any{"name": "ledger", "subnetIds": subnets, "vpcId": cloud.Unknown}).ID}
		if region == home {
			plan["masterUsername"], plan["masterPassword"] = "ledger_master", "correct-horse-battery"
		} else {
			plan["sourceRegion"], plan["masterUsername"] = home, cloud.Unknown
		}
		members[region] = s.make("mt-"+region, region, "aws_rds_cluster", plan)
		s.make("mt-"+region, region, "aws_rds_cluster_instance", map[string]any{"identifier": "ledger-" + region, "clusterIdentifier": members[region].ID,
			"engine": "aurora-postgresql", "instanceClass": "db.r7g.large", "promotionTier": 0, "writer": cloud.Unknown, "endpoint": cloud.Unknown, "availabilityZone": cloud.Unknown})
	}
	var m market
	require.NoError(t, s.data.addStores(&m, func(cloud.Resource) bool { return true }))
	require.NoError(t, s.data.plane.Up(t.Context(), m.stores))
	front := frontData{s.data}
	run := func(region, database, sql string) (awsfront.Result, error) {
		return front.Execute(t.Context(), members[region].String("arn"), "ledger_master", "correct-horse-battery", database, sql)
	}
	refuses := func(state, region, database, sql string) {
		t.Helper()
		_, err := run(region, database, sql)
		var refused *awsfront.DatabaseError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, state, refused.State)
	}
	does := func(region, database, sql string) awsfront.Result {
		t.Helper()
		out, err := run(region, database, sql)
		require.NoError(t, err)
		return out
	}
	does(home, "ledger", "CREATE TABLE drill (n int, price numeric)")
	require.EqualValues(t, 2, does(home, "ledger", "INSERT INTO drill VALUES (1, 1.50), (2, NULL)").Updated)
	got := does(home, "ledger", "SELECT n, price FROM drill ORDER BY n")
	require.Equal(t, []awsfront.Column{{Name: "n", Type: "int4"}, {Name: "price", Type: "numeric"}}, got.Columns)
	require.Equal(t, [][]any{{int32(1), "1.50"}, {int32(2), nil}}, got.Rows)
	refuses("25006", standby, "ledger", "INSERT INTO drill VALUES (3)")
	does(home, "postgres", "ALTER DATABASE ledger SET default_transaction_read_only = on")
	refuses("25006", home, "ledger", "INSERT INTO drill VALUES (3)")
	does(home, "postgres", "ALTER DATABASE ledger RESET default_transaction_read_only")
	_, err = front.Execute(t.Context(), members[home].String("arn"), "ledger_master", "wrong", "ledger", "SELECT 1")
	require.ErrorContains(t, err, "28P01")
	_, err = front.Lag(t.Context(), members[standby].String("arn"))
	require.NoError(t, err)

	turn := func(operation, from, to string, more map[string]any) {
		t.Helper()
		params := map[string]any{"GlobalClusterIdentifier": "pitboss-mt-ledger", "TargetDbClusterIdentifier": members[to].String("arn")}
		for k, v := range more {
			params[k] = v
		}
		_, err := s.cloud.Operate(cloud.Call{Service: "rds", Operation: operation, Region: from, Params: params})
		require.NoError(t, err)
	}
	writes := func(region string) func() bool {
		return func() bool {
			found, err := s.cloud.OfType("aws_rds_global_cluster")
			require.NoError(t, err)
			g := found[0].Global
			return g.Turn == nil && !slices.ContainsFunc(g.Members, func(m cloud.Member) bool { return m.Writer != (m.Region == region) || m.Lost })
		}
	}
	s.data.plane.Hang("pitboss-mt-ledger", true)
	turn("SwitchoverGlobalCluster", home, standby, nil)
	time.Sleep(200 * time.Millisecond)
	require.False(t, writes(standby)(), "a promotion that hangs turns nothing")
	s.data.plane.Hang("pitboss-mt-ledger", false)
	require.Eventually(t, writes(standby), 20*time.Second, 20*time.Millisecond)
	does(standby, "ledger", "INSERT INTO drill VALUES (3)")
	refuses("25006", home, "ledger", "INSERT INTO drill VALUES (4)")

	require.NoError(t, s.data.plane.KillRegion(standby))
	_, err = run(standby, "ledger", "SELECT 1")
	require.Error(t, err)
	turn("FailoverGlobalCluster", home, home, map[string]any{"AllowDataLoss": true})
	require.Eventually(t, func() bool { _, err := run(home, "ledger", "INSERT INTO drill VALUES (5)"); return err == nil }, 20*time.Second, 20*time.Millisecond)
	require.False(t, writes(home)(), "the deposed member does not follow")
	require.NoError(t, s.data.plane.RestoreRegion(t.Context(), standby))
	require.Eventually(t, writes(home), 20*time.Second, 20*time.Millisecond)
	refuses("25006", standby, "ledger", "INSERT INTO drill VALUES (6)")
}

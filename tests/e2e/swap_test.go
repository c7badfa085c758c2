//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/internal/stateful"
)

const (
	home    = "eu-south-1"
	standby = "eu-central-1"
	// arcEndpoint is one of the five regions that an ARC cluster answers in, and none of
	// the market's: a drill must not need the region that it leaves.
	arcEndpoint = "eu-west-1"
)

// swapPreviewed shows law 2 on the provider's own plan: a swap turns numbers in place and
// creates, replaces and deletes nothing at all.
func swapPreviewed(c *checkout) {
	c.activate(home, standby)
	defer c.activate(standby, home)
	start := time.Now()
	var o outcome
	c.previewed(&o, "mt", "--json")
	c.Logf("preview of a swap over four stacks: %s", time.Since(start).Round(time.Second))
	c.onlyTurns(o)
	require.Positive(c, o.Total.Updates, "a swap that changes nothing moves no player")
}

// promotedOutside shows law 3: the cloud promotes the standby, nobody tells the engine,
// and the market file then says what is true. Nothing is undone. The way back is a
// failover that accepts loss.
func promotedOutside(c *checkout) {
	c.promote(home, standby, "SwitchoverGlobalCluster")
	c.swapped(home, standby)
	c.promote(standby, home, "FailoverGlobalCluster", "AllowDataLoss=true")
	c.swapped(standby, home)
	var o outcome
	c.pitboss(&o, "preview", "mt", "--refresh", "--json")
	require.Zero(c, o.changes(), "%+v", o.Stacks)
}

// promote moves everything that a drill would move, through the cloud's own API.
func (c *checkout) promote(from, to, operation string, more ...string) {
	c.Helper()
	for _, g := range c.cloud("aws_rds_global_cluster") {
		target := ""
		for _, member := range c.cloud("aws_rds_cluster") {
			if member.Region == to && member.Props["globalClusterIdentifier"] == g.ID {
				target, _ = member.Props["arn"].(string)
			}
		}
		at := from // a switchover is asked of the primary's region, a failover of the target's
		if operation == "FailoverGlobalCluster" {
			at = to
		}
		c.aws(nil, "rds", operation, at, append([]string{"GlobalClusterIdentifier=" + g.ID, "TargetDbClusterIdentifier=" + target}, more...)...)
	}
	moved := 0
	for _, g := range c.cloud("aws_elasticache_global_replication_group") {
		for _, member := range c.cloud("aws_elasticache_replication_group") {
			if member.Region == to && member.Props["globalReplicationGroupId"] == g.ID {
				c.aws(nil, "elasticache", "FailoverGlobalReplicationGroup", to,
					"GlobalReplicationGroupId="+g.ID, "PrimaryRegion="+to, "PrimaryReplicationGroupId="+member.ID)
				moved++
			}
		}
	}
	require.Equal(c, 2, moved, "sessions and cache")
	require.Eventually(c, func() bool { return c.writer("pitboss-mt-ledger") == to && c.writer("pitboss-mt-vault") == to }, time.Minute, time.Second)
	require.Eventually(c, func() bool { return c.cachesWriteIn(to) }, time.Minute, time.Second)
	c.evacuate(from, to)
}

// evacuate throws the data-plane switch: the old region closes, the new one opens.
func (c *checkout) evacuate(from, to string) {
	c.Helper()
	var entries []map[string]string
	for _, control := range c.cloud("aws_route53recoverycontrolconfig_routing_control") {
		state := map[string]string{"evacuate-" + from: "On", "evacuate-" + to: "Off"}[fmt.Sprint(control.Props["name"])]
		entries = append(entries, map[string]string{"RoutingControlArn": control.ID, "RoutingControlState": state})
	}
	text, err := json.Marshal(entries)
	require.NoError(c, err)
	c.aws(nil, "route53-recovery-cluster", "UpdateRoutingControlStates", arcEndpoint, "UpdateRoutingControlStateEntries="+string(text))
}

// writer is the region whose member of a global database takes writes.
func (c *checkout) writer(global string) string {
	c.Helper()
	var answer struct {
		GlobalClusters []struct {
			Status, GlobalClusterIdentifier string
			GlobalClusterMembers            []struct {
				DBClusterArn string
				IsWriter     bool
			}
		}
	}
	c.aws(&answer, "rds", "DescribeGlobalClusters", home, "GlobalClusterIdentifier="+global)
	require.Len(c, answer.GlobalClusters, 1)
	g := answer.GlobalClusters[0]
	require.Len(c, g.GlobalClusterMembers, 2, "%s lost a member", global)
	for _, m := range g.GlobalClusterMembers {
		if m.IsWriter && g.Status == "available" {
			return regionOf(m.DBClusterArn)
		}
	}
	return ""
}

// cachesWriteIn tells whether the primary of every Global Datastore is in a region, with
// both its members still there.
func (c *checkout) cachesWriteIn(region string) bool {
	c.Helper()
	var answer struct {
		GlobalReplicationGroups []struct {
			Status  string
			Members []struct{ ReplicationGroupRegion, Role string }
		}
	}
	c.aws(&answer, "elasticache", "DescribeGlobalReplicationGroups", home, "ShowMemberInfo=true")
	require.Len(c, answer.GlobalReplicationGroups, 2)
	for _, g := range answer.GlobalReplicationGroups {
		require.Len(c, g.Members, 2)
		for _, m := range g.Members {
			if g.Status != "available" || (m.Role == "PRIMARY") != (m.ReplicationGroupRegion == region) {
				return false
			}
		}
	}
	return true
}

// swapped tells the program what the cloud has done, and wants it to agree.
func (c *checkout) swapped(from, to string) {
	c.Helper()
	c.activate(from, to)
	var o outcome
	c.previewed(&o, "mt", "--refresh", "--json")
	c.onlyTurns(o)
	c.pitboss(&o, "up", "mt", "--refresh", "--json")
	require.Zero(c, o.Total.Creates+o.Total.Replaces+o.Total.Deletes, "%+v", o.Total)
	for _, global := range []string{"pitboss-mt-ledger", "pitboss-mt-vault"} {
		require.Equal(c, to, c.writer(global), "the update undid the promotion of %s", global)
	}
	require.True(c, c.cachesWriteIn(to), "the update undid the promotion of a cache")
}

func (c *checkout) activate(from, to string) {
	c.Helper()
	c.edit("stacks/markets/mt.yaml", "active: "+from, "active: "+to)
}

// onlyTurns wants updates, of types that turn with the role, and nothing else.
func (c *checkout) onlyTurns(o outcome) {
	c.Helper()
	require.Zero(c, o.Total.Creates+o.Total.Replaces+o.Total.Deletes, "%+v", o.Stacks)
	turn := map[string]bool{}
	for _, t := range stateful.Turns() {
		turn[t.Type] = true
	}
	for _, s := range o.Stacks {
		for _, p := range s.Planned {
			require.True(c, turn[p.Type], "%s: %s %s %s is no number of a role", s.Name, p.Op, p.Type, p.Name)
		}
	}
}

// aws asks the simulated cloud's API for something, as a drill asks AWS's.
func (c *checkout) aws(into any, service, operation, region string, args ...string) {
	c.Helper()
	r := c.must(c.bin("sandbox"), append([]string{"aws", service, operation, "--region", region}, args...)...)
	if into != nil {
		require.NoError(c, json.Unmarshal([]byte(r.out), into), r.out)
	}
}

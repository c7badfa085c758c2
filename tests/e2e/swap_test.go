//go:build e2e

package e2e

import (
	"encoding/json"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/internal/stateful"
)

const (
	home    = "eu-south-1"
	standby = "eu-central-1"
)

// swapPreviewed shows law 2 on the provider's own plan: a swap turns numbers in place and
// creates, replaces and deletes nothing at all. An up refuses to be one: it moves no data.
func swapPreviewed(c *checkout) {
	c.activate(home, standby)
	defer c.activate(standby, home)
	start := time.Now()
	var o outcome
	c.previewed(&o, "mt", "--json")
	c.Logf("preview of a swap over four stacks: %s", time.Since(start).Round(time.Second))
	c.onlyTurns(o)
	require.Positive(c, o.Total.Updates, "a swap that changes nothing moves no player")
	r := c.run(nil, c.bin("pitboss"), "up", "mt")
	require.Equal(c, 3, r.code, r.log)
	require.Contains(c, r.log, "--accept-risk=swap:"+standby)
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

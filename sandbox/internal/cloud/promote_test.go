package cloud

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (d *database) switchover(target Resource) (map[string]any, error) {
	d.Helper()
	return d.ask("rds", "SwitchoverGlobalCluster", home, "GlobalClusterIdentifier", "mt-ledger", "TargetDbClusterIdentifier", arnOf(target))
}

func (d *database) describe() map[string]any {
	d.Helper()
	out, err := d.ask("rds", "DescribeGlobalClusters", standby, "GlobalClusterIdentifier", "mt-ledger")
	require.NoError(d, err)
	return out["GlobalClusters"].([]any)[0].(map[string]any)
}

// writers is the ARNs of the members that write.
func (d *database) writers() []any {
	d.Helper()
	var out []any
	for _, m := range d.describe()["GlobalClusterMembers"].([]any) {
		if member := m.(map[string]any); member["IsWriter"] == true {
			out = append(out, member["DBClusterArn"])
		}
	}
	return out
}

func TestASwitchoverTurnsTheRoles(t *testing.T) {
	d := newWorld(t).database().second()
	answer, err := d.switchover(d.secondary)
	require.NoError(t, err)
	require.Equal(t, "switching-over", answer["GlobalCluster"].(map[string]any)["Status"])
	state := d.describe()["FailoverState"].(map[string]any)
	require.Equal(t, map[string]any{"Status": "switching-over", "FromDbClusterArn": arnOf(d.primary), "ToDbClusterArn": arnOf(d.secondary), "IsDataLossAllowed": false}, state)
	require.Equal(t, []any{arnOf(d.primary)}, d.writers(), "the roles turn at the end")

	_, err = d.switchover(d.secondary)
	d.refuses("InvalidGlobalClusterStateFault", err)
	_, err = d.tryChange(d.primary, map[string]any{"deletionProtection": false})
	d.refuses("InvalidDBClusterStateFault", err)
	_, err = d.tryChange(d.global, map[string]any{"deletionProtection": false})
	d.refuses("InvalidGlobalClusterStateFault", err)
	d.refuses("InvalidGlobalClusterStateFault", d.tryDelete(d.secondary))
	_, err = d.try(standby, "aws_rds_cluster_instance", map[string]any{"identifier": "x", "clusterIdentifier": d.secondary.ID, "instanceClass": "db.r7g.large"})
	d.refuses("InvalidDBClusterStateFault", err)

	// A restart of sandboxd in the middle loses nothing.
	require.NoError(t, d.cloud.Close())
	d.open()
	require.Equal(t, "switching-over", d.describe()["Status"])
	d.now = d.now.Add(3 * time.Second)
	now := d.describe()
	require.Equal(t, "available", now["Status"])
	require.NotContains(t, now, "FailoverState")
	require.Equal(t, []any{arnOf(d.secondary)}, d.writers())

	// What a refresh sees.
	require.Equal(t, arnOf(d.secondary), d.read(d.primary).String("replicationSourceIdentifier"))
	require.NotContains(t, d.read(d.secondary).Props, "replicationSourceIdentifier")
	require.Equal(t, "mt-ledger", d.read(d.primary).String("globalClusterIdentifier"))
	require.Equal(t, false, d.read(d.first).Props["writer"])
	lead, err := d.cloud.Read(account, standby, "aws_rds_cluster_instance", "ledger-standby-a")
	require.NoError(t, err)
	require.Equal(t, true, lead.Props["writer"], "the lowest tier, not the first instance, which only reports")
	d.refuses("InvalidGlobalClusterStateFault", d.tryDelete(d.secondary)) // it is the primary now

	// An update in the words of before changes no role.
	d.change(d.primary, map[string]any{"tags": map[string]any{"a": "b"}})
	d.change(d.secondary, map[string]any{"tags": map[string]any{"a": "b"}})
	require.Equal(t, []any{arnOf(d.secondary)}, d.writers())
}

func TestWhatASwitchoverNeeds(t *testing.T) {
	cases := map[string]struct {
		reason  string
		disturb func(d *database)
		region  string
		target  func(d *database) string
		code    string
	}{
		"Well":      {"both sides are well", nil, home, nil, ""},
		"NoARN":     {"AWS wants the ARN", nil, home, func(d *database) string { return d.secondary.ID }, "InvalidParameterValue"},
		"Itself":    {"a primary cannot become one", nil, home, func(d *database) string { return arnOf(d.primary) }, "InvalidParameterValue"},
		"Stranger":  {"the target is a member", nil, home, func(*database) string { return "arn:aws:rds:eu-west-1:111122223333:cluster:x" }, "DBClusterNotFoundFault"},
		"Elsewhere": {"it is started where the primary is", nil, standby, nil, "InvalidParameterValue"},
		"Versions": {"members differ in version", func(d *database) { d.change(d.secondary, map[string]any{"engineVersion": "17.6"}) }, home, nil,
			"InvalidDBClusterStateFault"},
		"Headless": {"a secondary without instances cannot take over", func(d *database) {
			for _, id := range []string{"ledger-standby-a", "ledger-standby-reporting"} {
				require.NoError(d, d.cloud.Delete(d.Context(), account, standby, "aws_rds_cluster_instance", id))
			}
		}, home, nil, "InvalidDBClusterStateFault"},
		"Dead": {"a switchover needs a living primary", func(d *database) {
			require.NoError(d, d.cloud.Lose(d.Context(), account, home, "aws_rds_cluster", d.primary.ID))
		}, home, nil, "InvalidDBClusterStateFault"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newWorld(t).database().second()
			if c.disturb != nil {
				c.disturb(d)
			}
			target := arnOf(d.secondary)
			if c.target != nil {
				target = c.target(d)
			}
			for _, operation := range []string{"FailoverGlobalCluster", "SwitchoverGlobalCluster"} { // without AllowDataLoss they are one
				_, err := d.ask("rds", operation, c.region, "GlobalClusterIdentifier", "mt-ledger", "TargetDbClusterIdentifier", target)
				if c.code == "" {
					require.NoError(t, err, c.reason)
					d.now = d.now.Add(time.Minute)
					d.secondaryWrites()
					return
				}
				d.refuses(c.code, err)
			}
		})
	}
}

// secondaryWrites says that the secondary writes.
func (d *database) secondaryWrites() {
	d.Helper()
	require.Equal(d, []any{arnOf(d.secondary)}, d.writers())
}

func (d *database) failover(region string, params ...any) error {
	d.Helper()
	_, err := d.ask("rds", "FailoverGlobalCluster", region, append([]any{"GlobalClusterIdentifier", "mt-ledger",
		"TargetDbClusterIdentifier", arnOf(d.secondary)}, params...)...)
	return err
}

func TestAFailoverKeepsWhatMayBeLost(t *testing.T) {
	d := newWorld(t).database().second()
	d.refuses("InvalidParameterCombination", d.failover(standby, "AllowDataLoss", true, "Switchover", "true"))
	d.refuses("InvalidParameterValue", d.failover(home, "AllowDataLoss", "true")) // it is started where the target is
	require.NoError(t, d.failover(standby, "AllowDataLoss", "true"))
	require.Equal(t, "failing-over", d.describe()["Status"])
	require.Equal(t, true, d.describe()["FailoverState"].(map[string]any)["IsDataLossAllowed"])
	d.now = d.now.Add(5 * time.Second)
	d.secondaryWrites()
	members := d.describe()["GlobalClusterMembers"].([]any)
	require.Equal(t, "connected", members[0].(map[string]any)["SynchronizationStatus"])
	require.Equal(t, "pending-resync", members[1].(map[string]any)["SynchronizationStatus"], "the old primary starts over")
	_, err := d.ask("rds", "SwitchoverGlobalCluster", standby, "GlobalClusterIdentifier", "mt-ledger", "TargetDbClusterIdentifier", arnOf(d.primary))
	d.refuses("InvalidGlobalClusterStateFault", err)
	all, err := d.cloud.All()
	require.NoError(t, err)
	var snapshots []string
	for _, r := range all {
		if r.Type == "aws_db_cluster_snapshot" {
			snapshots = append(snapshots, r.Region+" "+r.ID)
		}
	}
	require.Len(t, snapshots, 1)
	require.Regexp(t, `^eu-south-1 rds:unplanned-global-failover-mt-eu-south-1-ledger-\d{4}-`, snapshots[0])

	d.now = d.now.Add(time.Minute)
	_, err = d.ask("rds", "SwitchoverGlobalCluster", standby, "GlobalClusterIdentifier", "mt-ledger", "TargetDbClusterIdentifier", arnOf(d.primary))
	require.NoError(t, err, "and may be primary again when it has caught up")
}

func TestAFailoverFromALostRegion(t *testing.T) {
	d := newWorld(t).database().second()
	require.NoError(t, d.cloud.Lose(t.Context(), account, home, "aws_rds_cluster", d.primary.ID))
	require.NoError(t, d.failover(standby, "AllowDataLoss", "true"))
	d.now = d.now.Add(5 * time.Second)
	d.secondaryWrites()
	require.Len(t, d.describe()["GlobalClusterMembers"], 1, "what was lost is no member any more")
}

func TestALostSecondaryIsNoMember(t *testing.T) {
	d := newWorld(t).database().second()
	require.NoError(t, d.cloud.Lose(t.Context(), account, standby, "aws_rds_cluster", d.secondary.ID))
	require.Len(t, d.describe()["GlobalClusterMembers"], 1)
	d.make(standby, "aws_rds_cluster", with(d.secondaryPlan, map[string]any{"tags": map[string]any{"rebuilt": "yes"}}))
	require.Len(t, d.describe()["GlobalClusterMembers"], 2)
}

func TestSpeed(t *testing.T) {
	d := newWorld(t).database().second()
	d.cloud.options.Speed = 1
	_, err := d.switchover(d.secondary)
	require.NoError(t, err)
	d.now = d.now.Add(59 * time.Second)
	require.Equal(t, "switching-over", d.describe()["Status"])
	d.now = d.now.Add(2 * time.Second)
	require.Equal(t, "available", d.describe()["Status"])
}

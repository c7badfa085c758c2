package cloud

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// moved is data whose turns end when the test says so.
type moved struct {
	mu      sync.Mutex
	off     bool
	asked   []string // "mt-ledger to eu-central-1", "... losing"
	rejoins []string
	dead    map[string]bool
	answer  chan error // one for each turn
}

func newMoved() *moved { return &moved{answer: make(chan error, 8), dead: map[string]bool{}} }

func (m *moved) Holds(string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.off
}

func (m *moved) Turn(ctx context.Context, global, to string, lossy bool) error {
	what := global + " to " + to
	if lossy {
		what += " losing"
	}
	m.mu.Lock()
	m.asked = append(m.asked, what)
	m.mu.Unlock()
	select {
	case err := <-m.answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *moved) Rejoin(_ context.Context, global, region string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rejoins = append(m.rejoins, global+" in "+region)
	if m.dead[region] {
		return errors.New(region + " is dead")
	}
	return nil
}

func (m *moved) turns() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string{}, m.asked...)
}

func (m *moved) set(region string, dead bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead[region] = dead
}

// holding makes the database's data be m.
func (d *database) holding(m *moved) *database {
	d.cloud.options.Data = m
	return d
}

func (d *database) reopen(m *moved) {
	d.Helper()
	require.NoError(d, d.cloud.Close())
	d.open()
	d.cloud.options.Data = m
}

// becomes waits for a status.
func (d *database) becomes(status string) {
	d.Helper()
	require.Eventually(d, func() bool { return d.describe()["Status"] == status }, 5*time.Second, 5*time.Millisecond)
}

// sync is the synchronization status of a member.
func (d *database) sync(arn string) any {
	d.Helper()
	for _, v := range d.describe()["GlobalClusterMembers"].([]any) {
		if m := v.(map[string]any); m["DBClusterArn"] == arn {
			return m["SynchronizationStatus"]
		}
	}
	return nil
}

func TestRolesTurnWhenTheDataHas(t *testing.T) {
	m := newMoved()
	d := newWorld(t).database().second().holding(m)
	_, err := d.switchover(d.secondary)
	require.NoError(t, err)
	d.now = d.now.Add(time.Hour) // the clock alone ends nothing
	require.Equal(t, "switching-over", d.describe()["Status"])
	require.Equal(t, []any{arnOf(d.primary)}, d.writers())
	_, err = d.switchover(d.secondary)
	d.refuses("InvalidGlobalClusterStateFault", err)
	m.answer <- nil
	d.becomes("available")
	d.secondaryWrites()
	require.Equal(t, "connected", d.sync(arnOf(d.primary)), "who handed over follows at once")
	require.Equal(t, []string{"mt-ledger to eu-central-1"}, m.turns())
}

func TestATurnThatFailsLeavesTheRoles(t *testing.T) {
	m := newMoved()
	d := newWorld(t).database().second().holding(m)
	_, err := d.switchover(d.secondary)
	require.NoError(t, err)
	m.answer <- errors.New("boom")
	d.becomes("available")
	require.Equal(t, []any{arnOf(d.primary)}, d.writers())
	require.Empty(t, m.rejoins)
	_, err = d.switchover(d.secondary)
	require.NoError(t, err, "and can be tried again")
	m.answer <- nil
	d.becomes("available")
	d.secondaryWrites()
}

func TestADeposedMemberFollowsWhenItsRegionIsBack(t *testing.T) {
	m := newMoved()
	d := newWorld(t).database().second().holding(m)
	m.set(home, true)
	require.NoError(t, d.failover(standby, "AllowDataLoss", "true"))
	m.answer <- nil
	d.becomes("available")
	d.secondaryWrites()
	require.Equal(t, "pending-resync", d.sync(arnOf(d.primary)))
	d.now = d.now.Add(24 * time.Hour)
	require.Equal(t, "pending-resync", d.sync(arnOf(d.primary)), "however long its region is away")
	_, err := d.ask("rds", "SwitchoverGlobalCluster", standby, "GlobalClusterIdentifier", "mt-ledger", "TargetDbClusterIdentifier", arnOf(d.primary))
	d.refuses("InvalidGlobalClusterStateFault", err)
	require.Equal(t, []string{"mt-ledger to eu-central-1 losing"}, m.turns())

	d.reopen(m) // and a restart of sandboxd forgets none of it
	require.NoError(t, d.cloud.Resume())
	require.Equal(t, "pending-resync", d.sync(arnOf(d.primary)))
	m.set(home, false)
	require.Eventually(t, func() bool { return d.sync(arnOf(d.primary)) == "connected" }, 5*time.Second, 10*time.Millisecond)
}

func TestATurnUnderWayIsBegunAgain(t *testing.T) {
	m := newMoved()
	d := newWorld(t).database().second().holding(m)
	_, err := d.switchover(d.secondary)
	require.NoError(t, err)
	d.reopen(m) // sandboxd ends while the promotion hangs
	require.Equal(t, "switching-over", d.describe()["Status"])
	require.NoError(t, d.cloud.Resume())
	require.NoError(t, d.cloud.Resume(), "twice is once")
	require.Equal(t, "switching-over", d.describe()["Status"])
	m.answer <- nil
	d.becomes("available")
	d.secondaryWrites()
	require.Len(t, m.turns(), 2)

	// What nobody holds any more, the clock ends.
	_, err = d.ask("rds", "SwitchoverGlobalCluster", standby, "GlobalClusterIdentifier", "mt-ledger", "TargetDbClusterIdentifier", arnOf(d.primary))
	require.NoError(t, err)
	d.reopen(m)
	m.off = true
	require.NoError(t, d.cloud.Resume())
	d.now = d.now.Add(time.Hour)
	require.Equal(t, []any{arnOf(d.primary)}, d.writers())
}

func TestADatastoreTurnsWithItsData(t *testing.T) {
	m := newMoved()
	d := newWorld(t).datastore().join()
	d.cloud.options.Data = m
	m.set(home, true)
	status := func() any {
		out, err := d.ask("elasticache", "DescribeGlobalReplicationGroups", standby, "GlobalReplicationGroupId", d.global.ID)
		require.NoError(t, err)
		return out["GlobalReplicationGroups"].([]any)[0].(map[string]any)["Status"]
	}
	move := func(at string, to Resource) error {
		_, err := d.ask("elasticache", "FailoverGlobalReplicationGroup", at, "GlobalReplicationGroupId", d.global.ID, "PrimaryRegion", to.Region, "PrimaryReplicationGroupId", to.ID)
		return err
	}
	require.NoError(t, move(standby, d.second))
	d.now = d.now.Add(time.Hour)
	require.Equal(t, "modifying", status())
	m.answer <- nil
	require.Eventually(t, func() bool { return status() == "available" }, 5*time.Second, 5*time.Millisecond)
	require.Equal(t, d.second.ID, d.read(d.global).String("primaryReplicationGroupId"))
	d.refuses("InvalidGlobalReplicationGroupState", move(standby, d.founder)) // it does not follow yet
	m.set(home, false)
	require.Eventually(t, func() bool { return move(standby, d.founder) == nil }, 5*time.Second, 10*time.Millisecond)
	m.answer <- nil
	require.Eventually(t, func() bool { return status() == "available" }, 5*time.Second, 5*time.Millisecond)
}

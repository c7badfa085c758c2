//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// drillReport is what `pitboss drill --json` prints.
type drillReport struct {
	Run, Outcome, Why string
	Misses            []string
	Measured          struct{ FrozenSeconds, FreezeToAllSeconds, RTOSeconds, RPOSeconds *float64 }
	Writes            struct {
		Acknowledged, Present, Lost, Duplicated int
		LostWrites                              []struct{ ID string }
		Before, After                           int64
	}
}

// pace is that of a drill offline: names are kept by nobody there.
var pace = []string{"--json", "--hold", "3s", "--poll", "250ms", "--requests", "8"}

// drillTakenBack sours an indicator while players move: the drill takes everything back by
// itself, loses nothing, and leaves the market as it was.
func drillTakenBack(c *checkout) {
	c.must(c.bin("sandbox"), "fault", "sour", standby, "login")
	got := c.drill(1, "--to", standby)
	c.must(c.bin("sandbox"), "fault", "sour", standby, "login", "--off")
	require.Equal(c, "aborted", got.Outcome, got.Why)
	require.Contains(c, got.Why, "logins that succeed")
	c.allKept(got)
	require.Equal(c, home, c.writer("pitboss-mt-ledger"))
	var o outcome
	c.pitboss(&o, "preview", "mt", "--refresh", "--json")
	require.Zero(c, o.changes(), "%+v", o.Stacks)
}

// regionLost kills the active region under a second of lag while somebody writes. A
// failover that accepts no loss is refused; one that does loses what was within the lag and
// nothing else, and lists it.
func regionLost(c *checkout) {
	c.must(c.bin("sandbox"), "fault", "lag", "1")
	c.witness()
	time.Sleep(8 * time.Second) // for writes to be under way
	c.must(c.bin("sandbox"), "fault", "kill-region", home)
	refused := c.run(nil, c.bin("pitboss"), append([]string{"drill", "mt", "--to", standby, "--kind", "failover", "--no-witness"}, pace...)...)
	require.Equal(c, 3, refused.code, refused.log)
	require.Contains(c, refused.log, "--accept-risk=lose:ledger --accept-risk=lose:vault")
	got := c.drill(0, "--to", standby, "--kind", "failover", "--accept-risk=lose:ledger", "--accept-risk=lose:vault", "--accept-risk=unfenced:"+home)
	require.Equal(c, "done", got.Outcome, got.Why)
	require.Less(c, *got.Measured.RTOSeconds, 90.0)
	require.Less(c, *got.Measured.RPOSeconds, 1.5, "only what was within the lag")
	require.Len(c, got.Writes.LostWrites, got.Writes.Lost)
	require.Zero(c, got.Writes.Duplicated)
	require.Equal(c, got.Writes.Before, got.Writes.After)
	c.Logf("%d of %d acknowledged writes lost, the oldest %.2f s before the newest; RTO %.1f s",
		got.Writes.Lost, got.Writes.Acknowledged, *got.Measured.RPOSeconds, *got.Measured.RTOSeconds)
	require.Equal(c, standby, c.writer("pitboss-mt-ledger"))
}

// regionReturns takes the region back into service and the market home, through a drill
// that is killed while databases are promoted: another drill and an update are refused, and
// the resumed one ends where it should with nothing lost. Its report verifies, and one that
// was changed does not.
func regionReturns(c *checkout) {
	c.must(c.bin("sandbox"), "fault", "lag", "0")
	c.must(c.bin("sandbox"), "fault", "restore-region", home)
	d := c.begun("promote:ledger", "--to", home, "--kind", "failback")
	require.NoError(c, d.cmd.Process.Kill())
	require.Error(c, d.cmd.Wait(), "it was over before it was killed")
	dir, run := d.dir, filepath.Base(d.dir)
	second := c.run(nil, c.bin("pitboss"), append([]string{"drill", "mt", "--to", home}, pace...)...)
	require.Equal(c, 3, second.code, second.log)
	require.Contains(c, second.log, "--resume "+run)
	up := c.run(nil, c.bin("pitboss"), "up", "mt")
	require.Equal(c, 3, up.code, up.log)
	require.Contains(c, up.log, "--resume "+run, "an update would tell the regions their old roles")
	r := c.run(nil, c.bin("pitboss"), "drill", "mt", "--resume", run, "--json")
	var got drillReport
	require.NoError(c, json.Unmarshal([]byte(r.out), &got), r.log)
	require.Equal(c, "done", got.Outcome, r.log)
	require.Zero(c, r.code, r.log)
	c.allKept(got)
	c.Logf("killed and resumed: %d writes, writes refused for %.1f s, %.1f s to all players", got.Writes.Acknowledged, *got.Measured.FrozenSeconds, *got.Measured.FreezeToAllSeconds)
	require.Equal(c, home, c.writer("pitboss-mt-ledger"))
	require.True(c, c.cachesWriteIn(home))
	c.must(c.bin("pitboss"), "drill", "verify", dir)
	report := filepath.Join(dir, "report.json")
	was, err := os.ReadFile(report)
	require.NoError(c, err)
	changed := bytes.Replace(was, []byte(`"lost": 0`), []byte(`"lost": 1`), 1)
	require.NotEqual(c, was, changed)
	require.NoError(c, os.WriteFile(report, changed, 0o600))
	require.Equal(c, 1, c.run(nil, c.bin("pitboss"), "drill", "verify", dir).code, "a report that was changed is valid")
	require.NoError(c, os.WriteFile(report, was, 0o600))
	var h struct {
		Runs []struct{ Run, Outcome string }
	}
	c.pitboss(&h, "drill", "history", "mt", "--json")
	require.GreaterOrEqual(c, len(h.Runs), 3)
	require.Equal(c, "refused", h.Runs[0].Outcome, "the second, which began after it")
	require.Equal(c, run, h.Runs[1].Run)
	require.Equal(c, "done", h.Runs[1].Outcome)
}

// allKept wants every acknowledged write, once, and the money's sum as it was.
func (c *checkout) allKept(got drillReport) {
	c.Helper()
	require.Positive(c, got.Writes.Acknowledged)
	require.Zero(c, got.Writes.Lost+got.Writes.Duplicated)
	require.Equal(c, got.Writes.Before, got.Writes.After)
}

// drill runs one and wants this exit code.
func (c *checkout) drill(code int, args ...string) drillReport {
	c.Helper()
	r := c.run(nil, c.bin("pitboss"), append(append([]string{"drill", "mt"}, pace...), args...)...)
	require.Equal(c, code, r.code, r.log)
	var got drillReport
	require.NoError(c, json.Unmarshal([]byte(r.out), &got), r.log)
	return got
}

// witness has somebody write to the market.
func (c *checkout) witness() {
	c.Helper()
	var e struct{ Drill struct{ Witness string } }
	raw, err := os.ReadFile(filepath.Join(c.state(), "engine.json"))
	require.NoError(c, err)
	require.NoError(c, json.Unmarshal(raw, &e))
	answer, err := http.Post(e.Drill.Witness+"/start", "application/json", strings.NewReader(`{"rate": 60}`))
	require.NoError(c, err)
	defer answer.Body.Close() //nolint:errcheck // nothing is read of it
	require.Equal(c, 2, answer.StatusCode/100, answer.Status)
}

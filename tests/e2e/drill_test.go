//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// drillReport is what `pitboss drill --json` prints.
type drillReport struct {
	Run, Outcome, Why string
	Misses            []string
	Writes            struct{ Acknowledged, Present, Lost, Duplicated int }
}

// pace is that of a drill offline: names are kept by nobody there.
var pace = []string{"--json", "--hold", "4s", "--poll", "250ms", "--requests", "8"}

// rehearsed moves the market to its other region and back on real databases while somebody
// writes, as `make drill` does, and wants its figures kept. What a rehearsal needs beyond
// `make up` is brought up here.
func rehearsed(c *checkout) {
	cmd := exec.Command("go", "run", "./tests/rehearsal", "-short", "-json")
	cmd.Dir, cmd.Stderr = c.dir, os.Stderr
	out, err := cmd.Output()
	require.NoError(c, err, "%s", out)
	var got struct {
		Figures []struct{ What string }
		Missed  []string
	}
	require.NoError(c, json.Unmarshal(out, &got))
	require.Empty(c, got.Missed)
	require.NotEmpty(c, got.Figures)
}

// drillTakenBack sours an indicator while players move: the drill takes everything back by
// itself, loses nothing, and leaves the market as it was.
func drillTakenBack(c *checkout) {
	c.must(c.bin("sandbox"), "fault", "sour", standby, "login")
	got := c.drill(1, "--to", standby)
	c.must(c.bin("sandbox"), "fault", "sour", standby, "login", "--off")
	require.Equal(c, "aborted", got.Outcome, got.Why)
	require.Contains(c, got.Why, "logins that succeed")
	require.Zero(c, got.Writes.Lost+got.Writes.Duplicated)
	require.Positive(c, got.Writes.Acknowledged)
	require.Equal(c, home, c.writer("pitboss-mt-ledger"))
	var o outcome
	c.pitboss(&o, "preview", "mt", "--refresh", "--json")
	require.Zero(c, o.changes(), "%+v", o.Stacks)
}

// drillKilled kills the drill while writes are frozen, is refused another one, and goes on
// with it: it ends where it should, and nothing is lost.
func drillKilled(c *checkout) {
	cmd := exec.Command(c.bin("pitboss"), append([]string{"drill", "mt", "--to", standby}, pace...)...)
	cmd.Dir = c.dir
	require.NoError(c, cmd.Start())
	journal := func() string {
		found, err := filepath.Glob(filepath.Join(c.state(), "pitboss", "drills", "mt", "*", "journal.jsonl"))
		require.NoError(c, err)
		if len(found) == 0 {
			return ""
		}
		return found[len(found)-1]
	}
	require.Eventually(c, func() bool {
		data, err := os.ReadFile(journal())
		return err == nil && strings.Contains(string(data), `"kind":"start","step":"promote:ledger"`)
	}, 2*time.Minute, 50*time.Millisecond)
	require.NoError(c, cmd.Process.Kill())
	_ = cmd.Wait() //nolint:errcheck // it was killed
	run := filepath.Base(filepath.Dir(journal()))

	second := c.run(nil, c.bin("pitboss"), append([]string{"drill", "mt", "--to", standby, "--no-witness"}, pace...)...)
	require.Equal(c, 3, second.code, second.log)
	require.Contains(c, second.log, "--resume "+run)
	var got drillReport
	r := c.run(nil, c.bin("pitboss"), "drill", "mt", "--resume", run, "--json")
	require.NoError(c, json.Unmarshal([]byte(r.out), &got), r.log)
	require.Equal(c, "done", got.Outcome, r.log)
	require.Zero(c, got.Writes.Lost+got.Writes.Duplicated)
	require.Equal(c, standby, c.writer("pitboss-mt-ledger"))
	back := c.drill(0, "--to", home, "--kind", "failback")
	require.Equal(c, "done", back.Outcome, back.Why)
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

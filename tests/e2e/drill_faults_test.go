//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// regionsApart cuts the regions from each other once writes are frozen: what cannot have
// everything is not promoted, and when the promise is over the market writes where it did.
func regionsApart(c *checkout) {
	d := c.begun("freeze", "--to", standby)
	c.must(c.bin("sandbox"), "fault", "cut")
	got := d.ended(c, 1)
	c.must(c.bin("sandbox"), "fault", "cut", "--off")
	c.takenBack(got)
}

// promotionHangs lets a promotion neither end nor fail. The drill gives up when its promise
// is over, and takes the market back as soon as it can.
func promotionHangs(c *checkout) {
	c.must(c.bin("sandbox"), "fault", "hang", "ledger")
	d := c.begun("promote:ledger", "--to", standby)
	d.says(c, "undoing", "promote:ledger")
	c.must(c.bin("sandbox"), "fault", "hang", "ledger", "--off")
	c.takenBack(d.ended(c, 1))
}

// takenBack wants a market that is as it was, and every write in it.
func (c *checkout) takenBack(got drillReport) {
	c.Helper()
	require.Equal(c, "aborted", got.Outcome, got.Why)
	require.Contains(c, got.Why, "promised within")
	c.allKept(got)
	require.Equal(c, home, c.writer("pitboss-mt-ledger"))
	require.True(c, c.cachesWriteIn(home))
	c.Logf("%d writes, all kept", got.Writes.Acknowledged)
}

// begunDrill is a drill that is under way.
type begunDrill struct {
	cmd *exec.Cmd
	out *bytes.Buffer
	dir string
}

// begun starts a drill and waits until a step of it has begun.
func (c *checkout) begun(step string, args ...string) begunDrill {
	c.Helper()
	before := c.journals()
	d := begunDrill{cmd: exec.Command(c.bin("pitboss"), append(append([]string{"drill", "mt"}, pace...), args...)...), out: &bytes.Buffer{}}
	d.cmd.Dir, d.cmd.Stdout, d.cmd.Stderr = c.dir, d.out, os.Stderr
	require.NoError(c, d.cmd.Start())
	require.Eventually(c, func() bool {
		now := c.journals()
		if len(now) > len(before) {
			d.dir = filepath.Dir(now[len(now)-1])
		}
		return d.dir != ""
	}, time.Minute, 20*time.Millisecond)
	d.says(c, "start", step)
	return d
}

// says waits until its journal says this of a step.
func (d begunDrill) says(c *checkout, kind, step string) {
	c.Helper()
	require.Eventually(c, func() bool {
		data, err := os.ReadFile(filepath.Join(d.dir, "journal.jsonl"))
		return err == nil && strings.Contains(string(data), `"kind":"`+kind+`","step":"`+step+`"`)
	}, 5*time.Minute, 20*time.Millisecond, "%s %s", kind, step)
}

// ended waits for its end, and wants this exit code.
func (d begunDrill) ended(c *checkout, code int) (got drillReport) {
	c.Helper()
	_ = d.cmd.Wait() // its exit code is looked at
	require.Equal(c, code, d.cmd.ProcessState.ExitCode())
	require.NoError(c, json.Unmarshal(d.out.Bytes(), &got))
	return got
}

// journals are those of every drill, the newest last: their names begin with the time.
func (c *checkout) journals() []string {
	found, err := filepath.Glob(filepath.Join(c.state(), "pitboss", "drills", "mt", "*", "journal.jsonl"))
	require.NoError(c, err)
	return found
}

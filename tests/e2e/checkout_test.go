//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// checkout is a copy of this repository with a sandbox of its own.
type checkout struct {
	*testing.T
	dir string
}

// newCheckout copies what git knows and what it would add.
func newCheckout(t *testing.T) *checkout {
	t.Helper()
	top, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	require.NoError(t, err)
	root := strings.TrimSpace(string(top))
	list, err := exec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	require.NoError(t, err)
	dir, err := os.MkdirTemp("", "pitboss-e2e-")
	require.NoError(t, err)
	c := &checkout{T: t, dir: dir}
	t.Cleanup(c.clean)
	for _, name := range strings.Split(strings.Trim(string(list), "\x00"), "\x00") {
		c.copy(root, name)
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=e2e", "-c", "user.email=e2e@localhost", "commit", "-qm", "start"}} {
		c.must("git", args...)
	}
	return c
}

func (c *checkout) copy(root, name string) {
	c.Helper()
	from := filepath.Join(root, name)
	data, err := os.ReadFile(from)
	if errors.Is(err, os.ErrNotExist) {
		return // deleted, not committed yet
	}
	require.NoError(c, err)
	to := filepath.Join(c.dir, name)
	require.NoError(c, os.MkdirAll(filepath.Dir(to), 0o755))
	info, err := os.Stat(from)
	require.NoError(c, err)
	require.NoError(c, os.WriteFile(to, data, info.Mode().Perm()))
}

// clean stops whatever a failed run left, then removes the copy.
func (c *checkout) clean() {
	if sandbox := c.bin("sandbox"); fileExists(sandbox) {
		cmd := exec.Command(sandbox, "down")
		cmd.Dir = c.dir
		_ = cmd.Run()
	}
	_ = os.RemoveAll(c.dir)
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (c *checkout) bin(name string) string { return filepath.Join(c.dir, ".sandbox", "bin", name) }

func (c *checkout) state() string { return filepath.Join(c.dir, ".sandbox") }

// result is what a finished command left.
type result struct {
	out, log string
	code     int
	took     time.Duration
}

// run executes a command in the copy and shows its log as it comes.
func (c *checkout) run(env []string, name string, args ...string) result {
	c.Helper()
	c.Logf("$ %s %s", strings.TrimPrefix(name, c.dir+"/"), strings.Join(args, " "))
	var out, log bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = c.dir, append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &out, io.MultiWriter(&log, os.Stderr)
	start := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(c, err)
	}
	return result{out.String(), log.String(), cmd.ProcessState.ExitCode(), time.Since(start)}
}

func (c *checkout) must(name string, args ...string) result {
	c.Helper()
	r := c.run(nil, name, args...)
	require.Zero(c, r.code, "%s %v\n%s\n%s", name, args, r.out, r.log)
	return r
}

// pitboss runs the command line and decodes its JSON.
func (c *checkout) pitboss(into any, args ...string) result {
	c.Helper()
	r := c.must(c.bin("pitboss"), args...)
	if into != nil {
		require.NoError(c, json.Unmarshal([]byte(r.out), into), r.out)
	}
	return r
}

// previewed runs a preview, which says by its exit code whether something changes.
func (c *checkout) previewed(into any, args ...string) {
	c.Helper()
	r := c.run(nil, c.bin("pitboss"), append([]string{"preview"}, args...)...)
	require.Contains(c, []int{0, 5, 7}, r.code, r.log)
	require.NoError(c, json.Unmarshal([]byte(r.out), into), r.out)
}

// notWell is status's exit code for what does not run and should.
const notWell = 6

// seen is the market's status, well or not.
func (c *checkout) seen() status {
	c.Helper()
	r := c.run(nil, c.bin("pitboss"), "status", "mt", "--json")
	require.Contains(c, []int{0, notWell}, r.code, r.log)
	var s status
	require.NoError(c, json.Unmarshal([]byte(r.out), &s), r.out)
	return s
}

// well is the market's status once everything in it runs.
func (c *checkout) well() status {
	c.Helper()
	var r result
	require.Eventually(c, func() bool {
		r = c.run(nil, c.bin("pitboss"), "status", "mt", "--json")
		return r.code == 0
	}, 3*time.Minute, 2*time.Second, "the market did not become well")
	var s status
	require.NoError(c, json.Unmarshal([]byte(r.out), &s), r.out)
	return s
}

// edit replaces text in a file of the copy; the text must be there.
func (c *checkout) edit(name, from, to string) {
	c.Helper()
	path := filepath.Join(c.dir, name)
	data, err := os.ReadFile(path)
	require.NoError(c, err)
	require.Contains(c, string(data), from, name)
	require.NoError(c, os.WriteFile(path, []byte(strings.ReplaceAll(string(data), from, to)), 0o644))
}

//go:build e2e

package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files of previews")

// judgement is as much of a report as the golden files hold.
type judgement struct {
	Verdict string
	Counts  map[string]int
	Dangers []struct{ Kind, Stack, Name, Says string }
	Policy  struct {
		Broken []struct{ Rule, Stack, Name, Severity string }
	}
}

// previewsJudged previews three prepared changes over exported states, without any
// credential, and compares what the reports say.
func previewsJudged(c *checkout) {
	c.must(c.bin("pitboss"), "export", "mt", "--out", "exports")
	for _, change := range []struct {
		name, file, from, to string
		code                 int
	}{
		{"harmless", "components/services/wallet.go", "each move once and for good", "each move once, and for good", 5},
		{"dangerous", "components/pools/pools.go", `"AL2023_x86_64_STANDARD"`, `"BOTTLEROCKET_x86_64"`, 7},
		{"illegal", "components/kafka/kafka.go", `pulumi.String("TLS")`, `pulumi.String("TLS_PLAINTEXT")`, 8},
	} {
		c.edit(change.file, change.from, change.to)
		start := time.Now()
		watch := c.watchNetwork()
		r := c.bare(c.bin("pitboss"), "preview", "mt", "--state", "exports", "--report", "report")
		require.Empty(c, watch(), "%s: something was spoken to that is not this machine", change.name)
		c.Logf("preview of a %s change: %s", change.name, time.Since(start).Round(time.Second))
		require.Equal(c, change.code, r.code, "%s\n%s", change.name, r.log)
		c.golden(change.name, c.summary())
		page, err := os.ReadFile(filepath.Join(c.dir, "report", "report.html"))
		require.NoError(c, err)
		require.Contains(c, string(page), "<svg")
		c.edit(change.file, change.to, change.from)
	}
	r := c.bare(c.bin("pitboss"), "preview", "mt", "--state", "nowhere")
	require.Equal(c, 2, r.code, r.log)
	require.Contains(c, r.log, "next:")
	require.NoError(c, os.RemoveAll(filepath.Join(c.dir, "exports")))
	require.NoError(c, os.RemoveAll(filepath.Join(c.dir, "report")))
}

// bare runs a command with nothing in its environment that could be a credential.
func (c *checkout) bare(name string, args ...string) result {
	c.Helper()
	keep := []string{"-i", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "GOFLAGS=" + os.Getenv("GOFLAGS")}
	return c.run(nil, "env", append(append(keep, name), args...)...)
}

// watchNetwork looks for connections to other machines until it is asked what it saw.
func (c *checkout) watchNetwork() (saw func() []string) {
	before, seen, stop, done := elsewhere(), map[string]bool{}, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			for to := range elsewhere() {
				if !before[to] {
					seen[to] = true
				}
			}
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() []string {
		close(stop)
		<-done
		var out []string
		for to := range seen {
			out = append(out, to)
		}
		return out
	}
}

// elsewhere is every address that is not this machine's and has a connection, as the
// kernel writes it: hexadecimal.
func elsewhere() map[string]bool {
	out := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		raw, _ := os.ReadFile(table) //nolint:errcheck // no such protocol here
		for _, line := range strings.Split(string(raw), "\n") {
			f := strings.Fields(line)
			if len(f) < 4 || f[0] == "sl" {
				continue
			}
			to, _, _ := strings.Cut(f[2], ":")
			local := strings.HasSuffix(to, "7F") && len(to) == 8 || strings.Trim(to, "0") == "" ||
				to == "00000000000000000000000001000000" || strings.HasPrefix(to, "0000000000000000FFFF0000") && strings.HasSuffix(to, "7F")
			if !local {
				out[to] = true
			}
		}
	}
	return out
}

// summary is the report in a few lines that do not change from run to run.
func (c *checkout) summary() string {
	c.Helper()
	raw, err := os.ReadFile(filepath.Join(c.dir, "report", "report.json"))
	require.NoError(c, err)
	var j judgement
	require.NoError(c, json.Unmarshal(raw, &j))
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d creates, %d updates, %d replaces, %d deletes\n", j.Verdict, j.Counts["create"], j.Counts["update"], j.Counts["replace"], j.Counts["delete"])
	for _, d := range j.Dangers {
		fmt.Fprintf(&b, "danger %s %s %s: %s\n", d.Kind, d.Stack, d.Name, d.Says)
	}
	for _, p := range j.Policy.Broken {
		fmt.Fprintf(&b, "policy %s %s %s (%s)\n", p.Rule, p.Stack, p.Name, p.Severity)
	}
	return b.String()
}

func (c *checkout) golden(name, got string) {
	c.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(c, os.MkdirAll("testdata", 0o755))
		require.NoError(c, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(c, err)
	require.Equal(c, string(want), got, "%s; -args -update writes it", path)
}

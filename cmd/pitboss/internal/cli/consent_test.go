package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leaves makes the next destroy of a stack fail, and leave this.
func (f faked) leaves(stack, resources string) {
	f.Helper()
	before, err := os.ReadFile(filepath.Join(f.folder, stack+".json"))
	require.NoError(f, err)
	f.state(stack, resources)
	require.NoError(f, os.Rename(filepath.Join(f.folder, stack+".json"), filepath.Join(f.folder, stack+".left.json")))
	f.write(stack+".json", string(before))
}

// whole are the flags of a down that lets all of the standby region go.
const whole = " --stack mt-eu-central-1 --destroy-protected mt-eu-central-1/ledger-cluster --destroy-protected mt-eu-central-1/edge-web --destroy-protected mt-eu-central-1/broker"

// half is a standby region whose destruction fails when its broker is gone and the rest is
// still there, without any protection.
func half(t *testing.T) faked {
	t.Helper()
	f := fakeEngine(t, map[string]string{standby: resourceOf(standby, "aws:rds/cluster:Cluster", "ledger-cluster", shielded) + "," +
		resourceOf(standby, "aws:lb/loadBalancer:LoadBalancer", "edge-web", byAWS) + "," +
		resourceOf(standby, "aws:msk/cluster:Cluster", "broker", guarded)})
	f.leaves(standby, resourceOf(standby, "aws:rds/cluster:Cluster", "ledger-cluster", `,"outputs":{"deletionProtection":false}`)+","+
		resourceOf(standby, "aws:lb/loadBalancer:LoadBalancer", "edge-web", `,"outputs":{"enableDeletionProtection":false}`))
	return f
}

// line is the one line of what the fake was told that begins so.
func (f faked) line(begins string) string {
	f.Helper()
	raw, err := os.ReadFile(filepath.Join(f.folder, "log"))
	require.NoError(f, err)
	for _, line := range strings.Split(string(raw), "\n") {
		if strings.HasPrefix(line, begins) {
			return line
		}
	}
	return ""
}

// TestConsentIsForOneRun: what a down that failed has left is protected again, and still
// wants its names.
func TestConsentIsForOneRun(t *testing.T) {
	f := half(t)
	got := f.run("down mt" + whole)
	require.Equal(t, exitFailed, got.code, got.err)
	assert.Equal(t, []string{"up mt-eu-central-1", "state mt-eu-central-1", "destroy mt-eu-central-1", "state mt-eu-central-1"}, f.did())
	again := f.line("state protect ")
	assert.Contains(t, again, "::ledger-cluster")
	assert.NotContains(t, again, "::broker", "what is gone is not protected")
	assert.NotContains(t, again, "::edge-web", "what the engine never protected is not either")
	assert.Contains(t, got.err, "put the engine's protection back on what is left, resources: 1; it must be named again")
	assert.Contains(t, got.err, "mt-eu-central-1: protection by AWS is off on 2 resources; `pitboss up mt` puts it back")

	// Also where putting it back was cut short: the fake has not done it.
	without := f.run("down mt --stack mt-eu-central-1")
	assert.Equal(t, exitRefused, without.code, without.err)
	assert.Contains(t, without.err, "--destroy-protected mt-eu-central-1/ledger-cluster")
	assert.Contains(t, without.err, "--destroy-protected mt-eu-central-1/edge-web")
	assert.Empty(t, f.did())

	repeated := f.run("down mt" + whole)
	require.Equal(t, exitOK, repeated.code, "a run that was cut off can be repeated as it was, also with the name of what is gone: %s", repeated.err)
	assert.Equal(t, []string{"destroy mt-eu-central-1"}, f.did())
}

func TestAFailedDownSaysWhatIsLeftInJSON(t *testing.T) {
	got := half(t).run("down mt --json" + whole)
	var said outcome
	require.NoError(t, json.Unmarshal([]byte(got.out), &said))
	require.Len(t, said.Stacks, 1)
	assert.Len(t, said.Stacks[0].Exposed, 2)
	assert.Contains(t, said.Stacks[0].Repairs[0], "put the engine's protection back")
}

// TestAnUpThatFailsEndsNoConsent: only a whole update protects again what a down let go.
func TestAnUpThatFailsEndsNoConsent(t *testing.T) {
	f := half(t)
	require.Equal(t, exitFailed, f.run("down mt"+whole).code)
	lists := filepath.Join(f.dir, ".pitboss", "consents", "*")
	left, err := filepath.Glob(lists)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, exitFailed, f.run("up mt --stack mt-eu-central-1").code, "the fake cannot preview")
	left, err = filepath.Glob(lists)
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

// TestInterruptedDown: the first interrupt still puts the protection back; the second one
// stops that, too, and what is left wants its names all the same.
func TestInterruptedDown(t *testing.T) {
	for name, dead := range map[string]bool{"Once": false, "Twice": true} {
		t.Run(name, func(t *testing.T) {
			f := half(t)
			f.write("slow", "")
			f.write("log", "")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			kill := make(chan struct{})
			go func() {
				for range 200 {
					if _, err := os.Stat(filepath.Join(f.folder, "waiting")); err == nil {
						break
					}
					time.Sleep(50 * time.Millisecond)
				}
				cancel()
				if dead {
					close(kill)
				}
			}()
			var out, errOut strings.Builder
			code := Run(ctx, strings.Fields("down mt"+whole), Env{
				In: strings.NewReader(""), Out: &out, Err: &errOut, Dir: f.dir, Environ: f.environ(), Kill: kill,
				Now: func() time.Time { return today }, Getenv: func(string) string { return "" },
			})
			assert.Equal(t, exitInterrupted, code, errOut.String())
			assert.Equal(t, dead, f.line("state protect ") == "", errOut.String())
			again := f.run("down mt --stack mt-eu-central-1")
			assert.Equal(t, exitRefused, again.code, again.err)
			assert.Empty(t, f.did())
		})
	}
}

// TestTheSameCommandAgain: a run that failed is repeated as it was, not for the whole market.
func TestTheSameCommandAgain(t *testing.T) {
	f := half(t)
	f.write("names file", strings.ReplaceAll(whole[len(" --stack mt-eu-central-1 "):], "--destroy-protected ", "\n"))
	f.write("log", "")
	file := filepath.Join(f.folder, "names file")
	got := runs(t, f.dir, f.environ(), "down", "mt", "--stack", standby, "--destroy-protected-from", file)
	require.Equal(t, exitFailed, got.code, got.err)
	assert.Contains(t, got.err, "\n  pitboss down mt --stack mt-eu-central-1 --destroy-protected-from '"+file+"'\n")
	f.write("failing-up", "")
	up := f.run("up mt --stack mt-eu-central-1")
	assert.Equal(t, exitFailed, up.code)
	assert.Contains(t, up.err, "\n  pitboss up mt --stack mt-eu-central-1\n")
}

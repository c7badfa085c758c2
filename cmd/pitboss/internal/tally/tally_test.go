package tally

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// play counts a stream that Pulumi 3.259.0 really sent. Resource properties
// were taken out of it.
func play(t *testing.T, name string, each func(*Tally)) *Tally {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".jsonl"))
	require.NoError(t, err)
	defer f.Close()
	tally := new(Tally)
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e apitype.EngineEvent
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		tally.Add(e)
		if each != nil {
			each(tally)
		}
	}
	require.NoError(t, lines.Err())
	return tally
}

func TestRecordedStreams(t *testing.T) {
	cases := map[string]struct {
		reason   string
		want     Changes
		done     int
		failures []string // the start of each message
		lost     []string
	}{
		"preview_create": {reason: "the stack itself and the engine's own provider are nobody's resources", want: Changes{Creates: 3}, done: 3},
		"up_create":      {reason: "an update counts as its preview did", want: Changes{Creates: 3}, done: 3},
		"up_update_refresh": {
			reason: "a refresh before the update is a look, not work done", want: Changes{Updates: 3}, done: 3,
		},
		"preview_replace": {
			reason: "three steps replace one resource", want: Changes{Replaces: 3}, done: 3,
		},
		"preview_protected": {
			reason: "the engine refuses to replace protected resources, and they are named", want: Changes{Replaces: 3}, done: 3,
			failures: []string{"unable to replace resource", "unable to replace resource"},
			lost:     []string{"mt-foundation-00", "mt-foundation-01"},
		},
		"up_failed": {
			reason: "what failed says why in its own words; what else was created counts", want: Changes{Creates: 2}, done: 3,
			failures: []string{"LimitExceededException: no more of mt-foundation-02"},
		},
		"preview_program_failed": {
			reason:   "a program that refuses its configuration is quoted without the SDK's frame",
			failures: []string{"stacks/markets/mt.yaml: home: found x\n  next: y"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := play(t, name, nil)
			done, running := got.Progress()
			assert.Equal(t, c.want, got.Changes(), c.reason)
			assert.Equal(t, c.done, done, "done: %s", c.reason)
			assert.Zero(t, running, "nothing is at work at the end: %s", c.reason)
			failures := got.Failures()
			require.Len(t, failures, len(c.failures), c.reason)
			for i, f := range failures {
				assert.Contains(t, f.Message, c.failures[i], c.reason)
			}
			var lost []string
			for _, l := range got.Lost() {
				lost = append(lost, l.Name)
			}
			assert.Equal(t, c.lost, lost, c.reason)
		})
	}
}

func TestFailureNamesItsResource(t *testing.T) {
	f := play(t, "up_failed", nil).Failures()
	require.Len(t, f, 1)
	assert.Equal(t, "aws:eks/cluster:Cluster", f[0].Type)
	assert.Equal(t, "mt-foundation-02", f[0].Name)
}

func TestReplaceSaysWhatForcesIt(t *testing.T) {
	for _, c := range play(t, "preview_replace", nil).List() {
		assert.Equal(t, "replace", c.Op)
		assert.Equal(t, []string{"force"}, c.Why)
	}
}

func TestProgressOnlyGrows(t *testing.T) {
	last := 0
	play(t, "up_create", func(tally *Tally) {
		done, running := tally.Progress()
		assert.GreaterOrEqual(t, done, last)
		assert.GreaterOrEqual(t, running, 0)
		last = done
	})
}

func TestCountsBeforeTheSummary(t *testing.T) {
	tally := new(Tally)
	for _, op := range []apitype.OpType{apitype.OpCreate, apitype.OpSame} {
		m := apitype.StepEventMetadata{Op: op, URN: "urn:pulumi:s::p::aws:x:Y::" + string(op), Type: "aws:x:Y"}
		tally.Add(apitype.EngineEvent{ResourcePreEvent: &apitype.ResourcePreEvent{Metadata: m}})
	}
	assert.Equal(t, Changes{Same: 1}, tally.Changes(), "what was only started is not done: an interrupted run must not claim it")
}

func TestPlain(t *testing.T) {
	assert.Equal(t, "error: bad", Plain("<{%fg 1%}>error: <{%reset%}>bad"))
}

func TestKind(t *testing.T) {
	assert.Equal(t, "aws:ec2/vpc:Vpc", kind("urn:pulumi:mt::pitboss::pitboss:network:Network$aws:ec2/vpc:Vpc::main"))
	assert.Equal(t, "", kind("nonsense"))
}

func TestUnframed(t *testing.T) {
	cases := map[string]struct{ reason, in, want string }{
		"Plain":     {"the cloud's words are not touched", "AccessDenied: no\n  at all", "AccessDenied: no\n  at all"},
		"OnlyFrame": {"never an empty message", "exit status 1", "exit status 1"},
		"Joined":    {"a count of errors is noise", "2 errors occurred:\n\t* a\n\t* b\n\n", "a\nb"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, unframed(c.in), c.reason) })
	}
}

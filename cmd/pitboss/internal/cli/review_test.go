package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/report"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// aPlan replaces a database, which is dangerous.
func aPlan(t *testing.T) (market.Market, market.Stack, engine.Result, string) {
	t.Helper()
	m, err := market.Load("../../../..", "mt")
	require.NoError(t, err)
	s := m.Stacks()[1]
	urn := "urn:pulumi:" + s.Name + "::pitboss::aws:rds/cluster:Cluster::ledger"
	r := rules.Resource{URN: urn, Type: "aws:rds/cluster:Cluster", Name: "ledger", Custom: true, Inputs: map[string]any{"engine": "x"}}
	steps := []plan.Step{{Op: plan.Replace, Old: &r, New: &r, Changes: []plan.Change{{Path: "engine", Old: "x", New: "y", Replaces: true}}}}
	return m, s, engine.Result{Steps: steps, Judged: true}, "replace:" + urn
}

func TestADangerIsAcceptedForOneResource(t *testing.T) {
	m, s, r, words := aPlan(t)
	for accepted, want := range map[string]error{"": errNotAccepted, words: nil, words + "2": errNotAccepted, "delete:" + words[len("replace:"):]: errNotAccepted} {
		var list []string
		if accepted != "" {
			list = []string{accepted}
		}
		v, err := newReview(m, list, "")
		require.NoError(t, err)
		assert.Equal(t, want, v.of(s, r), "accepted %q", accepted)
	}
	v, err := newReview(m, []string{words}, "")
	require.NoError(t, err)
	assert.Equal(t, []string{words}, v.took(s, r), "for the record")
	for _, bad := range []string{"everything", "replace:", "lose:" + words[len("replace:"):], "replace:urn:pulumi:gb-gslb::x"} {
		_, err := newReview(m, []string{bad}, "")
		assert.ErrorAs(t, err, new(*usageError), bad)
	}
}

func TestOnlyTheReviewedPlanIsCarriedOut(t *testing.T) {
	m, s, r, words := aPlan(t)
	file := filepath.Join(t.TempDir(), "plan.json")
	write := func(read reviewed) {
		raw, err := json.Marshal(read)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, raw, 0o600))
	}
	write(reviewed{Market: "mt", Stacks: map[string][]string{s.Name: plan.Lines(r.Steps)}})
	v, err := newReview(m, []string{words}, file)
	require.NoError(t, err)
	assert.NoError(t, v.of(s, r))
	other := r
	other.Steps = append([]plan.Step{{Op: plan.Delete, Old: &rules.Resource{URN: "urn:pulumi:x::pitboss::a:b:C::d"}}}, r.Steps...)
	assert.Equal(t, errNotReviewed, v.of(s, other))
	assert.Equal(t, []string{"now, and not reviewed: delete urn:pulumi:x::pitboss::a:b:C::d"}, v.differs(s, other))
	assert.Equal(t, []string{"reviewed, and not so now: " + plan.Lines(r.Steps)[0]}, v.differs(s, engine.Result{}))
	write(reviewed{Market: "gb", Stacks: map[string][]string{}})
	_, err = newReview(m, nil, file)
	assert.ErrorContains(t, err, "plan of market gb, want mt")
	_, err = newReview(m, nil, file+".gone")
	assert.ErrorAs(t, err, new(*inputError))
}

func TestVerdictsHaveCodesOfTheirOwn(t *testing.T) {
	seen := map[int]bool{}
	for _, v := range []report.Judgement{report.Clean, report.Changed, report.Dangerous, report.PolicyFailure, report.CouldNotTell} {
		code := exitCode(verdictError(v))
		assert.False(t, seen[code], "%s ends with %d, as another does", v, code)
		seen[code] = true
	}
	assert.Equal(t, exitUnknown, exitCode(verdictError("something new")))
}

func TestWhatThePolicyRefusesWasSeen(t *testing.T) {
	m, s, r, _ := aPlan(t)
	r.Err = errors.New("preview failed")
	r.Findings = []rules.Finding{{Rule: "msk-tls", Verdict: rules.Broken}}
	v := review{market: m, first: map[string]bool{}}
	assert.Equal(t, resultRefused, v.add(judge(s, r, false), s, r).Result)
	r.Findings = nil
	assert.Equal(t, resultFailed, v.add(judge(s, r, false), s, r).Result, "something else went wrong")
}

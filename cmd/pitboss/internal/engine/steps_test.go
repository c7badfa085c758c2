package engine

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
)

const thing = "urn:pulumi:mt-gslb::pitboss::test:index:Thing::x"

// stackWith is a stack whose state holds one resource of one provider.
func stackWith(t *testing.T, inputs string) *Stack {
	t.Helper()
	var d apitype.DeploymentV3
	require.NoError(t, json.Unmarshal([]byte(`{"resources":[
		{"urn":"urn:pulumi:mt-gslb::pitboss::pulumi:providers:aws::home","type":"pulumi:providers:aws","custom":true,"inputs":{"region":"eu-south-1","allowedAccountIds":"[\"111122223333\"]"}},
		{"urn":"`+thing+`","type":"test:index:Thing","custom":true,"protect":true,"retainOnDelete":true,"provider":"urn:pulumi:mt-gslb::pitboss::pulumi:providers:aws::home::id",
		 "inputs":`+inputs+`,"outputs":{"arn":"arn:x"},"propertyDependencies":{"a":["urn:b","urn:a"]}}]}`), &d))
	return &Stack{Name: "mt-gslb", State: newState(d)}
}

func TestARecordedResourceIsWhatRulesRead(t *testing.T) {
	r := stackWith(t, `{"a":1,"s":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"x"},"u":"04da6b54-80e4-46f7-96ec-b56ff0331ba9"}`).State.ByURN()[thing]
	assert.Equal(t, map[string]any{"a": 1.0, "s": rules.Secret{}, "u": rules.Unknown{}}, r.Inputs)
	assert.Equal(t, rules.Provider{Name: "home", Region: "eu-south-1", Accounts: []string{"111122223333"}}, r.Provider)
	assert.Equal(t, map[string][]string{"a": {"urn:a", "urn:b"}}, r.From)
	assert.Equal(t, "arn:x", r.ARN)
	assert.True(t, r.Protect && *r.Retain)
}

func TestStepsTellWhatForcesWhat(t *testing.T) {
	s := stackWith(t, `{"engine":"16","list":[{"name":"old"}]}`)
	declared := rules.Judgement{Resources: []rules.Resource{{URN: thing, Type: "test:index:Thing", Name: "x", Inputs: map[string]any{
		"engine": "17", "list": []any{map[string]any{"name": rules.Unknown{}}},
	}}}}
	steps := s.steps([]apitype.StepEventMetadata{{
		Op: apitype.OpReplace, URN: thing, Type: "test:index:Thing", Keys: []string{"engine", "hidden"}, New: &apitype.StepEventStateMetadata{Custom: true, Protect: true},
		DetailedDiff: map[string]apitype.PropertyDiff{"list[0].name": {Kind: "update"}, "engine": {Kind: "update-replace"}},
	}}, declared)
	require.Len(t, steps, 1)
	assert.Equal(t, plan.Replace, steps[0].Op)
	assert.Equal(t, []plan.Change{
		{Path: "engine", Old: "16", New: "17", Replaces: true}, {Path: "hidden", Replaces: true}, {Path: "list[0].name", Old: "old", New: rules.Unknown{}},
	}, steps[0].Changes)
	assert.True(t, steps[0].New.Protect)

	gone := s.steps([]apitype.StepEventMetadata{{Op: apitype.OpDelete, URN: thing}}, rules.Judgement{})
	assert.Nil(t, gone[0].New)
	assert.Equal(t, "x", gone[0].Resource().Name)
}

func TestLinesAreThePlan(t *testing.T) {
	s := stackWith(t, `{"a":1}`)
	one := s.State.ByURN()[thing]
	other := one
	other.Inputs = map[string]any{"a": 2.0, "s": rules.Secret{}}
	assert.Equal(t, []string{"update " + thing + " a: 1 -> 2; s: (none) -> (secret);"}, plan.Lines([]plan.Step{
		{Op: plan.Update, Old: &one, New: &other, Changes: []plan.Change{{Path: "a", Old: 1.0, New: 2.0}, {Path: "s", New: rules.Secret{}}}},
		{Op: plan.Same, Old: &one, New: &one},
	}))
}

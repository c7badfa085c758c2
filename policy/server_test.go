package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"pitboss/policy/rules"
)

// started is a pack that was told nothing yet.
func started(t *testing.T) pulumirpc.AnalyzerClient {
	t.Helper()
	handle, err := listen(newServer(".."))
	require.NoError(t, err)
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", handle.Port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return pulumirpc.NewAnalyzerClient(conn)
}

// tell is what the engine begins with.
func tell(t *testing.T, client pulumirpc.AnalyzerClient, config map[string]string, dryRun bool) error {
	t.Helper()
	_, err := client.Handshake(t.Context(), &pulumirpc.AnalyzerHandshakeRequest{})
	require.NoError(t, err)
	_, err = client.ConfigureStack(t.Context(), &pulumirpc.AnalyzerStackConfigureRequest{Stack: "mt-eu-south-1", Config: config, DryRun: dryRun})
	return err
}

// engine is the SDK's own half of the conversation, with a pack that was told a stack.
func engine(t *testing.T, dryRun bool) plugin.Analyzer {
	t.Helper()
	client := started(t)
	require.NoError(t, tell(t, client, malta, dryRun))
	return plugin.NewAnalyzerWithClient("pitboss", client)
}

var malta = map[string]string{"pitboss:market": "mt"}

// still is a key as a program asks for it, without what one rule about it wants.
func still(t *testing.T) (rules.Rule, plugin.AnalyzerResource) {
	t.Helper()
	rule, ok := rules.ByID("key-rotates")
	require.True(t, ok)
	require.Equal(t, rules.One, rule.Scope)
	return rule, plugin.AnalyzerResource{
		URN: "urn:pulumi:mt-eu-south-1::pitboss::aws:kms/key:Key::k", Name: "k",
		Type:       tokens.Type("aws:kms/key:Key"),
		Properties: resource.PropertyMap{"enableKeyRotation": resource.NewProperty(false)},
	}
}

// only are the answers about one policy.
func only(policy string, r plugin.AnalyzeResponse) (out []plugin.AnalyzeDiagnostic) {
	for _, d := range r.Diagnostics {
		if d.PolicyName == policy {
			out = append(out, d)
		}
	}
	return out
}

// TestAPreviewJudgesWhatWasAskedFor: what the cloud made of it may look well.
func TestAPreviewJudgesWhatWasAskedFor(t *testing.T) {
	rule, r := still(t)
	pack := engine(t, true)
	alone, err := pack.Analyze(t.Context(), r)
	require.NoError(t, err)
	assert.Empty(t, alone.Diagnostics, "the end tells all")

	made := r
	made.Properties = resource.PropertyMap{"enableKeyRotation": resource.NewProperty(true)}
	whole, err := pack.AnalyzeStack(t.Context(), []plugin.AnalyzerStackResource{{AnalyzerResource: made}})
	require.NoError(t, err)
	got := only(rule.ID, whole)
	require.Len(t, got, 1)
	assert.Equal(t, apitype.Mandatory, got[0].EnforcementLevel)
	assert.Equal(t, apitype.PolicySeverity(rule.Severity), got[0].Severity)
	assert.Equal(t, r.URN, got[0].URN)
}

// TestAnUpdateIsJudgedBeforeItIsMade: its end comes when everything is made.
func TestAnUpdateIsJudgedBeforeItIsMade(t *testing.T) {
	rule, r := still(t)
	pack := engine(t, false)
	alone, err := pack.Analyze(t.Context(), r)
	require.NoError(t, err)
	require.Len(t, only(rule.ID, alone), 1)
	assert.Equal(t, apitype.Mandatory, only(rule.ID, alone)[0].EnforcementLevel)
}

func TestWhatIsUnknownIsToldAndRefusesNothing(t *testing.T) {
	rule, r := still(t)
	r.Properties["enableKeyRotation"] = resource.MakeComputed(resource.NewProperty(true))
	pack := engine(t, true)
	whole, err := pack.AnalyzeStack(t.Context(), []plugin.AnalyzerStackResource{{AnalyzerResource: r}})
	require.NoError(t, err)
	assert.Empty(t, only(rule.ID, whole))
	var got []plugin.AnalyzeDiagnostic
	for _, d := range only(couldNotTell.name, whole) {
		if strings.Contains(d.Message, rule.ID) {
			got = append(got, d)
		}
	}
	require.Len(t, got, 1)
	assert.Equal(t, apitype.Advisory, got[0].EnforcementLevel)
	assert.Equal(t, apitype.PolicySeverity(rule.Severity), got[0].Severity)
}

// TestTheEngineIsToldWhatEachPolicyIs: what has no type it takes for a policy about every
// resource, and what can be set can be set to nothing.
func TestTheEngineIsToldWhatEachPolicyIs(t *testing.T) {
	pack := engine(t, true)
	info, err := pack.GetAnalyzerInfo(t.Context())
	require.NoError(t, err)
	assert.False(t, info.SupportsConfig)
	assert.Len(t, info.Policies, len(rules.All())+2)
	for _, p := range info.Policies {
		assert.Equal(t, plugin.AnalyzerPolicyTypeStack, p.Type, p.Name)
		if p.Name == couldNotTell.name {
			continue
		}
		assert.Equal(t, apitype.Mandatory, p.EnforcementLevel, p.Name)
		assert.NotEmpty(t, p.Severity, p.Name)
	}
}

func TestAPackThatCannotJudgeSaysWhy(t *testing.T) {
	assert.ErrorContains(t, tell(t, started(t), nil, true), "stack mt-eu-south-1 does not say its market: set pitboss:market in its file")
	assert.ErrorContains(t, tell(t, started(t), map[string]string{"pitboss:market": "gb"}, true), "market gb has no stack mt-eu-south-1")

	client := started(t)
	_, err := client.Analyze(t.Context(), &pulumirpc.AnalyzeRequest{})
	assert.ErrorContains(t, err, "next: `pulumi preview --policy-pack policy`")
	_, err = client.AnalyzeStack(t.Context(), &pulumirpc.AnalyzeStackRequest{})
	assert.ErrorContains(t, err, "was not told which stack to judge")
}

// TestNothingIsChanged: without an answer of its own the engine works out an error for every
// resource.
func TestNothingIsChanged(t *testing.T) {
	got, err := started(t).Remediate(t.Context(), &pulumirpc.AnalyzeRequest{})
	require.NoError(t, err)
	assert.Empty(t, got.GetRemediations())
}

// TestARunForgetsTheOneBefore: what this one does not ask for, such as what it only reads,
// is as it turned out to be.
func TestARunForgetsTheOneBefore(t *testing.T) {
	rule, r := still(t)
	client := started(t)
	pack := plugin.NewAnalyzerWithClient("pitboss", client)
	require.NoError(t, tell(t, client, malta, true))
	_, err := pack.Analyze(t.Context(), r)
	require.NoError(t, err)
	require.NoError(t, tell(t, client, malta, true))
	r.Properties = resource.PropertyMap{"enableKeyRotation": resource.NewProperty(true)}
	whole, err := pack.AnalyzeStack(t.Context(), []plugin.AnalyzerStackResource{{AnalyzerResource: r}})
	require.NoError(t, err)
	assert.Empty(t, only(rule.ID, whole))
}

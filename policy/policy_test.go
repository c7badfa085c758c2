package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"pitboss/policy/rules"
)

func TestResourcesAreWhatRulesRead(t *testing.T) {
	inputs, err := plugin.MarshalProperties(resource.PropertyMap{
		"a": resource.NewProperty(1.0), "arn": resource.NewProperty("arn:x"), "u": resource.MakeComputed(resource.NewProperty("")),
		"s": resource.MakeSecret(resource.NewProperty("hunter2")),
		"o": resource.NewProperty(resource.Output{Secret: true, Known: true, Element: resource.NewProperty("hunter2")}),
		"r": resource.NewProperty(resource.ResourceReference{URN: "urn:3"}), "n": resource.NewNullProperty(),
		"f": resource.NewProperty(&asset.Asset{Sig: asset.AssetSig, Hash: "0", Text: "hunter2"}),
		"l": resource.NewProperty([]resource.PropertyValue{resource.NewProperty(true), resource.NewProperty(resource.PropertyMap{
			"k": resource.NewProperty("v"), "u": resource.MakeComputed(resource.NewProperty(resource.PropertyMap{})),
		})}),
	}, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: true})
	if err != nil {
		t.Fatal(err)
	}
	settings, err := structpb.NewStruct(map[string]any{"region": "eu-south-1", "allowedAccountIds": `["111122223333"]`})
	if err != nil {
		t.Fatal(err)
	}
	got, err := resourceThere(&pulumirpc.AnalyzerResource{
		Urn: "urn", Type: "aws:s3/bucketV2:BucketV2", Name: "b", Properties: inputs, Parent: "urn:0",
		Options:              &pulumirpc.AnalyzerResourceOptions{Protect: true, IgnoreChanges: []string{"a"}},
		Provider:             &pulumirpc.AnalyzerProviderResource{Name: "home", Properties: settings},
		PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{"a": {Urns: []string{"urn:2", "urn:1"}}, "b": {}},
	}, nil)
	want := rules.Resource{
		URN: "urn", Type: "aws:s3/bucketV2:BucketV2", Name: "b", Custom: true, ARN: "arn:x", Parent: "urn:0", Protect: true, IgnoreChanges: []string{"a"},
		Provider: rules.Provider{Name: "home", Region: "eu-south-1", Accounts: []string{"111122223333"}},
		Inputs: map[string]any{
			"a": 1.0, "arn": "arn:x", "u": rules.Unknown{}, "s": rules.Secret{}, "o": rules.Secret{}, "r": "urn:3", "n": nil, "f": nil,
			"l": []any{true, map[string]any{"k": "v", "u": rules.Unknown{}}},
		},
		From: map[string][]string{"a": {"urn:1", "urn:2"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v, %v\nwant %#v", got, err, want)
	}
}

// TestWhatIsAskedForIsWhatIsJudged: with what is known only when it is there.
func TestWhatIsAskedForIsWhatIsJudged(t *testing.T) {
	props := func(m map[string]any) *structpb.Struct {
		s, err := structpb.NewStruct(m)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	got, err := resourceThere(&pulumirpc.AnalyzerResource{
		Urn: "urn", Type: "aws:kms/key:Key", Name: "k", Parent: "urn:0", Properties: props(map[string]any{"arn": "arn:k", "enableKeyRotation": true}),
		Provider:             &pulumirpc.AnalyzerProviderResource{Name: "home", Properties: props(map[string]any{"region": "eu-south-1"})},
		PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{"policy": {Urns: []string{"urn:1"}}},
	}, &pulumirpc.AnalyzeRequest{Urn: "urn", Type: "aws:kms/key:Key", Name: "k", Properties: props(map[string]any{"enableKeyRotation": false})})
	want := rules.Resource{
		URN: "urn", Type: "aws:kms/key:Key", Name: "k", Custom: true, ARN: "arn:k", Parent: "urn:0",
		Provider: rules.Provider{Name: "home", Region: "eu-south-1"},
		Inputs:   map[string]any{"enableKeyRotation": false}, From: map[string][]string{"policy": {"urn:1"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v, %v\nwant %#v", got, err, want)
	}
}

// TestWhatCannotBeReadEndsTheAnalysis: it is not taken for what is allowed, or not set.
func TestWhatCannotBeReadEndsTheAnalysis(t *testing.T) {
	for name, v := range map[string]map[string]any{
		"no such signature":  {resource.SigKey: "no such signature"},
		"an object's output": {resource.SigKey: resource.OutputValueSig, "value": map[string]any{"path": "/"}},
	} {
		inputs, err := structpb.NewStruct(map[string]any{"policy": v})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := resourceOf(&pulumirpc.AnalyzeRequest{Urn: "urn", Properties: inputs}); err == nil || !strings.Contains(err.Error(), "urn: policy: ") {
			t.Errorf("%s: the error is %v, want one that names the resource and the property", name, err)
		}
	}
}

func TestTheEngineIsToldOfFindings(t *testing.T) {
	const rule = "key-rotates"
	got := answer([]rules.Finding{
		{Rule: rule, Severity: rules.High, Verdict: rules.Broken, URN: "a", Says: []string{"it does not", "it cannot"}},
		{Rule: rule, Severity: rules.High, Verdict: rules.Untold, URN: "b", Says: []string{"it is not known yet"}},
		{Rule: rule, Severity: rules.High, Verdict: rules.Exempted, URN: "c"},
	}, errors.New("an exemption is of nothing"))
	want := []string{
		"key-rotates MANDATORY POLICY_SEVERITY_HIGH a: high, key-rotates: it does not; it cannot",
		"could-not-tell ADVISORY POLICY_SEVERITY_HIGH b: high, key-rotates: it is not known yet",
		"judgement MANDATORY POLICY_SEVERITY_HIGH : an exemption is of nothing",
	}
	var told []string
	for _, d := range got.GetDiagnostics() {
		_, says, _ := strings.Cut(d.GetMessage(), "\n")
		told = append(told, fmt.Sprintf("%s %s %s %s: %s", d.GetPolicyName(), d.GetEnforcementLevel(), d.GetSeverity(), d.GetUrn(), says))
	}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("got  %q\nwant %q", told, want)
	}
}

// TestARuleThatFailsEndsNothing: the engine would take the end of the pack for the end of
// its own work.
func TestARuleThatFailsEndsNothing(t *testing.T) {
	rule := rules.Rule{ID: "a-rule", Severity: rules.High, About: func(rules.Resource) bool { return true }, Check: func(*rules.Case) { panic("nil map") }}
	found := guard(&rules.Stack{Resources: []rules.Resource{{URN: "u"}}}, rule, rules.Exemptions{})
	if len(found) != 1 || found[0].Verdict != rules.Broken {
		t.Errorf("found %v, want that nothing is known", found)
	}
}

func TestTheProjectIsFound(t *testing.T) {
	dir := t.TempDir()
	pack := filepath.Join(dir, "policy")
	for _, d := range []string{pack, filepath.Join(dir, "stacks", "markets")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := projectOf("", pack); got != dir || err != nil {
		t.Errorf("found %q, %v", got, err)
	}
	if got, err := projectOf("/named", pack); got != "/named" || err != nil {
		t.Errorf("found %q, %v", got, err)
	}
	if _, err := projectOf("", t.TempDir()); err == nil {
		t.Error("a pack outside of any project judges by nothing")
	}
	if got := option([]string{"127.0.0.1:1", ".", "-project=/p"}, "project"); got != "/p" {
		t.Errorf("option is %q", got)
	}
}

package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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
			"a": 1.0, "arn": "arn:x", "u": rules.Unknown{}, "s": rules.Secret{}, "o": rules.Secret{}, "r": "urn:3", "n": nil,
			"l": []any{true, map[string]any{"k": "v", "u": rules.Unknown{}}},
		},
		From: map[string][]string{"a": {"urn:1", "urn:2"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v, %v\nwant %#v", got, err, want)
	}
}

// TestWhatIsMalformedEndsTheAnalysis: what cannot be read is not taken for what is allowed.
func TestWhatIsMalformedEndsTheAnalysis(t *testing.T) {
	inputs, err := structpb.NewStruct(map[string]any{"policy": map[string]any{resource.SigKey: "no such signature"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := resourceOf(&pulumirpc.AnalyzeRequest{Urn: "urn", Properties: inputs}); err == nil || !strings.Contains(err.Error(), "urn: policy: ") {
		t.Errorf("the error is %v, want one that names the resource and the property", err)
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

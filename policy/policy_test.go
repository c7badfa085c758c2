package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"

	"pitboss/policy/rules"
)

func TestResourcesAreWhatRulesRead(t *testing.T) {
	got := resourceOf(policyx.AnalyzerResource{
		URN: "urn", Type: "aws:s3/bucketV2:BucketV2", Name: "b",
		Properties: property.NewMap(map[string]property.Value{
			"a": property.New(1.0), "arn": property.New("arn:x"), "u": property.New(property.Computed),
			"s": property.New("hunter2").WithSecret(true),
			"l": property.New([]property.Value{property.New(true), property.New(map[string]property.Value{"k": property.New("v")})}),
		}),
		Provider: policyx.AnalyzerProviderResource{Name: "home", Properties: property.NewMap(map[string]property.Value{
			"region": property.New("eu-south-1"), "allowedAccountIds": property.New(`["111122223333"]`),
		})},
		PropertyDependencies: map[string][]string{"a": {"urn:2", "urn:1"}},
	})
	want := rules.Resource{
		URN: "urn", Type: "aws:s3/bucketV2:BucketV2", Name: "b", Custom: true, ARN: "arn:x",
		Provider: rules.Provider{Name: "home", Region: "eu-south-1", Accounts: []string{"111122223333"}},
		Inputs: map[string]any{
			"a": 1.0, "arn": "arn:x", "u": rules.Unknown{}, "s": rules.Secret{}, "l": []any{true, map[string]any{"k": "v"}},
		},
		From: map[string][]string{"a": {"urn:1", "urn:2"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
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

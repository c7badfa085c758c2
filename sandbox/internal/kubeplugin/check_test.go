package kubeplugin

import (
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func TestCheckNamesWhatHasNoName(t *testing.T) {
	client := dial(t)
	check := func(news, olds props) resource.PropertyMap {
		t.Helper()
		resp, err := client.Check(t.Context(), &pulumirpc.CheckRequest{
			Urn: urn(configMapToken, "Limits"), News: encoded(t, news), Olds: encoded(t, olds), RandomSeed: []byte("seed"),
		})
		if err != nil || len(resp.GetFailures()) > 0 {
			t.Fatal(err, resp.GetFailures())
		}
		return decode(t, resp.GetInputs())
	}
	first := check(props{"data": props{"a": "b"}}, nil)
	name := text(at(first, "metadata", "name"))
	if !regexp.MustCompile(`^limits-[0-9a-f]{7}$`).MatchString(name) {
		t.Errorf("name %q; want limits- and seven hexadecimal digits", name)
	}
	if got := text(at(first, "apiVersion")) + " " + text(at(first, "kind")); got != "v1 ConfigMap" {
		t.Errorf("%s; want what the type token says", got)
	}
	again := check(props{"data": props{"a": "c"}}, first.Mappable())
	if got := text(at(again, "metadata", "name")); got != name {
		t.Errorf("the next check names it %q; a new name would replace the object", got)
	}
	given := check(props{"metadata": props{"name": "mine"}}, first.Mappable())
	if got := text(at(given, "metadata", "name")); got != "mine" {
		t.Errorf("name %q; a given one stays", got)
	}
}

func TestCheckLeavesUnknownAndSecretAlone(t *testing.T) {
	client := dial(t)
	news := resource.PropertyMap{
		"metadata": resource.NewProperty(resource.PropertyMap{"name": resource.MakeComputed(resource.NewProperty(""))}),
		"data":     resource.MakeSecret(resource.NewProperty(resource.PropertyMap{"a": resource.NewProperty("b")})),
	}
	resp, err := client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn(configMapToken, "x"), News: encode(t, news)})
	if err != nil {
		t.Fatal(err)
	}
	back := decode(t, resp.GetInputs())
	if !at(back, "metadata", "name").IsComputed() {
		t.Errorf("name %v; an unknown one must not be replaced by an automatic one", at(back, "metadata", "name"))
	}
	if !back["data"].IsSecret() {
		t.Error("data is no longer marked as secret")
	}
}

func TestCheckRefuses(t *testing.T) {
	cases := map[string]struct {
		reason, token string
		news          props
	}{
		"Patch": {"only single whole objects", "kubernetes:apps/v1:DeploymentPatch", nil},
		"List":  {"only single objects", "kubernetes:core/v1:ConfigMapList", nil},
		"Helm":  {"a release is a program of its own", "kubernetes:helm.sh/v3:Release", nil},
		"Other": {"not ours", "aws:s3/bucket:Bucket", nil},
	}
	client := dial(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn(c.token, "x"), News: encoded(t, c.news)}); err == nil {
				t.Errorf("%s is accepted; %s", c.token, c.reason)
			}
		})
	}
	resp, err := client.Check(t.Context(), &pulumirpc.CheckRequest{
		Urn: urn(configMapToken, "x"), News: encoded(t, props{"metadata": props{"generateName": "x-"}}),
	})
	if err != nil || len(resp.GetFailures()) != 1 || resp.GetFailures()[0].GetProperty() != "metadata.generateName" {
		t.Errorf("generateName: %v %v; server-side apply cannot do it", err, resp.GetFailures())
	}
}

func TestCheckConfigRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		config props
		blames string
	}{
		"Fine":       {"the baseline must pass", props{"kubeconfig": "x", "enableServerSideApply": "true"}, ""},
		"Misspelt":   {"a setting nobody reads", props{"kubeConfig": "x"}, "kubeConfig"},
		"ClientSide": {"the sandbox cannot", props{"enableServerSideApply": false}, "enableServerSideApply"},
		"Render":     {"the sandbox cannot", props{"renderYamlToDirectory": "x"}, "renderYamlToDirectory"},
	}
	client := dial(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			resp, err := client.CheckConfig(t.Context(), &pulumirpc.CheckRequest{News: encoded(t, c.config)})
			if err != nil {
				t.Fatal(err)
			}
			blamed := ""
			for _, f := range resp.GetFailures() {
				blamed += f.GetProperty()
			}
			if blamed != c.blames {
				t.Errorf("%s: blames %q, want %q", c.reason, blamed, c.blames)
			}
		})
	}
}

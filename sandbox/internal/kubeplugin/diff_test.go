package kubeplugin

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// These run without a cluster: what differs is then judged by fields alone.
func TestDiff(t *testing.T) {
	configMap := func(name, value string) props {
		return props{"apiVersion": "v1", "kind": "ConfigMap", "metadata": props{"name": name}, "data": props{"a.b": value}}
	}
	withNamespace := func(p props, ns string) props {
		p["metadata"].(props)["namespace"] = ns
		return p
	}
	relabelled := deployment("api", 2)
	relabelled["spec"].(props)["selector"] = props{"matchLabels": props{"app": "other"}}
	cases := map[string]struct {
		reason       string
		token        string
		old, new     props
		changes      bool
		replaces     []string
		deleteBefore bool
	}{
		"Same":      {"nothing to do", deploymentToken, deployment("api", 2), deployment("api", 2), false, nil, false},
		"Scale":     {"in place", deploymentToken, deployment("api", 2), deployment("api", 3), true, nil, false},
		"Selector":  {"never changes", deploymentToken, deployment("api", 2), relabelled, true, []string{"spec.selector.matchLabels.app"}, true},
		"Rename":    {"another object", configMapToken, configMap("a", "1"), configMap("b", "1"), true, []string{"metadata.name"}, false},
		"Data":      {"so that its users notice", configMapToken, configMap("a", "1"), configMap("a", "2"), true, []string{`data["a.b"]`}, true},
		"Default":   {"the default namespace goes without saying", configMapToken, configMap("a", "1"), withNamespace(configMap("a", "1"), "default"), false, nil, false},
		"Namespace": {"another object", configMapToken, configMap("a", "1"), withNamespace(configMap("a", "1"), "core"), true, []string{"metadata.namespace"}, false},
	}
	client := dial(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			resp, err := client.Diff(t.Context(), &pulumirpc.DiffRequest{
				Id: "default/x", Urn: urn(c.token, "x"), OldInputs: encoded(t, c.old), News: encoded(t, c.new),
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := resp.GetChanges() == pulumirpc.DiffResponse_DIFF_SOME; got != c.changes {
				t.Errorf("%s: changes %v, want %v", c.reason, got, c.changes)
			}
			if !slices.Equal(resp.GetReplaces(), c.replaces) {
				t.Errorf("%s: replaces %v, want %v", c.reason, resp.GetReplaces(), c.replaces)
			}
			if resp.GetDeleteBeforeReplace() != c.deleteBefore {
				t.Errorf("%s: delete before replace %v, want %v", c.reason, resp.GetDeleteBeforeReplace(), c.deleteBefore)
			}
		})
	}
}

func TestDiffOfUnknownIsAChange(t *testing.T) {
	client := dial(t)
	old := resource.NewPropertyMapFromMap(props{"apiVersion": "v1", "kind": "ConfigMap", "metadata": props{"name": "a"}, "immutable": false})
	news := old.Copy()
	news["immutable"] = resource.MakeComputed(resource.NewProperty(""))
	resp, err := client.Diff(t.Context(), &pulumirpc.DiffRequest{
		Id: "default/a", Urn: urn(configMapToken, "a"), OldInputs: encode(t, old), News: encode(t, news),
	})
	if err != nil || resp.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME {
		t.Errorf("%v %v; a value that is not known yet may differ", resp.GetChanges(), err)
	}
}

func TestDrifted(t *testing.T) {
	cases := map[string]struct {
		reason         string
		in, live, want props
	}{
		"Canonical": {"the server writes quantities its way", props{"cpu": "0.5"}, props{"cpu": "500m"}, props{"cpu": "0.5"}},
		"Changed":   {"this is drift", props{"replicas": 2}, props{"replicas": 5}, props{"replicas": 5}},
		"Removed":   {"so is this", props{"labels": props{"a": "b"}}, props{"labels": props{}}, props{"labels": props{}}},
		"Added":     {"others may add", props{"labels": props{"a": "b"}}, props{"labels": props{"a": "b", "c": "d"}}, props{"labels": props{"a": "b"}}},
		"Empty":     {"the server does not keep it", props{"env": []any{}}, props{}, props{"env": []any{}}},
		"Sidecar": {"admission may add containers", props{"containers": []any{props{"name": "c", "image": "1"}}},
			props{"containers": []any{props{"name": "proxy"}, props{"name": "c", "image": "1"}}},
			props{"containers": []any{props{"name": "c", "image": "1"}}}},
		"WriteOnly": {"stringData is not read back", props{"kind": "Secret", "stringData": props{"a": "b"}},
			props{"kind": "Secret", "data": props{"a": "Yg=="}}, props{"kind": "Secret", "stringData": props{"a": "b"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := drifted(resource.NewPropertyMapFromMap(c.in), resource.NewPropertyMapFromMap(c.live))
			if want := resource.NewPropertyMapFromMap(c.want); !got.DeepEquals(want) {
				t.Errorf("%s: got %v, want %v", c.reason, got, want)
			}
		})
	}
}

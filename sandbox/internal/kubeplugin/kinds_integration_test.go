//go:build integration

package kubeplugin

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func secrets(t *testing.T, s *session) {
	u := urn(secretToken, "s")
	inputs := resource.PropertyMap{
		"apiVersion": resource.NewProperty("v1"), "kind": resource.NewProperty("Secret"),
		"metadata":   resource.NewProperty(resource.PropertyMap{"name": resource.NewProperty("s")}),
		"stringData": resource.NewProperty(resource.PropertyMap{"password": resource.MakeSecret(resource.NewProperty("hunter2"))}),
	}
	resp, err := s.client.Create(t.Context(), &pulumirpc.CreateRequest{Urn: u, Properties: encode(t, inputs)})
	if err != nil {
		t.Fatal(err)
	}
	state := decode(t, resp.GetProperties())
	if !state["data"].IsSecret() {
		t.Errorf("data is %v; want it marked as secret", state["data"].TypeString())
	}
	l := living{urn: u, id: resp.GetId(), inputs: inputs, state: state}
	after := s.read(t, l)
	if !after.inputs["stringData"].ObjectValue()["password"].IsSecret() {
		t.Error("a refresh made the password readable")
	}
	d, err := s.client.Diff(t.Context(), &pulumirpc.DiffRequest{
		Id: l.id, Urn: u, OldInputs: encode(t, after.inputs), News: encode(t, inputs),
	})
	if err != nil || d.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		t.Errorf("after a refresh: %v %v; stringData must not look like drift", d, err)
	}
	s.delete(t, l)
}

// widgets is a kind of our own, whose size may never change.
func widgets() props {
	return props{
		"metadata": props{"name": "widgets.example.com"},
		"spec": props{
			"group": "example.com", "scope": "Namespaced",
			"names": props{"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
			"versions": []any{props{"name": "v1", "served": true, "storage": true, "schema": props{"openAPIV3Schema": props{
				"type": "object", "properties": props{"spec": props{"type": "object", "properties": props{
					"size": props{"type": "integer", "x-kubernetes-validations": []any{props{
						"rule": "self == oldSelf", "message": "Value is immutable",
					}}},
					"colour": props{"type": "string"},
				}}},
			}}}},
		},
	}
}

func widget(size int, colour string) props {
	return props{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": props{"name": "w"},
		"spec": props{"size": size, "colour": colour}}
}

const (
	definitionToken = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
	widgetToken     = "kubernetes:example.com/v1:Widget"
)

func customKind(t *testing.T, s *session) {
	if _, err := s.client.Create(t.Context(), &pulumirpc.CreateRequest{
		Urn: urn(widgetToken, "w"), Properties: encoded(t, widget(1, "red")), Preview: true,
	}); err != nil {
		t.Errorf("preview before the kind is defined: %v", err)
	}
	crd := s.mustCreate(t, definitionToken, widgets())
	w := s.mustCreate(t, widgetToken, widget(1, "red"))
	if w = s.update(t, w, widget(1, "blue")); text(at(w.state, "spec", "colour")) != "blue" {
		t.Errorf("colour %v", at(w.state, "spec", "colour"))
	}
	d := s.diff(t, w, widget(2, "blue"))
	if len(d.GetReplaces()) != 1 || !d.GetDeleteBeforeReplace() {
		t.Errorf("a field that the kind's own rule forbids to change: %v; want a replacement", d)
	}
	s.delete(t, w)
	s.delete(t, crd)
}

func serverSaysImmutable(t *testing.T, s *session) {
	in := func(minAvailable int, policy string) props {
		return props{"apiVersion": "v1", "kind": "Service", "metadata": props{"name": "svc"},
			"spec": props{"ipFamilyPolicy": policy, "ports": []any{props{"port": minAvailable}}}}
	}
	l := s.mustCreate(t, "kubernetes:core/v1:Service", in(80, "SingleStack"))
	if d := s.diff(t, l, in(81, "SingleStack")); len(d.GetReplaces()) != 0 || d.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME {
		t.Errorf("another port: %v; want an update", d)
	}
	s.delete(t, l)
}

func conflict(t *testing.T, s *session) {
	in := deployment("contested", 1)
	l := s.mustCreate(t, deploymentToken, in)
	other := deployment("contested", 2)
	other["metadata"].(props)["annotations"] = props{annotationFieldManager: "autoscaler", annotationForce: "true"}
	s.update(t, l, other)
	wants := deployment("contested", 3)
	_, err := s.client.Update(t.Context(), &pulumirpc.UpdateRequest{
		Id: l.id, Urn: l.urn, OldInputs: encode(t, l.inputs), News: encoded(t, wants),
	})
	if err == nil || !strings.Contains(err.Error(), `"autoscaler"`) || !strings.Contains(err.Error(), ".spec.replicas") {
		t.Errorf("got %v; want to hear who owns which field", err)
	}
	s.delete(t, l)
}

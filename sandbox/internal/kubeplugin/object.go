package kubeplugin

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Annotations that programs steer the provider with, as on pulumi-kubernetes.
const (
	annotationAutonamed    = "pulumi.com/autonamed"
	annotationSkipAwait    = "pulumi.com/skipAwait"
	annotationTimeout      = "pulumi.com/timeoutSeconds"
	annotationFieldManager = "pulumi.com/patchFieldManager"
	annotationForce        = "pulumi.com/patchForce"
)

// object is a Kubernetes object as a program declares it.
type object struct {
	urn    string
	gvk    schema.GroupVersionKind
	inputs resource.PropertyMap // with secrets and unknowns
}

// readObject finds out what kind of object the inputs are: from themselves, as
// the SDK fills apiVersion and kind in, or from the type token.
func readObject(urn string, inputs resource.PropertyMap) (object, error) {
	token := string(resource.URN(urn).Type())
	gvk, err := kindOfToken(token)
	if err != nil {
		return object{}, err
	}
	values := plain(inputs)
	if v := values["apiVersion"]; v.IsString() {
		gv, err := schema.ParseGroupVersion(v.StringValue())
		if err != nil {
			return object{}, fmt.Errorf("%s: apiVersion %q: %w", resource.URN(urn).Name(), v.StringValue(), err)
		}
		gvk.Group, gvk.Version = gv.Group, gv.Version
	}
	if v := values["kind"]; v.IsString() && v.StringValue() != "" {
		gvk.Kind = v.StringValue()
	}
	return object{urn: urn, gvk: gvk, inputs: inputs}, nil
}

// kindOfToken reads a type token: kubernetes:apps/v1:Deployment.
func kindOfToken(token string) (schema.GroupVersionKind, error) {
	parts := strings.Split(token, ":")
	group, version, ok := strings.Cut(parts[min(1, len(parts)-1)], "/")
	if len(parts) != 3 || parts[0] != "kubernetes" || !ok {
		return schema.GroupVersionKind{}, fmt.Errorf("%q is not the type of a Kubernetes object", token)
	}
	kind := parts[2]
	special := group == "helm.sh" || group == "kustomize" || group == "yaml" ||
		(strings.HasSuffix(kind, "Patch") && kind != "Patch") || (strings.HasSuffix(kind, "List") && kind != "List")
	if special {
		return schema.GroupVersionKind{}, fmt.Errorf("the sandbox's kubernetes plugin does not have %s: it applies single objects only; "+
			"declare the objects themselves", token)
	}
	if group == "core" {
		group = ""
	}
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}, nil
}

func (o object) meta(field string) resource.PropertyValue {
	if m := plainValue(o.inputs["metadata"]); m.IsObject() {
		return m.ObjectValue()[resource.PropertyKey(field)]
	}
	return resource.PropertyValue{}
}

func (o object) name() string      { return text(o.meta("name")) }
func (o object) namespace() string { return text(o.meta("namespace")) }

func (o object) annotation(key string) string {
	if a := o.meta("annotations"); a.IsObject() {
		return text(a.ObjectValue()[resource.PropertyKey(key)])
	}
	return ""
}

func text(v resource.PropertyValue) string {
	if v.IsString() {
		return v.StringValue()
	}
	return ""
}

// known says whether every value is known, so that the object can be sent.
func (o object) known() bool { return !o.inputs.ContainsUnknowns() }

// body is the object to send.
func (o object) body() *unstructured.Unstructured {
	content := toJSON(resource.NewProperty(plain(o.inputs))).(map[string]any)
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(o.gvk)
	return u
}

// state is what Pulumi remembers of a live object: all of it but the record of
// who owns which field.
func (o object) state(live *unstructured.Unstructured) resource.PropertyMap {
	live = live.DeepCopy()
	live.SetManagedFields(nil)
	out := withSecretsOf(resource.NewProperty(o.inputs), fromJSON(live.Object)).ObjectValue()
	if o.gvk.Group == "" && o.gvk.Kind == "Secret" {
		for _, key := range []resource.PropertyKey{"data", "stringData"} {
			if v, ok := out[key]; ok && !v.IsSecret() {
				out[key] = resource.MakeSecret(plainValue(v))
			}
		}
	}
	return out
}

// planned is the state that a preview shows: what is declared, and that the
// status is not known. What the server will add to metadata is left out: one
// unknown value in it would make the name unknown to the program as well.
func (o object) planned() resource.PropertyMap {
	out := o.inputs.Copy()
	out["status"] = resource.MakeComputed(resource.NewProperty(""))
	return out
}

// id is how Pulumi names a live object: namespace/name, or name.
func id(live *unstructured.Unstructured) string {
	if ns := live.GetNamespace(); ns != "" {
		return ns + "/" + live.GetName()
	}
	return live.GetName()
}

func splitID(id string) (namespace, name string) {
	if ns, name, ok := strings.Cut(id, "/"); ok {
		return ns, name
	}
	return "", id
}

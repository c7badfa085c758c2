package kubeplugin

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// nameSuffix is how many hexadecimal digits make an automatic name unique.
const nameSuffix = 7

// Check fills in apiVersion, kind and, when the program gives none, a name.
// Fields are the API server's to judge: it does so when a preview applies.
func (p *Provider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	olds, err := unmarshal(req.GetOlds())
	if err != nil {
		return nil, err
	}
	obj, err := readObject(req.GetUrn(), news)
	if err != nil {
		return nil, err
	}
	news["apiVersion"] = resource.NewProperty(obj.gvk.GroupVersion().String())
	news["kind"] = resource.NewProperty(obj.gvk.Kind)
	resp := &pulumirpc.CheckResponse{}
	if failure := autoname(obj, olds, req); failure != nil {
		resp.Failures = append(resp.Failures, failure)
	}
	resp.Inputs, err = marshal(news)
	return resp, err
}

// autoname gives an object without a name one, in place: the name it has had, or
// a new one made of its Pulumi name and a random suffix.
func autoname(obj object, olds resource.PropertyMap, req *pulumirpc.CheckRequest) *pulumirpc.CheckFailure {
	if name := obj.meta("name"); name.IsComputed() || name.IsOutput() || text(name) != "" {
		return nil
	}
	if text(obj.meta("generateName")) != "" {
		return &pulumirpc.CheckFailure{Property: "metadata.generateName",
			Reason: "server-side apply needs a name: leave out both to have one chosen, or give metadata.name"}
	}
	if m := obj.inputs["metadata"]; m.IsComputed() {
		return nil // whether there is a name is not known yet
	}
	name := ""
	if before := (object{inputs: olds}); before.annotation(annotationAutonamed) == "true" {
		name = before.name()
	}
	naming := req.GetAutonaming()
	switch {
	case name != "":
	case naming.GetMode() == pulumirpc.CheckRequest_AutonamingOptions_DISABLE:
		return &pulumirpc.CheckFailure{Property: "metadata.name",
			Reason: "automatic naming is disabled in this stack's configuration: give a name"}
	case naming.GetProposedName() != "":
		name = strings.ToLower(naming.GetProposedName())
	default:
		prefix := strings.ToLower(resource.URN(obj.urn).Name()) + "-"
		made, err := resource.NewUniqueName(req.GetRandomSeed(), prefix, nameSuffix, 0, nil)
		if err != nil {
			return &pulumirpc.CheckFailure{Property: "metadata.name", Reason: err.Error()}
		}
		name = made
	}
	metadata := child(obj.inputs, "metadata")
	annotations := child(metadata, "annotations")
	annotations[annotationAutonamed] = resource.NewProperty("true")
	metadata["annotations"] = resource.NewProperty(annotations)
	metadata["name"] = resource.NewProperty(name)
	obj.inputs["metadata"] = resource.NewProperty(metadata)
	return nil
}

// child is a copy of a nested object, empty if there is none. A secret one loses
// its mark: names and annotations are none.
func child(m resource.PropertyMap, key resource.PropertyKey) resource.PropertyMap {
	v := m[key]
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	if v.IsObject() {
		return v.ObjectValue().Copy()
	}
	return resource.PropertyMap{}
}

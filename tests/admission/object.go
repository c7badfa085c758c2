package admission

import (
	"bytes"
	"encoding/json"
)

// Registry stands in the corpus for the market's registry.
const Registry = "$REGISTRY"

// Object is a manifest as JSON has it.
type Object map[string]any

// JSON is the object as it is sent, with images of registry.
func (o Object) JSON(registry string) []byte {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // the corpus is constant
	}
	return bytes.ReplaceAll(b, []byte(Registry), []byte(registry))
}

// Manifest is one of the corpus.
type Manifest struct {
	// Name says what is special about it, Rule which rule must refuse it: empty for what
	// is safe.
	Name, Rule string
	Object     Object
	// Debug means that the object is what is added to a running pod of its namespace.
	Debug bool
}

// Kind is that of the manifest.
func (m Manifest) Kind() string { return m.Object["kind"].(string) }

func (m Manifest) metadata() Object { return m.Object.at("metadata") }

// at is the object at path, made where there is none.
func (o Object) at(path ...string) Object {
	for _, key := range path {
		next, ok := o[key].(Object)
		if !ok {
			next = Object{}
			o[key] = next
		}
		o = next
	}
	return o
}

// template is what makes the object's pods: the object itself if it is a pod.
func (o Object) template() Object {
	switch o["kind"] {
	case "Pod":
		return o
	case "CronJob":
		return o.at("spec", "jobTemplate", "spec", "template")
	}
	return o.at("spec", "template")
}

// pod is the spec of the object's pods, app their first container, init their first init
// container.
func (o Object) pod() Object  { return o.template().at("spec") }
func (o Object) app() Object  { return o.pod()["containers"].([]Object)[0] }
func (o Object) init() Object { return o.pod()["initContainers"].([]Object)[0] }

// security is the security context of the first container, own and pods the labels of the
// object and of its pods.
func (o Object) security() Object { return o.app().at("securityContext") }
func (o Object) own() Object      { return o.at("metadata", "labels") }
func (o Object) pods() Object     { return o.template().at("metadata", "labels") }

// label sets a label of the object and of its pods.
func (o Object) label(key, value string) {
	o.own()[key], o.pods()[key] = value, value
}

// Package kube makes the custom resources that the platform needs, each from a narrow
// struct of ours: a field that nobody misspells twice. Kinds that Kubernetes itself has
// come typed from the SDK instead. Only packages under components/ import it.
package kube

import (
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// Meta is what every object has.
type Meta struct {
	Name string
	// Namespace is an input so that what is made in a namespace waits for it.
	Namespace   pulumi.StringInput
	Labels      map[string]string
	Annotations map[string]string
}

// Args is Meta as the SDK's typed kinds take it.
func (m Meta) Args() metav1.ObjectMetaArgs {
	out := metav1.ObjectMetaArgs{Name: pulumi.String(m.Name)}
	// A nil input in an interface is not nil: each is set only when there is something.
	if m.Namespace != nil {
		out.Namespace = m.Namespace.ToStringOutput().ToStringPtrOutput()
	}
	if len(m.Labels) > 0 {
		out.Labels = pulumi.ToStringMap(m.Labels)
	}
	if len(m.Annotations) > 0 {
		out.Annotations = pulumi.ToStringMap(m.Annotations)
	}
	return out
}

// Kind is one kind of custom resource: its group and version, and its name.
type Kind struct{ APIVersion, Name string }

// Custom registers a custom resource. The engine knows it as kubernetes:<group>/<version>:<kind>,
// as it does every kind of the SDK, and the API server judges its fields strictly.
func Custom(s component.Scope, what string, kind Kind, meta Meta, spec pulumi.Map, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	return component.Create(s, what, apiextensions.NewCustomResource, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(kind.APIVersion), Kind: pulumi.String(kind.Name),
		Metadata: meta.Args(), OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, opts...)
}

// Strings is a list of strings as a custom resource's field.
func Strings(all []string) pulumi.StringArray { return pulumi.ToStringArray(all) }

// blank says whether a required text holds nothing.
func blank(text string) bool { return strings.TrimSpace(text) == "" }

// TakesBack is the annotation of objects of which a drill changes a field that this program
// says as well: floors, and what services are told of their region's role. The drill owns
// the field then, and the next update takes it back instead of refusing.
func TakesBack() map[string]string { return map[string]string{"pulumi.com/patchForce": "true"} }

// Package fence makes a namespace that nothing reaches, that reaches nothing, and that
// takes no more of the cluster than it was given. Components that make namespaces open
// what is theirs in it. Only packages under components/ import it.
package fence

import (
	"maps"
	"slices"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
)

// Limits is what a namespace may take: CPU in thousandths, Memory in MiB, of its pods'
// limits together.
type Limits struct{ CPU, Memory, Pods int }

// Fence is a namespace.
type Fence struct {
	// Name is known when the namespace is there: whatever takes it waits for it.
	Name pulumi.StringOutput
	// Ready is what pods wait for: without the fence they would run outside of it.
	Ready []pulumi.Resource
}

// Spec says what a namespace is like.
type Spec struct {
	Name string
	// Labels and Annotations are beside Pod Security's own.
	Labels, Annotations map[string]string
	// Privileged gives up Pod Security, for who needs the node's network. Rules of
	// components/admission hold it instead.
	Privileged bool
	Limits     Limits
	// Classes is the priority classes of its pods. A pod of another, or of none, is one
	// too many.
	Classes []string
	// After is what the namespace waits for.
	After []pulumi.Resource
}

// New makes a namespace with its quotas and a network that is closed both ways.
func New(s component.Scope, spec Spec) (*Fence, error) {
	labels := security(spec.Privileged)
	maps.Copy(labels, spec.Labels)
	made, err := component.Create(s, "namespace", corev1.NewNamespace, &corev1.NamespaceArgs{
		Metadata: kube.Meta{Name: spec.Name, Labels: labels, Annotations: spec.Annotations}.Args(),
	}, pulumi.DependsOn(spec.After))
	if err != nil {
		return nil, err
	}
	out := &Fence{Name: made.Metadata.Name().Elem(), Ready: []pulumi.Resource{made}}
	for _, add := range []func(component.Scope, Spec) error{out.addQuota, out.addPriorities, out.addDenial} {
		if err := add(s, spec); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// security is Pod Security's labels: unsafe pods are refused, and templates of such are
// warned about when they are written instead of when they do not start.
func security(privileged bool) map[string]string {
	enforced, warned := "restricted", "restricted"
	if privileged {
		enforced, warned = "privileged", "privileged" // every template would be warned about, and nobody would read it
	}
	const prefix = "pod-security.kubernetes.io/"
	return map[string]string{
		prefix + "enforce": enforced, prefix + "enforce-version": "latest",
		prefix + "audit": "restricted", prefix + "audit-version": "latest",
		prefix + "warn": warned, prefix + "warn-version": "latest",
	}
}

// Meta is that of an object in the namespace.
func (f *Fence) Meta(name string) kube.Meta { return kube.Meta{Name: name, Namespace: f.Name} }

// addQuota bounds what the namespace takes in all. A balancer or a port on every node
// would be a door beside the one that is watched.
func (f *Fence) addQuota(s component.Scope, spec Spec) error {
	l := spec.Limits
	return f.quota(s, "quota", corev1.ResourceQuotaSpecArgs{Hard: pulumi.StringMap{
		"requests.cpu": pulumi.String(kube.CPU(l.CPU)), "limits.cpu": pulumi.String(kube.CPU(l.CPU)),
		"requests.memory": pulumi.String(kube.Memory(l.Memory)), "limits.memory": pulumi.String(kube.Memory(l.Memory)),
		"pods":                   pulumi.String(strconv.Itoa(l.Pods)),
		"services.loadbalancers": pulumi.String("0"), "services.nodeports": pulumi.String("0"),
	}})
}

// addPriorities keeps pods of others' priority out: a batch job of money's class would push
// money out.
func (f *Fence) addPriorities(s component.Scope, spec Spec) error {
	return f.quota(s, "priorities", corev1.ResourceQuotaSpecArgs{
		Hard: pulumi.StringMap{"pods": pulumi.String("0")},
		ScopeSelector: corev1.ScopeSelectorArgs{MatchExpressions: corev1.ScopedResourceSelectorRequirementArray{
			corev1.ScopedResourceSelectorRequirementArgs{
				ScopeName: pulumi.String("PriorityClass"), Operator: pulumi.String("NotIn"),
				Values: pulumi.ToStringArray(slices.Compact(slices.Sorted(slices.Values(spec.Classes)))),
			},
		}},
	})
}

func (f *Fence) quota(s component.Scope, name string, spec corev1.ResourceQuotaSpecArgs) error {
	made, err := component.Create(s, name, corev1.NewResourceQuota, &corev1.ResourceQuotaArgs{Metadata: f.Meta(name).Args(), Spec: spec})
	return f.keep(made, err)
}

// addDenial closes the network both ways: everything that is open is a policy that says so.
func (f *Fence) addDenial(s component.Scope, _ Spec) error {
	return f.Policy(s, "default-deny", networkingv1.NetworkPolicySpecArgs{
		PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
	})
}

// Policy adds a network policy of all pods of the namespace.
func (f *Fence) Policy(s component.Scope, name string, spec networkingv1.NetworkPolicySpecArgs) error {
	spec.PodSelector = metav1.LabelSelectorArgs{}
	made, err := component.Create(s, name, networkingv1.NewNetworkPolicy, &networkingv1.NetworkPolicyArgs{Metadata: f.Meta(name).Args(), Spec: spec})
	return f.keep(made, err)
}

// keep remembers what pods wait for.
func (f *Fence) keep(made pulumi.Resource, err error) error {
	if err == nil {
		f.Ready = append(f.Ready, made)
	}
	return err
}

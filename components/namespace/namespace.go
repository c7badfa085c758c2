// Package namespace makes a domain's namespace: closed both ways, bounded so that money is
// safe from it, with the region's role as a file, the team's way to look inside, and the
// way to the domain's secrets and to no other. Region stacks import it, with providers of
// Kubernetes and AWS among its options.
package namespace

import (
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/fence"
	"pitboss/components/internal/kube"
	"pitboss/components/naming"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/regions"
	"pitboss/regions/role"
)

const typeToken = "pitboss:components:Namespace"

// RoleFlags is the ConfigMap that tells services what the region does now. Its keys are
// files where it is mounted, which change under a running process.
const RoleFlags = "role"

// hostNetworkReason is the annotation that says why a namespace is privileged.
const hostNetworkReason = "pitboss.io/host-network"

// Args describes a domain's namespace.
type Args struct {
	// Market owns the roles and secrets. Required.
	Market naming.Market
	// Region is where the secrets are read. Required.
	Region regions.Region
	// Role is what the region does now. Required.
	Role role.Role
	// Domain is whose namespace it is. Required.
	Domain services.Domain
	// Secrets is what the domain's services read: each name of SecretsOf, and no other.
	// Required, unless they read none.
	Secrets []Secret
	// OperatorRoleARN is the role of the External Secrets operator. Required with Secrets.
	OperatorRoleARN pulumi.StringInput
	// After is what the namespace waits for, such as admission rules. The default is
	// nothing.
	After []pulumi.Resource
}

// Secret is one entry of Secrets Manager in the region.
type Secret struct {
	Name string // of the consumer or credential
	ARN  pulumi.StringInput
	// KeyARN is the key that encrypts it in the region.
	KeyARN pulumi.StringInput
}

// Namespace is a domain's namespace.
type Namespace struct {
	pulumi.ResourceState

	// Name is the namespace's.
	Name pulumi.StringOutput
	// Ready is what workloads wait for: without it they would run unfenced, or not start.
	Ready []pulumi.Resource

	args  Args
	fence *fence.Fence
}

// New makes the namespace of a domain.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Namespace, error) {
	out := &Namespace{args: args}
	s, err := component.Open(ctx, typeToken, name, out, args, pulumi.Map{
		"domain": pulumi.String(args.Domain.Name), "region": pulumi.String(args.Region.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	if out.fence, err = fence.New(s, out.spec()); err != nil {
		return nil, err
	}
	for _, add := range []func(component.Scope) error{out.addLimits, out.addDNS, out.addRole, out.addTeam, out.addSecrets} {
		if err := add(s); err != nil {
			return nil, err
		}
	}
	out.Name, out.Ready = out.fence.Name, append(out.fence.Ready, out.Ready...)
	return out, s.Publish(out, pulumi.Map{"namespace": out.Name})
}

// spec is the namespace before anything is opened in it.
func (n *Namespace) spec() fence.Spec {
	d := n.args.Domain
	spec := fence.Spec{
		Name: d.Name, Privileged: d.HostNetwork != "", Limits: Room(d), After: n.args.After,
		Labels: map[string]string{labels.Domain: d.Name, labels.Owner: d.Owner, labels.Zone: string(d.Zone)},
	}
	if spec.Privileged {
		spec.Annotations = map[string]string{hostNetworkReason: d.HostNetwork}
	}
	for _, one := range d.Services {
		spec.Classes = append(spec.Classes, one.Tier.PriorityClass())
	}
	return spec
}

// addLimits bounds each pod, whatever made it. It says no defaults: a pod that does not
// know what it needs is refused, not given something.
func (n *Namespace) addLimits(s component.Scope) error {
	most := largest(n.args.Domain)
	item := corev1.LimitRangeItemArgs{
		// For pods: for containers Kubernetes would make the most the default.
		Type: pulumi.String("Pod"),
		Max:  amounts(most.CPU, most.Memory), Min: amounts(leastCPU, leastMemory),
		MaxLimitRequestRatio: pulumi.StringMap{"cpu": pulumi.String(strconv.Itoa(overcommit)), "memory": pulumi.String(strconv.Itoa(overcommit))},
	}
	made, err := component.Create(s, "limits", corev1.NewLimitRange, &corev1.LimitRangeArgs{
		Metadata: n.fence.Meta("limits").Args(), Spec: corev1.LimitRangeSpecArgs{Limits: corev1.LimitRangeItemArray{item}},
	})
	return n.keep(made, err)
}

// addDNS opens the one thing that every pod needs.
func (n *Namespace) addDNS(s component.Scope) error {
	return n.fence.Policy(s, "dns", networkingv1.NetworkPolicySpecArgs{
		PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
		Egress: networkingv1.NetworkPolicyEgressRuleArray{networkingv1.NetworkPolicyEgressRuleArgs{
			To: networkingv1.NetworkPolicyPeerArray{networkingv1.NetworkPolicyPeerArgs{
				NamespaceSelector: match("kubernetes.io/metadata.name", services.SystemNamespace),
				PodSelector:       match("k8s-app", "kube-dns"),
			}},
			Ports: networkingv1.NetworkPolicyPortArray{dnsPort("UDP"), dnsPort("TCP")},
		}},
	})
}

func dnsPort(protocol string) networkingv1.NetworkPolicyPortArgs {
	return networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(53)}
}

func match(label, value string) metav1.LabelSelectorArgs {
	return metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{label: pulumi.String(value)}}
}

// addRole says what the region does now, in the one object that a swap changes here.
func (n *Namespace) addRole(s component.Scope) error {
	meta := n.fence.Meta(RoleFlags)
	meta.Annotations = kube.TakesBack()
	made, err := component.Create(s, "role", corev1.NewConfigMap, &corev1.ConfigMapArgs{
		Metadata: meta.Args(),
		Data: pulumi.StringMap{
			"role": pulumi.String(string(n.args.Role)), "writes": pulumi.String(strconv.FormatBool(n.args.Role.Numbers().Writes)),
		},
	})
	return n.keep(made, err)
}

// keep remembers what workloads wait for.
func (n *Namespace) keep(made pulumi.Resource, err error) error {
	if err == nil {
		n.Ready = append(n.Ready, made)
	}
	return err
}

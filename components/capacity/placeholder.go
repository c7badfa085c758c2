package capacity

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/fence"
	"pitboss/components/internal/kube"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

// nobody is the user that placeholders run as, as every service does.
const nobody = 65532

// name is that of a pool's placeholders.
func (r Row) name() string { return "placeholder-" + string(r.Pool) }

// labels is what every pod of the platform carries.
func (r Row) labels() map[string]string {
	return map[string]string{
		labels.Service: r.name(), labels.Domain: Namespace, labels.Tier: string(Tier), labels.Owner: owner,
		labels.Zone: string(services.Public), labels.Key: string(r.Pool),
		"app.kubernetes.io/name": r.name(), "app.kubernetes.io/part-of": "pitboss",
	}
}

func (r Row) selector() metav1.LabelSelectorArgs {
	return metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{
		labels.Service: pulumi.String(r.name()), labels.Domain: pulumi.String(Namespace),
	}}
}

// addPlaceholders makes a pool's placeholders. Where KEDA counts them, the number is its
// alone.
func addPlaceholders(s component.Scope, f *fence.Fence, image string, row Row, scaled bool, after []pulumi.Resource) (*appsv1.Deployment, error) {
	spec := appsv1.DeploymentSpecArgs{
		Selector: row.selector(), RevisionHistoryLimit: pulumi.Int(1),
		// The old ones go first: a new one would find no node without one.
		Strategy: appsv1.DeploymentStrategyArgs{Type: pulumi.String("RollingUpdate"), RollingUpdate: appsv1.RollingUpdateDeploymentArgs{
			MaxUnavailable: pulumi.String("100%"), MaxSurge: pulumi.Int(0),
		}},
		Template: corev1.PodTemplateSpecArgs{
			Metadata: metav1.ObjectMetaArgs{Labels: pulumi.ToStringMap(row.labels())}, Spec: row.pod(image),
		},
	}
	if !scaled {
		spec.Replicas = pulumi.Int(row.Nodes)
	}
	return component.Create(s, string(row.Pool), appsv1.NewDeployment, &appsv1.DeploymentArgs{
		Metadata: kube.Meta{Name: row.name(), Namespace: f.Name, Labels: row.labels()}.Args(), Spec: spec,
	}, pulumi.DependsOn(after))
}

// pod is one placeholder: one a node, gone at once when its room is needed.
func (r Row) pod(image string) corev1.PodSpecArgs {
	tolerations := corev1.TolerationArray{}
	for _, t := range labels.Taints(r.Pool) {
		tolerations = append(tolerations, corev1.TolerationArgs{
			Key: pulumi.String(t.Key), Operator: pulumi.String("Equal"), Value: pulumi.String(t.Value), Effect: pulumi.String(t.Effect),
		})
	}
	return corev1.PodSpecArgs{
		NodeSelector: pulumi.ToStringMap(labels.Of(r.Pool)), Tolerations: tolerations,
		Affinity: corev1.AffinityArgs{PodAntiAffinity: corev1.PodAntiAffinityArgs{
			RequiredDuringSchedulingIgnoredDuringExecution: corev1.PodAffinityTermArray{corev1.PodAffinityTermArgs{
				TopologyKey: pulumi.String("kubernetes.io/hostname"), LabelSelector: r.selector(),
			}},
		}},
		PriorityClassName: pulumi.String(Tier.PriorityClass()),
		// It ends when it is told to. Zero would take it off the books before the node has let go
		// of it, and the node would refuse whoever comes for its room.
		TerminationGracePeriodSeconds: pulumi.Int(1),
		ServiceAccountName:            pulumi.String(account), AutomountServiceAccountToken: pulumi.Bool(false), EnableServiceLinks: pulumi.Bool(false),
		SecurityContext: corev1.PodSecurityContextArgs{
			RunAsNonRoot: pulumi.Bool(true), RunAsUser: pulumi.Int(nobody), RunAsGroup: pulumi.Int(nobody),
			SeccompProfile: corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		Containers: corev1.ContainerArray{r.container(image)},
	}
}

// container does nothing, and what it asks for is what it may use. It has no probes: there
// is nothing that could be unwell.
func (r Row) container(image string) corev1.ContainerArgs {
	room := pulumi.StringMap{"cpu": pulumi.String(kube.CPU(r.CPU)), "memory": pulumi.String(kube.Memory(r.Memory))}
	return corev1.ContainerArgs{
		Name: pulumi.String("pause"), Image: pulumi.String(image),
		Resources: corev1.ResourceRequirementsArgs{Requests: room, Limits: room},
		SecurityContext: corev1.SecurityContextArgs{
			RunAsNonRoot: pulumi.Bool(true), AllowPrivilegeEscalation: pulumi.Bool(false), ReadOnlyRootFilesystem: pulumi.Bool(true),
			Capabilities:   corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
			SeccompProfile: corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
	}
}

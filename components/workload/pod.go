package workload

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

// configChecksum is the annotation of pods that changes with their configuration.
const configChecksum = "pitboss.io/config-checksum"

const (
	// leaving is how long a pod that was told to stop still answers, in seconds: until every
	// node and load balancer has learnt that it goes.
	leaving = 15
	// graceAtLeast is what a pod gets that has nothing to drain, in seconds.
	graceAtLeast = 30
)

// template is the service's pods. Nothing in it follows from the region's role.
func (w *Workload) template() corev1.PodTemplateSpecArgs {
	svc := w.args.Service
	volumes, mounts := w.volumes()
	spec := corev1.PodSpecArgs{
		ServiceAccountName: pulumi.String(svc.Name), AutomountServiceAccountToken: pulumi.Bool(false),
		EnableServiceLinks: pulumi.Bool(false), // names of other services would become variables
		PriorityClassName:  pulumi.String(svc.Tier.PriorityClass()),
		NodeSelector:       pulumi.ToStringMap(labels.Of(svc.Pool)), Tolerations: w.tolerations(),
		TopologySpreadConstraints:     w.spread(),
		TerminationGracePeriodSeconds: pulumi.Int(w.graceSeconds()),
		SecurityContext: corev1.PodSecurityContextArgs{
			RunAsNonRoot: pulumi.Bool(true), RunAsUser: pulumi.Int(nobody), RunAsGroup: pulumi.Int(nobody), FsGroup: pulumi.Int(nobody),
			SeccompProfile: corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		Volumes: volumes, Containers: corev1.ContainerArray{w.container(mounts)},
	}
	if len(svc.WarmUp) > 0 {
		spec.InitContainers = corev1.ContainerArray{w.warmUp(mounts)}
	}
	if svc.Host != nil {
		spec.HostNetwork, spec.DnsPolicy = pulumi.Bool(true), pulumi.String("ClusterFirstWithHostNet")
	}
	if svc.Runs() == services.CronJob {
		spec.RestartPolicy = pulumi.String("Never") // a failed run keeps its pod, and with it its last words
	}
	return corev1.PodTemplateSpecArgs{
		Metadata: metav1.ObjectMetaArgs{
			Labels: pulumi.ToStringMap(w.labels()), Annotations: pulumi.StringMap{configChecksum: w.checksum},
		},
		Spec: spec,
	}
}

// graceSeconds is how long a pod may take to stop: what it still answers, and then its drain.
func (w *Workload) graceSeconds() int {
	drain := int(w.args.Service.Drain.Seconds())
	if w.answers() {
		drain += leaving
	}
	return max(drain, graceAtLeast)
}

// answers says whether anybody but Prometheus and the kubelet connects to the service.
func (w *Workload) answers() bool {
	for _, p := range w.args.Service.Ports {
		if !p.Metrics {
			return true
		}
	}
	return false
}

// tolerations let the pods onto their pool, and away from a node that does not answer as
// soon as the tier says. A DaemonSet's pod belongs to its node and waits for it.
func (w *Workload) tolerations() corev1.TolerationArray {
	var out corev1.TolerationArray
	for _, t := range labels.Taints(w.args.Service.Pool) {
		out = append(out, corev1.TolerationArgs{
			Key: pulumi.String(t.Key), Operator: pulumi.String("Equal"), Value: pulumi.String(t.Value), Effect: pulumi.String(t.Effect),
		})
	}
	if w.args.Service.Runs() == services.DaemonSet {
		return out
	}
	for _, trouble := range []string{"not-ready", "unreachable"} {
		out = append(out, corev1.TolerationArgs{
			Key: pulumi.String("node.kubernetes.io/" + trouble), Operator: pulumi.String("Exists"), Effect: pulumi.String("NoExecute"),
			TolerationSeconds: pulumi.Int(w.terms.AwaySeconds),
		})
	}
	return out
}

// spread keeps the pods apart, over zones and over nodes. Pods of one rollout are counted by
// themselves, or a surge could not be placed; nodes that take no pods are not counted at all,
// or the pods of a lost zone could not run in the others.
func (w *Workload) spread() corev1.TopologySpreadConstraintArray {
	rollout := "pod-template-hash"
	switch w.args.Service.Runs() {
	case services.DaemonSet, services.CronJob: // one a node, and one at a time
		return nil
	case services.StatefulSet:
		rollout = "controller-revision-hash"
	case services.Deployment:
	}
	over := func(topology, otherwise string) corev1.TopologySpreadConstraintArgs {
		return corev1.TopologySpreadConstraintArgs{
			TopologyKey: pulumi.String(topology), MaxSkew: pulumi.Int(1), WhenUnsatisfiable: pulumi.String(otherwise),
			LabelSelector: w.own(), MatchLabelKeys: pulumi.ToStringArray([]string{rollout}), NodeTaintsPolicy: pulumi.String("Honor"),
		}
	}
	zones := "ScheduleAnyway"
	if w.terms.SpreadRequired {
		zones = "DoNotSchedule"
	}
	return corev1.TopologySpreadConstraintArray{over("topology.kubernetes.io/zone", zones), over("kubernetes.io/hostname", "ScheduleAnyway")}
}

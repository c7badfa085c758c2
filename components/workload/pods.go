package workload

import (
	"strconv"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
	"pitboss/components/services"
)

const (
	// revisions is how many earlier ones are kept to go back to.
	revisions = 5
	// progressSeconds is how long a rollout may stand still before it counts as failed, beyond
	// the time that a start may take.
	progressSeconds = 300
	// settleSeconds is how long a pod of the money tier must be ready before the next is replaced.
	settleSeconds = 10
)

// addPods makes what runs the service, after everything that its pods need.
func (w *Workload) addPods(s component.Scope) error {
	switch w.args.Service.Runs() {
	case services.Deployment:
		return runs(w, s, "deployment", appsv1.NewDeployment, &appsv1.DeploymentArgs{Metadata: w.described(), Spec: w.deployment()})
	case services.StatefulSet:
		return runs(w, s, "statefulset", appsv1.NewStatefulSet, &appsv1.StatefulSetArgs{Metadata: w.described(), Spec: w.statefulSet()})
	case services.DaemonSet:
		return runs(w, s, "daemonset", appsv1.NewDaemonSet, &appsv1.DaemonSetArgs{Metadata: w.described(), Spec: w.daemonSet()})
	case services.CronJob:
		return w.addCronJob(s)
	}
	return nil
}

// runs makes the one object that runs the service.
func runs[A any, R pulumi.Resource](w *Workload, s component.Scope, what string, ctor func(*pulumi.Context, string, A, ...pulumi.ResourceOption) (R, error), args A) error {
	made, err := component.Create(s, what, ctor, args, w.after(w.needs...))
	w.Ready = append(w.Ready, made)
	return err
}

// described is meta of what runs the service, with what it is for.
func (w *Workload) described() metav1.ObjectMetaArgs {
	meta := w.meta(w.args.Service.Name)
	meta.Annotations = map[string]string{}
	if runs := w.args.Service.Runs(); !w.args.Service.Scaled() && (runs == services.Deployment || runs == services.StatefulSet) {
		meta.Annotations = kube.TakesBack() // its replicas are its floor
	}
	meta.Annotations["kubernetes.io/description"] = w.args.Service.Does
	return meta.Args()
}

func (w *Workload) deployment() appsv1.DeploymentSpecArgs {
	spec := appsv1.DeploymentSpecArgs{
		Selector: w.own(), Template: w.template(),
		Strategy: appsv1.DeploymentStrategyArgs{Type: pulumi.String("RollingUpdate"), RollingUpdate: appsv1.RollingUpdateDeploymentArgs{
			MaxUnavailable: countOrShare(w.terms.MaxUnavailable), MaxSurge: countOrShare(w.terms.MaxSurge),
		}},
		MinReadySeconds: w.minReadySeconds(), RevisionHistoryLimit: pulumi.Int(revisions),
		ProgressDeadlineSeconds: pulumi.Int(progressSeconds + w.args.Service.Probes.StartupSeconds),
	}
	if !w.args.Service.Scaled() {
		spec.Replicas = pulumi.Int(w.floor())
	}
	return spec
}

// statefulSet is pods with names of their own, one after the other.
func (w *Workload) statefulSet() appsv1.StatefulSetSpecArgs {
	spec := appsv1.StatefulSetSpecArgs{
		Selector: w.own(), Template: w.template(), ServiceName: pulumi.String(w.args.Service.Name),
		PodManagementPolicy: pulumi.String("OrderedReady"),
		UpdateStrategy:      appsv1.StatefulSetUpdateStrategyArgs{Type: pulumi.String("RollingUpdate")},
		MinReadySeconds:     w.minReadySeconds(), RevisionHistoryLimit: pulumi.Int(revisions),
	}
	if !w.args.Service.Scaled() {
		spec.Replicas = pulumi.Int(w.floor())
	}
	return spec
}

// daemonSet is one pod a node, replaced node by node: two could not have one node's ports.
func (w *Workload) daemonSet() appsv1.DaemonSetSpecArgs {
	return appsv1.DaemonSetSpecArgs{
		Selector: w.own(), Template: w.template(),
		UpdateStrategy: appsv1.DaemonSetUpdateStrategyArgs{Type: pulumi.String("RollingUpdate"), RollingUpdate: appsv1.RollingUpdateDaemonSetArgs{
			MaxUnavailable: pulumi.Int(1), MaxSurge: pulumi.Int(0),
		}},
		MinReadySeconds: w.minReadySeconds(), RevisionHistoryLimit: pulumi.Int(revisions),
	}
}

// floor is the least number of pods, which the region's role decides.
func (w *Workload) floor() int { return w.args.Service.Replicas.Floor(w.args.Role) }

// minReadySeconds is nothing for other tiers: the API server forgets a zero, which would be
// a difference for ever.
func (w *Workload) minReadySeconds() pulumi.IntPtrInput {
	if w.terms.Guaranteed {
		return pulumi.Int(settleSeconds)
	}
	return nil
}

// countOrShare is a number of pods or a share of them: Kubernetes takes the first as a number
// and the second as text.
func countOrShare(text string) pulumi.Input {
	if n, err := strconv.Atoi(text); err == nil {
		return pulumi.Int(n)
	}
	return pulumi.String(text)
}

package workload

import (
	"strconv"

	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
	"pitboss/components/services"
)

// addBudget keeps drains from taking more pods than the tier can miss. A pod that is not
// ready may always go: it serves nobody, and would hold its node for ever.
func (w *Workload) addBudget(s component.Scope) error {
	keep, lose := services.Budget(w.args.Service)
	spec := policyv1.PodDisruptionBudgetSpecArgs{Selector: w.own(), UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow")}
	switch {
	case keep > 0:
		spec.MinAvailable = pulumi.Int(keep)
	case lose > 0:
		spec.MaxUnavailable = pulumi.Int(lose)
	default:
		return nil
	}
	_, err := component.Create(s, "budget", policyv1.NewPodDisruptionBudget, &policyv1.PodDisruptionBudgetArgs{
		Metadata: w.meta(w.args.Service.Name).Args(), Spec: spec,
	}, w.after())
	return err
}

// addScaling makes what answers to the service's signal.
func (w *Workload) addScaling(s component.Scope) error {
	switch w.args.Service.Scaling.Signal {
	case services.Requests:
		return w.addAutoscaler(s, w.perPod("http_requests_per_second"))
	case services.Latency:
		return w.addAutoscaler(s, w.perPod("http_request_duration_p95_milliseconds"))
	case services.Connections:
		return w.addAutoscaler(s, w.perPod("open_connections"))
	case services.CPU:
		return w.addAutoscaler(s, w.ofRequest("cpu"))
	case services.Lag:
		return w.addLagScaler(s)
	case services.Recommended:
		return w.addRecommendation(s)
	case services.Fixed:
	}
	return nil
}

// Pods come at once, and go slowly: who comes back after a break finds them there.
const (
	growEvery   = 15  // seconds in which the number may double
	growByPods  = 4   // or grow by so many, whichever is more
	shrinkAfter = 600 // seconds for which fewer must have been enough
	shrinkEvery = 60  // seconds in which a tenth may go
	shrinkBy    = 10  // per cent
)

// addAutoscaler scales the service by one metric, from the floor of the region's role up.
func (w *Workload) addAutoscaler(s component.Scope, metric autoscalingv2.MetricSpecArgs) error {
	policy := func(kind string, value, seconds int) autoscalingv2.HPAScalingPolicyArgs {
		return autoscalingv2.HPAScalingPolicyArgs{Type: pulumi.String(kind), Value: pulumi.Int(value), PeriodSeconds: pulumi.Int(seconds)}
	}
	_, err := component.Create(s, "autoscaler", autoscalingv2.NewHorizontalPodAutoscaler, &autoscalingv2.HorizontalPodAutoscalerArgs{
		Metadata: w.floored().Args(),
		Spec: autoscalingv2.HorizontalPodAutoscalerSpecArgs{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReferenceArgs{
				ApiVersion: pulumi.String(w.apiVersion()), Kind: pulumi.String(string(w.args.Service.Runs())), Name: pulumi.String(w.args.Service.Name),
			},
			MinReplicas: pulumi.Int(w.floor()), MaxReplicas: pulumi.Int(w.args.Service.Replicas.Most),
			Metrics: autoscalingv2.MetricSpecArray{metric},
			Behavior: autoscalingv2.HorizontalPodAutoscalerBehaviorArgs{
				ScaleUp: autoscalingv2.HPAScalingRulesArgs{
					StabilizationWindowSeconds: pulumi.Int(0), SelectPolicy: pulumi.String("Max"),
					Policies: autoscalingv2.HPAScalingPolicyArray{policy("Percent", 100, growEvery), policy("Pods", growByPods, growEvery)},
				},
				ScaleDown: autoscalingv2.HPAScalingRulesArgs{
					StabilizationWindowSeconds: pulumi.Int(shrinkAfter), SelectPolicy: pulumi.String("Max"),
					Policies: autoscalingv2.HPAScalingPolicyArray{policy("Percent", shrinkBy, shrinkEvery)},
				},
			},
		},
	}, w.after(w.Ready...))
	return err
}

// floored is meta of what says the service's floor, which a drill raises too.
func (w *Workload) floored() kube.Meta {
	meta := w.meta(w.args.Service.Name)
	meta.Annotations = kube.TakesBack()
	return meta
}

// perPod is a metric that the pods themselves tell, through Prometheus.
func (w *Workload) perPod(metric string) autoscalingv2.MetricSpecArgs {
	return autoscalingv2.MetricSpecArgs{Type: pulumi.String("Pods"), Pods: autoscalingv2.PodsMetricSourceArgs{
		Metric: autoscalingv2.MetricIdentifierArgs{Name: pulumi.String(metric)},
		Target: autoscalingv2.MetricTargetArgs{Type: pulumi.String("AverageValue"), AverageValue: pulumi.String(count(w.args.Service.Scaling.Target))},
	}}
}

// count is a number as the API server spells it: 8000 is 8k there, and anything else would be
// a difference for ever.
func count(n int) string {
	if n%1000 == 0 {
		return strconv.Itoa(n/1000) + "k"
	}
	return strconv.Itoa(n)
}

// ofRequest is a resource as a share of what the pods ask for.
func (w *Workload) ofRequest(resource string) autoscalingv2.MetricSpecArgs {
	return autoscalingv2.MetricSpecArgs{Type: pulumi.String("Resource"), Resource: autoscalingv2.ResourceMetricSourceArgs{
		Name:   pulumi.String(resource),
		Target: autoscalingv2.MetricTargetArgs{Type: pulumi.String("Utilization"), AverageUtilization: pulumi.Int(w.args.Service.Scaling.Target)},
	}}
}

// addLagScaler scales the service by what waits in its topic. KEDA asks the brokers with an
// identity of its own: nothing of the service's is lent to it.
func (w *Workload) addLagScaler(s component.Scope) error {
	scaling := w.args.Service.Scaling
	_, err := kube.NewScaledObject(s, "scaler", kube.ScaledObjectArgs{
		Meta: w.floored(), Kind: string(w.args.Service.Runs()), Target: w.args.Service.Name,
		Min: w.floor(), Max: w.args.Service.Replicas.Most, SettleSeconds: shrinkAfter,
		Triggers: []kube.Trigger{{Type: "apache-kafka", Name: "lag", Metadata: pulumi.StringMap{
			"bootstrapServers": w.args.Brokers, "topic": pulumi.String(scaling.Topic), "consumerGroup": pulumi.String(w.args.group()),
			"lagThreshold": pulumi.String(strconv.Itoa(scaling.Target)), "offsetResetPolicy": pulumi.String("earliest"),
			"sasl": pulumi.String("aws_msk_iam"), "tls": pulumi.String("enable"),
			"awsRegion": pulumi.String(w.args.Region.String()), "identityOwner": pulumi.String("operator"),
		}}},
	}, w.after(w.Ready...))
	return err
}

// addRecommendation has what the service uses watched, and changes nothing.
func (w *Workload) addRecommendation(s component.Scope) error {
	_, err := kube.NewVerticalPodAutoscaler(s, "recommendation", kube.VerticalPodAutoscalerArgs{
		Meta: w.meta(w.args.Service.Name), APIVersion: w.apiVersion(), Kind: string(w.args.Service.Runs()), Target: w.args.Service.Name,
	}, w.after(w.Ready...))
	return err
}

// apiVersion is that of what runs the service.
func (w *Workload) apiVersion() string {
	if w.args.Service.Runs() == services.CronJob {
		return "batch/v1"
	}
	return "apps/v1"
}

package workload

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

// stickySeconds is how long a client stays at one pod, by its address.
const stickySeconds = 3 * 60 * 60

// Prometheus reads each pod this often, and no more series than this: a label with a
// player's id in it would take Prometheus down, and every alarm with it.
const (
	scrapeEvery = "30s"
	metricsPath = "/metrics"
	mostSeries  = 20_000
)

// addService makes where the service answers inside the cluster, and has it measured.
func (w *Workload) addService(s component.Scope) error {
	if len(w.args.Service.Ports) == 0 {
		return nil
	}
	spec := corev1.ServiceSpecArgs{
		Type: pulumi.String("ClusterIP"), Selector: selector(w.args.Domain.Name, w.args.Service.Name), Ports: w.servicePorts(),
	}
	switch w.args.Service.Runs() {
	case services.StatefulSet, services.DaemonSet: // each pod is asked by itself, by its own address
		spec.ClusterIP = pulumi.String("None")
	case services.Deployment, services.CronJob:
	}
	if w.args.Service.Sticky {
		spec.SessionAffinity = pulumi.String("ClientIP")
		spec.SessionAffinityConfig = corev1.SessionAffinityConfigArgs{ClientIP: corev1.ClientIPConfigArgs{TimeoutSeconds: pulumi.Int(stickySeconds)}}
	}
	_, err := component.Create(s, "service", corev1.NewService, &corev1.ServiceArgs{
		Metadata: w.meta(w.args.Service.Name).Args(), Spec: spec,
	}, w.after())
	if err != nil {
		return err
	}
	return w.addMonitor(s)
}

func (w *Workload) servicePorts() corev1.ServicePortArray {
	var out corev1.ServicePortArray
	for _, p := range w.args.Service.Ports {
		out = append(out, corev1.ServicePortArgs{
			Name: pulumi.String(p.Name), Port: pulumi.Int(p.Port), TargetPort: pulumi.String(p.Name), Protocol: pulumi.String(protocol(p)),
		})
	}
	return out
}

// addMonitor has Prometheus read the service's metrics, if it has any. What says whose they
// are comes from the Service's labels.
func (w *Workload) addMonitor(s component.Scope) error {
	var read []string
	for _, p := range w.args.Service.Ports {
		if p.Metrics {
			read = append(read, p.Name)
		}
	}
	if len(read) == 0 {
		return nil
	}
	_, err := kube.NewServiceMonitor(s, "monitor", kube.ServiceMonitorArgs{
		Meta: w.meta(w.args.Service.Name), Service: selector(w.args.Domain.Name, w.args.Service.Name),
		Ports: read, Path: metricsPath, Interval: scrapeEvery, MostSamples: mostSeries,
		Labels: []string{labels.Service, labels.Domain, labels.Tier, labels.Owner},
	}, w.after())
	return err
}

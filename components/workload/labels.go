package workload

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/pools/labels"
)

// labels is what every object of the service carries, its pods too. What a swap changes is
// not among it: a label of a pod is for life.
func (w *Workload) labels() map[string]string {
	return map[string]string{
		labels.Service: w.args.Service.Name, labels.Domain: w.args.Domain.Name,
		labels.Tier: string(w.args.Service.Tier), labels.Owner: w.args.Domain.Owner,
		labels.Zone: string(w.args.Domain.Zone), labels.Key: string(w.args.Service.Pool),
		"app.kubernetes.io/name": w.args.Service.Name, "app.kubernetes.io/part-of": "pitboss",
	}
}

// selector tells the service's pods from all others. Kubernetes never lets it change, so it
// is made of what never does.
func selector(domain, service string) pulumi.StringMap {
	return pulumi.StringMap{labels.Domain: pulumi.String(domain), labels.Service: pulumi.String(service)}
}

// own selects the service's own pods.
func (w *Workload) own() metav1.LabelSelectorArgs {
	return metav1.LabelSelectorArgs{MatchLabels: selector(w.args.Domain.Name, w.args.Service.Name)}
}

package kubeport

import (
	"context"
	"fmt"
	"net/url"

	"pitboss/components/pools/labels"
	"pitboss/regions"
)

// Waiting is every service with fewer pods ready than it should have, and every pod of one
// that does not run, with Kubernetes' reason. What a service should have is its number or
// its floor, whichever is more; a floor that no operator has reported on moves nobody (the
// operator is not there), and is not waited for.
func (w *Workloads) Waiting(ctx context.Context, at regions.Region) ([]string, error) {
	s, err := w.server(at)
	if err != nil {
		return nil, err
	}
	all, err := floors(ctx, s)
	if err != nil {
		return nil, err
	}
	least := map[string]int{}
	for _, f := range all {
		if f.heeded {
			least[f.target] = f.floor.Min
		}
	}
	out := []string{}
	for _, k := range []kind{deployments, statefulSets, daemonSets} {
		found, err := services(ctx, s, k, workloadMeta)
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			wanted, ready := k.fallback, one.Status.ReadyReplicas
			if one.Spec.Replicas != nil {
				wanted = *one.Spec.Replicas
			}
			if k.name == daemonSets.name {
				wanted, ready = one.Status.DesiredNumberScheduled, one.Status.NumberReady
			}
			wanted = max(wanted, least[k.name+" "+one.Metadata.key()])
			switch {
			case one.Status.ObservedGeneration < one.Metadata.Generation:
				out = append(out, fmt.Sprintf("%s %s was changed, and nobody has acted on it yet", k.name, one.Metadata.key()))
			case ready < wanted:
				out = append(out, fmt.Sprintf("%s %s has %d of %d pods ready", k.name, one.Metadata.key(), ready, wanted))
			}
		}
	}
	pods, err := services(ctx, s, kind{group: "/api/v1", plural: "pods"}, func(p pod) metadata { return p.Metadata })
	if err != nil {
		return nil, err
	}
	for _, p := range pods {
		if why := p.waits(); why != "" {
			out = append(out, fmt.Sprintf("pod %s: %s", p.Metadata.key(), why))
		}
	}
	return out, nil
}

type pod struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		NodeName string `json:"nodeName"`
	} `json:"spec"`
	Status struct {
		Phase             string      `json:"phase"`
		Conditions        []condition `json:"conditions"`
		ContainerStatuses []struct {
			State struct {
				Waiting *struct {
					Reason  string `json:"reason"`
					Message string `json:"message"`
				} `json:"waiting"`
			} `json:"state"`
		} `json:"containerStatuses"`
	} `json:"status"`
}

// waits is why a pod does not run that should; "" is of one that does, or is over.
func (p pod) waits() string {
	ready, scheduled := find(p.Status.Conditions, "Ready"), find(p.Status.Conditions, "PodScheduled")
	if p.Status.Phase == "Succeeded" || p.Status.Phase == "Failed" || ready.Status == "True" || owned(p.Metadata, "Job") {
		return ""
	}
	if p.Spec.NodeName == "" && scheduled.Reason != "" {
		return said(scheduled.Reason, scheduled.Message)
	}
	for _, c := range p.Status.ContainerStatuses {
		if c.State.Waiting != nil {
			return said(c.State.Waiting.Reason, c.State.Waiting.Message)
		}
	}
	if ready.Reason != "" {
		return said(ready.Reason, ready.Message)
	}
	return "is " + p.Status.Phase + ", and Kubernetes does not say why"
}

// Images are those of what runs, by digest as the program gave them.
func (w *Workloads) Images(ctx context.Context, at regions.Region) (map[string]string, error) {
	s, err := w.server(at)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, k := range []kind{deployments, statefulSets, daemonSets, cronJobs} {
		found, err := services(ctx, s, k, workloadMeta)
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			image := one.Spec.Template.image()
			if k.name == cronJobs.name {
				image = one.Spec.JobTemplate.Spec.Template.image()
			}
			if image == "" {
				return nil, fmt.Errorf("%s %s of the cluster in %s has no container", k.name, one.Metadata.key(), at)
			}
			out[one.Metadata.key()] = image
		}
	}
	return out, nil
}

type externalSecret struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		Target struct {
			Name string `json:"name"`
		} `json:"target"`
	} `json:"spec"`
	Status struct {
		Conditions []condition `json:"conditions"`
	} `json:"status"`
}

// SecretsMissing looks at every ExternalSecret of a service: the operator must have read it,
// and the Secret must be there. Where none has a status there is no operator, as in a
// sandbox, or it has never run: then nothing can be said, and nothing is. No secret's value
// is read.
func (w *Workloads) SecretsMissing(ctx context.Context, at regions.Region) ([]string, error) {
	s, err := w.server(at)
	if err != nil {
		return nil, err
	}
	all, err := services(ctx, s, externalSecrets, func(e externalSecret) metadata { return e.Metadata })
	if err != nil {
		return nil, err
	}
	operated := false
	for _, e := range all {
		operated = operated || len(e.Status.Conditions) > 0
	}
	out := []string{}
	if !operated {
		return out, nil
	}
	secrets, err := list[workload](ctx, s, "/api/v1/secrets", url.Values{}, partial)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, one := range secrets {
		there[one.Metadata.key()] = true
	}
	for _, e := range all {
		name := e.Metadata.Name
		if e.Spec.Target.Name != "" {
			name = e.Spec.Target.Name
		}
		service := e.Metadata.Namespace + "/" + e.Metadata.Labels[labels.Service]
		switch ready := find(e.Status.Conditions, "Ready"); {
		case ready.Status == "":
			out = append(out, fmt.Sprintf("%s: secret %s was never read from the secrets manager", service, name))
		case ready.Status != "True":
			out = append(out, fmt.Sprintf("%s: secret %s is not read from the secrets manager: %s", service, name, said(ready.Reason, ready.Message)))
		case !there[e.Metadata.Namespace+"/"+name]:
			out = append(out, fmt.Sprintf("%s: Secret %s is missing, though it was read", service, name))
		}
	}
	return out, nil
}

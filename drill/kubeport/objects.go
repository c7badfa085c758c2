package kubeport

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"pitboss/components/pools/labels"
	"pitboss/drill/port"
)

// placeholder is the tier of pods that only keep room free: they are no service.
const placeholder = "placeholder"

// The types below are the parts of objects that are read here, as the API spells them.

type metadata struct {
	Name       string            `json:"name"`
	Namespace  string            `json:"namespace"`
	Labels     map[string]string `json:"labels"`
	Generation int64             `json:"generation"`

	DeletionTimestamp string `json:"deletionTimestamp"`
	OwnerReferences   []struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
	} `json:"ownerReferences"`
}

func (m metadata) key() string { return m.Namespace + "/" + m.Name }

// ours says whether it is one of our services.
func (m metadata) ours() bool {
	return m.Labels[labels.Service] != "" && m.Labels[labels.Tier] != placeholder
}

type condition struct {
	Type    string `json:"type"`
	Status  string `json:"status"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// find is the condition of this type; zero when it is not there.
func find(all []condition, kind string) condition {
	for _, c := range all {
		if c.Type == kind {
			return c
		}
	}
	return condition{}
}

// said joins a reason with its message, on one line.
func said(reason, message string) string {
	return strings.Join(strings.Fields(strings.TrimSuffix(reason+": "+message, ": ")), " ")
}

type template struct {
	Spec struct {
		Containers []struct {
			Image string `json:"image"`
		} `json:"containers"`
	} `json:"spec"`
}

// image is that of the first container.
func (t template) image() string {
	if len(t.Spec.Containers) == 0 {
		return ""
	}
	return t.Spec.Containers[0].Image
}

// workload is a Deployment, a StatefulSet, a DaemonSet or a CronJob.
type workload struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		Replicas    *int     `json:"replicas"`
		Template    template `json:"template"`
		JobTemplate struct {
			Spec struct {
				Template template `json:"template"`
			} `json:"spec"`
		} `json:"jobTemplate"`
	} `json:"spec"`
	Status struct {
		ObservedGeneration     int64 `json:"observedGeneration"`
		ReadyReplicas          int   `json:"readyReplicas"`
		DesiredNumberScheduled int   `json:"desiredNumberScheduled"`
		NumberReady            int   `json:"numberReady"`
	} `json:"status"`
}

// scaler is a HorizontalPodAutoscaler or KEDA's ScaledObject.
type scaler struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		ScaleTargetRef struct {
			Kind string `json:"kind"`
			Name string `json:"name"`
		} `json:"scaleTargetRef"`
		MinReplicas     *int `json:"minReplicas"`
		MinReplicaCount *int `json:"minReplicaCount"`
	} `json:"spec"`
	Status struct {
		Conditions []condition `json:"conditions"`
	} `json:"status"`
}

// target is the kind, namespace and name of what it scales.
func (s scaler) target() string {
	return cmp.Or(s.Spec.ScaleTargetRef.Kind, kindDeployment) + " " + s.Metadata.Namespace + "/" + s.Spec.ScaleTargetRef.Name
}

// The kinds that a floor can be of.
const (
	kindAutoscaler   = "HorizontalPodAutoscaler"
	kindScaledObject = "ScaledObject"
	kindDeployment   = "Deployment"
	kindStatefulSet  = "StatefulSet"
)

// A kind is where objects of it are, and which field is the least number of replicas.
type kind struct {
	name, group, plural, field string
	// fallback is the floor of one that does not say it.
	fallback int
	// added means that an operator brings the kind: a cluster without it has none.
	added bool
}

var (
	deployments   = kind{name: kindDeployment, group: "/apis/apps/v1", plural: "deployments", field: "replicas", fallback: 1}
	statefulSets  = kind{name: kindStatefulSet, group: "/apis/apps/v1", plural: "statefulsets", field: "replicas", fallback: 1}
	daemonSets    = kind{name: "DaemonSet", group: "/apis/apps/v1", plural: "daemonsets"}
	cronJobs      = kind{name: "CronJob", group: "/apis/batch/v1", plural: "cronjobs"}
	autoscalers   = kind{name: kindAutoscaler, group: "/apis/autoscaling/v2", plural: "horizontalpodautoscalers", field: "minReplicas", fallback: 1}
	scaledObjects = kind{name: kindScaledObject, group: "/apis/keda.sh/v1alpha1", plural: "scaledobjects", field: "minReplicaCount", added: true}

	externalSecrets = kind{name: "ExternalSecret", group: "/apis/external-secrets.io/v1", plural: "externalsecrets", added: true}
)

// path is one object's.
func (k kind) path(namespace, name string) string {
	return k.group + "/namespaces/" + url.PathEscape(namespace) + "/" + k.plural + "/" + url.PathEscape(name)
}

// services is every object of a kind that belongs to a service, by namespace and name.
func services[T any](ctx context.Context, s *server, k kind, meta func(T) metadata) ([]T, error) {
	all, err := list[T](ctx, s, k.group+"/"+k.plural, url.Values{"labelSelector": {labels.Service}}, "application/json")
	if k.added && errors.Is(err, port.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(one T) bool { return !meta(one).ours() || meta(one).DeletionTimestamp != "" })
	slices.SortFunc(all, func(a, b T) int {
		return cmp.Or(strings.Compare(meta(a).Namespace, meta(b).Namespace), strings.Compare(meta(a).Name, meta(b).Name))
	})
	return all, nil
}

func workloadMeta(w workload) metadata { return w.Metadata }
func scalerMeta(s scaler) metadata     { return s.Metadata }

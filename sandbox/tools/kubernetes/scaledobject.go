package main

import (
	"fmt"
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// scaledObject is KEDA's: what to scale, between how many replicas, by what. Names and defaults
// are those of KEDA 2.21 (pkg/scaling and controllers/keda/hpa.go of its source).
type scaledObject struct{ unstructured.Unstructured }

// maxDefault is KEDA's default of maxReplicaCount.
const maxDefault = 100

func (o scaledObject) reference(field, otherwise string) string {
	if s, found, err := unstructured.NestedString(o.Object, "spec", "scaleTargetRef", field); found && err == nil && s != "" {
		return s
	}
	return otherwise
}

func (o scaledObject) kind() string   { return o.reference("kind", "Deployment") }
func (o scaledObject) target() string { return o.reference("name", "") }

// idle is how many replicas there are while no trigger is active.
func (o scaledObject) idle() int64 {
	return integer(o.Unstructured, integer(o.Unstructured, 0, "spec", "minReplicaCount"), "spec", "idleReplicaCount")
}

// autoscaler is the HorizontalPodAutoscaler that KEDA makes for the object. It goes when the
// object does: Kubernetes' garbage collector sees to that.
func (o scaledObject) autoscaler() *unstructured.Unstructured {
	settings, _, _ := unstructured.NestedMap(o.Object, "spec", "advanced", "horizontalPodAutoscalerConfig")
	name, _ := settings["name"].(string)
	if name == "" {
		name = "keda-hpa-" + o.GetName()
	}
	spec := map[string]any{
		"scaleTargetRef": map[string]any{"apiVersion": o.reference("apiVersion", "apps/v1"), "kind": o.kind(), "name": o.target()},
		"minReplicas":    max(1, integer(o.Unstructured, 0, "spec", "minReplicaCount")), // zero is KEDA's own business
		"maxReplicas":    integer(o.Unstructured, maxDefault, "spec", "maxReplicaCount"),
		"metrics":        o.metrics(),
	}
	if behavior, ok := settings["behavior"].(map[string]any); ok {
		spec["behavior"] = behavior
	}
	labels := map[string]string{}
	maps.Copy(labels, o.GetLabels()) // as KEDA copies them
	labels["app.kubernetes.io/managed-by"] = "keda-operator"
	labels["app.kubernetes.io/name"] = name
	labels["app.kubernetes.io/part-of"] = o.GetName()
	labels["scaledobject.keda.sh/name"] = o.GetName()
	yes := true
	hpa := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "spec": spec,
	}}
	hpa.SetName(name)
	hpa.SetNamespace(o.GetNamespace())
	hpa.SetLabels(labels)
	hpa.SetOwnerReferences([]metav1.OwnerReference{{
		APIVersion: o.GetAPIVersion(), Kind: o.GetKind(), Name: o.GetName(), UID: o.GetUID(),
		Controller: &yes, BlockOwnerDeletion: &yes,
	}})
	return hpa
}

// metrics names one a trigger. Nothing serves them.
func (o scaledObject) metrics() []any {
	triggers, _, _ := unstructured.NestedSlice(o.Object, "spec", "triggers")
	var out []any
	for i, t := range triggers {
		trigger, _ := t.(map[string]any)
		out = append(out, map[string]any{"type": "External", "external": map[string]any{
			"metric": map[string]any{"name": fmt.Sprintf("s%d-%v", i, trigger["type"]), "selector": map[string]any{
				"matchLabels": map[string]any{"scaledobject.keda.sh/name": o.GetName()},
			}},
			"target": map[string]any{"type": "AverageValue", "averageValue": "1"},
		}})
	}
	return out
}

// status is what `kubectl get scaledobject` shows.
func (o scaledObject) status(hpa string) map[string]any {
	return map[string]any{
		"hpaName":         hpa,
		"scaleTargetKind": o.reference("apiVersion", "apps/v1") + "." + o.kind(),
		"conditions": []any{
			map[string]any{"type": "Ready", "status": "True", "reason": "ScaledObjectReady", "message": "ScaledObject is defined correctly and is ready for scaling"},
			map[string]any{"type": "Active", "status": "False", "reason": "ScalerNotActive", "message": "Scaling is not performed because triggers are not active"},
		},
	}
}

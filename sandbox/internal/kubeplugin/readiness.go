package kubeplugin

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// verdict is how far an object is: failed for good, waiting, or (both empty) ready.
type verdict struct{ failed, waitingFor string }

var isReady = verdict{}

func waiting(format string, args ...any) verdict {
	return verdict{waitingFor: fmt.Sprintf(format, args...)}
}

// readiness says of the kinds that are waited for when they are ready. All
// others are ready when they exist.
var readiness = map[schema.GroupKind]func(*unstructured.Unstructured) verdict{
	{Kind: "Namespace"}:                  namespaceReady,
	{Kind: "Pod"}:                        podReady,
	{Kind: "Service"}:                    serviceReady,
	{Group: "apps", Kind: "Deployment"}:  deploymentReady,
	{Group: "apps", Kind: "StatefulSet"}: statefulSetReady,
	{Group: "apps", Kind: "DaemonSet"}:   daemonSetReady,
	{Group: "batch", Kind: "Job"}:        jobReady,
	{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}: definitionReady,
}

func namespaceReady(u *unstructured.Unstructured) verdict {
	if phase, _, _ := unstructured.NestedString(u.Object, "status", "phase"); phase != "Active" {
		return waiting("the namespace to be Active")
	}
	return isReady
}

func podReady(u *unstructured.Unstructured) verdict {
	phase, _, _ := unstructured.NestedString(u.Object, "status", "phase")
	switch {
	case phase == "Failed":
		return verdict{failed: "the pod failed"}
	case phase == "Succeeded", condition(u, "Ready") == "True":
		return isReady
	}
	return waiting("the pod to be Ready")
}

func serviceReady(u *unstructured.Unstructured) verdict {
	if kind, _, _ := unstructured.NestedString(u.Object, "spec", "type"); kind != "LoadBalancer" {
		return isReady
	}
	if ingress, _, _ := unstructured.NestedSlice(u.Object, "status", "loadBalancer", "ingress"); len(ingress) == 0 {
		return waiting("the load balancer to have an address")
	}
	return isReady
}

func deploymentReady(u *unstructured.Unstructured) verdict {
	want, updated, available := wanted(u), number(u, "status", "updatedReplicas"), number(u, "status", "availableReplicas")
	switch {
	case !observed(u):
		return waiting("the controller to see the change")
	case condition(u, "Progressing") == "False":
		return verdict{failed: fmt.Sprintf("the rollout made no progress in time: %d of %d replicas are available", available, want)}
	case updated < want || available < want:
		return waiting("%d replicas (%d updated, %d available)", want, updated, available)
	case number(u, "status", "replicas") > updated:
		return waiting("the old replicas to go")
	}
	return isReady
}

func statefulSetReady(u *unstructured.Unstructured) verdict {
	want, updated, ready := wanted(u), number(u, "status", "updatedReplicas"), number(u, "status", "readyReplicas")
	strategy, _, _ := unstructured.NestedString(u.Object, "spec", "updateStrategy", "type")
	partition := number(u, "spec", "updateStrategy", "rollingUpdate", "partition")
	switch {
	case !observed(u):
		return waiting("the controller to see the change")
	case ready < want || strategy != "OnDelete" && updated < want-partition:
		return waiting("%d replicas (%d updated, %d ready)", want, updated, ready)
	}
	return isReady
}

func daemonSetReady(u *unstructured.Unstructured) verdict {
	want := number(u, "status", "desiredNumberScheduled")
	updated, available := number(u, "status", "updatedNumberScheduled"), number(u, "status", "numberAvailable")
	switch {
	case !observed(u):
		return waiting("the controller to see the change")
	case updated < want || available < want:
		return waiting("a pod on each of %d nodes (%d updated, %d available)", want, updated, available)
	}
	return isReady
}

func jobReady(u *unstructured.Unstructured) verdict {
	suspended, _, _ := unstructured.NestedBool(u.Object, "spec", "suspend")
	switch {
	case condition(u, "Failed") == "True":
		return verdict{failed: "the job failed: " + conditionMessage(u, "Failed")}
	case condition(u, "Complete") == "True", suspended:
		return isReady
	}
	return waiting("the job to complete")
}

func definitionReady(u *unstructured.Unstructured) verdict {
	if condition(u, "NamesAccepted") == "False" {
		return verdict{failed: "its names are not accepted: " + conditionMessage(u, "NamesAccepted")}
	}
	if condition(u, "Established") != "True" {
		return waiting("the kind to be served")
	}
	return isReady
}

// wanted is spec.replicas, 1 by default.
func wanted(u *unstructured.Unstructured) int64 {
	if n, found, _ := unstructured.NestedInt64(u.Object, "spec", "replicas"); found {
		return n
	}
	return 1
}

func observed(u *unstructured.Unstructured) bool {
	return number(u, "status", "observedGeneration") >= u.GetGeneration()
}

func number(u *unstructured.Unstructured, path ...string) int64 {
	n, _, _ := unstructured.NestedInt64(u.Object, path...)
	return n
}

func condition(u *unstructured.Unstructured, kind string) string {
	return conditionField(u, kind, "status")
}

func conditionMessage(u *unstructured.Unstructured, kind string) string {
	return conditionField(u, kind, "message")
}

func conditionField(u *unstructured.Unstructured, kind, field string) string {
	conditions, _, _ := unstructured.NestedSlice(u.Object, "status", "conditions")
	for _, c := range conditions {
		if m, ok := c.(map[string]any); ok && m["type"] == kind {
			s, _ := m[field].(string)
			return s
		}
	}
	return ""
}

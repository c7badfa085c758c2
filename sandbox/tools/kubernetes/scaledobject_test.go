package main

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestAutoscalerOfAScaledObject(t *testing.T) {
	cases := map[string]struct {
		reason    string
		spec      map[string]any
		name      string
		low, high int64
		idle      int64
	}{
		"Floor": {"both ends are the object's", map[string]any{"minReplicaCount": int64(2), "maxReplicaCount": int64(9)}, "keda-hpa-worker", 2, 9, 2},
		"Defaults": {"KEDA's own: from none to a hundred, and an autoscaler cannot say none",
			map[string]any{}, "keda-hpa-worker", 1, 100, 0},
		"Idle": {"fewer than the floor while there is nothing to do", map[string]any{"minReplicaCount": int64(3), "idleReplicaCount": int64(0)}, "keda-hpa-worker", 3, 100, 0},
		"Named": {"the name may be chosen", map[string]any{"minReplicaCount": int64(1), "advanced": map[string]any{
			"horizontalPodAutoscalerConfig": map[string]any{"name": "own"}}}, "own", 1, 100, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.spec["scaleTargetRef"] = map[string]any{"name": "bonus-worker"}
			c.spec["triggers"] = []any{map[string]any{"type": "apache-kafka"}, map[string]any{"type": "cron"}}
			o := scaledObject{unstructured.Unstructured{Object: map[string]any{"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "spec": c.spec}}}
			o.SetName("worker")
			o.SetUID("u-1")
			o.SetLabels(map[string]string{"pitboss.io/service": "bonus"})
			hpa := o.autoscaler()
			low, high := integer(*hpa, 0, "spec", "minReplicas"), integer(*hpa, 0, "spec", "maxReplicas")
			if hpa.GetName() != c.name || low != c.low || high != c.high || o.idle() != c.idle {
				t.Errorf("%s: %s from %d to %d, idle %d; want %s from %d to %d, idle %d",
					c.reason, hpa.GetName(), low, high, o.idle(), c.name, c.low, c.high, c.idle)
			}
			if owners := hpa.GetOwnerReferences(); len(owners) != 1 || owners[0].UID != "u-1" || owners[0].Kind != "ScaledObject" || !*owners[0].Controller {
				t.Errorf("owners %v: it must go with its object", owners)
			}
			target, _, _ := unstructured.NestedStringMap(hpa.Object, "spec", "scaleTargetRef")
			if target["kind"] != "Deployment" || target["apiVersion"] != "apps/v1" || target["name"] != "bonus-worker" {
				t.Errorf("scales %v", target)
			}
			if metrics, _, _ := unstructured.NestedSlice(hpa.Object, "spec", "metrics"); len(metrics) != 2 {
				t.Errorf("%d metrics for two triggers", len(metrics))
			}
			if hpa.GetLabels()["pitboss.io/service"] != "bonus" || hpa.GetLabels()["scaledobject.keda.sh/name"] != "worker" {
				t.Errorf("labels %v", hpa.GetLabels())
			}
		})
	}
}

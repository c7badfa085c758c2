//go:build integration

package kube

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"pitboss/sandbox/internal/toolchain"
	"pitboss/sandbox/internal/tooltest"
)

// TestKindsOfTheOperators follows one cluster with the operators' kinds. The steps build on
// each other.
func TestKindsOfTheOperators(t *testing.T) {
	dir, folder := t.TempDir(), t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(tooltest.Path(t, toolchain.Definitions))); err != nil {
		t.Fatal(err)
	}
	spec := Spec{Binary: tooltest.Path(t, "pitboss-kube"), Dir: dir, Name: "mt-eu-south-1", Version: "1.35", Definitions: folder}
	t.Cleanup(func() { _ = Stop(dir) })
	began := time.Now()
	info := start(t, spec)
	t.Logf("API ready after %.2f s, all kinds served after %.2f s", info.ReadySeconds, time.Since(began).Seconds())

	t.Run("Served", func(t *testing.T) { servedAtOnce(t, info) })
	t.Run("Misspelt", func(t *testing.T) { misspelt(t, info) })
	t.Run("NothingToDo", func(t *testing.T) {
		before := generation(t, info, "scaledobjects.keda.sh")
		began := time.Now()
		start(t, spec)
		t.Logf("adopted with all its kinds in %.2f s", time.Since(began).Seconds())
		if now := generation(t, info, "scaledobjects.keda.sh"); now != before {
			t.Error("a definition that has not changed was written again")
		}
	})
	t.Run("AnotherRelease", func(t *testing.T) {
		file := filepath.Join(folder, "keda.sh_scaledobjects.yaml")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		newer := strings.Replace(string(data), "    shortNames:\n    - so\n", "    shortNames:\n    - so\n    - newer\n", 1)
		if err := os.WriteFile(file, []byte(newer), 0o600); err != nil || newer == string(data) {
			t.Fatalf("the definition has no short names to change: %v", err)
		}
		start(t, spec)
		d, err := dynamicOf(t, info).Resource(definitionsResource).Get(t.Context(), "scaledobjects.keda.sh", metav1.GetOptions{})
		names, _, _ := unstructured.NestedStringSlice(d.Object, "spec", "names", "shortNames")
		if err != nil || strings.Join(names, " ") != "so newer" {
			t.Errorf("short names %v, %v; want those of the new file", names, err)
		}
	})
	t.Run("Upgrade", func(t *testing.T) {
		spec.Version = "1.36"
		up := start(t, spec)
		servedAtOnce(t, up)
		if _, err := dynamicOf(t, up).Resource(scaledObjects).Namespace("default").Get(t.Context(), "right", metav1.GetOptions{}); err != nil {
			t.Errorf("an object of a custom kind did not survive the upgrade: %v", err)
		}
	})
}

func dynamicOf(t *testing.T, info *Info) *dynamic.DynamicClient {
	t.Helper()
	client, err := dynamic.NewForConfig(info.restConfig())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func generation(t *testing.T, info *Info, name string) string {
	t.Helper()
	d, err := dynamicOf(t, info).Resource(definitionsResource).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d.GetResourceVersion()
}

var scaledObjects = schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"}

// servedAtOnce: no client of a cluster that has started waits for a kind.
func servedAtOnce(t *testing.T, info *Info) {
	for resource, group := range map[string]string{
		"scaledobjects": "keda.sh/v1alpha1", "triggerauthentications": "keda.sh/v1alpha1",
		"externalsecrets": "external-secrets.io/v1", "secretstores": "external-secrets.io/v1",
		"servicemonitors":        "monitoring.coreos.com/v1",
		"verticalpodautoscalers": "autoscaling.k8s.io/v1", "verticalpodautoscalercheckpoints": "autoscaling.k8s.io/v1",
		"securitygrouppolicies": "vpcresources.k8s.aws/v1beta1",
	} {
		gv, err := schema.ParseGroupVersion(group)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dynamicOf(t, info).Resource(gv.WithResource(resource)).Namespace("default").List(t.Context(), metav1.ListOptions{}); err != nil {
			t.Errorf("%s: %v", resource, err)
		}
	}
}

func scaledObject(name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject",
		"metadata": map[string]any{"name": name, "namespace": "default"}, "spec": spec,
	}}
}

func misspelt(t *testing.T, info *Info) {
	client := dynamicOf(t, info).Resource(scaledObjects).Namespace("default")
	spec := func() map[string]any {
		return map[string]any{
			"scaleTargetRef": map[string]any{"name": "worker"}, "minReplicaCount": int64(2), "maxReplicaCount": int64(5),
			"triggers": []any{map[string]any{"type": "kafka", "metadata": map[string]any{"topic": "bets"}}},
		}
	}
	strict := metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}
	if _, err := client.Create(t.Context(), scaledObject("right", spec()), strict); err != nil {
		t.Fatalf("the baseline must pass: %v", err)
	}
	for name, c := range map[string]struct {
		reason string
		broken func(map[string]any)
		blames string
	}{
		"Name":    {"it would be dropped in silence, and the floor with it", func(s map[string]any) { s["minReplicas"] = int64(3) }, `unknown field "spec.minReplicas"`},
		"Type":    {"a number in quotes", func(s map[string]any) { s["minReplicaCount"] = "3" }, "spec.minReplicaCount"},
		"Missing": {"nothing to scale by", func(s map[string]any) { delete(s, "triggers") }, "spec.triggers"},
	} {
		wrong := spec()
		c.broken(wrong)
		if _, err := client.Create(t.Context(), scaledObject("wrong", wrong), strict); err == nil || !strings.Contains(err.Error(), c.blames) {
			t.Errorf("%s (%s): got %v, want %s", name, c.reason, err, c.blames)
		}
	}
}

package kubeplugin

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestWhatHoldsANamespaceBack(t *testing.T) {
	u := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{"conditions": []any{
		map[string]any{"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "All resources successfully discovered"},
		map[string]any{"type": "NamespaceContentRemaining", "status": "True", "message": "pods. has 2 resource instances"},
	}}}}
	u.SetFinalizers([]string{"kubernetes"})
	if got, want := holds(u), "finalizers [kubernetes]; pods. has 2 resource instances"; got != want {
		t.Errorf("%q, want %q: what is left in it, and not what went well", got, want)
	}
}

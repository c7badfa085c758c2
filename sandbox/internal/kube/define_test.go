package kube

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const widgets = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  names: {kind: Widget}
  versions: [{name: v1, served: true}, {name: v1beta1, served: false}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gadgets.example.com
spec:
  group: example.com
  names: {kind: Gadget}
  versions: [{name: v1, served: true}]
`

func folderOf(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if text != "" {
		if err := os.WriteFile(filepath.Join(dir, "x.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestDefinitionsAreRead(t *testing.T) {
	read, err := readDefinitions(folderOf(t, widgets))
	if err != nil || len(read) != 2 || read[0].GetName() != "widgets.example.com" {
		t.Fatalf("%d definitions, %v; want both of one file", len(read), err)
	}
	again, err := readDefinitions(folderOf(t, widgets+"# another release\n"))
	if err != nil || again[0].GetAnnotations()[annotationContent] == read[0].GetAnnotations()[annotationContent] {
		t.Errorf("another file has the same mark, %v: it would never be applied", err)
	}
	lists := func(kinds ...string) []*metav1.APIResourceList {
		list := &metav1.APIResourceList{GroupVersion: "example.com/v1"}
		for _, k := range kinds {
			list.APIResources = append(list.APIResources, metav1.APIResource{Kind: k})
		}
		return []*metav1.APIResourceList{list}
	}
	if got := strings.Join(unserved(read, lists("Widget")), ","); got != "example.com/v1 Gadget" {
		t.Errorf("not served: %q; want the one that is missing, and no version that is never served", got)
	}
	if got := unserved(read, lists("Widget", "Gadget")); len(got) != 0 {
		t.Errorf("not served: %v; want none", got)
	}
}

func TestDefinitionsAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ reason, text, blames string }{
		"None":    {"an emptied cache must not look like a cluster with every kind", "", "remove that folder"},
		"Another": {"a table that names the wrong file", "kind: Deployment\n", "a Deployment is no CustomResourceDefinition"},
		"Broken":  {"half a file", "kind: [", "x.yaml"},
	} {
		if _, err := readDefinitions(folderOf(t, c.text)); err == nil || !strings.Contains(err.Error(), c.blames) {
			t.Errorf("%s (%s): got %v, want %q", name, c.reason, err, c.blames)
		}
	}
}

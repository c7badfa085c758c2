package kubeplugin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// why collects what the cluster says about an object that is not ready: the
// scheduler's reasons for pods it cannot place, and warning events, such as
// admission refusing a pod. "" if it says nothing.
func (p *Provider) why(live *unstructured.Unstructured) string {
	// The wait's own context is over by now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.running), 5*time.Second)
	defer cancel()
	said := append(p.podReasons(ctx, live), p.warnings(ctx, live)...)
	slices.Sort(said)
	said = slices.Compact(said)
	if len(said) == 0 {
		return ""
	}
	return "; the cluster says:\n  " + strings.Join(said, "\n  ")
}

// podReasons are the reasons of the pods below a workload, or of a pod itself.
func (p *Provider) podReasons(ctx context.Context, live *unstructured.Unstructured) []string {
	pods := []unstructured.Unstructured{*live}
	if live.GetKind() != "Pod" {
		labels, found, _ := unstructured.NestedStringMap(live.Object, "spec", "selector", "matchLabels")
		if !found {
			return nil
		}
		list := p.list(ctx, "Pod", live.GetNamespace(), metav1.ListOptions{
			LabelSelector: metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: labels}),
		})
		pods = list
	}
	var said []string
	for i := range pods {
		if condition(&pods[i], "PodScheduled") == "False" {
			said = append(said, "a pod is not scheduled: "+conditionMessage(&pods[i], "PodScheduled"))
		}
	}
	return said
}

// warnings are the warning events about the object and about what it owns: the
// refusal of a pod is told to its ReplicaSet.
func (p *Provider) warnings(ctx context.Context, live *unstructured.Unstructured) []string {
	var said []string
	for _, e := range p.list(ctx, "Event", live.GetNamespace(), metav1.ListOptions{FieldSelector: "type=Warning"}) {
		about, _, _ := unstructured.NestedStringMap(e.Object, "involvedObject")
		// An autoscaler or a disruption budget may have its name too.
		itself := about["name"] == live.GetName() && about["kind"] == live.GetKind()
		if !itself && !(about["kind"] == "ReplicaSet" && strings.HasPrefix(about["name"], live.GetName()+"-")) {
			continue
		}
		reason, _, _ := unstructured.NestedString(e.Object, "reason")
		message, _, _ := unstructured.NestedString(e.Object, "message")
		said = append(said, fmt.Sprintf("%s: %s", reason, message))
	}
	return said
}

func (p *Provider) list(ctx context.Context, kind, namespace string, o metav1.ListOptions) []unstructured.Unstructured {
	objects, err := p.cluster.objects(schema.GroupVersionKind{Version: "v1", Kind: kind}, namespace)
	if err != nil {
		return nil // only an explanation is lost
	}
	list, err := objects.List(ctx, o)
	if err != nil {
		return nil
	}
	return list.Items
}

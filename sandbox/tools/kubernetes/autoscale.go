package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

// autoscaleEvery is how often autoscaling looks: often enough that nobody waits for a floor.
const autoscaleEvery = 2 * time.Second

// inMemory asks for what the API server has in its memory, and not for etcd's.
const inMemory = "0"

// autoscalers plays what stands around Kubernetes' own controller of
// HorizontalPodAutoscalers, which is real here and raises a workload to its floor by itself:
//
//   - KEDA: a ScaledObject gets an autoscaler, or is scaled to zero where it may be. No trigger
//     is ever active: nothing sends messages here, and a clock's are not looked at.
//   - The metrics. Nobody plays and nobody bets here, so every one of them says zero, and
//     a workload with more replicas than its floor goes back to it. The real controller
//     lowers nothing for which it finds no metrics. It does so at once: there is no
//     stabilisation to wait for.
//
// A floor that changes, as in a swap of roles, is therefore the number of replicas.
type autoscalers struct {
	client dynamic.Interface
	played map[types.UID]int64 // the generation of a ScaledObject that its autoscaler has
}

var (
	scaledObjectsAPI = schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"}
	autoscalersAPI   = schema.GroupVersionResource{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"}
)

// scalable are the kinds that are scaled, with the name of their API.
var scalable = map[string]schema.GroupVersionResource{
	"Deployment":  {Group: "apps", Version: "v1", Resource: "deployments"},
	"StatefulSet": {Group: "apps", Version: "v1", Resource: "statefulsets"},
}

// playAutoscaling runs until ctx is done. It tells each problem once.
func playAutoscaling(ctx context.Context, l layout) {
	told := ""
	a := &autoscalers{played: map[types.UID]int64{}}
	for ctx.Err() == nil {
		err := a.connect(l)
		if err == nil {
			err = a.step(ctx)
		}
		if now := fmt.Sprint(err); now != told && ctx.Err() == nil {
			if told = now; err != nil {
				fmt.Fprintf(os.Stderr, "autoscaling: %v\n", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(autoscaleEvery):
		}
	}
}

func (a *autoscalers) connect(l layout) error {
	if a.client != nil {
		return nil
	}
	config, err := clientcmd.BuildConfigFromFlags("", l.adminKubeconfig())
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 100, 200
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	a.client = client
	return nil
}

// step looks at every autoscaler once.
func (a *autoscalers) step(ctx context.Context) error {
	cached := metav1.ListOptions{ResourceVersion: inMemory}
	objects, err := a.client.Resource(scaledObjectsAPI).List(ctx, cached)
	if apierrors.IsNotFound(err) { // a cluster without KEDA's kinds
		objects, err = &unstructured.UnstructuredList{}, nil
	}
	if err != nil {
		return err
	}
	hpas, err := a.client.Resource(autoscalersAPI).List(ctx, cached)
	if err != nil {
		return err
	}
	there := map[string]int64{}
	var problems []error
	for _, hpa := range hpas.Items {
		there[hpa.GetNamespace()+"/"+hpa.GetName()] = integer(hpa, 0, "status", "currentReplicas")
		if err := a.lower(ctx, hpa); err != nil {
			problems = append(problems, about(hpa, err))
		}
	}
	for _, object := range objects.Items {
		if err := a.play(ctx, scaledObject{object}, there); err != nil {
			problems = append(problems, about(object, err))
		}
	}
	return errors.Join(problems...)
}

func about(u unstructured.Unstructured, err error) error {
	return fmt.Errorf("%s %s/%s: %w", u.GetKind(), u.GetNamespace(), u.GetName(), err)
}

// lower brings what an autoscaler scales back to its floor.
func (a *autoscalers) lower(ctx context.Context, hpa unstructured.Unstructured) error {
	floor := integer(hpa, 1, "spec", "minReplicas")
	if integer(hpa, 0, "status", "currentReplicas") <= floor {
		return nil
	}
	target, _, _ := unstructured.NestedStringMap(hpa.Object, "spec", "scaleTargetRef")
	return a.scale(ctx, hpa.GetNamespace(), target["kind"], target["name"], func(now int64) int64 { return min(now, floor) })
}

// play does for a ScaledObject what KEDA's operator does. there are the replicas that each
// autoscaler has seen.
func (a *autoscalers) play(ctx context.Context, o scaledObject, there map[string]int64) error {
	hpa := o.autoscaler()
	seen, made := there[o.GetNamespace()+"/"+hpa.GetName()]
	if a.played[o.GetUID()] != o.GetGeneration() || !made {
		if err := a.apply(ctx, o, hpa); err != nil {
			return err
		}
		a.played[o.GetUID()] = o.GetGeneration()
	}
	// An autoscaler neither leaves zero nor goes there: that is KEDA's own.
	idle := o.idle()
	if idle > 0 && seen > 0 {
		return nil
	}
	return a.scale(ctx, o.GetNamespace(), o.kind(), o.target(), func(now int64) int64 {
		if now == 0 || idle == 0 {
			return idle
		}
		return now
	})
}

// apply makes a ScaledObject's autoscaler and says so in its status.
func (a *autoscalers) apply(ctx context.Context, o scaledObject, hpa *unstructured.Unstructured) error {
	options := metav1.ApplyOptions{FieldManager: "keda", Force: true}
	if _, err := a.client.Resource(autoscalersAPI).Namespace(o.GetNamespace()).Apply(ctx, hpa.GetName(), hpa, options); err != nil {
		return err
	}
	patch, err := json.Marshal(map[string]any{"status": o.status(hpa.GetName())})
	if err != nil {
		return err
	}
	_, err = a.client.Resource(scaledObjectsAPI).Namespace(o.GetNamespace()).Patch(ctx, o.GetName(), types.MergePatchType, patch,
		metav1.PatchOptions{FieldManager: "keda"}, "status")
	return err
}

// scale sets a workload's replicas to what want makes of them. One that is not there, or is of
// a kind that nothing here scales, is left alone.
func (a *autoscalers) scale(ctx context.Context, namespace, kind, name string, want func(now int64) int64) error {
	api, known := scalable[kind]
	if !known {
		return nil
	}
	workloads := a.client.Resource(api).Namespace(namespace)
	scale, err := workloads.Get(ctx, name, metav1.GetOptions{ResourceVersion: inMemory}, "scale")
	if err != nil {
		return ignoreMissing(err)
	}
	now := integer(*scale, 0, "spec", "replicas")
	wanted := want(now)
	if wanted == now {
		return nil
	}
	patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, wanted)
	_, err = workloads.Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "pitboss-autoscaling"}, "scale")
	return ignoreMissing(err)
}

func ignoreMissing(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func integer(u unstructured.Unstructured, otherwise int64, path ...string) int64 {
	if n, found, err := unstructured.NestedInt64(u.Object, path...); found && err == nil {
		return n
	}
	return otherwise
}

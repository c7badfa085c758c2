package kube

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"
)

// drainPatience is how long pod disruption budgets may hold up the draining of
// one group's nodes. EKS waits 15 minutes and then fails or, when forced, goes
// on; a sandbox goes on sooner.
const drainPatience = 20 * time.Second

// removeNodes takes nodes away as a managed node group does: no new pods on any
// of them, evict what runs there, then delete the node.
func (i Info) removeNodes(ctx context.Context, core typedcore.CoreV1Interface, nodes []corev1.Node) error {
	for _, n := range nodes {
		patch := []byte(`{"spec":{"unschedulable":true}}`)
		_, err := core.Nodes().Patch(ctx, n.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("cluster %s: cordon node %s: %w", i.Name, n.Name, err)
		}
	}
	deadline := time.Now().Add(drainPatience)
	for _, n := range nodes {
		if err := drain(ctx, core, n.Name, deadline); err != nil {
			return fmt.Errorf("cluster %s: drain node %s: %w", i.Name, n.Name, err)
		}
		if err := core.Nodes().Delete(ctx, n.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("cluster %s: delete node %s: %w", i.Name, n.Name, err)
		}
	}
	return nil
}

// drain evicts the node's pods; from deadline on it deletes them.
func drain(ctx context.Context, core typedcore.CoreV1Interface, node string, deadline time.Time) error {
	for {
		pods, err := core.Pods("").List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=" + node})
		if err != nil {
			return err
		}
		left := slices.DeleteFunc(pods.Items, staysWithNode)
		if len(left) == 0 {
			return nil
		}
		patient := time.Now().Before(deadline)
		for _, p := range left {
			if err := evict(ctx, core, p, patient); err != nil {
				return err
			}
		}
		if sleep(ctx, 4*poll); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// staysWithNode are pods that draining does not move: a daemon set would put
// them straight back.
func staysWithNode(p corev1.Pod) bool {
	owner := metav1.GetControllerOf(&p)
	return owner != nil && owner.Kind == "DaemonSet"
}

func evict(ctx context.Context, core typedcore.CoreV1Interface, p corev1.Pod, patient bool) error {
	if p.DeletionTimestamp != nil && patient {
		return nil // on its way
	}
	var err error
	if patient {
		err = core.Pods(p.Namespace).EvictV1(ctx, &policyv1.Eviction{
			ObjectMeta: metav1.ObjectMeta{Name: p.Name, Namespace: p.Namespace},
		})
	} else {
		now := int64(0)
		err = core.Pods(p.Namespace).Delete(ctx, p.Name, metav1.DeleteOptions{GracePeriodSeconds: &now})
	}
	// 429: a disruption budget says not now.
	if apierrors.IsNotFound(err) || apierrors.IsTooManyRequests(err) {
		return nil
	}
	return err
}

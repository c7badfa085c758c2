package kubeplugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const (
	// usualWait is how long an object may take to become ready, or to go, unless
	// the program says otherwise. The real provider waits 5 to 10 minutes for
	// images to be pulled; here there are none.
	usualWait = 5 * time.Minute
	pollFirst = 100 * time.Millisecond
	pollMost  = time.Second
)

// await waits until the object is ready, if its kind has such a state and the
// program does not skip it. It returns the object as last seen.
func (p *Provider) await(ctx context.Context, o object, live *unstructured.Unstructured, within time.Duration) (*unstructured.Unstructured, error) {
	ready, waits := readiness[o.gvk.GroupKind()]
	if !waits || o.annotation(annotationSkipAwait) == "true" {
		return live, nil
	}
	objects, err := p.cluster.objects(o.gvk, live.GetNamespace())
	if err != nil {
		return live, err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for wait := pollFirst; ; wait = longer(wait) {
		verdict := ready(live)
		if verdict.failed != "" {
			return live, errors.New(verdict.failed + p.why(live))
		}
		if verdict.waitingFor == "" {
			return live, nil
		}
		pause(ctx, wait)
		now, err := objects.Get(ctx, live.GetName(), metav1.GetOptions{})
		switch {
		case ctx.Err() != nil:
			return live, fmt.Errorf("waited %v for %s%s", within, verdict.waitingFor, p.why(live))
		case apierrors.IsNotFound(err):
			return live, errors.New("it was deleted by somebody else while it was waited for")
		case err == nil:
			live = now
		case !unreachable(err): // a busy API server gets another chance
			return live, err
		}
	}
}

// ownsPods are the kinds that are gone only when their pods are. For all others
// waiting would be idle: the garbage collector takes up to 30 s to notice that a
// custom kind exists, and holds its objects until then.
var ownsPods = map[schema.GroupKind]bool{
	{Group: "apps", Kind: "Deployment"}:  true,
	{Group: "apps", Kind: "ReplicaSet"}:  true,
	{Group: "apps", Kind: "StatefulSet"}: true,
	{Group: "apps", Kind: "DaemonSet"}:   true,
	{Group: "batch", Kind: "Job"}:        true,
	{Group: "batch", Kind: "CronJob"}:    true,
}

// remove deletes the object, what it owns first, and waits until it is gone.
func (p *Provider) remove(ctx context.Context, o object, id string, within time.Duration) error {
	namespace, name := splitID(id)
	objects, err := p.cluster.objects(o.gvk, namespace)
	if err != nil {
		return err
	}
	before, err := objects.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	policy := metav1.DeletePropagationBackground
	if ownsPods[o.gvk.GroupKind()] {
		policy = metav1.DeletePropagationForeground
	}
	uid := before.GetUID()
	err = objects.Delete(ctx, name, metav1.DeleteOptions{
		PropagationPolicy: &policy,
		Preconditions:     &metav1.Preconditions{UID: &uid}, // not somebody else's of the same name
	})
	if err != nil || o.annotation(annotationSkipAwait) == "true" {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for wait := pollFirst; ; wait = longer(wait) { // most are gone when they are first looked for
		now, err := objects.Get(ctx, name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err) || err == nil && now.GetUID() != uid:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("it was not gone within %v; what holds it back: %s", within, holds(before))
		case err == nil:
			before = now
		case !unreachable(err):
			return err
		}
		pause(ctx, wait)
	}
}

func longer(wait time.Duration) time.Duration { return min(wait*3/2, pollMost) }

// holds says why an object that was deleted is still there: who has not let go of it, and of
// a namespace what is left in it.
func holds(u *unstructured.Unstructured) string {
	said := []string{fmt.Sprintf("finalizers %v", u.GetFinalizers())}
	for _, kind := range []string{"NamespaceContentRemaining", "NamespaceFinalizersRemaining", "NamespaceDeletionContentFailure", "NamespaceDeletionDiscoveryFailure"} {
		if condition(u, kind) == "True" {
			said = append(said, conditionMessage(u, kind))
		}
	}
	return strings.Join(said, "; ")
}

package kubeplugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// fieldManager owns the fields that programs declare.
const fieldManager = "pulumi-kubernetes"

// forceEnv takes over fields of other owners on every object, as with the real
// provider.
const forceEnv = "PULUMI_K8S_ENABLE_PATCH_FORCE"

// definedWithin is how long a kind may take to be served after its definition
// was created, and a namespace to be there.
const definedWithin = 20 * time.Second

type mode bool

const (
	dryRun  mode = true
	forReal mode = false
)

// apply sends one object by server-side apply.
func (p *Provider) apply(ctx context.Context, o object, m mode) (*unstructured.Unstructured, error) {
	objects, err := p.cluster.objects(o.gvk, o.namespace())
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(o.body())
	if err != nil {
		return nil, err
	}
	force := o.annotation(annotationForce) == "true" || os.Getenv(forceEnv) == "true"
	options := metav1.PatchOptions{
		FieldManager:    fieldManager,
		Force:           &force,
		FieldValidation: metav1.FieldValidationStrict,
	}
	if manager := o.annotation(annotationFieldManager); manager != "" {
		options.FieldManager = manager
	}
	if m == dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	return objects.Patch(ctx, o.name(), types.ApplyPatchType, data, options)
}

// Create applies the object and waits until it is ready.
func (p *Provider) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	inputs, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	id, state, err := p.applyAndAwait(ctx, req.GetUrn(), inputs, req.GetPreview(), req.GetTimeout())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CreateResponse{Id: id, Properties: state}, nil
}

// Update is Create again: what is no longer declared, server-side apply removes.
func (p *Provider) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	inputs, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	_, state, err := p.applyAndAwait(ctx, req.GetUrn(), inputs, req.GetPreview(), req.GetTimeout())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.UpdateResponse{Properties: state}, nil
}

func (p *Provider) applyAndAwait(ctx context.Context, urn string, inputs resource.PropertyMap, preview bool, timeout float64) (string, *structpb.Struct, error) {
	ctx, done := p.until(about(ctx, urn))
	defer done()
	o, err := readObject(urn, inputs)
	if err != nil {
		return "", nil, err
	}
	if preview {
		if err := p.tryOut(ctx, o); err != nil {
			return "", nil, p.failed(o, err)
		}
		state, err := marshal(o.planned())
		return "", state, err
	}
	live, err := p.applyWhenServed(ctx, o)
	if err != nil {
		return "", nil, p.failed(o, err)
	}
	ready, waitErr := p.await(ctx, o, live, deadline(o, timeout))
	if ready != nil {
		live = ready
	}
	state, err := marshal(o.state(live))
	if err != nil {
		return "", nil, err
	}
	if waitErr != nil {
		return "", nil, p.incomplete(o, live, state, waitErr)
	}
	return id(live), state, nil
}

// tryOut lets the API server judge a previewed object, if it can: not when a
// value is still unknown, the cluster does not run yet, or what the object needs
// is created by the same update.
func (p *Provider) tryOut(ctx context.Context, o object) error {
	if !o.known() {
		return nil
	}
	_, err := p.apply(ctx, o, dryRun)
	if err == nil || unreachable(err) || notYet(err) {
		return nil
	}
	return err
}

// notYet are refusals for want of something that may be about to be created.
func notYet(err error) bool {
	message := err.Error()
	return meta.IsNoMatchError(err) || apierrors.IsNotFound(err) || saysImmutable(err) ||
		strings.Contains(message, "error looking up service account") ||
		strings.Contains(message, "does not support dry run")
}

// applyWhenServed applies, and tries again for a while what a definition or a
// namespace created just before makes possible.
func (p *Provider) applyWhenServed(ctx context.Context, o object) (*unstructured.Unstructured, error) {
	for end := time.Now().Add(definedWithin); ; {
		live, err := p.apply(ctx, o, forReal)
		waits := meta.IsNoMatchError(err) || apierrors.IsNotFound(err) ||
			(err != nil && strings.Contains(err.Error(), "error looking up service account"))
		if !waits || time.Now().After(end) || ctx.Err() != nil {
			return live, err
		}
		pause(ctx, time.Second/4)
	}
}

// failed puts the object's name before the API server's own words.
func (p *Provider) failed(o object, err error) error {
	if meta.IsNoMatchError(err) {
		return fmt.Errorf("%s %q: %w: the cluster does not serve this kind; create its CustomResourceDefinition first "+
			"(and make this resource depend on it)", o.gvk.Kind, o.name(), err)
	}
	if apierrors.IsConflict(err) {
		return fmt.Errorf("%s %q: %w; another controller owns the field: leave it out of the program, "+
			"or take it over with the annotation %s: \"true\"", o.gvk.Kind, o.name(), err, annotationForce)
	}
	return fmt.Errorf("%s %q: %w", o.gvk.Kind, o.name(), p.cluster.explain(err))
}

// incomplete reports an object that exists and is not ready: Pulumi remembers it.
func (p *Provider) incomplete(o object, live *unstructured.Unstructured, state *structpb.Struct, reason error) error {
	inputs, err := marshal(o.inputs)
	if err != nil {
		return errors.Join(reason, err)
	}
	message := fmt.Sprintf("%s %q was created but is not ready: %v", o.gvk.Kind, id(live), reason)
	return rpcerror.WithDetails(rpcerror.New(codes.Unknown, message), &pulumirpc.ErrorResourceInitFailed{
		Id: id(live), Properties: state, Inputs: inputs, Reasons: []string{reason.Error()},
	})
}

// deadline is how long to wait for the object: as customTimeouts say, or its
// annotation, or what its kind usually needs.
func deadline(o object, seconds float64) time.Duration {
	if annotated, err := strconv.ParseFloat(o.annotation(annotationTimeout), 64); seconds == 0 && err == nil {
		seconds = annotated
	}
	if seconds > 0 {
		return time.Duration(seconds * float64(time.Second))
	}
	return usualWait
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

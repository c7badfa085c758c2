package kubeplugin

import (
	"context"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Read looks at the live object. Its inputs come back as the program gave them,
// except where the object has drifted from them.
func (p *Provider) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	inputs, err := unmarshal(req.GetInputs())
	if err != nil {
		return nil, err
	}
	o, err := readObject(req.GetUrn(), inputs)
	if err != nil {
		return nil, err
	}
	namespace, name := splitID(req.GetId())
	objects, err := p.cluster.objects(o.gvk, namespace)
	if err != nil {
		return p.unread(req, o, err)
	}
	live, err := objects.Get(about(ctx, req.GetUrn()), name, metav1.GetOptions{})
	if err != nil {
		return p.unread(req, o, err)
	}
	if len(inputs) == 0 { // an import
		o.inputs = importable(fromJSON(live.Object).ObjectValue())
	} else {
		o.inputs = drifted(inputs, fromJSON(live.Object).ObjectValue())
	}
	state, err := marshal(o.state(live))
	if err != nil {
		return nil, err
	}
	back, err := marshal(o.inputs)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.ReadResponse{Id: id(live), Properties: state, Inputs: back}, nil
}

// unread answers for an object that could not be read: one that is not there has
// no id any more.
func (p *Provider) unread(req *pulumirpc.ReadRequest, o object, err error) (*pulumirpc.ReadResponse, error) {
	gone := apierrors.IsNotFound(err) || meta.IsNoMatchError(err) || unreachable(err) && p.settings.deleteUnreachable
	if gone {
		return &pulumirpc.ReadResponse{}, nil
	}
	if unreachable(err) && p.settings.skipUnreachable {
		return &pulumirpc.ReadResponse{Id: req.GetId(), Properties: req.GetProperties(), Inputs: req.GetInputs()}, nil
	}
	return nil, p.failed(o, err)
}

// Delete deletes the object and waits until it is gone.
func (p *Provider) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	ctx, done := p.until(about(ctx, req.GetUrn()))
	defer done()
	recorded := req.GetOldInputs()
	if len(recorded.GetFields()) == 0 {
		recorded = req.GetProperties()
	}
	inputs, err := unmarshal(recorded)
	if err != nil {
		return nil, err
	}
	o, err := readObject(req.GetUrn(), inputs)
	if err != nil {
		return nil, err
	}
	err = p.remove(ctx, o, req.GetId(), deadline(o, req.GetTimeout()))
	gone := apierrors.IsNotFound(err) || meta.IsNoMatchError(err) || unreachable(err) && p.settings.deleteUnreachable
	if err != nil && !gone {
		return nil, p.failed(o, err)
	}
	return &emptypb.Empty{}, nil
}

// importable are the parts of a live object that a program would declare.
func importable(live resource.PropertyMap) resource.PropertyMap {
	out := live.Copy()
	delete(out, "status")
	metadata := resource.PropertyMap{}
	for k, v := range child(live, "metadata") {
		if slices.Contains([]resource.PropertyKey{"name", "namespace", "labels", "annotations"}, k) {
			metadata[k] = v
		}
	}
	out["metadata"] = resource.NewProperty(metadata)
	return out
}

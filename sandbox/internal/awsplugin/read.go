package awsplugin

import (
	"context"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/client"
)

// Read returns what exists now: for refresh, and for import by id.
func (p *provider) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	t, err := newTarget(req.Urn)
	if err != nil {
		return nil, err
	}
	if !p.simulates() {
		return p.readReal(ctx, t, req)
	}
	found, err := p.daemon.resource(ctx, "read", p.request(t, req.Urn, req.Id, nil))
	if client.IsNotFound(err) {
		return &pulumirpc.ReadResponse{}, nil // an empty id tells the engine that it is gone
	}
	if err != nil {
		return nil, asFailure("read", t, err)
	}
	out, err := t.out(found.Props)
	if err != nil {
		return nil, err
	}
	inputs, err := p.inputsNow(t, req.Inputs.AsMap(), out.AsMap())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.ReadResponse{Id: found.ID, Properties: out, Inputs: inputs}, nil
}

func (p *provider) readReal(ctx context.Context, t target, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	properties, err := t.in(req.Properties)
	if err != nil {
		return nil, err
	}
	inputs, err := t.in(req.Inputs)
	if err != nil {
		return nil, err
	}
	resp, err := p.bridge.Read(ctx, &pulumirpc.ReadRequest{Id: req.Id, Urn: t.urn, Properties: properties, Inputs: inputs, Name: req.Name, Type: t.token})
	if err != nil {
		return nil, asFailure("read", t, err, properties, inputs)
	}
	if resp.Properties, err = t.out(resp.Properties.AsMap()); err != nil {
		return nil, err
	}
	resp.Inputs, err = t.out(resp.Inputs.AsMap())
	return resp, err
}

// inputsNow is what the program would have to say to get what exists: the
// inputs it gave, with today's values. With none (an import), every attribute
// that can be set.
func (p *provider) inputsNow(t target, given, now map[string]any) (*structpb.Struct, error) {
	if len(given) > 0 {
		return structpb.NewStruct(overlay(given, now).(map[string]any))
	}
	shape, err := p.schema.Resource(t.tfType)
	if err != nil {
		return nil, err
	}
	settable := map[string]any{}
	for k, v := range toBridge(t.tfType, now) {
		if _, ok := shape.Inputs[k]; ok && k != "tagsAll" && k != awsschema.IDProperty(t.tfType) {
			settable[k] = v
		}
	}
	return t.out(settable)
}

// overlay replaces values of given by those of now, for as much of now as
// given mentions: what AWS adds by itself is not the program's to say.
func overlay(given, now any) any {
	switch g := given.(type) {
	case map[string]any:
		n, ok := now.(map[string]any)
		if !ok {
			return given
		}
		out := make(map[string]any, len(g))
		for k, v := range g {
			if current, ok := n[k]; ok {
				out[k] = overlay(v, current)
			} else {
				out[k] = v
			}
		}
		return out
	case []any:
		n, ok := now.([]any)
		if !ok || len(n) != len(g) {
			return now
		}
		out := make([]any, len(g))
		for i := range g {
			out[i] = overlay(g[i], n[i])
		}
		return out
	}
	return now
}

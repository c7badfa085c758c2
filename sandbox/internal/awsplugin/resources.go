package awsplugin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/client"
	"pitboss/sandbox/internal/cloud"
)

// Check validates inputs with Terraform's provider and fills defaults and names.
func (p *provider) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	t, err := newTarget(req.Urn)
	if err != nil {
		return nil, err
	}
	if names := refusedInputs(t.tfType, req.News.AsMap()); len(names) > 0 {
		return &pulumirpc.CheckResponse{Inputs: req.News, Failures: []*pulumirpc.CheckFailure{{
			Property: names[0], Reason: names[0] + " is deprecated and the sandbox cannot judge it: use the resource of its own that replaces it",
		}}}, nil
	}
	olds, err := t.in(req.Olds)
	if err != nil {
		return nil, err
	}
	news, err := t.in(autonamed(t.tfType, req))
	if err != nil {
		return nil, err
	}
	resp, err := p.bridge.Check(ctx, &pulumirpc.CheckRequest{
		Urn: t.urn, Olds: olds, News: news, RandomSeed: req.RandomSeed, Name: req.Name, Type: t.token, Autonaming: req.Autonaming,
	})
	if err != nil {
		return nil, asFailure("check", t, err)
	}
	for _, f := range resp.Failures {
		f.Property = pathFromBridge(t.tfType, f.Property)
	}
	if resp.Inputs, err = t.out(resp.Inputs.AsMap()); err != nil {
		return nil, err
	}
	return resp, nil
}

// Diff is Terraform's plan: what changes, and what that forces.
func (p *provider) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	t, olds, news, oldInputs, err := bothStates(req.Urn, req.Olds, req.News, req.OldInputs)
	if err != nil {
		return nil, err
	}
	resp, err := p.bridge.Diff(ctx, &pulumirpc.DiffRequest{
		Id: req.Id, Urn: t.urn, Olds: olds, News: news, OldInputs: oldInputs, IgnoreChanges: req.IgnoreChanges, Name: req.Name, Type: t.token,
	})
	if err != nil {
		return nil, asFailure("diff", t, err)
	}
	for _, paths := range [][]string{resp.Replaces, resp.Diffs, resp.Stables} {
		for i := range paths {
			paths[i] = pathFromBridge(t.tfType, paths[i])
		}
	}
	detailed := make(map[string]*pulumirpc.PropertyDiff, len(resp.DetailedDiff))
	for path, d := range resp.DetailedDiff {
		detailed[pathFromBridge(t.tfType, path)] = d
	}
	resp.DetailedDiff = detailed
	return resp, nil
}

// Create plans with Terraform's provider; unless it is a preview, the cloud
// then makes what was planned.
func (p *provider) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	t, err := newTarget(req.Urn)
	if err != nil {
		return nil, err
	}
	properties, err := t.in(req.Properties)
	if err != nil {
		return nil, err
	}
	plan, err := p.bridge.Create(ctx, &pulumirpc.CreateRequest{
		Urn: t.urn, Properties: properties, Timeout: req.Timeout, Preview: req.Preview || p.simulates(), Name: req.Name, Type: t.token,
	})
	if err != nil {
		return nil, asFailure("create", t, err)
	}
	id, planned := plan.Id, plan.Properties.AsMap()
	if !req.Preview && p.simulates() {
		made, err := p.daemon.resource(ctx, "create", p.request(t, req.Urn, "", planned))
		if err != nil {
			return nil, asFailure("create", t, err)
		}
		id, planned = made.ID, made.Props
	}
	out, err := t.out(planned)
	return &pulumirpc.CreateResponse{Id: id, Properties: out}, err
}

// Update is Create for something that exists.
func (p *provider) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	t, olds, news, oldInputs, err := bothStates(req.Urn, req.Olds, req.News, req.OldInputs)
	if err != nil {
		return nil, err
	}
	plan, err := p.bridge.Update(ctx, &pulumirpc.UpdateRequest{
		Id: req.Id, Urn: t.urn, Olds: olds, News: news, OldInputs: oldInputs, Timeout: req.Timeout,
		IgnoreChanges: req.IgnoreChanges, Preview: req.Preview || p.simulates(), Name: req.Name, Type: t.token,
	})
	if err != nil {
		return nil, asFailure("update", t, err)
	}
	planned := plan.Properties.AsMap()
	if !req.Preview && p.simulates() {
		made, err := p.daemon.resource(ctx, "update", p.request(t, req.Urn, req.Id, planned))
		if err != nil {
			return nil, asFailure("update", t, err)
		}
		planned = made.Props
	}
	out, err := t.out(planned)
	return &pulumirpc.UpdateResponse{Properties: out}, err
}

// Delete removes a resource from the cloud.
func (p *provider) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	t, err := newTarget(req.Urn)
	if err != nil {
		return nil, err
	}
	if p.simulates() {
		if _, err := p.daemon.resource(ctx, "delete", p.request(t, req.Urn, req.Id, nil)); err != nil {
			return nil, asFailure("delete", t, err)
		}
		return &emptypb.Empty{}, nil
	}
	properties, err := t.in(req.Properties)
	if err != nil {
		return nil, err
	}
	_, err = p.bridge.Delete(ctx, &pulumirpc.DeleteRequest{Id: req.Id, Urn: t.urn, Properties: properties, Timeout: req.Timeout, Name: req.Name, Type: t.token})
	return &emptypb.Empty{}, err
}

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
		return nil, asFailure("read", t, err)
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

// simulates is false when applies go to a real AWS-compatible endpoint.
func (p *provider) simulates() bool { return p.config.bridge.Endpoint == "" }

func (p *provider) request(t target, urn, id string, planned map[string]any) cloud.Request {
	return cloud.Request{Account: p.config.account, Region: p.config.region, Type: t.tfType, ID: id, URN: urn, Planned: planned}
}

func bothStates(urn string, olds, news, oldInputs *structpb.Struct) (t target, o, n, oi *structpb.Struct, err error) {
	if t, err = newTarget(urn); err != nil {
		return t, nil, nil, nil, err
	}
	var errs [3]error
	o, errs[0] = t.in(olds)
	n, errs[1] = t.in(news)
	oi, errs[2] = t.in(oldInputs)
	if err = errors.Join(errs[:]...); err != nil {
		err = fmt.Errorf("%s: %w", urn, err)
	}
	return t, o, n, oi, err
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

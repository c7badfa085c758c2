package awsplugin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

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
		return nil, asFailure("check", t, err, news)
	}
	for _, f := range resp.Failures {
		f.Property, f.Reason = pathFromBridge(t.tfType, f.Property), scrubbed(f.Reason, news)
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
		Id: req.Id, Urn: t.urn, Olds: olds, News: news, OldInputs: oldInputs, IgnoreChanges: pathsToBridge(t.tfType, req.IgnoreChanges), Name: req.Name, Type: t.token,
	})
	if err != nil {
		return nil, asFailure("diff", t, err, olds, news)
	}
	if p.simulates() { // the engine has it in its state, then
		if err := p.daemon.known(ctx, p.request(t, req.Urn, req.Id, nil)); err != nil {
			return nil, asFailure("diff", t, err)
		}
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
		return nil, asFailure("create", t, err, properties)
	}
	id, planned := plan.Id, plan.Properties.AsMap()
	if !req.Preview && p.simulates() {
		made, err := p.daemon.resource(ctx, "create", p.request(t, req.Urn, "", planned))
		if err != nil {
			return nil, asFailure("create", t, err, properties)
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
		IgnoreChanges: pathsToBridge(t.tfType, req.IgnoreChanges), Preview: req.Preview || p.simulates(), Name: req.Name, Type: t.token,
	})
	if err != nil {
		return nil, asFailure("update", t, err, olds, news)
	}
	planned := plan.Properties.AsMap()
	if !req.Preview && p.simulates() {
		asked := p.request(t, req.Urn, req.Id, planned)
		asked.Prior = olds.AsMap()
		made, err := p.daemon.resource(ctx, "update", asked)
		if err != nil {
			return nil, asFailure("update", t, err, olds, news)
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
	if _, err = p.bridge.Delete(ctx, &pulumirpc.DeleteRequest{Id: req.Id, Urn: t.urn, Properties: properties, Timeout: req.Timeout, Name: req.Name, Type: t.token}); err != nil {
		return nil, asFailure("delete", t, err, properties)
	}
	return &emptypb.Empty{}, nil
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

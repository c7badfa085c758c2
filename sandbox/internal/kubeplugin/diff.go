package kubeplugin

import (
	"context"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Diff compares what is declared with what was: a refresh has put drift into the
// latter. Where only the API server knows whether it would let something change in
// place, it is asked, by a dry run.
func (p *Provider) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	old, err := unmarshal(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	was, err := readObject(req.GetUrn(), old)
	if err != nil {
		return nil, err
	}
	is, err := readObject(req.GetUrn(), news)
	if err != nil {
		return nil, err
	}
	resp := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE, HasDetailedDiff: true}
	a, b := p.comparable(was), p.comparable(is)
	changes := plugin.NewDetailedDiffFromObjectDiff(a.Diff(b), true)
	if len(changes) == 0 {
		return resp, nil
	}
	resp.Changes = pulumirpc.DiffResponse_DIFF_SOME
	resp.DetailedDiff = map[string]*pulumirpc.PropertyDiff{}
	paths := map[string]resource.PropertyPath{}
	for at := range changes {
		if path, err := resource.ParsePropertyPath(at); err == nil && len(path) > 0 {
			paths[at] = path
		}
	}
	refused := p.serverRefusesInPlace(ctx, was, is, slices.Collect(maps.Values(paths)))
	top := map[string]bool{}
	for _, at := range slices.Sorted(maps.Keys(paths)) {
		change, path := changes[at], paths[at]
		if key, ok := path[0].(string); ok {
			top[key] = true
		}
		if refused || p.settings.replaces(is.gvk.GroupKind(), path) {
			change = change.ToReplace()
			resp.Replaces = append(resp.Replaces, at)
		}
		resp.DetailedDiff[at] = &pulumirpc.PropertyDiff{Kind: kinds[change.Kind], InputDiff: true}
	}
	resp.Diffs = slices.Sorted(maps.Keys(top))
	// Two objects of one name cannot be there at once.
	resp.DeleteBeforeReplace = len(resp.Replaces) > 0 && is.name() == was.name() &&
		is.annotation(annotationAutonamed) != "true" &&
		p.namespaceOf(was) == p.namespaceOf(is) && was.gvk.GroupKind() == is.gvk.GroupKind()
	return resp, nil
}

var kinds = map[plugin.DiffKind]pulumirpc.PropertyDiff_Kind{
	plugin.DiffAdd:           pulumirpc.PropertyDiff_ADD,
	plugin.DiffAddReplace:    pulumirpc.PropertyDiff_ADD_REPLACE,
	plugin.DiffDelete:        pulumirpc.PropertyDiff_DELETE,
	plugin.DiffDeleteReplace: pulumirpc.PropertyDiff_DELETE_REPLACE,
	plugin.DiffUpdate:        pulumirpc.PropertyDiff_UPDATE,
	plugin.DiffUpdateReplace: pulumirpc.PropertyDiff_UPDATE_REPLACE,
}

// comparable is an object's inputs in one form: without the marks of secrets,
// and without a namespace that goes without saying.
func (p *Provider) comparable(o object) resource.PropertyMap {
	m := plain(o.inputs)
	if metadata := m["metadata"]; metadata.IsObject() && o.namespace() == p.cluster.defaultNamespace() {
		without := metadata.ObjectValue().Copy()
		delete(without, "namespace")
		m["metadata"] = resource.NewProperty(without)
	}
	return m
}

func (p *Provider) namespaceOf(o object) string {
	if ns := o.namespace(); ns != "" {
		return ns
	}
	return p.cluster.defaultNamespace()
}

// serverRefusesInPlace asks the API server, where need be, to try the change. Any
// other answer than "this cannot change" is left for the update itself to report.
func (p *Provider) serverRefusesInPlace(ctx context.Context, was, is object, paths []resource.PropertyPath) bool {
	if !is.known() || is.name() != was.name() || p.namespaceOf(was) != p.namespaceOf(is) {
		return false
	}
	if !slices.ContainsFunc(paths, func(path resource.PropertyPath) bool { return asks(was, path) }) {
		return false
	}
	_, err := p.apply(about(ctx, is.urn), is, dryRun)
	return saysImmutable(err)
}

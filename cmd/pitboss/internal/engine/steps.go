package engine

import (
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
)

// steps makes a plan of what a preview told: each resource as it is recorded, and as the
// policy pack saw it declared.
func (s *Stack) steps(told []apitype.StepEventMetadata, judged rules.Judgement) []plan.Step {
	old, declared := s.State.ByURN(), map[string]rules.Resource{}
	for _, r := range judged.Resources {
		declared[r.URN] = r
	}
	var out []plan.Step
	for _, m := range told {
		step := plan.Step{Op: opOf(m.Op)}
		if was, ok := old[m.URN]; ok && step.Op != plan.Create {
			step.Old = &was
		}
		if step.Op != plan.Delete {
			step.New = next(m, declared)
		}
		if step.Old == nil && step.New == nil {
			continue
		}
		step.Changes = changes(m, step)
		out = append(out, step)
	}
	slices.SortFunc(out, func(a, b plan.Step) int { return strings.Compare(a.Resource().URN, b.Resource().URN) })
	return out
}

func opOf(op apitype.OpType) plan.Op {
	switch op {
	case apitype.OpCreate, apitype.OpImport:
		return plan.Create
	case apitype.OpUpdate:
		return plan.Update
	case apitype.OpReplace, apitype.OpImportReplacement:
		return plan.Replace
	case apitype.OpDelete:
		return plan.Delete
	}
	return plan.Same
}

// next is the resource as it would be.
func next(m apitype.StepEventMetadata, declared map[string]rules.Resource) *rules.Resource {
	r, ok := declared[m.URN]
	if !ok {
		r = rules.Resource{URN: m.URN, Type: m.Type, Name: resource.URN(m.URN).Name(), Inputs: map[string]any{}}
	}
	if m.New != nil {
		retain := m.New.RetainOnDelete
		r.Custom, r.Protect, r.Retain = m.New.Custom, m.New.Protect, &retain
		if !ok {
			r.Inputs = plain(m.New.Inputs)
		}
	}
	return &r
}

// changes are the inputs that differ: as the provider tells them, else by their first name.
func changes(m apitype.StepEventMetadata, step plan.Step) []plan.Change {
	var out []plan.Change
	for path, d := range m.DetailedDiff {
		out = append(out, plan.Change{Path: path, Replaces: strings.HasSuffix(string(d.Kind), "-replace")})
	}
	if len(m.DetailedDiff) == 0 {
		for _, path := range m.Diffs {
			out = append(out, plan.Change{Path: path, Replaces: slices.Contains(m.Keys, path)})
		}
	}
	for _, key := range m.Keys { // a provider may force a replacement by an input that it does not list
		if !slices.ContainsFunc(out, func(c plan.Change) bool { return c.Replaces && strings.HasPrefix(c.Path, key) }) && step.Op == plan.Replace {
			out = append(out, plan.Change{Path: key, Replaces: true})
		}
	}
	for i := range out {
		if step.Old != nil {
			out[i].Old = at(step.Old.Inputs, out[i].Path)
		}
		if step.New != nil {
			out[i].New = at(step.New.Inputs, out[i].Path)
		}
	}
	slices.SortFunc(out, func(a, b plan.Change) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(out, func(a, b plan.Change) bool { return reflect.DeepEqual(a, b) })
}

// at is the input at a path as the engine writes it; nil where there is nothing.
func at(inputs map[string]any, path string) any {
	steps, err := resource.ParsePropertyPath(path)
	if err != nil {
		return nil
	}
	var here any = inputs
	for _, step := range steps {
		switch v := here.(type) {
		case map[string]any:
			key, _ := step.(string)
			here = v[key]
		case []any:
			i, ok := step.(int)
			if !ok || i < 0 || i >= len(v) {
				return nil
			}
			here = v[i]
		case rules.Unknown, rules.Secret:
			return v
		default:
			return nil
		}
	}
	return here
}

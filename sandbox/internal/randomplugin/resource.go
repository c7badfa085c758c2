package randomplugin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// kind is one resource type.
type kind struct {
	inputs  []field
	outputs []string // computed by generate
	secret  []string // which of the outputs are secrets
	// check reports what no single field can: nil if there is nothing.
	check func(values) []problem
	// generate makes the id and the outputs.
	generate func(values) (string, resource.PropertyMap, error)
}

// field is one input.
type field struct {
	name     string
	required bool
	def      resource.PropertyValue // used when the program gives none; null: none
	min      float64                // least allowed number
}

// problem is a field and what is wrong with it.
type problem struct{ field, reason string }

// kinds are the resource types of the package that Pitboss may use.
var kinds = map[string]kind{
	"random:index/randomId:RandomId":             randomID,
	"random:index/randomPassword:RandomPassword": randomPassword,
	"random:index/randomString:RandomString":     randomString,
	"random:index/randomPet:RandomPet":           randomPet,
	"random:index/randomUuid:RandomUuid":         randomUUID,
	"random:index/randomInteger:RandomInteger":   randomInteger,
	"random:index/randomShuffle:RandomShuffle":   randomShuffle,
}

func kindOf(urn string) (kind, error) {
	token := string(resource.URN(urn).Type())
	k, ok := kinds[token]
	if !ok {
		names := make([]string, 0, len(kinds))
		for name := range kinds {
			names = append(names, name[strings.LastIndex(name, ":")+1:])
		}
		slices.Sort(names)
		return kind{}, fmt.Errorf("the sandbox's random plugin has no resource type %q; it has %s",
			token, strings.Join(names, ", "))
	}
	return k, nil
}

// Check fills defaults and refuses impossible inputs.
func (*Provider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	k, err := kindOf(req.GetUrn())
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	problems := k.validate(inputs)
	for _, f := range k.inputs {
		if _, given := inputs[resource.PropertyKey(f.name)]; !given && !f.def.IsNull() {
			inputs[resource.PropertyKey(f.name)] = f.def
		}
	}
	if k.check != nil && len(problems) == 0 {
		problems = k.check(values{inputs})
	}
	out, err := marshal(inputs)
	if err != nil {
		return nil, err
	}
	failures := make([]*pulumirpc.CheckFailure, len(problems))
	for i, p := range problems {
		failures[i] = &pulumirpc.CheckFailure{Property: p.field, Reason: p.reason}
	}
	return &pulumirpc.CheckResponse{Inputs: out, Failures: failures}, nil
}

func (k kind) validate(inputs resource.PropertyMap) []problem {
	var problems []problem
	for _, key := range inputs.StableKeys() {
		if !slices.ContainsFunc(k.inputs, func(f field) bool { return f.name == string(key) }) {
			problems = append(problems, problem{string(key), "no such property; there are " + strings.Join(k.inputNames(), ", ")})
		}
	}
	for _, f := range k.inputs {
		v, given := inputs[resource.PropertyKey(f.name)]
		if !given || v.IsNull() {
			if f.required {
				problems = append(problems, problem{f.name, "is required"})
			}
			continue
		}
		if n := plain(v); n.IsNumber() && n.NumberValue() < f.min {
			problems = append(problems, problem{f.name, fmt.Sprintf("%v: must be at least %v", n.NumberValue(), f.min)})
		}
	}
	return problems
}

func (k kind) inputNames() []string {
	names := make([]string, len(k.inputs))
	for i, f := range k.inputs {
		names[i] = f.name
	}
	return names
}

// Diff replaces on any changed input: nothing random can be updated in place.
func (*Provider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	if _, err := kindOf(req.GetUrn()); err != nil {
		return nil, err
	}
	old, err := unmarshalPlain(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshalPlain(req.GetNews())
	if err != nil {
		return nil, err
	}
	resp := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	diff := old.Diff(news)
	if diff == nil {
		return resp, nil
	}
	resp.Changes = pulumirpc.DiffResponse_DIFF_SOME
	for _, key := range diff.Keys() {
		if diff.Changed(key) && !slices.Contains(req.GetIgnoreChanges(), string(key)) {
			resp.Diffs = append(resp.Diffs, string(key))
		}
	}
	slices.Sort(resp.Diffs)
	resp.Replaces = resp.Diffs
	if len(resp.Diffs) == 0 {
		resp.Changes = pulumirpc.DiffResponse_DIFF_NONE
	}
	return resp, nil
}

// Create generates; in a preview the outputs are unknown.
func (*Provider) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	k, err := kindOf(req.GetUrn())
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	id, state := "", inputs.Copy()
	if req.GetPreview() {
		for _, name := range k.outputs {
			state[resource.PropertyKey(name)] = resource.MakeComputed(resource.NewProperty(""))
		}
	} else {
		var outputs resource.PropertyMap
		if id, outputs, err = k.generate(values{inputs}); err != nil {
			return nil, fmt.Errorf("%s: %w", resource.URN(req.GetUrn()).Name(), err)
		}
		for key, v := range outputs {
			state[key] = v
		}
	}
	for _, name := range k.secret {
		key := resource.PropertyKey(name)
		state[key] = resource.MakeSecret(state[key])
	}
	properties, err := marshal(state)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CreateResponse{Id: id, Properties: properties}, nil
}

// Update is never asked for: every change replaces.
func (*Provider) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	return nil, fmt.Errorf("%s: random resources are replaced, not updated", req.GetUrn())
}

// Read returns what is recorded: the state is the only place it exists.
func (*Provider) Read(_ context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	if len(req.GetProperties().GetFields()) == 0 {
		return nil, fmt.Errorf("%s: the sandbox cannot import random resources; create it instead", req.GetUrn())
	}
	return &pulumirpc.ReadResponse{Id: req.GetId(), Inputs: req.GetInputs(), Properties: req.GetProperties()}, nil
}

var keepEverything = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, SkipNulls: true}

func unmarshal(s *structpb.Struct) (resource.PropertyMap, error) {
	m, err := plugin.UnmarshalProperties(s, keepEverything)
	if m == nil {
		m = resource.PropertyMap{}
	}
	return m, err
}

// unmarshalPlain drops the marks of secrets: a value that becomes one is still
// the same value.
func unmarshalPlain(s *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(s, plugin.MarshalOptions{KeepUnknowns: true, SkipNulls: true})
}

func marshal(m resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(m, keepEverything)
}

package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"pitboss/policy/rules"
)

// shown is what the engine shows of a resource, whichever way it asks.
type shown interface {
	GetUrn() string
	GetType() string
	GetName() string
	GetProperties() *structpb.Struct
	GetOptions() *pulumirpc.AnalyzerResourceOptions
	GetProvider() *pulumirpc.AnalyzerProviderResource
}

// resourceOf is what the engine shows of a resource, as rules read it.
func resourceOf(r shown) (rules.Resource, error) {
	out := rules.Resource{
		URN: r.GetUrn(), Type: r.GetType(), Name: r.GetName(), Custom: !isComponent(r.GetType()),
		Parent: r.GetOptions().GetParent(), Protect: r.GetOptions().GetProtect(), IgnoreChanges: r.GetOptions().GetIgnoreChanges(),
		From: map[string][]string{},
	}
	var err error
	if out.Inputs, err = values(r.GetProperties()); err != nil {
		return out, fmt.Errorf("%s: %w", r.GetUrn(), err)
	}
	if out.Provider, err = providerOf(r.GetProvider()); err != nil {
		return out, fmt.Errorf("the provider of %s: %w", r.GetUrn(), err)
	}
	out.ARN, _ = out.Inputs["arn"].(string)
	return out, nil
}

// resourceThere is a resource of the stack as it is at the end: as the program asked for
// it, with what is known of it only now. What nobody asked for, such as a resource that is
// only read, is as it turned out to be.
func resourceThere(r *pulumirpc.AnalyzerResource, asked *pulumirpc.AnalyzeRequest) (rules.Resource, error) {
	from := shown(r)
	if asked != nil {
		from = asked
	}
	out, err := resourceOf(from)
	if err != nil {
		return out, err
	}
	arn, err := value(r.GetProperties().GetFields()["arn"])
	if err != nil {
		return out, fmt.Errorf("%s: %w", r.GetUrn(), err)
	}
	out.ARN, _ = arn.(string)
	out.Parent = r.GetParent()
	for input, on := range r.GetPropertyDependencies() {
		if len(on.GetUrns()) > 0 {
			out.From[input] = slices.Sorted(slices.Values(on.GetUrns()))
		}
	}
	if out.Provider.Name == "" {
		out.Provider, err = providerOf(r.GetProvider())
	}
	return out, err
}

func providerOf(p *pulumirpc.AnalyzerProviderResource) (rules.Provider, error) {
	out := rules.Provider{Name: p.GetName()}
	region, err := value(p.GetProperties().GetFields()["region"])
	if err != nil {
		return out, err
	}
	accounts, err := value(p.GetProperties().GetFields()["allowedAccountIds"])
	out.Region, _ = region.(string)
	out.Accounts = texts(accounts)
	return out, err
}

// isComponent: the engine does not say what is one; ours have a package of their own.
func isComponent(typ string) bool {
	return strings.HasPrefix(typ, "pitboss:") || typ == "pulumi:pulumi:Stack"
}

// texts is a list of strings, which a provider's settings hold as JSON.
func texts(v any) []string {
	if encoded, ok := v.(string); ok {
		var list []string
		if json.Unmarshal([]byte(encoded), &list) == nil {
			return list
		}
		return []string{encoded}
	}
	var out []string
	list, _ := v.([]any)
	for _, one := range list {
		if text, ok := one.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

func values(s *structpb.Struct) (map[string]any, error) {
	out := make(map[string]any, len(s.GetFields()))
	for key, v := range s.GetFields() {
		one, err := value(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		out[key] = one
	}
	return out, nil
}

// value is v as an ordinary Go value. What is secret is not carried any further.
func value(v *structpb.Value) (any, error) {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_BoolValue:
		return kind.BoolValue, nil
	case *structpb.Value_NumberValue:
		return kind.NumberValue, nil
	case *structpb.Value_ListValue:
		out := make([]any, len(kind.ListValue.GetValues()))
		for i, one := range kind.ListValue.GetValues() {
			var err error
			if out[i], err = value(one); err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return out, nil
	case *structpb.Value_StructValue:
		if _, signed := kind.StructValue.GetFields()[string(resource.SigKey)]; !signed {
			return values(kind.StructValue)
		}
	case *structpb.Value_StringValue:
	default: // null
		return nil, nil
	}
	// A string may stand for what is unknown, and an object that is signed for a secret or
	// a reference: what stands for what is the SDK's to know.
	known, err := plugin.UnmarshalPropertyValue("", v, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true})
	if err != nil {
		return nil, err
	}
	switch {
	case known.IsString():
		return known.StringValue(), nil
	case known.IsSecret():
		return rules.Secret{}, nil
	case known.IsComputed():
		return rules.Unknown{}, nil
	case known.IsResourceReference():
		return string(known.ResourceReferenceValue().URN), nil
	case known.IsAsset(), known.IsArchive():
		return nil, nil // no rule reads files
	}
	// Nothing would pass for what is not set.
	return nil, fmt.Errorf("a value of type %s, which the engine does not send at release 3.259.0", known.TypeString())
}

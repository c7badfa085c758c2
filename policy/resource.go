package main

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"

	"pitboss/policy/rules"
)

// resourceOf is what the engine shows of a resource, as rules read it.
func resourceOf(r policyx.AnalyzerResource) rules.Resource {
	out := rules.Resource{
		URN: r.URN, Type: r.Type, Name: r.Name, Parent: r.Parent, Protect: r.Options.Protect, IgnoreChanges: r.Options.IgnoreChanges,
		Custom:   !isComponent(r.Type),
		Provider: rules.Provider{Name: r.Provider.Name}, Inputs: values(r.Properties), From: map[string][]string{},
	}
	settings := values(r.Provider.Properties)
	out.Provider.Region, _ = settings["region"].(string)
	out.Provider.Accounts = texts(settings["allowedAccountIds"])
	out.ARN, _ = out.Inputs["arn"].(string)
	for input, urns := range r.PropertyDependencies {
		out.From[input] = slices.Sorted(slices.Values(urns))
	}
	return out
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

func values(m property.Map) map[string]any {
	out := map[string]any{}
	for key, v := range m.All {
		out[key] = value(v)
	}
	return out
}

// value is v as an ordinary Go value. What is secret is not carried any further.
func value(v property.Value) any {
	switch {
	case v.Secret():
		return rules.Secret{}
	case v.IsComputed():
		return rules.Unknown{}
	case v.IsBool():
		return v.AsBool()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsString():
		return v.AsString()
	case v.IsArray():
		out := []any{}
		for _, one := range v.AsArray().All {
			out = append(out, value(one))
		}
		return out
	case v.IsMap():
		return values(v.AsMap())
	case v.IsResourceReference():
		return string(v.AsResourceReference().URN)
	}
	return nil
}

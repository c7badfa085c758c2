package engine

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"pitboss/policy/rules"
)

// ByURN is what is recorded of the stack as the rules of the policy read it, by URN.
func (s State) ByURN() map[string]rules.Resource {
	providers := map[string]rules.Provider{}
	for _, r := range s.raw.Resources {
		if strings.HasPrefix(string(r.Type), "pulumi:providers:") {
			providers[string(r.URN)] = providerOf(r)
		}
	}
	out := map[string]rules.Resource{}
	for _, r := range s.raw.Resources {
		if r.Type == rootType || r.Delete || isDefault(r) {
			continue
		}
		urn, _, _ := cutLast(r.Provider, "::")
		out[string(r.URN)] = recorded(r, providers[urn])
	}
	return out
}

func recorded(r apitype.ResourceV3, by rules.Provider) rules.Resource {
	retain := r.RetainOnDelete
	out := rules.Resource{
		URN: string(r.URN), Type: string(r.Type), Name: r.URN.Name(), Custom: r.Custom, Protect: r.Protect, Retain: &retain,
		IgnoreChanges: r.IgnoreChanges, Provider: by, Inputs: plain(r.Inputs), From: map[string][]string{},
	}
	if p := string(r.Parent); p != "" && string(r.Parent.Type()) != rootType {
		out.Parent = p
	}
	out.ARN, _ = r.Outputs["arn"].(string)
	if r.Type == "pulumi:pulumi:StackReference" {
		out.Inputs["outputs"] = value(r.Outputs["outputs"])
	}
	for input, urns := range r.PropertyDependencies {
		for _, u := range urns {
			out.From[string(input)] = append(out.From[string(input)], string(u))
		}
		slices.Sort(out.From[string(input)])
	}
	return out
}

// providerOf reads what a provider's resource says of it. Lists are JSON in its inputs.
func providerOf(r apitype.ResourceV3) rules.Provider {
	p := rules.Provider{Name: r.URN.Name()}
	p.Region, _ = r.Inputs["region"].(string)
	switch accounts := r.Inputs["allowedAccountIds"].(type) {
	case string:
		_ = json.Unmarshal([]byte(accounts), &p.Accounts) // something else names no account
	case []any:
		for _, a := range accounts {
			if id, ok := a.(string); ok {
				p.Accounts = append(p.Accounts, id)
			}
		}
	}
	return p
}

// cutLast is strings.Cut at the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func plain(m map[string]any) map[string]any {
	out := map[string]any{}
	for key, v := range m {
		out[key] = value(v)
	}
	return out
}

// unknown is how the engine writes what it does not know yet.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// value is v as rules read it: what the engine marks as secret, in a state or in an event,
// is not carried any further.
func value(v any) any {
	switch v := v.(type) {
	case string:
		switch v {
		case unknown:
			return rules.Unknown{}
		case "[secret]":
			return rules.Secret{}
		}
	case map[string]any:
		switch v[resource.SigKey] {
		case resource.SecretSig:
			return rules.Secret{}
		case resource.OutputValueSig:
			inner, known := v["value"]
			if !known {
				return rules.Unknown{}
			}
			return value(inner)
		}
		return plain(v)
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = value(one)
		}
		return out
	}
	return v
}

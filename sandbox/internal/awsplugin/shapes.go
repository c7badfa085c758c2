package awsplugin

import (
	"regexp"
	"strings"
)

// A shape says where the SDK and the bridge write one property differently.
// Both are made from the same Terraform schema; pulumi-aws adds overrides by
// hand, and those are listed here. A test holds this table against both.
type shape struct {
	// path is the way to the object that holds the property; "*" is every
	// element of a list. Empty: the resource itself.
	path []string
	// sdk and bridge are the property's two names.
	sdk, bridge string
	// form says whether one side wraps the value in a list.
	form form
}

type form int

const (
	same          form = iota
	bridgeHasList      // SDK: one object; bridge: a list of at most one
	sdkHasList         // SDK: a list of at most one; bridge: one object
	sdkCopies          // SDK only, read only: the first element of the bridge's list
	sdkOnly            // Pulumi's own addition; Terraform knows nothing of it
)

// shapes is by Terraform type.
var shapes = map[string][]shape{
	"aws_default_security_group": gress,
	"aws_network_acl":            gress,
	"aws_security_group":         gress,
	"aws_eks_cluster": {
		{sdk: "certificateAuthority", bridge: "certificateAuthorities", form: sdkCopies},
		{sdk: "defaultAddonsToRemoves", form: sdkOnly},
	},
	"aws_s3_bucket_lifecycle_configuration": {
		{path: []string{"rules", "*"}, sdk: "expiration", bridge: "expirations", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "filter", bridge: "filters", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "noncurrentVersionExpiration", bridge: "noncurrentVersionExpirations", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "abortIncompleteMultipartUpload", bridge: "abortIncompleteMultipartUploads", form: bridgeHasList},
	},
	// The settings below are resources of their own; the program never sets
	// them on the bucket, but the bucket's outputs have them.
	"aws_s3_bucket": {
		{sdk: "loggings", bridge: "logging", form: sdkHasList},
		{sdk: "versionings", bridge: "versioning", form: sdkHasList},
		{sdk: "websites", bridge: "website", form: sdkHasList},
		{sdk: "replicationConfigurations", bridge: "replicationConfiguration", form: sdkHasList},
		{sdk: "serverSideEncryptionConfigurations", bridge: "serverSideEncryptionConfiguration", form: sdkHasList},
		{path: []string{"objectLockConfiguration"}, sdk: "rules", bridge: "rule", form: sdkHasList},
		{path: []string{"lifecycleRules", "*"}, sdk: "expirations", bridge: "expiration", form: sdkHasList},
		{path: []string{"lifecycleRules", "*"}, sdk: "noncurrentVersionExpirations", bridge: "noncurrentVersionExpiration", form: sdkHasList},
	},
}

// gress: Pulumi's pluraliser makes "egresses"; pulumi-aws kept "egress".
var gress = []shape{{sdk: "ingress", bridge: "ingresses"}, {sdk: "egress", bridge: "egresses"}}

// toBridge rewrites properties from the SDK's form into the bridge's. The
// argument is not changed.
func toBridge(tfType string, props map[string]any) map[string]any {
	return rewrite(props, shapes[tfType], func(s shape, in, out map[string]any) {
		v, ok := in[s.sdk]
		if !ok {
			return
		}
		delete(out, s.sdk)
		switch s.form {
		case same:
			out[s.bridge] = v
		case bridgeHasList:
			out[s.bridge] = wrap(v)
		case sdkHasList:
			if one, ok := unwrap(v); ok {
				out[s.bridge] = one
			}
		}
	})
}

// fromBridge is the way back.
func fromBridge(tfType string, props map[string]any) map[string]any {
	return rewrite(props, shapes[tfType], func(s shape, in, out map[string]any) {
		v, ok := in[s.bridge]
		if !ok || s.form == sdkOnly {
			return
		}
		if s.form != sdkCopies {
			delete(out, s.bridge)
		}
		switch s.form {
		case same:
			out[s.sdk] = v
		case bridgeHasList, sdkCopies:
			if one, ok := unwrap(v); ok {
				out[s.sdk] = one
			}
		case sdkHasList:
			out[s.sdk] = wrap(v)
		}
	})
}

// rewrite copies props, applying each shape at every object that its path leads to.
func rewrite(props map[string]any, table []shape, apply func(s shape, in, out map[string]any)) map[string]any {
	out := clone(props).(map[string]any)
	for _, s := range table {
		walk(out, s.path, func(m map[string]any) {
			in := make(map[string]any, len(m))
			for k, v := range m {
				in[k] = v
			}
			apply(s, in, m)
		})
	}
	return out
}

func walk(v any, path []string, visit func(map[string]any)) {
	if len(path) == 0 {
		if m, ok := v.(map[string]any); ok {
			visit(m)
		}
		return
	}
	switch v := v.(type) {
	case map[string]any:
		walk(v[path[0]], path[1:], visit)
	case []any:
		if path[0] == "*" {
			for _, e := range v {
				walk(e, path[1:], visit)
			}
		}
	}
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = clone(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = clone(e)
		}
		return out
	}
	return v
}

// wrap makes a list of one; what is unknown stays unknown as a whole.
func wrap(v any) any {
	if _, unknown := v.(string); unknown {
		return v
	}
	if v == nil {
		return []any{}
	}
	return []any{v}
}

func unwrap(v any) (any, bool) {
	list, ok := v.([]any)
	if !ok {
		return v, v != nil
	}
	if len(list) == 0 {
		return nil, false
	}
	return list[0], true
}

var index = regexp.MustCompile(`^\[(\d+|"[^"]*")\]`)

// pathFromBridge rewrites a property path of a diff, "rules[0].expirations[0].days",
// into the SDK's names, "rules[0].expiration.days".
func pathFromBridge(tfType, path string) string {
	for _, s := range shapes[tfType] {
		if s.form == sdkCopies || s.form == sdkOnly {
			continue
		}
		head, rest, ok := cutPath(path, append(append([]string{}, s.path...), s.bridge))
		if !ok {
			continue
		}
		head = strings.TrimSuffix(head, s.bridge) + s.sdk
		switch s.form {
		case bridgeHasList:
			rest = index.ReplaceAllString(rest, "")
		case sdkHasList:
			rest = "[0]" + rest
		}
		return head + rest
	}
	return path
}

// cutPath splits path after the steps, if it begins with them.
func cutPath(path string, steps []string) (head, rest string, ok bool) {
	rest = path
	for i, step := range steps {
		if step == "*" {
			at := index.FindString(rest)
			if at == "" {
				return "", "", false
			}
			rest = rest[len(at):]
			continue
		}
		if i > 0 {
			if rest, ok = strings.CutPrefix(rest, "."); !ok {
				return "", "", false
			}
		}
		if rest, ok = strings.CutPrefix(rest, step); !ok || rest != "" && rest[0] != '.' && rest[0] != '[' {
			return "", "", false
		}
	}
	return path[:len(path)-len(rest)], rest, true
}

package rules

import (
	"fmt"
	"strings"
)

// Unknown stands for a value that only the cloud knows, and not yet.
type Unknown struct{}

// Secret stands for a value that is known and not shown.
type Secret struct{}

// Provider is the provider that makes a resource.
type Provider struct {
	// Name is its resource's name; empty is the engine's default one.
	Name string
	// Region is where it works, for AWS; empty if it does not say.
	Region string
	// Accounts are the AWS accounts that it refuses to leave; empty if it does not say.
	Accounts []string
}

// Resource is one resource as a program declares it.
type Resource struct {
	URN, Type, Name string
	// Parent is the URN of the component that it is a part of; empty for the stack's own.
	Parent string
	// Custom is false for components, which are nothing in the cloud.
	Custom bool
	// Protect is whether the engine refuses to delete it. Retain is whether a destroyed
	// stack leaves it in the cloud; nil if whoever asks is not told.
	Protect bool
	Retain  *bool
	// IgnoreChanges are the inputs that are decided once.
	IgnoreChanges []string
	Provider      Provider
	// Inputs are ordinary Go values as JSON has them (numbers are float64), Unknown and
	// Secret.
	Inputs map[string]any
	// From is, for an input, the URNs of the resources that it is computed from. It
	// connects resources even while their ids are unknown.
	From map[string][]string
	// ARN is what AWS calls it; empty while it is not known.
	ARN string
}

// Is tells whether r has a type: the last part of the token is enough, such as "Subnet"
// for aws:ec2/subnet:Subnet. "rds/cluster:Cluster" is more than one package's "Cluster".
func (r Resource) Is(suffix string) bool {
	return r.Type == suffix || strings.HasSuffix(r.Type, ":"+suffix)
}

// IsAny tells whether r has one of the types.
func (r Resource) IsAny(suffixes ...string) bool {
	for _, s := range suffixes {
		if r.Is(s) {
			return true
		}
	}
	return false
}

// AWS tells whether r is something in an AWS account.
func (r Resource) AWS() bool { return r.Custom && strings.HasPrefix(r.Type, "aws:") }

// Kubernetes tells whether r is an object in a cluster.
func (r Resource) Kubernetes() bool { return r.Custom && strings.HasPrefix(r.Type, "kubernetes:") }

// get is the input at path: names of properties and indices of lists. It is nil where
// there is nothing, and Unknown below a value that is unknown.
func (r Resource) get(path []any) any {
	var at any = r.Inputs
	for _, step := range path {
		switch v := at.(type) {
		case map[string]any:
			key, ok := step.(string)
			if !ok {
				return nil
			}
			at = v[key]
		case []any:
			i, ok := step.(int)
			if !ok || i < 0 || i >= len(v) {
				return nil
			}
			at = v[i]
		case Unknown, Secret:
			return v
		default:
			return nil
		}
	}
	return at
}

// pathText writes a path as people do: rules[0].status.
func pathText(path []any) string {
	var b strings.Builder
	for _, step := range path {
		switch v := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", v)
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			fmt.Fprint(&b, v)
		}
	}
	return b.String()
}

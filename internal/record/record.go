// Package record runs a composition against a recording instead of a cloud, and gives
// back every resource that it would make. Tests of components, stacks and rules import
// it; the program does not. It knows no component.
package record

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Organization and Project are what compositions run under.
const (
	Organization = "organization"
	Project      = "pitboss"
)

// Options says how to run.
type Options struct {
	// Stack is the engine's name of the stack. Required.
	Stack string
	// Config is the stack's configuration, by "namespace:key".
	Config map[string]string
	// Preview leaves everything that only the cloud knows unknown, as a preview does.
	Preview bool
	// Stacks is the outputs of other stacks, by "organization/project/stack".
	Stacks map[string]map[string]any
}

// Resource is one resource as it was registered.
type Resource struct {
	URN, Type, Name string
	Parent          string // URN; empty for what the stack makes itself
	Provider        string // name of the explicit provider resource; empty is the default one
	Custom          bool   // false for components
	Protect, Retain bool
	IgnoreChanges   []string
	DependsOn       []string            // URNs, sorted
	From            map[string][]string // by input, the URNs of the resources that it is computed from, sorted
	Inputs          map[string]any      // plain values; in a preview without those that only the cloud knows
}

// Program makes something and returns what it publishes: the outputs of a stack, or
// those of a component that a test is curious about. They may be nil.
type Program func(ctx *pulumi.Context) (pulumi.Map, error)

// Recording is what one run made.
type Recording struct {
	Resources []Resource     // in the order of the URNs
	Outputs   map[string]any // what the program returned, as plain values
}

// Run records what program makes. It fails where the engine would: when the program
// fails, when two resources have one URN, and when the program asks the cloud anything.
func Run(o Options, program Program) (Recording, error) {
	r := &recorder{options: o, seen: map[string]bool{}}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		outputs, err := program(ctx)
		if err != nil || outputs == nil {
			return err
		}
		// The mocks of the SDK do not see stack outputs; they do see inputs.
		return ctx.RegisterComponentResourceV2(outputsType, "outputs", outputs, &pulumi.ResourceState{})
	}, pulumi.WithMocksWithOrganization(Organization, Project, o.Stack, r), func(info *pulumi.RunInfo) {
		info.DryRun, info.Config = o.Preview, o.Config
	})
	if err == nil && len(r.problems) > 0 {
		slices.Sort(r.problems)
		err = fmt.Errorf("%s", strings.Join(r.problems, "\n"))
	}
	slices.SortFunc(r.resources, func(a, b Resource) int { return strings.Compare(a.URN, b.URN) })
	return Recording{r.resources, r.outputs}, err
}

// recorder answers as a cloud would and remembers everything.
type recorder struct {
	options Options

	mu        sync.Mutex
	resources []Resource
	seen      map[string]bool // URNs
	problems  []string
	outputs   map[string]any
}

// outputsType is the resource that carries a program's outputs to the recorder.
const outputsType = "record:index:Outputs"

// Call refuses: the program has no business asking the cloud anything.
func (r *recorder) Call(a pulumi.MockCallArgs) (resource.PropertyMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := fmt.Errorf("cloud lookup %s: facts come from the catalogue or the market file", a.Token)
	r.problems = append(r.problems, err.Error())
	return nil, err
}

// NewResource records a. In a preview nothing exists yet, so there is no id and nothing
// computed.
func (r *recorder) NewResource(a pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if a.ReadRPC != nil {
		return r.read(a)
	}
	rpc := a.RegisterRPC
	got := Resource{
		URN: urn(r.options.Stack, rpc.GetParent(), a.TypeToken, a.Name), Type: a.TypeToken, Name: a.Name,
		Parent: parent(rpc.GetParent()), Provider: providerName(a.Provider), Custom: a.Custom,
		Protect: rpc.GetProtect(), Retain: rpc.GetRetainOnDelete(),
		IgnoreChanges: rpc.GetIgnoreChanges(), DependsOn: slices.Sorted(slices.Values(rpc.GetDependencies())),
		From:   sources(rpc.GetPropertyDependencies()),
		Inputs: plain(resource.NewProperty(a.Inputs)).(map[string]any),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if a.TypeToken == outputsType {
		r.outputs = got.Inputs
		return "", a.Inputs, nil
	}
	if r.seen[got.URN] {
		r.problems = append(r.problems, "two resources have the URN "+got.URN)
	}
	r.seen[got.URN] = true
	r.resources = append(r.resources, got)
	if !a.Custom {
		return "", a.Inputs, nil
	}
	if r.options.Preview && !knownInPreview(a.TypeToken) {
		return "", a.Inputs, nil
	}
	return a.Name + "-id", r.computed(a), nil
}

// knownInPreview is what has outputs in a recorded preview: providers, as in a real one,
// and random values, because the SDK's mocks cannot carry a secret that is not known.
func knownInPreview(token string) bool {
	return strings.HasPrefix(token, "pulumi:providers:") || strings.HasPrefix(token, "random:")
}

// read answers a reference to another stack.
func (r *recorder) read(a pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	outputs, ok := r.options.Stacks[a.Name]
	if a.TypeToken != "pulumi:pulumi:StackReference" || !ok {
		return "", nil, fmt.Errorf("read of %s %q: no such stack was given to the recording", a.TypeToken, a.Name)
	}
	return a.Name, resource.PropertyMap{
		"name":    resource.NewProperty(a.Name),
		"outputs": resource.NewProperty(resource.NewPropertyMapFromMap(outputs)),
	}, nil
}

// computed is a's inputs with what a cloud adds: an ARN, an endpoint, a version. Names
// that are resolved in the world differ from stack to stack.
func (r *recorder) computed(a pulumi.MockResourceArgs) resource.PropertyMap {
	out := a.Inputs.Copy()
	if !out.HasValue("name") {
		out["name"] = resource.NewProperty(a.Name)
	}
	out["arn"] = resource.NewProperty("arn:aws:recorded:::" + a.Name)
	out["endpoint"] = resource.NewProperty("https://" + a.Name + ".example")
	for _, name := range []string{"dnsName", "bootstrapBrokersSaslIam", "configurationEndpointAddress", "readerEndpoint"} {
		out[resource.PropertyKey(name)] = resource.NewProperty(a.Name + "." + r.options.Stack + "." + strings.ToLower(name) + ".example")
	}
	if strings.HasPrefix(a.TypeToken, "random:") {
		out["result"], out["hex"] = resource.NewProperty("recorded-"+a.Name), resource.NewProperty("0123abcd")
	}
	if !out.HasValue("zoneId") {
		out["zoneId"] = resource.NewProperty("Z" + a.Name)
	}
	out["latestVersion"] = resource.NewProperty(1.0)
	out["certificateAuthority"] = resource.NewProperty(resource.PropertyMap{"data": resource.NewProperty("Y2E=")})
	if config, ok := out["vpcConfig"]; ok && config.IsObject() {
		config.ObjectValue()["clusterSecurityGroupId"] = resource.NewProperty(a.Name + "-group")
	}
	return out
}

// urn is the name that the engine gives a resource.
func urn(stack, parent, typ, name string) string {
	var parentType tokens.Type
	if p := resource.URN(parent); p != "" && p.QualifiedType() != resource.RootStackType {
		parentType = p.QualifiedType()
	}
	return string(resource.NewURN(tokens.QName(stack), Project, parentType, tokens.Type(typ), name))
}

// sources is which resources each input is computed from.
func sources(of map[string]*pulumirpc.RegisterResourceRequest_PropertyDependencies) map[string][]string {
	out := map[string][]string{}
	for input, from := range of {
		if len(from.GetUrns()) > 0 {
			out[input] = slices.Sorted(slices.Values(from.GetUrns()))
		}
	}
	return out
}

// parent is empty for what has only the stack above it.
func parent(p string) string {
	if p == "" || resource.URN(p).QualifiedType() == resource.RootStackType {
		return ""
	}
	return p
}

// providerName is the resource name in a provider reference, which is URN::id.
func providerName(reference string) string {
	i := strings.LastIndex(reference, "::")
	if i < 0 {
		return ""
	}
	return resource.URN(reference[:i]).Name()
}

// plain is v as ordinary Go values.
func plain(v resource.PropertyValue) any {
	switch {
	case v.IsSecret():
		return plain(v.SecretValue().Element)
	case v.IsResourceReference():
		return string(v.ResourceReferenceValue().URN)
	case v.IsArray():
		out := make([]any, 0, len(v.ArrayValue()))
		for _, one := range v.ArrayValue() {
			out = append(out, plain(one))
		}
		return out
	case v.IsObject():
		out := map[string]any{}
		for key, one := range v.ObjectValue() {
			out[string(key)] = plain(one)
		}
		return out
	}
	return v.V
}

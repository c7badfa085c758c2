// Package capacity keeps a cluster warm: the priority classes that decide who gives way to
// whom, placeholder pods that hold room until somebody needs it, and floors of nodes for
// events that are known beforehand. Region stacks import it, with a Kubernetes provider
// among its options.
package capacity

import (
	"regexp"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/fence"
	"pitboss/components/internal/kube"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

const typeToken = "pitboss:components:Capacity"

// Namespace is where placeholders are, and nothing else is. It is their domain too.
const Namespace = "capacity"

// owner is the team that answers for room.
const owner = "platform"

// account is the placeholders' service account. Nothing may be done with it.
const account = "placeholder"

// Args describes a cluster's warm capacity.
type Args struct {
	// Image is the full reference, by digest, of the image that does nothing. Required.
	Image string
	// Priorities is the classes of NewPriorities. Required: a placeholder of any other
	// would push services out.
	Priorities *Priorities
	// Events is the peaks that are known. The default is none.
	Events []Event
	// After is what the namespace waits for, such as admission rules. The default is
	// nothing.
	After []pulumi.Resource
}

var byDigest = regexp.MustCompile(`^[^@\s]+@sha256:[0-9a-f]{64}$`)

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "capacity.Args"}
	p.Check(byDigest.MatchString(a.Image), "Image", "found %q: an image by digest, <registry>/<repository>@sha256:<64 hexadecimal digits>", a.Image)
	p.Check(a.Priorities != nil, "Priorities", "is required: a placeholder of another class would push services out")
	checkEvents(&p, a.Events)
	return p.Err()
}

// Capacity is a cluster's warm capacity.
type Capacity struct {
	pulumi.ResourceState
}

// New makes the placeholders of every pool.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Capacity, error) {
	out := &Capacity{}
	s, err := component.Open(ctx, typeToken, name, out, args, pulumi.Map{}, opts)
	if err != nil {
		return nil, err
	}
	f, err := fence.New(s, fence.Spec{
		Name: Namespace, Limits: limits(args.Events), Classes: []string{Tier.PriorityClass()}, After: args.After,
		Labels: map[string]string{labels.Domain: Namespace, labels.Owner: owner, labels.Zone: string(services.Public)},
	})
	if err != nil {
		return nil, err
	}
	made, err := component.Create(s, "account", corev1.NewServiceAccount, &corev1.ServiceAccountArgs{
		Metadata: f.Meta(account).Args(), AutomountServiceAccountToken: pulumi.Bool(false),
	})
	if err != nil {
		return nil, err
	}
	after := append(append(f.Ready, made), args.Priorities.Ready...)
	for _, row := range rows {
		if err := addPool(s, f, args, row, after); err != nil {
			return nil, err
		}
	}
	return out, s.Publish(out, pulumi.Map{})
}

// limits is what all placeholders take at the largest event. They leave before others
// come, so there is never one more.
func limits(events []Event) fence.Limits {
	var out fence.Limits
	for _, row := range rows {
		n := most(events, row)
		out.CPU, out.Memory, out.Pods = out.CPU+n*row.CPU, out.Memory+n*row.Memory, out.Pods+n
	}
	return out
}

// addPool makes a pool's placeholders, and what makes them more for an event. A pool that
// keeps nothing and has no event has none.
func addPool(s component.Scope, f *fence.Fence, a Args, row Row, after []pulumi.Resource) error {
	due := triggers(a.Events, row.Pool)
	if row.Nodes == 0 && len(due) == 0 {
		return nil
	}
	made, err := addPlaceholders(s, f, a.Image, row, len(due) > 0, after)
	if err != nil || len(due) == 0 {
		return err
	}
	_, err = kube.NewScaledObject(s, string(row.Pool)+"-events", kube.ScaledObjectArgs{
		Meta: kube.Meta{Name: row.name(), Namespace: f.Name, Labels: row.labels()}, Target: row.name(),
		Min: row.Nodes, Max: most(a.Events, row), Triggers: due,
	}, pulumi.DependsOn([]pulumi.Resource{made}))
	return err
}

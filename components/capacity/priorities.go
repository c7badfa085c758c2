package capacity

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	schedulingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/scheduling/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/services"
)

const prioritiesToken = "pitboss:components:Priorities"

// Tier is the tier label of placeholder pods. It is no tier of services.
const Tier services.Tier = "placeholder"

// priority is that of placeholders: below everything else, those without a class included,
// and not below -10, where the cluster autoscaler stops to bring nodes for pods that wait.
const priority = -10

// PrioritiesArgs describes a cluster's priority classes.
type PrioritiesArgs struct {
	// After is what they wait for. The default is nothing.
	After []pulumi.Resource
}

// Validate has nothing to refuse: the classes follow from the tiers.
func (a PrioritiesArgs) Validate() error { return nil }

// Priorities is a cluster's priority classes.
type Priorities struct {
	pulumi.ResourceState

	// Ready is the classes: a pod that names a class that is not there is refused.
	Ready []pulumi.Resource
}

// NewPriorities makes one class a tier, and that of placeholders. None is the default: what
// names no class is none of ours.
func NewPriorities(ctx *pulumi.Context, name string, args PrioritiesArgs, opts ...pulumi.ResourceOption) (*Priorities, error) {
	out := &Priorities{}
	s, err := component.Open(ctx, prioritiesToken, name, out, args, pulumi.Map{}, opts)
	if err != nil {
		return nil, err
	}
	for _, t := range append(services.Tiers(), services.Terms{Tier: Tier, Means: "holds room until a pod needs it", Priority: priority}) {
		made, err := component.Create(s, string(t.Tier), schedulingv1.NewPriorityClass, class(t), pulumi.DependsOn(args.After))
		if err != nil {
			return nil, err
		}
		out.Ready = append(out.Ready, made)
	}
	return out, s.Publish(out, pulumi.Map{})
}

func class(t services.Terms) *schedulingv1.PriorityClassArgs {
	preempts := "Never"
	if t.Preempts {
		preempts = "PreemptLowerPriority"
	}
	return &schedulingv1.PriorityClassArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(t.Tier.PriorityClass())}, Description: pulumi.String(t.Means),
		Value: pulumi.Int(t.Priority), PreemptionPolicy: pulumi.String(preempts),
	}
}

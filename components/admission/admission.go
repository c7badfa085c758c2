package admission

import (
	"regexp"
	"slices"

	admissionv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/admissionregistration/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/services"
)

// registryName is what may stand before an image's repository.
var registryName = regexp.MustCompile(`^[a-z0-9.-]+(/[a-z0-9._/-]*[a-z0-9])?$`)

const typeToken = "pitboss:components:Admission"

// Args describes what a cluster refuses.
type Args struct {
	// Registry is the only place that images may come from, such as
	// <account>.dkr.ecr.<region>.amazonaws.com. Required.
	Registry string
	// Exempt are the namespaces in which nothing is judged: those of services.Exempt.
	// Required.
	Exempt []string
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "admission.Args"}
	p.Check(registryName.MatchString(a.Registry), "Registry", "must be a host and perhaps a path, such as <account>.dkr.ecr.<region>.amazonaws.com, got %q", a.Registry)
	p.Check(slices.Contains(a.Exempt, services.SystemNamespace), "Exempt", "must have %s: a cluster that judges its own pods cannot start them", services.SystemNamespace)
	for _, name := range a.Exempt {
		p.Check(name != "", "Exempt", "has an empty name")
		p.Check(name != Capacity && !isDomain(name), "Exempt", "has %s, which the rules are for: what is an exception there is in a rule", name)
	}
	return p.Err()
}

func isDomain(name string) bool {
	return slices.ContainsFunc(services.Domains(), func(d services.Domain) bool { return d.Name == name })
}

// Admission is what one cluster refuses.
type Admission struct {
	pulumi.ResourceState

	// Ready is what must exist before the first workload: every binding, and with each its
	// policy.
	Ready []pulumi.Resource
}

// New makes a policy and a binding for each rule.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Admission, error) {
	a := &Admission{}
	s, err := component.Open(ctx, typeToken, name, a, args, pulumi.Map{"registry": pulumi.String(args.Registry)}, opts)
	if err != nil {
		return nil, err
	}
	for _, r := range Rules(args.Registry) {
		if err := a.add(s, args, r); err != nil {
			return nil, err
		}
	}
	return a, s.Publish(a, pulumi.Map{})
}

// add makes one rule's policy and what puts it in force. A rule that cannot be evaluated
// refuses: a mistake in a rule is seen at once, and never lets something through.
func (a *Admission) add(s component.Scope, args Args, r Rule) error {
	meta := metav1.ObjectMetaArgs{Name: pulumi.String(r.PolicyName())}
	policy, err := component.Create(s, r.Name, admissionv1.NewValidatingAdmissionPolicy, &admissionv1.ValidatingAdmissionPolicyArgs{
		Metadata: meta,
		Spec: admissionv1.ValidatingAdmissionPolicySpecArgs{
			FailurePolicy:    pulumi.String("Fail"),
			MatchConstraints: admissionv1.MatchResourcesArgs{MatchPolicy: pulumi.String("Equivalent"), ResourceRules: matches(r)},
			Variables:        variables(r),
			Validations:      validations(r),
		},
	})
	if err != nil {
		return err
	}
	binding, err := component.Create(s, r.Name+"-binding", admissionv1.NewValidatingAdmissionPolicyBinding, &admissionv1.ValidatingAdmissionPolicyBindingArgs{
		Metadata: meta,
		Spec: admissionv1.ValidatingAdmissionPolicyBindingSpecArgs{
			PolicyName:        policy.Metadata.Name().Elem(),
			ValidationActions: pulumi.ToStringArray([]string{"Deny", "Audit"}),
			MatchResources: admissionv1.MatchResourcesArgs{NamespaceSelector: metav1.LabelSelectorArgs{
				MatchExpressions: metav1.LabelSelectorRequirementArray{metav1.LabelSelectorRequirementArgs{
					// The API server sets this label, and nobody can change it.
					Key: pulumi.String("kubernetes.io/metadata.name"), Operator: pulumi.String("NotIn"), Values: pulumi.ToStringArray(args.Exempt),
				}},
			}},
		},
	})
	if err != nil {
		return err
	}
	a.Ready = append(a.Ready, binding) // which waits for its policy
	return nil
}

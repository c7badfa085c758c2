package admission

import (
	admissionv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/admissionregistration/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// matches is what a rule judges, as the provider takes it.
func matches(r Rule) admissionv1.NamedRuleWithOperationsArray {
	var out admissionv1.NamedRuleWithOperationsArray
	for _, m := range r.Matches {
		out = append(out, admissionv1.NamedRuleWithOperationsArgs{
			ApiGroups:   pulumi.ToStringArray([]string{m.Group}),
			ApiVersions: pulumi.ToStringArray([]string{m.Version}),
			Operations:  pulumi.ToStringArray(Operations()),
			Resources:   pulumi.ToStringArray(m.Resources),
		})
	}
	return out
}

func variables(r Rule) admissionv1.VariableArray {
	var out admissionv1.VariableArray
	for _, v := range r.Variables {
		out = append(out, admissionv1.VariableArgs{Name: pulumi.String(v.Name), Expression: pulumi.String(v.Expression)})
	}
	return out
}

func validations(r Rule) admissionv1.ValidationArray {
	var out admissionv1.ValidationArray
	for _, v := range r.Validations {
		one := admissionv1.ValidationArgs{Expression: pulumi.String(v.CEL()), Message: pulumi.String(r.Message(v))}
		if e := r.MessageExpression(v); e != "" {
			one.MessageExpression = pulumi.String(e)
		}
		out = append(out, one)
	}
	return out
}

package main

import (
	rules "pitboss/components/admission"
	"pitboss/tests/admission"
)

const group = "admissionregistration.k8s.io/v1"

// policy and binding are a rule as the API server takes it. The component sends the same
// through the engine, which TestSameAsTheComponent holds.
func policy(r rules.Rule) admission.Object {
	var judged, variables, validations []admission.Object
	for _, m := range r.Matches {
		judged = append(judged, admission.Object{
			"apiGroups": []string{m.Group}, "apiVersions": []string{m.Version}, "operations": rules.Operations(), "resources": m.Resources,
		})
	}
	for _, v := range r.Variables {
		variables = append(variables, admission.Object{"name": v.Name, "expression": v.Expression})
	}
	for _, v := range r.Validations {
		one := admission.Object{"expression": v.CEL(), "message": r.Message(v)}
		if e := r.MessageExpression(v); e != "" {
			one["messageExpression"] = e
		}
		validations = append(validations, one)
	}
	spec := admission.Object{
		"failurePolicy":    "Fail",
		"matchConstraints": admission.Object{"matchPolicy": "Equivalent", "resourceRules": judged},
		"validations":      validations,
	}
	if variables != nil {
		spec["variables"] = variables
	}
	return object("ValidatingAdmissionPolicy", r, spec)
}

func binding(r rules.Rule, exempt, actions []string) admission.Object {
	return object("ValidatingAdmissionPolicyBinding", r, admission.Object{
		"policyName": r.PolicyName(), "validationActions": actions,
		"matchResources": admission.Object{"namespaceSelector": admission.Object{"matchExpressions": []admission.Object{
			{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": exempt},
		}}},
	})
}

func object(kind string, r rules.Rule, spec admission.Object) admission.Object {
	return admission.Object{"apiVersion": group, "kind": kind, "metadata": admission.Object{"name": r.PolicyName()}, "spec": spec}
}

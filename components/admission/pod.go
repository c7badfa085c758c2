package admission

import (
	"fmt"
	"strings"

	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

// Placeholder is the tier of the pods that keep room on nodes, which only Capacity, their
// own namespace, holds. They serve nobody.
const (
	Placeholder = "placeholder"
	Capacity    = "capacity"
)

// pods is everything that is a pod, and what people write that makes pods. ReplicaSets are
// made by Deployments that were judged, and their pods are judged again: a third time says
// nothing new. The subresources are other ways to change a running pod: debug containers
// and resizes.
func pods() []Match {
	return []Match{
		{"", "v1", []string{"pods", "pods/ephemeralcontainers", "pods/resize"}},
		{"apps", "v1", []string{"deployments", "statefulsets", "daemonsets"}},
		{"batch", "v1", []string{"jobs", "cronjobs"}},
	}
}

// podVariables read a pod out of whatever holds it. dyn keeps the API server's type check
// quiet about paths that another kind has.
func podVariables() []Variable {
	return []Variable{
		{"template", `object.kind == "Pod" ? dyn(object) : object.kind == "CronJob" ? dyn(object).spec.jobTemplate.spec.template : dyn(object).spec.template`},
		{"pod", `variables.template.spec`},
		{"labels", `variables.template.?metadata.?labels.orValue({})`},
		{"tier", fmt.Sprintf(`variables.labels[?%q].orValue("")`, labels.Tier)},
		{"pool", fmt.Sprintf(`variables.pod.?nodeSelector[?%q].orValue("")`, labels.Key)},
		// What stays: a debug container is there for minutes and can ask for no resources.
		{"lasting", `variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([])`},
		{"containers", `variables.lasting + variables.pod.?ephemeralContainers.orValue([])`},
		{"volumes", `variables.pod.?volumes.orValue([])`},
	}
}

// podRule judges pods and whatever makes them.
func podRule(name, why string, validations ...Validation) Rule {
	return Rule{Name: name, Why: why, Matches: pods(), Variables: podVariables(), Validations: validations}
}

// each wants good of every c in a list of things that have a name.
func each(list, good, wrong, do string) Validation {
	return Validation{
		Expression: fmt.Sprintf("%s.all(c, %s)", list, good),
		Names:      fmt.Sprintf("%s.filter(c, !(%s)).map(c, c.name)", list, good),
		Wrong:      wrong, Do: do,
	}
}

// container wants good of every container c: debug containers too.
func container(good, wrong, do string) Validation {
	return each("variables.containers", good, wrong, do)
}

// known are the tiers that a pod may say.
func known() []string {
	var out []string
	for _, t := range services.Tiers() {
		out = append(out, string(t.Tier))
	}
	return append(out, Placeholder)
}

// list is strings as a CEL list.
func list(of []string) string {
	quoted := make([]string, len(of))
	for i, one := range of {
		quoted[i] = fmt.Sprintf("%q", one)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// either is one of the expressions, as CEL.
func either(of []string) string { return strings.Join(of, " || ") }

// isMoney is whether a pod carries balances or payments.
var isMoney = fmt.Sprintf(`variables.tier == %q`, services.Money)

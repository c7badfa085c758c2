package admission

import (
	"fmt"

	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

const podSecurity = "pod-security.kubernetes.io/enforce"

var namespaceLevel = Rule{
	Name:    "namespace-level",
	Why:     "a namespace made by hand for a test held a privileged pod for a year, and no team answered for it",
	Matches: []Match{{"", "v1", []string{"namespaces"}}},
	Variables: []Variable{
		{"labels", `object.metadata.?labels.orValue({})`},
	},
	Validations: []Validation{
		{
			Expression: fmt.Sprintf(`variables.labels[?%q].orValue("") == (object.metadata.name in %s ? "privileged" : "restricted")`, podSecurity, list(privileged())),
			Wrong:      "the namespace does not enforce the level of Pod Security that its domain has",
			Do:         fmt.Sprintf("set %s: restricted; only %v cannot, for its node's network, and has rules of its own", podSecurity, privileged()),
		},
		{
			Expression: fmt.Sprintf(`variables.labels[?"%s-version"].orValue("latest") == "latest"`, podSecurity),
			Wrong:      "the namespace holds on to an old version of Pod Security's levels",
			Do:         "set " + podSecurity + "-version: latest",
		},
		{
			Expression: fmt.Sprintf(`variables.labels[?%q].orValue("") == object.metadata.name && variables.labels[?%q].orValue("") != ""`, labels.Domain, labels.Owner),
			Wrong:      "the namespace does not say its domain and who answers for it",
			Do:         fmt.Sprintf("set %s to its name and %s to the team", labels.Domain, labels.Owner),
		},
	},
}

// privileged are the namespaces of domains that say why they cannot be restricted.
func privileged() []string {
	var out []string
	for _, d := range services.Domains() {
		if d.HostNetwork != "" {
			out = append(out, d.Name)
		}
	}
	return out
}

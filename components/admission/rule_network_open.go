package admission

import "fmt"

// OpenBecause is the annotation by which a NetworkPolicy says in a sentence why it opens
// a port to everything.
const OpenBecause = "pitboss.io/open-because"

// sentence is the least that a reason takes.
const sentence = 20

// narrow is whether peer p is less than everything: an address block of some length, or
// namespaces by name. A selector of nothing selects all.
const narrow = `(!has(p.ipBlock) || cidr(p.ipBlock.cidr).prefixLength() >= 8)
	&& (!has(p.namespaceSelector) || p.namespaceSelector.?matchLabels.orValue({}).size() > 0
		|| p.namespaceSelector.?matchExpressions.orValue([]).exists(e, e.operator == "In"))`

var networkOpen = Rule{
	Name:    "network-open",
	Why:     "a policy that opened everything for a test stayed, and a worker that was taken over reached the wallets' database",
	Matches: []Match{{"networking.k8s.io", "v1", []string{"networkpolicies"}}},
	Variables: []Variable{
		{"ingress", `object.spec.?ingress.orValue([])`},
		{"egress", `object.spec.?egress.orValue([])`},
		{"said", fmt.Sprintf(`object.metadata.?annotations[?%q].orValue("").size() >= %d`, OpenBecause, sentence)},
	},
	Validations: []Validation{
		{
			Expression: `variables.said || variables.ingress.all(r, r.?from.orValue([]).size() > 0 && r.from.all(p, ` + narrow + `))
	&& variables.egress.all(r, r.?to.orValue([]).size() > 0 && r.to.all(p, ` + narrow + `))`,
			Wrong: "the policy opens to every namespace or to every address",
			Do:    "name the peers; or, if it must be open, say why in a sentence in annotation " + OpenBecause,
		},
		{
			Expression: `variables.ingress.all(r, r.?ports.orValue([]).size() > 0) && variables.egress.all(r, r.?ports.orValue([]).size() > 0)`,
			Wrong:      "the policy opens every port of what it selects",
			Do:         "name the ports of each rule",
		},
	},
}

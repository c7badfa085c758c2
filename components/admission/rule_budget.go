package admission

import (
	"fmt"

	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

var budget = Rule{
	Name:    "budget",
	Why:     "an upgrade of the nodes evicted the last two wallets together; another waited for a night behind a budget that let nothing go",
	Matches: []Match{{"policy", "v1", []string{"poddisruptionbudgets"}}},
	Variables: []Variable{
		{"tier", fmt.Sprintf(`object.metadata.?labels[?%q].orValue("")`, labels.Tier)},
	},
	Validations: []Validation{
		{
			Expression: fmt.Sprintf(`variables.tier in %s`, list(tiers())),
			Wrong:      fmt.Sprintf("the budget does not say whose it is: label %s is none of %v", labels.Tier, tiers()),
			Do:         "label it as the pods that it protects",
		},
		{
			Expression: `object.spec.?selector.?matchLabels.orValue({}).size() > 0`,
			Wrong:      "the budget selects every pod of its namespace",
			Do:         fmt.Sprintf("select one service by %s and %s", labels.Service, labels.Domain),
		},
		{
			Expression: `!(string(dyn(object.spec).?maxUnavailable.orValue("")) in ["0", "0%"]) && string(dyn(object.spec).?minAvailable.orValue("")) != "100%"`,
			Wrong:      "the budget lets no pod go, so that no node can be drained",
			Do:         "let one pod go: maxUnavailable: 1, or minAvailable below the number of pods",
		},
		{
			Expression: `!(` + isMoney + `) || has(object.spec.minAvailable) && (type(dyn(object.spec).minAvailable) == int
	? int(dyn(object.spec).minAvailable) >= ` + fmt.Sprint(quorum) + ` : int(string(dyn(object.spec).minAvailable).replace("%", "")) > 50)`,
			Wrong: "the budget lets the last quorum of a money service go",
			Do:    fmt.Sprintf("set minAvailable to more than half of the pods, at least %d", quorum),
		},
	},
}

// tiers are those of services: placeholders have no budget, being there to be pushed out.
func tiers() []string {
	var out []string
	for _, t := range services.Tiers() {
		out = append(out, string(t.Tier))
	}
	return out
}

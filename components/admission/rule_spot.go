package admission

import (
	"fmt"
	"slices"

	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

var spot = podRule("spot",
	"AWS took back a spot node with two minutes' notice, and the sessions on it were gone",
	Validation{
		Expression: fmt.Sprintf(`variables.tier in %s || variables.pod.?tolerations.orValue([]).all(t,
	t.?key.orValue("") != "" && (t.key != %q || t.?operator.orValue("Equal") == "Equal" && t.?value.orValue("") != %q))`,
			list(tolerant()), labels.Key, labels.Batch),
		Wrong: "the pod tolerates spot nodes, which its tier may not",
		Do:    fmt.Sprintf("tolerate the taint of its own pool alone, by value: %s=<pool>", labels.Key),
	},
	Validation{
		Expression: fmt.Sprintf(`variables.tier in %s || variables.pod.?nodeSelector[?"eks.amazonaws.com/capacityType"].orValue("") != "SPOT"`, list(tolerant())),
		Wrong:      "the pod selects spot nodes, which its tier may not use",
		Do:         "leave out eks.amazonaws.com/capacityType and select a pool",
	},
)

// tolerant are the tiers that may run on the pool of spot nodes.
func tolerant() []string {
	out := []string{Placeholder}
	for _, t := range services.Tiers() {
		if slices.Contains(t.Pools, labels.Batch) {
			out = append(out, string(t.Tier))
		}
	}
	return out
}

package admission

import (
	"fmt"

	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

var pool = podRule("pool",
	"a report ran beside the wallets because nothing said where it belongs, and the wallets waited for their CPUs",
	Validation{
		Expression: either(allowedPools()),
		Wrong:      "the pod selects no node pool, or one that its tier may not use",
		Do:         fmt.Sprintf("set nodeSelector %s to the pool that components/services gives the service", labels.Key),
	},
	Validation{
		Expression: `object.kind == "Pod" && request.operation == "UPDATE" || variables.pod.?nodeName.orValue("") == ""`,
		Wrong:      "the pod names its node, past the scheduler",
		Do:         "leave out nodeName and select a pool",
	},
)

// allowedPools is, by tier, whether a pod's pool is one of the tier's. What has no tier
// that we know is refused by its labels.
func allowedPools() []string {
	out := []string{fmt.Sprintf(`!(variables.tier in %s)`, list(known()))}
	allow := func(tier string, pools []labels.Pool) {
		names := make([]string, len(pools))
		for i, p := range pools {
			names[i] = string(p)
		}
		out = append(out, fmt.Sprintf(`variables.tier == %q && variables.pool in %s`, tier, list(names)))
	}
	for _, t := range services.Tiers() {
		allow(string(t.Tier), t.Pools)
	}
	allow(Placeholder, labels.Pools())
	return out
}

package admission

import (
	"fmt"

	"pitboss/components/pools/labels"
)

// required are the labels by which everything else finds a pod: budgets, policies, cost,
// and who is called.
var required = list([]string{labels.Service, labels.Domain, labels.Tier, labels.Owner})

var workloadLabels = podRule("labels",
	"a pod that nobody owned failed for a night, because no alert knew whom to call and no network policy knew what it was",
	Validation{
		Expression: fmt.Sprintf(`%s.all(k, variables.labels[?k].orValue("") != "")`, required),
		Names:      fmt.Sprintf(`%s.filter(k, variables.labels[?k].orValue("") == "")`, required),
		Wrong:      "the pod lacks these labels",
		Do:         "set them in the pod's metadata, or in the template's",
	},
	Validation{
		Expression: fmt.Sprintf(`variables.tier == "" || variables.tier in %s && (variables.tier == %q) == (request.namespace == %q)`, list(known()), Placeholder, Capacity),
		Wrong:      fmt.Sprintf("the pod's tier is none of %v, or not for its namespace: %s is for placeholders and for nothing else", known(), Capacity),
		Do:         "set the tier that components/services gives the service",
	},
	Validation{
		Expression: fmt.Sprintf(`!(%[1]q in variables.labels) || variables.labels[%[1]q] == namespaceObject.metadata.?labels[?%[1]q].orValue("")`, labels.Domain),
		Wrong:      "the pod's domain is not its namespace's",
		Do:         "put it into the namespace of its domain; nothing runs in default",
	},
	// What a controller makes has its template's labels and none of its own.
	Validation{
		Expression: fmt.Sprintf(`object.kind in ["Pod", "Job"]
	|| %s.all(k, object.metadata.?labels[?k].orValue("") == variables.labels[?k].orValue(""))`, required),
		Wrong: "the workload's labels are not those of its pods",
		Do:    "set the same service, domain, tier and owner on both",
	},
)

package admission

import "fmt"

var priority = podRule("priority",
	"under pressure the scheduler pushed out wallets and kept reports, because both had the same priority",
	Validation{
		Expression: fmt.Sprintf(`!(variables.tier in %s) || variables.pod.?priorityClassName.orValue("") == "pitboss-" + variables.tier`, list(known())),
		Wrong:      "the pod's priority is not its tier's",
		Do:         "set priorityClassName: pitboss-<tier>",
	},
)

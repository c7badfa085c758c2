package admission

import "fmt"

// serving are the containers that somebody may send requests to. What runs to its end and
// placeholders, which serve nobody, have none.
var serving = fmt.Sprintf(`(variables.pod.?restartPolicy.orValue("Always") != "Always" || variables.tier == %q && request.namespace == %q
	? [] : variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([]).filter(i, i.?restartPolicy.orValue("") == "Always"))`,
	Placeholder, Capacity)

var probes = podRule("probes",
	"a pod that had lost its database stayed in rotation and failed every fourth bet; later, a liveness probe that asked the database restarted every pod at once",
	each(serving, `has(c.readinessProbe) && has(c.livenessProbe)`,
		"the container has no readiness or no liveness probe",
		"add both: readiness asks what the service depends on, liveness asks the process alone"),
	each(serving, `!has(c.livenessProbe) || !has(c.livenessProbe.httpGet) || c.livenessProbe.?httpGet != c.?readinessProbe.?httpGet`,
		"liveness and readiness ask the same path",
		"give liveness a path of its own that asks the process alone"),
)

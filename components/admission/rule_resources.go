package admission

var resources = podRule("resources",
	"a worker without limits took a node's memory, and the kernel killed the wallet beside it",
	each("variables.lasting", `["cpu", "memory"].all(r, r in c.?resources.?requests.orValue({}) && r in c.?resources.?limits.orValue({}))`,
		"the container does not say what it asks for and may use at most",
		"set resources.requests and resources.limits, each with cpu and memory; init containers too"),
)

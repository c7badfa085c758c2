package admission

var nonRoot = podRule("non-root",
	"a process that broke out of its container was root on the node, and read every pod's secrets there",
	container(`c.?securityContext.?runAsNonRoot.orValue(variables.pod.?securityContext.?runAsNonRoot.orValue(false)) == true
	&& c.?securityContext.?runAsUser.orValue(1) != 0`,
		"the container may run as root",
		"set securityContext.runAsNonRoot: true and runAsUser: 65532, and build the image for that user"),
	Validation{
		Expression: `variables.pod.?securityContext.?runAsUser.orValue(1) != 0`,
		Wrong:      "the pod's securityContext.runAsUser is 0, which is root",
		Do:         "set it to 65532",
	},
)

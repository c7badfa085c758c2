package admission

var privilege = podRule("privilege",
	"a privileged container mounted its node's disk and took the node's own credentials",
	container(`c.?securityContext.?privileged.orValue(false) == false
	&& c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false
	&& c.?securityContext.?procMount.orValue("Default") == "Default"
	&& c.?securityContext.?windowsOptions.?hostProcess.orValue(false) == false`,
		"the container is privileged or may become so",
		"set securityContext.allowPrivilegeEscalation: false, and leave out privileged, procMount and hostProcess"),
	Validation{
		Expression: `variables.pod.?securityContext.?sysctls.orValue([]).size() == 0
	&& variables.pod.?securityContext.?windowsOptions.?hostProcess.orValue(false) == false`,
		Wrong: "the pod's securityContext changes its node: sysctls or hostProcess",
		Do:    "leave both out; settings of the kernel belong to the node pool",
	},
)

package admission

var seccomp = podRule("seccomp",
	"a system call that no service needs was the way through a hole in the kernel",
	container(`c.?securityContext.?seccompProfile.?type.orValue(variables.pod.?securityContext.?seccompProfile.?type.orValue("")) == "RuntimeDefault"
	&& c.?securityContext.?appArmorProfile.?type.orValue(variables.pod.?securityContext.?appArmorProfile.?type.orValue("")) != "Unconfined"`,
		"the container may make any system call",
		"set securityContext.seccompProfile.type: RuntimeDefault on the pod, and override it nowhere"),
)

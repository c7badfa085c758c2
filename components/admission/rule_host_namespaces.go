package admission

var hostNamespaces = podRule("host-namespaces",
	"a pod that saw its node's processes took the keys of a payment service out of its memory",
	Validation{
		Expression: `variables.pod.?hostPID.orValue(false) == false && variables.pod.?hostIPC.orValue(false) == false`,
		Wrong:      "the pod sees its node's processes or shared memory: hostPID or hostIPC",
		Do:         "leave both out",
	},
)

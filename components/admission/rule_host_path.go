package admission

var hostPath = podRule("host-path",
	"a pod that mounted /var/lib/kubelet read the secrets of every other pod of its node",
	each("variables.volumes", `!has(c.hostPath)`,
		"the volume is a folder of the node",
		"use an emptyDir with a sizeLimit, a ConfigMap, a Secret or a claim"),
)

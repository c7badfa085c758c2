package admission

var scratch = podRule("scratch",
	"a log in an emptyDir filled its node's disk, and the kubelet evicted the wallets beside it",
	each("variables.volumes", `!has(c.emptyDir) || has(c.emptyDir.sizeLimit)`,
		"the emptyDir may fill its node's disk",
		"set emptyDir.sizeLimit to what the service needs, such as 64Mi"),
)

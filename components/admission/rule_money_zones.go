package admission

var moneyZones = podRule("money-zones",
	"all wallets were in one zone when it lost power",
	Validation{
		Expression: `!(` + isMoney + `) || variables.pod.?topologySpreadConstraints.orValue([]).exists(t,
	t.topologyKey == "topology.kubernetes.io/zone" && t.maxSkew == 1 && t.whenUnsatisfiable == "DoNotSchedule")`,
		Wrong: "pods of a money service may gather in one zone",
		Do:    "add a topologySpreadConstraint over topology.kubernetes.io/zone with maxSkew: 1 and whenUnsatisfiable: DoNotSchedule",
	},
)

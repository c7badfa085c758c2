package admission

var moneyQoS = podRule("money-qos",
	"a wallet was throttled while its neighbour was busy, and bets timed out after they had been booked",
	each("variables.lasting", "!("+isMoney+`) || ["cpu", "memory"].all(r, !(r in c.?resources.?requests.orValue({})) || !(r in c.?resources.?limits.orValue({}))
	|| quantity(c.resources.requests[r]).compareTo(quantity(c.resources.limits[r])) == 0)`,
		"a container of a money pod asks for less than it may use",
		"make resources.requests equal to resources.limits: the pod is Guaranteed, and the last to be evicted"),
	each("variables.lasting", "!("+isMoney+`) || !("cpu" in c.?resources.?requests.orValue({})) || quantity(c.resources.requests.cpu).isInteger()`,
		"a container of a money pod asks for a part of a CPU",
		"ask for whole CPUs, which the kubelet then gives to it alone"),
)

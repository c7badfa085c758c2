package admission

var capabilities = podRule("capabilities",
	"a container that kept NET_RAW answered for its neighbours' addresses and read their traffic",
	container(`c.?securityContext.?capabilities.?drop.orValue([]).exists(d, d == "ALL")
	&& c.?securityContext.?capabilities.?add.orValue([]).size() == 0`,
		"the container keeps or adds capabilities of the kernel",
		"set securityContext.capabilities.drop: [ALL] and add none; listen on a port above 1023"),
)

package admission

var serviceType = Rule{
	Name:    "service-type",
	Why:     "a Service of type LoadBalancer put an admin page on the internet, beside the front door and everything that guards it",
	Matches: []Match{{"", "v1", []string{"services"}}},
	Validations: []Validation{
		{
			Expression: `object.spec.?type.orValue("ClusterIP") == "ClusterIP"`,
			Wrong:      "the Service is a way into or out of the cluster: NodePort, LoadBalancer or ExternalName",
			Do:         "make it ClusterIP; players come through the front door, whose target groups name the pods",
		},
		{
			Expression: `object.spec.?externalIPs.orValue([]).size() == 0`,
			Wrong:      "the Service takes over addresses that are not its own: externalIPs",
			Do:         "leave out externalIPs",
		},
	},
}

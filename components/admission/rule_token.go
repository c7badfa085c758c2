package admission

// podIdentityAudience is who reads the token that EKS Pod Identity puts into pods: AWS,
// which gives the pod's role for it. It is worth nothing at the API server.
const podIdentityAudience = "pods.eks.amazonaws.com"

var token = podRule("token",
	"a token that nobody used was read through a hole in a service, and listed what the cluster holds",
	Validation{
		Expression: `variables.pod.?automountServiceAccountToken.orValue(true) == false`,
		Wrong:      "the service account's token is mounted into the pod",
		Do:         "set automountServiceAccountToken: false on the pod; services do not speak to the API server",
	},
	each("variables.volumes", `c.?projected.?sources.orValue([]).all(s, !has(s.serviceAccountToken)
	|| s.serviceAccountToken.?audience.orValue("") == "`+podIdentityAudience+`")`,
		"the volume holds a service account's token that the API server takes",
		"leave the volume out; EKS adds the one for "+podIdentityAudience+" by itself"),
)

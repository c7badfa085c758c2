package admission

import "fmt"

// quorum is how many pods of a money service answer for it at least, one zone lost; one
// more must run, or no node with one of them could ever be drained.
const quorum = 2

var moneyRollout = Rule{
	Name:      "money-rollout",
	Why:       "a release took two of three wallets at once, a node failed, and nobody could bet for four minutes",
	Matches:   []Match{{"apps", "v1", []string{"deployments", "statefulsets", "daemonsets"}}},
	Variables: podVariables(),
	Validations: []Validation{
		{
			Expression: `!(` + isMoney + `) || object.kind != "Deployment" || dyn(object).spec.?strategy.?type.orValue("RollingUpdate") == "RollingUpdate"
	&& string(dyn(object).spec.?strategy.?rollingUpdate.?maxUnavailable.orValue("25%")) in ["0", "0%"]`,
			Wrong: "a rollout of a money service may take pods before their successors are ready",
			Do:    "set strategy.type: RollingUpdate with maxUnavailable: 0 and maxSurge: 1",
		},
		{
			Expression: fmt.Sprintf(`!(`+isMoney+`) || object.kind == "DaemonSet" || dyn(object).spec.?replicas.orValue(1) > %d`, quorum),
			Wrong:      fmt.Sprintf("a money service has no pod more than the %d that its disruption budget keeps", quorum),
			Do:         fmt.Sprintf("set replicas to %d or more, one a zone", quorum+1),
		},
		{
			Expression: `!(` + isMoney + `) || object.kind != "DaemonSet"`,
			Wrong:      "a money service runs as a DaemonSet, whose number of pods nobody decides",
			Do:         "make it a Deployment or a StatefulSet",
		},
	},
}

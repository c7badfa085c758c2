package fit

import "pitboss/components/services"

// count is how many pods of a service run at once: its replicas, one a node, or one run of
// a schedule.
func count(s services.Service, nodes, replicas int, schedules bool) int {
	switch s.Runs() {
	case services.DaemonSet:
		return nodes
	case services.CronJob:
		if schedules {
			return 1
		}
		return 0
	case services.Deployment, services.StatefulSet:
	}
	return replicas
}

// surge is how many pods more a rollout has for a while. Only Deployments roll that way.
func surge(s services.Service, replicas int) int {
	if s.Runs() != services.Deployment {
		return 0
	}
	return s.Tier.Terms().Surge(replicas)
}

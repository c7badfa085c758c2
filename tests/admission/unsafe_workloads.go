package admission

import (
	"slices"

	"pitboss/components/pools/labels"
)

func unsafeWorkloads() []Manifest {
	none := func(group, what string) func(Object) {
		return func(o Object) { delete(o.app().at("resources", group), what) }
	}
	return slices.Concat(
		broken("resources",
			row{"no resources", gaming.deployment, func(o Object) { delete(o.app(), "resources") }},
			row{"no limit of memory", report.cronJob, none("limits", "memory")},
			row{"no limit of CPU", worker.deployment, none("limits", "cpu")},
			row{"no request of CPU", capture.statefulSet, none("requests", "cpu")},
			row{"a wallet that asks for no memory", wallet.deployment, none("requests", "memory")},
			row{"an init container without limits", gaming.deployment, func(o Object) {
				o.first(func(c Object) { delete(c.at("resources"), "limits") })
			}},
		),
		broken("probes",
			row{"no readiness", gaming.deployment, func(o Object) { delete(o.app(), "readinessProbe") }},
			row{"no liveness", capture.statefulSet, func(o Object) { delete(o.app(), "livenessProbe") }},
			row{"no probes at all", worker.bare, func(o Object) {
				delete(o.app(), "readinessProbe")
				delete(o.app(), "livenessProbe")
			}},
			row{"a second container without", gaming.deployment, func(o Object) { o.second(func(c Object) { delete(c, "readinessProbe") }) }},
			row{"a sidecar without", gaming.deployment, func(o Object) { o.first(func(c Object) { c["restartPolicy"] = "Always" }) }},
			row{"liveness that asks dependencies", wallet.deployment, func(o Object) { o.app()["livenessProbe"] = probe("/ready") }},
		),
		broken("labels",
			row{"no owner", gaming.deployment, func(o Object) {
				delete(o.own(), labels.Owner)
				delete(o.pods(), labels.Owner)
			}},
			row{"no owner in the template", wallet.deployment, func(o Object) { delete(o.pods(), labels.Owner) }},
			row{"no tier", worker.bare, func(o Object) { delete(o.own(), labels.Tier) }},
			row{"no domain", report.cronJob, func(o Object) {
				delete(o.own(), labels.Domain)
				delete(o.pods(), labels.Domain)
			}},
			row{"no service", report.job, func(o Object) { delete(o.pods(), labels.Service) }},
			row{"a tier that is none", gaming.deployment, func(o Object) { o.label(labels.Tier, "gold") }},
			row{"a service that calls itself room", gaming.deployment, func(o Object) {
				o.label(labels.Tier, "placeholder")
				o.pod()["priorityClassName"] = "pitboss-placeholder"
			}},
			row{"a service among the room", roomAPI.placeholder, func(o Object) {
				o.label(labels.Tier, "async")
				o.pod()["priorityClassName"] = "pitboss-async"
				o.app()["readinessProbe"], o.app()["livenessProbe"] = Object{"tcpSocket": Object{"port": 80}}, Object{"tcpSocket": Object{"port": 81}}
			}},
			row{"in the namespace of another domain", gaming.deployment, func(o Object) { o.at("metadata")["namespace"] = "wallet" }},
			row{"in the default namespace", worker.bare, func(o Object) { o.at("metadata")["namespace"] = "default" }},
			row{"in the default namespace, by its name", gaming.deployment, func(o Object) {
				o.at("metadata")["namespace"] = "default"
				o.label(labels.Domain, "default")
				o.at("spec", "selector", "matchLabels")[labels.Domain] = "default"
			}},
			row{"a workload that is called other than its pods", gaming.deployment, func(o Object) { o.own()[labels.Tier] = "batch" }},
		),
		broken("priority",
			row{"no priority", gaming.deployment, func(o Object) { delete(o.pod(), "priorityClassName") }},
			row{"a report as important as money", report.cronJob, func(o Object) { o.pod()["priorityClassName"] = "pitboss-money" }},
			row{"a wallet less important than reports", wallet.deployment, func(o Object) { o.pod()["priorityClassName"] = "pitboss-batch" }},
			row{"the priority of the cluster's own pods", media.daemonSet, func(o Object) { o.pod()["priorityClassName"] = "system-node-critical" }},
			row{"room that pushes out services", roomAPI.placeholder, func(o Object) { o.pod()["priorityClassName"] = "pitboss-realtime" }},
		),
		broken("schedule",
			row{"a schedule that may overlap", report.cronJob, func(o Object) { o.at("spec")["concurrencyPolicy"] = "Allow" }},
			row{"a schedule without a word", report.cronJob, func(o Object) { delete(o.at("spec"), "concurrencyPolicy") }},
			row{"a schedule that replaces its last run", etl.cronJob, func(o Object) { o.at("spec")["concurrencyPolicy"] = "Replace" }},
			row{"a schedule that starts however late", etl.cronJob, func(o Object) { delete(o.at("spec"), "startingDeadlineSeconds") }},
			row{"a schedule that runs forever", report.cronJob, func(o Object) { delete(o.at("spec", "jobTemplate", "spec"), "activeDeadlineSeconds") }},
			row{"a job that runs forever", report.job, func(o Object) { delete(o.at("spec"), "activeDeadlineSeconds") }},
		),
	)
}

func unsafePlaces() []Manifest {
	tolerate := func(t Object) func(Object) {
		return func(o Object) {
			had, _ := o.pod()["tolerations"].([]Object)
			o.pod()["tolerations"] = append(had, t)
		}
	}
	to := func(pool labels.Pool) func(Object) {
		return func(o Object) { o.pod().at("nodeSelector")[labels.Key] = string(pool) }
	}
	return slices.Concat(
		broken("pool",
			row{"no pool", gaming.deployment, func(o Object) { delete(o.pod(), "nodeSelector") }},
			row{"a wallet on spot nodes", wallet.deployment, to(labels.Batch)},
			row{"a report beside the wallets", report.cronJob, to(labels.API)},
			row{"a pool that is none", worker.bare, to("gpu")},
			row{"a node by name", gaming.deployment, func(o Object) { o.pod()["nodeName"] = "ip-10-20-64-10" }},
		),
		broken("spot",
			row{"a wallet that tolerates spot", wallet.deployment, tolerate(Object{"key": labels.Key, "value": "batch", "effect": "NoSchedule"})},
			row{"a service that tolerates every pool", gaming.deployment, tolerate(Object{"key": labels.Key, "operator": "Exists"})},
			row{"media that tolerate everything", media.daemonSet, tolerate(Object{"operator": "Exists"})},
			row{"a worker that selects spot", worker.deployment, func(o Object) { o.pod().at("nodeSelector")["eks.amazonaws.com/capacityType"] = "SPOT" }},
		),
	)
}

func unsafeMoney() []Manifest {
	rollout := func(key string, value any) func(Object) {
		return func(o Object) { o.at("spec", "strategy", "rollingUpdate")[key] = value }
	}
	return slices.Concat(
		broken("money-qos",
			row{"a wallet whose memory may burst", wallet.deployment, func(o Object) { o.app().at("resources", "limits")["memory"] = "512Mi" }},
			row{"a wallet whose CPU may burst", wallet.statefulSet, func(o Object) { o.app().at("resources", "limits")["cpu"] = 2 }},
			row{"a wallet of one and a half CPUs", wallet.deployment, func(o Object) {
				o.app().at("resources", "limits")["cpu"], o.app().at("resources", "requests")["cpu"] = "1500m", "1500m"
			}},
			row{"a wallet with a sidecar that may burst", wallet.deployment, func(o Object) {
				o.second(func(c Object) { c.at("resources", "limits")["memory"] = "1Gi" })
			}},
			row{"a wallet that warms up on less", wallet.deployment, func(o Object) {
				o.first(func(c Object) {
					c.at("resources", "requests")["cpu"], c.at("resources", "limits")["cpu"] = "100m", "100m"
				})
			}},
		),
		broken("money-rollout",
			row{"a rollout that takes one", wallet.deployment, rollout("maxUnavailable", 1)},
			row{"a rollout that takes a quarter", wallet.deployment, rollout("maxUnavailable", "25%")},
			row{"a rollout without a word", wallet.deployment, func(o Object) { delete(o.at("spec"), "strategy") }},
			row{"all at once", wallet.deployment, func(o Object) { o.at("spec")["strategy"] = Object{"type": "Recreate"} }},
			row{"two wallets", wallet.deployment, func(o Object) { o.at("spec")["replicas"] = 2 }},
			row{"wallets without a number", wallet.deployment, func(o Object) { delete(o.at("spec"), "replicas") }},
			row{"two wallets with names", wallet.statefulSet, func(o Object) { o.at("spec")["replicas"] = 2 }},
			row{"a wallet on every node", func() Object {
				return wallet.object("apps/v1", "DaemonSet", Object{"selector": wallet.selector(), "template": wallet.template()})
			}, func(Object) {}},
		),
		broken("money-zones",
			row{"wallets anywhere", wallet.deployment, func(o Object) { delete(o.pod(), "topologySpreadConstraints") }},
			row{"wallets in other zones if it suits", wallet.statefulSet, func(o Object) {
				o.pod()["topologySpreadConstraints"].([]Object)[0]["whenUnsatisfiable"] = "ScheduleAnyway"
			}},
			row{"wallets on other nodes of a zone", wallet.deployment, func(o Object) {
				o.pod()["topologySpreadConstraints"].([]Object)[0]["topologyKey"] = "kubernetes.io/hostname"
			}},
		),
	)
}

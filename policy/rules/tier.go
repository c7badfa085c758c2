package rules

import (
	"slices"

	"pitboss/components/pools/labels"
)

func tierRules() []Rule { return slices.Concat(tierMoneyRules(), tierPlaceRules(), tierLoadRules()) }

// rolls are the kinds that replace their pods one after another.
func rolls(r Resource) bool {
	return r.IsAny("apps/v1:Deployment", "apps/v1:StatefulSet", "apps/v1:DaemonSet")
}

// ofMoney is a check of what carries balances or payments.
func ofMoney(check func(*Case)) func(*Case) {
	return func(c *Case) {
		if tier, known := c.podLabel(labelTier); known && tier == money {
			check(c)
		}
	}
}

func tierMoneyRules() []Rule {
	return []Rule{
		{
			ID: "money-rollout", Title: "A release of a money service takes no pod before its successor is ready, and three pods run",
			Protects:  "a release took two of three wallets at once, a node failed, and nobody could bet for four minutes",
			Source:    Source{House, "components/services: the money tier"},
			Severity:  Critical,
			Scope:     One,
			Admission: "money-rollout",
			About:     rolls,
			Check:     ofMoney(checkRollout),
			Holds:     []Example{shows("a wallet", wallet)},
			Breaks: []Example{
				shows("one may be missing", but(wallet, 1.0, "spec", "strategy", "rollingUpdate", "maxUnavailable")),
				shows("Kubernetes' default", but(wallet, nil, "spec", "strategy")),
				shows("all at once", but(wallet, "Recreate", "spec", "strategy", "type")),
				shows("two pods", but(wallet, 2.0, "spec", "replicas")),
			},
		},
		ofPods(Rule{
			ID: "money-guaranteed", Title: "Pods of money services ask for all that they may use, in whole CPUs",
			Protects:  "a wallet was throttled while its neighbour was busy, and bets timed out after they had been booked",
			Source:    Source{Kubernetes, "Pod quality of service classes: Guaranteed"},
			Severity:  High,
			Admission: "money-qos",
			Check:     ofMoney(eachContainer(lasting, checkGuaranteed)),
			Breaks: []Example{
				shows("less memory than it may use", butPod(wallet, jsonMap{"cpu": "2", "memory": "2Gi"}, firstContainer("resources", "requests")...)),
				shows("a part of a CPU", butPod(butPod(wallet, "1500m", firstContainer("resources", "requests", "cpu")...), "1500m", firstContainer("resources", "limits", "cpu")...)),
			},
		}),
		ofPods(Rule{
			ID: "money-zones", Title: "Pods of money services must spread over availability zones",
			Protects:  "all wallets were in one zone when it lost power",
			Source:    Source{Kubernetes, "Pod topology spread constraints"},
			Severity:  High,
			Admission: "money-zones",
			Check:     ofMoney(checkZones),
			Breaks: []Example{
				shows("no constraint", butPod(wallet, nil, "topologySpreadConstraints")),
				shows("only if it suits", butPod(wallet, "ScheduleAnyway", "topologySpreadConstraints", 0, "whenUnsatisfiable")),
				shows("over nodes", butPod(wallet, "kubernetes.io/hostname", "topologySpreadConstraints", 0, "topologyKey")),
			},
		}),
	}
}

func checkRollout(c *Case) {
	if c.Resource.Is("apps/v1:DaemonSet") {
		c.Failf("a money service is a DaemonSet, whose number of pods nobody decides: make it a Deployment")
		return
	}
	if c.Resource.Is("apps/v1:Deployment") {
		if how, known := c.Text("spec", "strategy", "type"); known && how != "" && how != "RollingUpdate" {
			c.Failf("spec.strategy.type is %s, want RollingUpdate", how)
		}
		if most, known := c.Text("spec", "strategy", "rollingUpdate", "maxUnavailable"); known && most != "0" && most != "0%" {
			c.Failf("spec.strategy.rollingUpdate.maxUnavailable is %q, want 0 with maxSurge 1", most)
		}
	}
	c.WantAtLeast(quorum+1, "spec", "replicas")
}

func checkGuaranteed(c *Case, o one) {
	for _, what := range []string{"cpu", "memory"} {
		asks, known := c.Get(below(o.at, "resources", "requests", what)...)
		most, told := c.Get(below(o.at, "resources", "limits", what)...)
		if !known || !told {
			continue
		}
		least, ok := amount(asks)
		limit, same := amount(most)
		if !ok || !same || least != limit {
			c.Failf("container %s asks for %s of %s and may use %s: ask for all of it", o.name, show(asks), what, show(most))
		}
		if what == "cpu" && ok && least != float64(int(least)) {
			c.Failf("container %s asks for %s CPUs: ask for whole ones, which the kubelet gives to it alone", o.name, show(asks))
		}
	}
}

func checkZones(c *Case) {
	all, known := c.List(inPod(c.Resource, "topologySpreadConstraints")...)
	for i := range all {
		at := inPod(c.Resource, "topologySpreadConstraints", i)
		key, a := c.Get(below(at, "topologyKey")...)
		when, b := c.Get(below(at, "whenUnsatisfiable")...)
		skew, d := c.Get(below(at, "maxSkew")...)
		if key == "topology.kubernetes.io/zone" && when == "DoNotSchedule" && skew == 1.0 {
			return
		}
		known = known && a && b && d
	}
	if known {
		c.Failf("pods may gather in one zone: add a topologySpreadConstraint over topology.kubernetes.io/zone with maxSkew 1 and DoNotSchedule")
	}
}

// ownPool is the pool that a pod selects.
func (c *Case) ownPool() (pool string, known bool) {
	return c.Text(inPod(c.Resource, "nodeSelector", labels.Key)...)
}

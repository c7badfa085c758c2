package rules

import (
	"slices"
	"strings"
)

func podRules() []Rule {
	return slices.Concat(podLifeRules(), podPrivilegeRules(), podHostRules(), podSecretRules(), podBudgetRules(), podJobRules())
}

// restricted is the page that most of the pod rules follow.
const restricted = "Pod Security Standards, profile restricted"

func podLifeRules() []Rule {
	return []Rule{
		ofPods(Rule{
			ID: "pod-probes", Title: "Every container that serves has a readiness and a liveness probe that ask different things",
			Protects:  "a pod that had lost its database stayed in rotation; a liveness probe that asked the database restarted every pod at once",
			Source:    Source{Kubernetes, "Configure liveness, readiness and startup probes"},
			Severity:  High,
			Admission: "probes",
			Check:     checkProbes,
			Breaks: []Example{
				shows("no readiness probe", butPod(wallet, nil, firstContainer("readinessProbe")...)),
				shows("no liveness probe", butPod(wallet, nil, firstContainer("livenessProbe")...)),
				shows("both ask the same path", butPod(wallet, "/ready", firstContainer("livenessProbe", "httpGet", "path")...)),
			},
		}),
		ofPods(Rule{
			ID: "pod-resources", Title: "Every container says what CPU and memory it asks for and may use at most",
			Protects:  "a worker without limits took a node's memory, and the kernel killed the wallet beside it",
			Source:    Source{Kubernetes, "Resource management for pods and containers"},
			Severity:  High,
			Admission: "resources",
			Check: eachContainer(lasting, func(c *Case, o one) {
				for _, side := range []string{"requests", "limits"} {
					for _, what := range []string{"cpu", "memory"} {
						if v, known := c.Get(below(o.at, "resources", side, what)...); known && v == nil {
							c.Failf("container %s has no resources.%s.%s: set it", o.name, side, what)
						}
					}
				}
			}),
			Breaks: []Example{
				shows("no memory limit", butPod(wallet, jsonMap{"cpu": "2"}, firstContainer("resources", "limits")...)),
				shows("no resources", butPod(nightly, nil, firstContainer("resources")...)),
			},
		}),
		ofPods(Rule{
			ID: "pod-labels", Title: "Every pod says its service, domain, tier and owner, and the workload says the same",
			Protects:  "a pod that nobody owned failed for a night, because no alert knew whom to call and no network policy knew what it was",
			Source:    Source{House, "components/pools/labels: the labels of workloads"},
			Severity:  Medium,
			Admission: "labels",
			Check:     checkPodLabels,
			Breaks: []Example{
				shows("no owner", but(wallet, nil, "spec", "template", "metadata", "labels", "pitboss.io/owner")),
				shows("the workload says another tier", but(wallet, "batch", "metadata", "labels", "pitboss.io/tier")),
			},
		}),
		ofPods(Rule{
			ID: "pod-scratch-limited", Title: "An emptyDir says how much it may hold",
			Protects:  "a log in an emptyDir filled its node's disk, and the kubelet evicted the wallets beside it",
			Source:    Source{Kubernetes, "Volumes: emptyDir, sizeLimit"},
			Severity:  Medium,
			Admission: "scratch",
			Check: eachVolume(func(c *Case, at []any, name string) {
				dir, known := c.Get(below(at, "emptyDir")...)
				if !known || dir == nil {
					return
				}
				if limit, known := c.Get(below(at, "emptyDir", "sizeLimit")...); known && limit == nil {
					c.Failf("volume %s is an emptyDir without sizeLimit: set it, such as 64Mi", name)
				}
			}),
			Breaks: []Example{shows("no limit", butPod(wallet, jsonMap{}, "volumes", 0, "emptyDir"))},
		}),
	}
}

// checkProbes leaves alone what runs to its end, and placeholders, which serve nobody.
func checkProbes(c *Case) {
	restart, known := c.Text(inPod(c.Resource, "restartPolicy")...)
	tier, told := c.podLabel(labelTier)
	if !known || !told || restart != "" && restart != "Always" || tier == placeholder {
		return
	}
	for _, o := range c.containers([]string{"containers"}) {
		both := true
		for _, probe := range []string{"readinessProbe", "livenessProbe"} {
			v, known := c.Get(below(o.at, probe)...)
			if known && v == nil {
				c.Failf("container %s has no %s: add it", o.name, probe)
			}
			both = both && known && v != nil
		}
		if !both {
			continue
		}
		live, known := c.asks(o, "livenessProbe")
		ready, told := c.asks(o, "readinessProbe")
		if known && told && live != "" && live == ready {
			c.Failf("container %s: liveness and readiness both ask %s: liveness asks the process alone", o.name, live)
		}
	}
}

// asks is what a probe asks over HTTP.
func (c *Case) asks(o one, probe string) (what string, known bool) {
	path, known := c.Text(below(o.at, probe, "httpGet", "path")...)
	port, told := c.Text(below(o.at, probe, "httpGet", "port")...)
	if path == "" {
		return "", known && told
	}
	return path + " of port " + port, known && told
}

func checkPodLabels(c *Case) {
	for _, key := range []string{labelService, labelDomain, labelTier, labelOwner} {
		pod, known := c.podLabel(key)
		if known && pod == "" {
			c.Failf("the pod has no label %s: set it", key)
		}
		own, told := c.label(nil, key)
		if known && told && own != pod {
			c.Failf("label %s is %q on the workload and %q on its pods: set the same", key, own, pod)
		}
	}
}

// eachVolume is a check of every volume.
func eachVolume(check func(c *Case, at []any, name string)) func(*Case) {
	return func(c *Case) {
		volumes, _ := c.List(inPod(c.Resource, "volumes")...)
		for i, v := range volumes {
			name := pathText([]any{"volumes", i})
			if fields, ok := v.(map[string]any); ok {
				name = strings.TrimSpace(show(fields["name"]))
			}
			check(c, inPod(c.Resource, "volumes", i), name)
		}
	}
}

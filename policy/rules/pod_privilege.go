package rules

func podPrivilegeRules() []Rule {
	return []Rule{
		ofPods(Rule{
			ID: "pod-non-root", Title: "No container runs as root",
			Protects:  "a process that broke out of its container was root on the node, and read every pod's secrets there",
			Source:    Source{Kubernetes, restricted},
			Severity:  High,
			Admission: "non-root",
			Check: eachContainer(every, func(c *Case, o one) {
				if v, known := c.inherited(o, "runAsNonRoot"); known && v != true {
					c.Failf("container %s: runAsNonRoot is %s, want true", o.name, show(v))
				}
				if v, known := c.inherited(o, "runAsUser"); known && v == 0.0 {
					c.Failf("container %s runs as user 0, which is root: set 65532", o.name)
				}
			}),
			Breaks: []Example{
				shows("the pod may", butPod(wallet, false, "securityContext", "runAsNonRoot")),
				shows("a container overrides it", butPod(wallet, false, firstContainer("securityContext", "runAsNonRoot")...)),
				shows("user 0", butPod(nightly, 0.0, "securityContext", "runAsUser")),
			},
		}),
		ofPods(Rule{
			ID: "pod-read-only-root", Title: "No container writes to its root file system",
			Protects:  "an intruder wrote a tool into the image's file system and came back to it after every crash",
			Source:    Source{House, "components/workload: the root file system is read only"},
			Severity:  Medium,
			Admission: "read-only-root",
			Check: eachContainer(every, func(c *Case, o one) {
				if yes, known := c.is(below(o.at, "securityContext", "readOnlyRootFilesystem")...); known && !yes {
					c.Failf("container %s: readOnlyRootFilesystem is not true: set it, and mount an emptyDir where it must write", o.name)
				}
			}),
			Breaks: []Example{shows("not said", butPod(wallet, nil, firstContainer("securityContext", "readOnlyRootFilesystem")...))},
		}),
		ofPods(Rule{
			ID: "pod-no-privilege", Title: "No container is privileged or may become so",
			Protects:  "a privileged container mounted its node's disk and took the node's own credentials",
			Source:    Source{Kubernetes, restricted},
			Severity:  Critical,
			Admission: "privilege",
			Check: eachContainer(every, func(c *Case, o one) {
				if yes, known := c.is(below(o.at, "securityContext", "privileged")...); known && yes {
					c.Failf("container %s is privileged: leave that out", o.name)
				}
				if v, known := c.Get(below(o.at, "securityContext", "allowPrivilegeEscalation")...); known && v != false {
					c.Failf("container %s: allowPrivilegeEscalation is %s, want false", o.name, show(v))
				}
			}),
			Breaks: []Example{
				shows("privileged", butPod(wallet, true, firstContainer("securityContext", "privileged")...)),
				shows("escalation is not ruled out", butPod(nightly, nil, firstContainer("securityContext", "allowPrivilegeEscalation")...)),
			},
		}),
		ofPods(Rule{
			ID: "pod-capabilities-dropped", Title: "Every container drops all capabilities of the kernel and adds none",
			Protects:  "a container that kept NET_RAW answered for its neighbours' addresses and read their traffic",
			Source:    Source{Kubernetes, restricted},
			Severity:  High,
			Admission: "capabilities",
			Check:     eachContainer(every, checkCapabilities),
			Breaks: []Example{
				shows("none dropped", butPod(wallet, nil, firstContainer("securityContext", "capabilities")...)),
				shows("one added", butPod(wallet, jsonList{"NET_ADMIN"}, firstContainer("securityContext", "capabilities", "add")...)),
			},
		}),
		ofPods(Rule{
			ID: "pod-seccomp", Title: "Every container runs with the runtime's seccomp profile",
			Protects:  "a system call that no service needs was the way through a hole in the kernel",
			Source:    Source{Kubernetes, restricted},
			Severity:  Medium,
			Admission: "seccomp",
			Check: eachContainer(every, func(c *Case, o one) {
				if v, known := c.inherited(o, "seccompProfile", "type"); known && v != "RuntimeDefault" {
					c.Failf("container %s: seccompProfile.type is %s, want RuntimeDefault", o.name, show(v))
				}
			}),
			Breaks: []Example{
				shows("not said", butPod(wallet, nil, "securityContext", "seccompProfile")),
				shows("switched off for one", butPod(wallet, jsonMap{"type": "Unconfined"}, firstContainer("securityContext", "seccompProfile")...)),
			},
		}),
		ofPods(Rule{
			ID: "pod-no-token", Title: "No pod gets a token of the API server",
			Protects:  "a token that nobody used was read through a hole in a service, and listed what the cluster holds",
			Source:    Source{Kubernetes, "Configure service accounts for pods: opt out of API credential automounting"},
			Severity:  Medium,
			Admission: "token",
			Check:     checkToken,
			Breaks: []Example{
				shows("mounted unless said otherwise", butPod(wallet, nil, "automountServiceAccountToken")),
				shows("projected for the API server", butPod(wallet, jsonMap{"sources": jsonList{jsonMap{"serviceAccountToken": jsonMap{"path": "token"}}}}, "volumes", 0, "projected")),
			},
		}),
	}
}

func checkCapabilities(c *Case, o one) {
	drop, known := c.Texts(below(o.at, "securityContext", "capabilities", "drop")...)
	all := false
	for _, one := range drop {
		all = all || one == "ALL"
	}
	if known && !all {
		c.Failf("container %s drops %v, want [ALL]", o.name, drop)
	}
	if add, known := c.List(below(o.at, "securityContext", "capabilities", "add")...); known && len(add) > 0 {
		c.Failf("container %s adds capabilities %s: add none, and listen on a port above 1023", o.name, show(add))
	}
}

func checkToken(c *Case) {
	if v, known := c.Get(inPod(c.Resource, "automountServiceAccountToken")...); known && v != false {
		c.Failf("automountServiceAccountToken is %s, want false on the pod", show(v))
	}
	eachVolume(func(c *Case, at []any, name string) {
		sources, _ := c.List(below(at, "projected", "sources")...)
		for i := range sources {
			token, known := c.Get(below(at, "projected", "sources", i, "serviceAccountToken")...)
			if !known || token == nil {
				continue
			}
			// EKS Pod Identity's own token is for AWS and worth nothing at the API server.
			if who, known := c.Text(below(at, "projected", "sources", i, "serviceAccountToken", "audience")...); known && who != "pods.eks.amazonaws.com" {
				c.Failf("volume %s holds a service account's token for %q: leave it out", name, who)
			}
		}
	})(c)
}

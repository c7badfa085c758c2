package rules

import "pitboss/components/pools/labels"

func podHostRules() []Rule {
	return []Rule{
		ofPods(Rule{
			ID: "pod-no-host-namespaces", Title: "No pod sees its node's processes or shared memory",
			Protects:  "a pod that saw its node's processes took the keys of a payment service out of its memory",
			Source:    Source{Kubernetes, "Pod Security Standards, profile baseline"},
			Severity:  Critical,
			Admission: "host-namespaces",
			Check: func(c *Case) {
				for _, what := range []string{"hostPID", "hostIPC"} {
					if yes, known := c.is(inPod(c.Resource, what)...); known && yes {
						c.Failf("%s is true: leave it out", what)
					}
				}
			},
			Breaks: []Example{shows("hostPID", butPod(wallet, true, "hostPID")), shows("hostIPC", butPod(nightly, true, "hostIPC"))},
		}),
		ofPods(Rule{
			ID: "pod-no-host-path", Title: "No pod mounts a folder of its node",
			Protects:  "a pod that mounted /var/lib/kubelet read the secrets of every other pod of its node",
			Source:    Source{Kubernetes, "Pod Security Standards, profile baseline"},
			Severity:  Critical,
			Admission: "host-path",
			Check: eachVolume(func(c *Case, at []any, name string) {
				if v, known := c.Get(below(at, "hostPath")...); known && v != nil {
					c.Failf("volume %s is a folder of the node: use an emptyDir, a ConfigMap, a Secret or a claim", name)
				}
			}),
			Breaks: []Example{shows("the kubelet's", butPod(wallet, jsonMap{"path": "/var/lib/kubelet"}, "volumes", 0, "hostPath"))},
		}),
		ofPods(Rule{
			ID: "pod-host-ports", Title: "Only media servers on their own pool use their node's network, and none of the node's own ports",
			Protects:  "a debug port on a node's own address was open to everything that reached the node, past every NetworkPolicy",
			Source:    Source{House, "components/services: live-edge alone is on its node's network"},
			Severity:  High,
			Admission: "host-ports",
			Check:     checkHostPorts,
			Holds:     []Example{shows("a media server", mediaServer)},
			Breaks: []Example{
				shows("a wallet on its node's network", butPod(wallet, true, "hostNetwork")),
				shows("a wallet takes a port", butPod(wallet, 8080.0, firstContainer("ports", 0, "hostPort")...)),
				shows("a media server takes the kubelet's port", butPod(mediaServer, 10250.0, firstContainer("ports", 0, "hostPort")...)),
			},
		}),
	}
}

// mediaServer is on its node's network.
var mediaServer = butPod(butPod(exampleService("media", "live", realtime, "public", string(labels.WebRTC)), true, "hostNetwork"), jsonList{
	jsonMap{"containerPort": 7882.0, "hostPort": 7882.0, "protocol": "UDP"},
}, firstContainer("ports")...)

func checkHostPorts(c *Case) {
	on, known := c.is(inPod(c.Resource, "hostNetwork")...)
	pool, told := c.Text(inPod(c.Resource, "nodeSelector", labels.Key)...)
	if !told {
		return
	}
	media := pool == string(labels.WebRTC)
	if known && on && !media {
		c.Failf("the pod uses its node's network on pool %q: only media servers on pool %s may; put a Service in front of it", pool, labels.WebRTC)
	}
	for _, o := range c.containers(every) {
		ports, _ := c.List(below(o.at, "ports")...)
		for i := range ports {
			port, told := c.Get(below(o.at, "ports", i, "hostPort")...)
			if known && told && port == nil && on {
				port, told = c.Get(below(o.at, "ports", i, "containerPort")...)
			}
			n, taken := port.(float64)
			switch {
			case !told || !taken || n == 0:
			case !media:
				c.Failf("container %s takes port %v of its node: put a Service in front of it", o.name, n)
			case !forPods(n):
				c.Failf("container %s takes port %v, which is the node's own: choose one from 1024 to 29999 but the kubelet's, or of the media range %d to %d",
					o.name, n, labels.MediaPortFirst, labels.MediaPortLast)
			}
		}
	}
}

// forPods tells whether a pod may take a port of its node: not the system's, those of the
// kubelet and kube-proxy, node ports, or what the node's own connections use.
func forPods(port float64) bool {
	return port >= 1024 && port < 30000 && (port < 10248 || port > 10259) || port >= labels.MediaPortFirst && port <= labels.MediaPortLast
}

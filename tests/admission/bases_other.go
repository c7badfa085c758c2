package admission

import "pitboss/components/pools/labels"

// What stands around workloads.

func (w workload) budget(least any) Object {
	return w.object("policy/v1", "PodDisruptionBudget", Object{"selector": w.selector(), "minAvailable": least})
}

func (w workload) service() Object {
	return w.object("v1", "Service", Object{
		"selector": w.selector()["matchLabels"], "ports": []Object{{"name": "http", "port": 8080, "targetPort": "http"}},
	})
}

// policy opens one port to one service, another to the monitoring, and one way out.
func (w workload) policy() Object {
	port := func(n int) []Object { return []Object{{"port": n, "protocol": "TCP"}} }
	in := func(name string) Object {
		return Object{"namespaceSelector": Object{"matchLabels": Object{"kubernetes.io/metadata.name": name}}}
	}
	return w.object("networking.k8s.io/v1", "NetworkPolicy", Object{
		"podSelector": w.selector(), "policyTypes": []string{"Ingress", "Egress"},
		"ingress": []Object{
			{"from": []Object{in("gaming")}, "ports": port(8080)},
			{"from": []Object{in("monitoring")}, "ports": port(9090)},
		},
		"egress": []Object{
			{"to": []Object{{"ipBlock": Object{"cidr": "10.20.64.0/20"}}}, "ports": port(5432)},
			{"to": []Object{{"ipBlock": Object{"cidr": "169.254.170.23/32"}}}, "ports": port(80)},
		},
	})
}

// denyAll is what every namespace starts from.
func (w workload) denyAll() Object {
	o := w.policy()
	o.at("metadata")["name"] = "corpus-deny"
	o["spec"] = Object{"podSelector": Object{}, "policyTypes": []string{"Ingress", "Egress"}}
	return o
}

func (w workload) dns() Object {
	o := w.denyAll()
	o.at("metadata")["name"] = "corpus-dns"
	o["spec"] = Object{
		"podSelector": Object{}, "policyTypes": []string{"Egress"},
		"egress": []Object{{
			"to": []Object{{
				"namespaceSelector": Object{"matchLabels": Object{"kubernetes.io/metadata.name": "kube-system"}},
				"podSelector":       Object{"matchLabels": Object{"k8s-app": "kube-dns"}},
			}},
			"ports": []Object{{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}},
		}},
	}
	return o
}

func namespace(name, level string) Object {
	const podSecurity = "pod-security.kubernetes.io/"
	return Object{"apiVersion": "v1", "kind": "Namespace", "metadata": Object{"name": name, "labels": Object{
		labels.Domain: name, labels.Owner: name, labels.Zone: "core",
		podSecurity + "enforce": level, podSecurity + "enforce-version": "latest", podSecurity + "warn": "restricted",
	}}}
}

func settings(data Object) Object {
	return Object{
		"apiVersion": "v1", "kind": "ConfigMap", "data": data,
		"metadata": Object{"name": "corpus-settings", "namespace": "gaming", "labels": gaming.labels()},
	}
}

// debug is a container that somebody adds to a running pod.
func debug() Object {
	tool := container("debug")
	delete(tool, "resources")
	delete(tool, "volumeMounts")
	return Object{
		"apiVersion": "v1", "kind": "Pod", "metadata": Object{"namespace": "wallet"},
		"spec": Object{"ephemeralContainers": []Object{tool}},
	}
}

// agent is a pod of the cluster's own, in a namespace that is exempt.
func agent() Object {
	return Object{
		"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": Object{"name": "corpus-agent", "namespace": "kube-system"},
		"spec": Object{
			"selector": Object{"matchLabels": Object{"app": "corpus-agent"}},
			"template": Object{
				"metadata": Object{"labels": Object{"app": "corpus-agent"}},
				"spec": Object{
					"hostNetwork": true, "hostPID": true, "volumes": []Object{{"name": "host", "hostPath": Object{"path": "/"}}},
					"containers": []Object{{"name": "agent", "image": "public.ecr.aws/agent:latest", "securityContext": Object{"privileged": true}}},
				},
			},
		},
	}
}

// RunningPod is a pod of namespace wallet, to which Run adds debug containers: a cluster of
// the platform has its own.
func RunningPod() Object { return wallet.object("v1", "Pod", wallet.template().at("spec")) }

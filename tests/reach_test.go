package tests

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"pitboss/internal/record"
)

// workloadPod is what a network policy sees of a workload's pods.
type workloadPod struct {
	namespace, name string
	labels          map[string]any
	ports           []podPort
	host            bool // on its node's network: policies do not reach it
}

type podPort struct {
	name, protocol string
	number         int
}

func (p podPort) String() string { return fmt.Sprintf("%s/%d", p.protocol, p.number) }

// policyWorld is everything that decides who may speak to whom in one cluster.
type policyWorld struct {
	namespaces map[string]map[string]any // labels
	pods       []workloadPod
	policies   []record.Resource
}

// stray is the name of a pod that no table has.
const stray = "stray"

const networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy"

// templateOf is where the pods of each kind are described.
var templateOf = map[string][]any{
	"kubernetes:apps/v1:Deployment":  {"spec", "template"},
	"kubernetes:apps/v1:StatefulSet": {"spec", "template"},
	"kubernetes:apps/v1:DaemonSet":   {"spec", "template"},
	"kubernetes:batch/v1:CronJob":    {"spec", "jobTemplate", "spec", "template"},
}

// readPolicies is the world of a recorded region stack. What the cluster itself runs is
// there too: its names, and the operators that read metrics.
func readPolicies(r record.Recording) policyWorld {
	w := policyWorld{namespaces: map[string]map[string]any{}}
	for _, system := range []string{"kube-system", "monitoring", "default"} {
		w.namespaces[system] = map[string]any{"kubernetes.io/metadata.name": system}
	}
	w.pods = append(w.pods,
		workloadPod{namespace: "kube-system", name: "coredns", labels: map[string]any{"k8s-app": "kube-dns"}, ports: []podPort{{"dns", "UDP", 53}, {"dns-tcp", "TCP", 53}}},
		workloadPod{namespace: "monitoring", name: "prometheus", labels: map[string]any{"app.kubernetes.io/name": "prometheus"}})
	for _, one := range r.Resources {
		switch {
		case one.Type == "kubernetes:core/v1:Namespace":
			name := one.Text("metadata", "name")
			labels := map[string]any{"kubernetes.io/metadata.name": name}
			given, _ := one.Get("metadata", "labels").(map[string]any)
			for key, value := range given {
				labels[key] = value
			}
			w.namespaces[name] = labels
			// A pod that nobody declared: what happens to it is what the default is.
			w.pods = append(w.pods, workloadPod{namespace: name, name: stray, labels: map[string]any{"who": "knows"}, ports: []podPort{{"http", "TCP", 8080}}})
		case one.Type == networkPolicy:
			w.policies = append(w.policies, one)
		case templateOf[one.Type] != nil:
			w.pods = append(w.pods, podOf(one, templateOf[one.Type]))
		}
	}
	return w
}

func podOf(r record.Resource, template []any) workloadPod {
	at := func(path ...any) []any { return append(slices.Clone(template), path...) }
	pod := workloadPod{namespace: r.Text("metadata", "namespace"), name: r.Text("metadata", "name"), host: r.Get(at("spec", "hostNetwork")...) == true}
	pod.labels, _ = r.Get(at("metadata", "labels")...).(map[string]any)
	containers, _ := r.Get(at("spec", "containers")...).([]any)
	for i := range containers {
		ports, _ := r.Get(at("spec", "containers", i, "ports")...).([]any)
		for k := range ports {
			text := func(key string) string { return r.Text(at("spec", "containers", i, "ports", k, key)...) }
			number, _ := r.Get(at("spec", "containers", i, "ports", k, "containerPort")...).(float64)
			protocol := text("protocol")
			if protocol == "" {
				protocol = "TCP"
			}
			pod.ports = append(pod.ports, podPort{text("name"), protocol, int(number)})
		}
	}
	return pod
}

func (w policyWorld) pod(namespace, name string) workloadPod {
	i := slices.IndexFunc(w.pods, func(p workloadPod) bool { return p.namespace == namespace && p.name == name })
	if i < 0 {
		return workloadPod{}
	}
	return w.pods[i]
}

// peer is one end of a connection: a pod, or an address outside of the cluster.
type peer struct {
	pod     *workloadPod
	address netip.Addr
}

// mayConnect says whether policies let from speak to a port of to, as Kubernetes defines
// it: both ends must agree, and an end that no policy selects agrees to everything.
func (w policyWorld) mayConnect(from, to peer, port podPort) bool {
	return w.agrees("egress", from, to, port) && w.agrees("ingress", to, from, port)
}

// agrees says whether the policies of one end let it speak with other.
func (w policyWorld) agrees(direction string, end, other peer, port podPort) bool {
	if end.pod == nil || end.pod.host {
		return true // not in the cluster, or on its node's network: no policy is about it
	}
	peers := map[string]string{"egress": "to", "ingress": "from"}[direction]
	selected := false
	for _, policy := range w.policies {
		types, _ := policy.Get("spec", "policyTypes").([]any)
		if policy.Text("metadata", "namespace") != end.pod.namespace || !selects(policy.Get("spec", "podSelector"), end.pod.labels) ||
			!slices.Contains(types, any(strings.ToUpper(direction[:1])+direction[1:])) {
			continue
		}
		selected = true
		rules, _ := policy.Get("spec", direction).([]any)
		for _, rule := range rules {
			rule, _ := rule.(map[string]any)
			if w.names(rule[peers], end.pod.namespace, other) && opensPort(rule["ports"], port) {
				return true
			}
		}
	}
	return !selected
}

// names says whether a rule's list of peers has other in it. No list is everybody.
func (w policyWorld) names(list any, namespace string, other peer) bool {
	peers, _ := list.([]any)
	if len(peers) == 0 {
		return true
	}
	return slices.ContainsFunc(peers, func(one any) bool {
		p, _ := one.(map[string]any)
		if block, ok := p["ipBlock"].(map[string]any); ok {
			cidr, err := netip.ParsePrefix(fmt.Sprint(block["cidr"]))
			if err != nil || block["except"] != nil {
				panic(fmt.Sprintf("this test does not read the block %v", block)) // it would prove nothing
			}
			return other.pod == nil && cidr.Contains(other.address)
		}
		if other.pod == nil {
			return false
		}
		inNamespace := other.pod.namespace == namespace
		if p["namespaceSelector"] != nil {
			inNamespace = selects(p["namespaceSelector"], w.namespaces[other.pod.namespace])
		}
		return inNamespace && (p["podSelector"] == nil || selects(p["podSelector"], other.pod.labels))
	})
}

// opensPort says whether a rule's list of ports has port in it. No list is every port.
func opensPort(list any, port podPort) bool {
	ports, _ := list.([]any)
	if len(ports) == 0 {
		return true
	}
	return slices.ContainsFunc(ports, func(one any) bool {
		p, _ := one.(map[string]any)
		protocol, ok := p["protocol"].(string)
		if !ok {
			protocol = "TCP"
		}
		if p["endPort"] != nil {
			panic("this test does not read ranges of ports")
		}
		number, isNumber := p["port"].(float64)
		return protocol == port.protocol && (p["port"] == nil || isNumber && int(number) == port.number || !isNumber && p["port"] == port.name)
	})
}

// selects says whether a label selector takes labels. An empty one takes everything.
func selects(selector any, labels map[string]any) bool {
	s, _ := selector.(map[string]any)
	if s["matchExpressions"] != nil {
		panic("this test does not read matchExpressions")
	}
	wanted, _ := s["matchLabels"].(map[string]any)
	for key, value := range wanted {
		if labels[key] != value {
			return false
		}
	}
	return true
}

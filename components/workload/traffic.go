package workload

import (
	"net/netip"
	"strings"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/admission"
	"pitboss/components/internal/component"
	"pitboss/components/kafka"
	"pitboss/components/services"
)

// Where things answer that no row of a service names.
const (
	awsPort   = 443 // AWS, by its endpoints in the VPC
	agentPort = 80  // EKS Pod Identity's agent, on every node
)

var (
	internet = netip.MustParsePrefix("0.0.0.0/0")
	agent    = netip.MustParsePrefix("169.254.170.23/32")
)

// addTraffic opens what the row of the service, and the rows of those who connect to it, say:
// the namespace has closed everything before. Policies do not reach pods on the host's
// network, whose openings are their pool's security group: theirs says what it should be.
func (w *Workload) addTraffic(s component.Scope) error {
	meta := w.meta(w.args.Service.Name)
	if why := w.args.forPlayers(); why != "" {
		meta.Annotations = map[string]string{admission.OpenBecause: why}
	}
	made, err := component.Create(s, "traffic", networkingv1.NewNetworkPolicy, &networkingv1.NetworkPolicyArgs{
		Metadata: meta.Args(),
		Spec: networkingv1.NetworkPolicySpecArgs{
			PodSelector: w.own(), PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Ingress: w.args.ingress(), Egress: w.args.egress(),
		},
	}, w.after())
	w.needs = append(w.needs, made)
	return err
}

// forPlayers is why the service is open to all: the API server refuses such a policy if it
// does not say so. Empty for what players do not reach.
func (a Args) forPlayers() string {
	var out []string
	for _, p := range a.Service.Ports {
		if p.Players {
			out = append(out, p.Serves)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "players come through the front door, from anywhere: " + strings.Join(out, "; ")
}

// ingress is who may speak to the service, port by port. The load balancer passes players'
// own addresses on, so that their ports are open to all. The kubelet's probes come from the
// pod's own node, which no policy stops.
func (a Args) ingress() networkingv1.NetworkPolicyIngressRuleArray {
	var out networkingv1.NetworkPolicyIngressRuleArray
	for _, p := range a.Service.Ports {
		var from networkingv1.NetworkPolicyPeerArray
		if p.Players {
			from = blocks(internet)
		}
		if p.Metrics {
			from = append(from, networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: called(services.Monitoring)})
		}
		for _, caller := range a.Graph.callers(a.Service.Name, p.Name) {
			from = append(from, a.peers(caller)...)
		}
		if len(from) > 0 {
			out = append(out, networkingv1.NetworkPolicyIngressRuleArgs{From: from, Ports: ports(protocol(p), p.Port, 0)})
		}
	}
	if h := a.Service.Host; h != nil {
		out = append(out, networkingv1.NetworkPolicyIngressRuleArgs{From: blocks(internet), Ports: ports("UDP", h.First, h.Last)})
	}
	return out
}

// egress is to whom the service may speak: what its row connects to. The Kubernetes API is
// never among it, and names are the namespace's own opening.
func (a Args) egress() networkingv1.NetworkPolicyEgressRuleArray {
	var out networkingv1.NetworkPolicyEgressRuleArray
	to := func(peers networkingv1.NetworkPolicyPeerArray, protocol string, port int) {
		out = append(out, networkingv1.NetworkPolicyEgressRuleArgs{To: peers, Ports: ports(protocol, port, 0)})
	}
	for _, e := range a.Graph.callees(a.Service.Name) {
		to(a.peers(e.To), protocol(e.Port), e.Port.Port)
	}
	seen := map[int]bool{}
	for _, e := range a.endpoints() {
		if !seen[e.Port] { // two stores that answer on one port are one opening: all are in the vault's subnets
			to(blocks(a.Blocks.Vault...), "TCP", e.Port)
		}
		seen[e.Port] = true
	}
	if a.usesKafka() {
		to(blocks(a.Blocks.Core...), "TCP", kafka.Port)
	}
	for _, p := range a.reached() {
		to(blocks(p.CIDRs...), "TCP", p.Port)
	}
	if len(a.grants()) > 0 {
		to(blocks(agent), "TCP", agentPort)
	}
	if len(a.evidence()) > 0 {
		to(blocks(a.Blocks.VPC...), "TCP", awsPort)
	}
	return out
}

// reached is the market's parties of the kinds that the service connects to, in the order of
// the market. A market that has none of a kind opens nothing.
func (a Args) reached() []Party {
	kinds := map[services.Party]bool{}
	for _, c := range a.Service.Connections {
		kinds[c.Party] = c.Party != ""
	}
	var out []Party
	for _, p := range a.Parties {
		if kinds[p.Kind] {
			out = append(out, p)
		}
	}
	return out
}

// peers is a service as policies know it: by its labels, or, on the host's network, by the
// addresses of the media tier's nodes.
func (a Args) peers(e End) networkingv1.NetworkPolicyPeerArray {
	if e.Host {
		return blocks(a.Blocks.Media...)
	}
	return networkingv1.NetworkPolicyPeerArray{networkingv1.NetworkPolicyPeerArgs{
		NamespaceSelector: called(e.Domain), PodSelector: metav1.LabelSelectorArgs{MatchLabels: selector(e.Domain, e.Service)},
	}}
}

// called selects a namespace by the label that the API server itself gives it.
func called(name string) metav1.LabelSelectorArgs {
	return metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{"kubernetes.io/metadata.name": pulumi.String(name)}}
}

func blocks(all ...netip.Prefix) networkingv1.NetworkPolicyPeerArray {
	var out networkingv1.NetworkPolicyPeerArray
	for _, cidr := range all {
		out = append(out, networkingv1.NetworkPolicyPeerArgs{IpBlock: networkingv1.IPBlockArgs{Cidr: pulumi.String(cidr.String())}})
	}
	return out
}

// ports is one port, or those up to last.
func ports(protocol string, first, last int) networkingv1.NetworkPolicyPortArray {
	p := networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(first)}
	if last > 0 {
		p.EndPort = pulumi.Int(last)
	}
	return networkingv1.NetworkPolicyPortArray{p}
}

func protocol(p services.Port) string {
	if p.UDP {
		return "UDP"
	}
	return "TCP"
}

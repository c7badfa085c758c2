package kube

import (
	"net/netip"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// api is a valid group; tests change what they are about.
func api(edit func(*NodeGroup)) NodeGroup {
	g := NodeGroup{
		Name:          "api",
		InstanceTypes: []string{"c7i.2xlarge"},
		Desired:       3,
		Region:        "eu-south-1",
		Zones: []Zone{
			{"eu-south-1a", netip.MustParsePrefix("10.16.32.0/19")},
			{"eu-south-1b", netip.MustParsePrefix("10.16.64.0/19")},
			{"eu-south-1c", netip.MustParsePrefix("10.16.96.0/19")},
		},
	}
	if edit != nil {
		edit(&g)
	}
	return g.withDefaults(Info{Version: "1.35"})
}

func nodesOf(g NodeGroup) []corev1.Node {
	var nodes []corev1.Node
	for _, n := range planNodes(g, nil).create {
		nodes = append(nodes, *n)
	}
	return nodes
}

func TestPlanNodes(t *testing.T) {
	cases := map[string]struct {
		reason               string
		before               []corev1.Node
		edit                 func(*NodeGroup)
		keep, remove, create int
	}{
		"New":     {"an empty cluster gets all of them", nil, nil, 0, 0, 3},
		"Same":    {"nothing to do must touch nothing", nodesOf(api(nil)), nil, 3, 0, 0},
		"Grow":    {"nodes that are there stay", nodesOf(api(nil)), func(g *NodeGroup) { g.Desired = 5 }, 3, 0, 2},
		"Shrink":  {"only the surplus goes", nodesOf(api(nil)), func(g *NodeGroup) { g.Desired = 1 }, 1, 2, 0},
		"Empty":   {"zero is a size", nodesOf(api(nil)), func(g *NodeGroup) { g.Desired = 0 }, 0, 3, 0},
		"Relabel": {"labels change on living nodes", nodesOf(api(nil)), func(g *NodeGroup) { g.Labels = map[string]string{"a": "b"} }, 3, 0, 0},
		"Retype":  {"an instance cannot change its type", nodesOf(api(nil)), func(g *NodeGroup) { g.InstanceTypes = []string{"c7i.xlarge"} }, 0, 3, 3},
		"Upgrade": {"a kubelet is upgraded by replacing its node", nodesOf(api(nil)), func(g *NodeGroup) { g.Version = "1.36" }, 0, 3, 3},
		"Other":   {"another group's nodes are not ours to touch", nodesOf(api(func(g *NodeGroup) { g.Name = "etl" })), nil, 0, 0, 3},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := planNodes(api(c.edit), c.before)
			if len(got.keep) != c.keep || len(got.remove) != c.remove || len(got.create) != c.create {
				t.Errorf("%s: keep %d, remove %d, create %d; want %d, %d, %d", c.reason,
					len(got.keep), len(got.remove), len(got.create), c.keep, c.remove, c.create)
			}
		})
	}
}

func TestNodesSpreadOverZonesAndTypes(t *testing.T) {
	nodes := nodesOf(api(func(g *NodeGroup) {
		g.Desired = 7
		g.InstanceTypes = []string{"m7i.xlarge", "m6i.xlarge"}
	}))
	zones, types, addresses := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, n := range nodes {
		zones[n.Labels[corev1.LabelTopologyZone]]++
		types[n.Labels[corev1.LabelInstanceTypeStable]]++
		addresses[n.Name] = true
	}
	if len(addresses) != 7 {
		t.Errorf("7 nodes have %d names: each needs an address of its own", len(addresses))
	}
	for zone, n := range zones {
		if n < 2 || n > 3 {
			t.Errorf("zone %s has %d of 7 nodes; want 2 or 3", zone, n)
		}
	}
	if types["m7i.xlarge"] != 4 || types["m6i.xlarge"] != 3 {
		t.Errorf("types %v; want them to take turns", types)
	}
}

func TestShrinkKeepsZonesEven(t *testing.T) {
	six := nodesOf(api(func(g *NodeGroup) { g.Desired = 6 }))
	plan := planNodes(api(nil), six)
	zones := map[string]int{}
	for _, n := range plan.keep {
		zones[n.Labels[corev1.LabelTopologyZone]]++
	}
	if len(zones) != 3 {
		t.Errorf("after shrinking 6 to 3 the zones have %v; want one in each", zones)
	}
}

func TestNodeHasTheTrueSize(t *testing.T) {
	cases := map[string]struct {
		kind, arch, cpu, memory string
		pods                    int64
	}{
		// 8 cores: 60+10+5+5+4*2.5 = 90m reserved. 16 GiB less 7.5 %, less
		// 255+11*58 MiB for the kubelet, less 100 MiB before eviction.
		"C7i":      {"c7i.2xlarge", "amd64", "7910m", "14162Mi", 58},
		"R6i":      {"r6i.8xlarge", "amd64", "31850m", "239554Mi", 234},
		"Graviton": {"c7gn.large", "arm64", "1930m", "3114Mi", 29},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			n := nodesOf(api(func(g *NodeGroup) { g.InstanceTypes = []string{c.kind} }))[0]
			a := n.Status.Allocatable
			if got := a.Cpu().String(); got != c.cpu {
				t.Errorf("allocatable cpu %s, want %s", got, c.cpu)
			}
			if got := a.Memory().String(); got != c.memory {
				t.Errorf("allocatable memory %s, want %s", got, c.memory)
			}
			if got := a.Pods().Value(); got != c.pods {
				t.Errorf("allocatable pods %d, want %d", got, c.pods)
			}
			if got := n.Labels[corev1.LabelArchStable]; got != c.arch {
				t.Errorf("arch %s, want %s", got, c.arch)
			}
			if !strings.HasPrefix(n.Name, "ip-10-16-") || !strings.HasSuffix(n.Name, ".eu-south-1.compute.internal") {
				t.Errorf("name %q is not an EC2 private DNS name of the subnet", n.Name)
			}
			if !strings.HasPrefix(n.Spec.ProviderID, "aws:///eu-south-1") {
				t.Errorf("provider id %q", n.Spec.ProviderID)
			}
		})
	}
}

func TestGroupIsRefused(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(*NodeGroup)
		blames string
	}{
		"Type":     {"the scheduler would work with invented sizes", func(g *NodeGroup) { g.InstanceTypes = []string{"z9.huge"} }, "InstanceTypes"},
		"NoType":   {"a group needs one", func(g *NodeGroup) { g.InstanceTypes = nil }, "InstanceTypes"},
		"Zone":     {"a zone of elsewhere is a slip", func(g *NodeGroup) { g.Zones = []Zone{{Name: "eu-west-1a"}} }, "Zones"},
		"Negative": {"no such size", func(g *NodeGroup) { g.Desired = -1 }, "Desired"},
		"Effect":   {"a taint that does nothing", func(g *NodeGroup) { g.Taints = []Taint{{"pool", "etl", "Never"}} }, "Taints"},
		"Capacity": {"EKS knows two", func(g *NodeGroup) { g.CapacityType = "spot" }, "CapacityType"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := api(c.edit).validate()
			if err == nil || !strings.Contains(err.Error(), c.blames) {
				t.Errorf("%s: got %v, want an error that blames %s", c.reason, err, c.blames)
			}
		})
	}
}

func TestDecorateTakesBackWhatItGave(t *testing.T) {
	first := api(func(g *NodeGroup) {
		g.Labels = map[string]string{"pool": "etl", "old": "yes"}
		g.Taints = []Taint{{"pool", "etl", "NO_SCHEDULE"}}
	})
	n := nodesOf(first)[0]
	n.Labels["mine"] = "stays"
	n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: "theirs", Effect: corev1.TaintEffectNoExecute})
	second := api(func(g *NodeGroup) { g.Labels = map[string]string{"pool": "api"} })
	if !second.decorate(&n) {
		t.Fatal("decorate says nothing changed")
	}
	if n.Labels["pool"] != "api" || n.Labels["old"] != "" || n.Labels["mine"] != "stays" {
		t.Errorf("labels %v", n.Labels)
	}
	if len(n.Spec.Taints) != 1 || n.Spec.Taints[0].Key != "theirs" {
		t.Errorf("taints %v; want only the one of another owner", n.Spec.Taints)
	}
	if second.decorate(&n) {
		t.Error("a second time changes something: every run would write every node")
	}
}

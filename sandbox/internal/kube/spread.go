package kube

import (
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"maps"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// spread counts a group's nodes by zone and by instance type, to add the next
// where there are fewest.
type spread struct {
	group            NodeGroup
	perZone, perType map[string]int
}

func newSpread(group NodeGroup, nodes []corev1.Node) *spread {
	s := &spread{group: group, perZone: map[string]int{}, perType: map[string]int{}}
	for _, n := range nodes {
		s.perZone[n.Labels[corev1.LabelTopologyZone]]++
		s.perType[n.Labels[corev1.LabelInstanceTypeStable]]++
	}
	return s
}

// next picks zone and type of one more node, and counts it.
func (s *spread) next() (Zone, instanceType) {
	zone := slices.MinFunc(s.group.Zones, func(a, b Zone) int { return s.perZone[a.Name] - s.perZone[b.Name] })
	name := slices.MinFunc(s.group.InstanceTypes, func(a, b string) int { return s.perType[a] - s.perType[b] })
	s.perZone[zone.Name]++
	s.perType[name]++
	kind, _ := lookupInstanceType(name) // validate has seen every name
	return zone, kind
}

// fullest is the zone with the most nodes.
func (s *spread) fullest() Zone {
	return slices.MaxFunc(s.group.Zones, func(a, b Zone) int { return s.perZone[a.Name] - s.perZone[b.Name] })
}

// freeAddress picks an address of the subnet that no node has, scattered as EC2
// does, but the same again for the same cluster. AWS keeps the first four of a
// subnet and the last.
func freeAddress(group string, subnet netip.Prefix, taken map[netip.Addr]bool) netip.Addr {
	base := binary.BigEndian.Uint32(subnet.Masked().Addr().AsSlice())
	usable := uint32(1)<<(32-subnet.Bits()) - 5
	hash := fnv.New32a()
	hash.Write([]byte(group))
	start := hash.Sum32()
	for i := range usable {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], base+4+(start+i*2654435761)%usable)
		if addr := netip.AddrFrom4(b); !taken[addr] {
			return addr
		}
	}
	// A full subnet: AWS would leave the group degraded. Nothing the sandbox
	// declares comes near; the API refuses the duplicate name.
	return subnet.Masked().Addr()
}

// decorate sets the group's labels and taints on a node, and takes off those
// that an earlier state of the group set. Other owners' stay. It reports whether
// anything changed.
func (g NodeGroup) decorate(n *corev1.Node) bool {
	if n.Labels == nil {
		n.Labels = map[string]string{}
	}
	if n.Annotations == nil {
		n.Annotations = map[string]string{}
	}
	beforeLabels, beforeTaints := maps.Clone(n.Labels), slices.Clone(n.Spec.Taints)
	var oldLabels []string
	var oldTaints []corev1.Taint
	_ = json.Unmarshal([]byte(n.Annotations[annotationLabels]), &oldLabels) // a new node has none
	_ = json.Unmarshal([]byte(n.Annotations[annotationTaints]), &oldTaints)
	for _, key := range oldLabels {
		delete(n.Labels, key)
	}
	labels := g.labels()
	maps.Copy(n.Labels, labels)
	n.Spec.Taints = slices.DeleteFunc(n.Spec.Taints, func(t corev1.Taint) bool {
		return slices.ContainsFunc(oldTaints, func(o corev1.Taint) bool { return t.MatchTaint(&o) })
	})
	n.Spec.Taints = append(n.Spec.Taints, g.taints()...)
	n.Annotations[annotationLabels] = encoded(slices.Sorted(maps.Keys(labels)))
	n.Annotations[annotationTaints] = encoded(g.taints())
	return !maps.Equal(beforeLabels, n.Labels) || !slices.EqualFunc(beforeTaints, n.Spec.Taints,
		func(a, b corev1.Taint) bool { return a.MatchTaint(&b) && a.Value == b.Value })
}

func encoded(v any) string {
	data, _ := json.Marshal(v) // strings and taints cannot fail
	return string(data)
}

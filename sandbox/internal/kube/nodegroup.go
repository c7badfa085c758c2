package kube

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Labels that EKS puts on the nodes of a managed node group.
const (
	labelNodeGroup    = "eks.amazonaws.com/nodegroup"
	labelCapacityType = "eks.amazonaws.com/capacityType"
	labelImage        = "eks.amazonaws.com/nodegroup-image"
)

// NodeGroup is a managed node group as EKS would run it.
type NodeGroup struct {
	Name string // required
	// InstanceTypes: at least one. Nodes take turns through them, as spot
	// capacity from several pools would.
	InstanceTypes []string
	CapacityType  string // "ON_DEMAND" (default) or "SPOT"
	Desired       int    // number of nodes; 0 is allowed
	Region        string // "eu-south-1"; required
	Zones         []Zone // at least one; nodes are spread evenly over them
	// Version is the nodes' Kubernetes minor version; default: the cluster's. A
	// change replaces the nodes.
	Version string
	// Labels are added to those that EKS sets itself.
	Labels map[string]string
	Taints []Taint
	// DiskGiB is the size of the root volume; default 20, as EKS has it.
	DiskGiB int
	// ImageID is the AMI to report, if there is one. A change replaces the nodes.
	ImageID string
}

// Zone is one availability zone of a node group.
type Zone struct {
	Name string // "eu-south-1a"
	// Subnet is where nodes get their addresses from. Default: a /20 of
	// 10.255.0.0/16 by the zone's place in the list.
	Subnet netip.Prefix
}

// Taint is a node taint. Effect is spelt as Kubernetes does (NoSchedule) or as
// the EKS API does (NO_SCHEDULE).
type Taint struct{ Key, Value, Effect string }

// effects maps the EKS API's spelling to Kubernetes'.
var effects = map[string]corev1.TaintEffect{
	"NO_SCHEDULE":        corev1.TaintEffectNoSchedule,
	"PREFER_NO_SCHEDULE": corev1.TaintEffectPreferNoSchedule,
	"NO_EXECUTE":         corev1.TaintEffectNoExecute,
	"NoSchedule":         corev1.TaintEffectNoSchedule,
	"PreferNoSchedule":   corev1.TaintEffectPreferNoSchedule,
	"NoExecute":          corev1.TaintEffectNoExecute,
}

// withDefaults fills what was left out, on a copy.
func (g NodeGroup) withDefaults(cluster Info) NodeGroup {
	if g.CapacityType == "" {
		g.CapacityType = "ON_DEMAND"
	}
	if g.Version == "" {
		g.Version = cluster.Version
	}
	if g.DiskGiB == 0 {
		g.DiskGiB = 20
	}
	zones := make([]Zone, len(g.Zones))
	for i, z := range g.Zones {
		if !z.Subnet.IsValid() {
			z.Subnet = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 255, byte(16 * (i % 16)), 0}), 20)
		}
		zones[i] = z
	}
	g.Zones = zones
	return g
}

// validate reports everything that is wrong with the group, by field.
func (g NodeGroup) validate() error {
	var problems []error
	blame := func(field, format string, args ...any) {
		problems = append(problems, fmt.Errorf("node group %q: %s: %w", g.Name, field, fmt.Errorf(format, args...)))
	}
	if g.Name == "" {
		blame("Name", "is empty: it is required")
	}
	if g.Region == "" {
		blame("Region", "is empty: it is required")
	}
	if g.Desired < 0 {
		blame("Desired", "%d: the number of nodes cannot be negative", g.Desired)
	}
	if g.CapacityType != "ON_DEMAND" && g.CapacityType != "SPOT" {
		blame("CapacityType", "%q: use ON_DEMAND or SPOT", g.CapacityType)
	}
	if len(g.InstanceTypes) == 0 {
		blame("InstanceTypes", "is empty: name at least one")
	}
	for _, name := range g.InstanceTypes {
		if _, err := lookupInstanceType(name); err != nil {
			blame("InstanceTypes", "%w", err)
		}
	}
	if len(g.Zones) == 0 {
		blame("Zones", "is empty: name at least one")
	}
	for _, z := range g.Zones {
		if !strings.HasPrefix(z.Name, g.Region) {
			blame("Zones", "%q is not a zone of %s", z.Name, g.Region)
		}
	}
	for _, t := range g.Taints {
		if _, ok := effects[t.Effect]; !ok {
			blame("Taints", "%s: effect %q: use NO_SCHEDULE, PREFER_NO_SCHEDULE or NO_EXECUTE", t.Key, t.Effect)
		}
	}
	return errors.Join(problems...)
}

// labels are what every node of the group has, whatever its zone and type.
func (g NodeGroup) labels() map[string]string {
	labels := map[string]string{}
	for k, v := range g.Labels {
		labels[k] = v
	}
	labels[labelNodeGroup] = g.Name
	labels[labelCapacityType] = g.CapacityType
	labels[corev1.LabelTopologyRegion] = g.Region
	if g.ImageID != "" {
		labels[labelImage] = g.ImageID
	}
	return labels
}

func (g NodeGroup) taints() []corev1.Taint {
	taints := make([]corev1.Taint, len(g.Taints))
	for i, t := range g.Taints {
		taints[i] = corev1.Taint{Key: t.Key, Value: t.Value, Effect: effects[t.Effect]}
	}
	return taints
}

// fits says whether an existing node is what the group would create today.
// Labels and taints can be changed on a living node, these cannot.
func (g NodeGroup) fits(n *corev1.Node) bool {
	typeOK, zoneOK := false, false
	for _, t := range g.InstanceTypes {
		typeOK = typeOK || n.Labels[corev1.LabelInstanceTypeStable] == t
	}
	for _, z := range g.Zones {
		zoneOK = zoneOK || n.Labels[corev1.LabelTopologyZone] == z.Name
	}
	disk := n.Status.Capacity[corev1.ResourceEphemeralStorage]
	return typeOK && zoneOK && n.DeletionTimestamp == nil &&
		n.Labels[labelCapacityType] == g.CapacityType &&
		n.Labels[labelImage] == g.ImageID &&
		n.Status.NodeInfo.KubeletVersion == kubeletVersion(g.Version) &&
		disk.Value() == int64(g.DiskGiB)<<30
}

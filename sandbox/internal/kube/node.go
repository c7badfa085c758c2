package kube

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// annotationKwok tells the kwok controller to play this node's kubelet.
	annotationKwok = "kwok.x-k8s.io/node"
	// annotationLabels lists the labels the group gave, so that one that is
	// dropped from the group can be taken off the node.
	annotationLabels = "sandbox.pitboss/node-group-labels"
	annotationTaints = "sandbox.pitboss/node-group-taints"
)

// node is the Node object that a kubelet on a new instance would register.
func (g NodeGroup) node(t instanceType, z Zone, addr netip.Addr) *corev1.Node {
	name := nodeName(addr, g.Region)
	n := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:        name,
			Annotations: map[string]string{annotationKwok: "fake"},
			Labels: map[string]string{
				corev1.LabelHostname:                     name,
				corev1.LabelOSStable:                     "linux",
				corev1.LabelArchStable:                   t.arch,
				corev1.LabelInstanceTypeStable:           t.name,
				corev1.LabelTopologyZone:                 z.Name,
				"topology.ebs.csi.aws.com/zone":          z.Name,
				"beta.kubernetes.io/os":                  "linux",
				"beta.kubernetes.io/arch":                t.arch,
				"beta.kubernetes.io/instance-type":       t.name,
				"failure-domain.beta.kubernetes.io/zone": z.Name,
			},
		},
		Spec: corev1.NodeSpec{ProviderID: fmt.Sprintf("aws:///%s/%s", z.Name, instanceID(name, z.Name))},
		Status: corev1.NodeStatus{
			Capacity:    capacity(t, g.DiskGiB),
			Allocatable: allocatable(t, g.DiskGiB),
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: addr.String()},
				{Type: corev1.NodeInternalDNS, Address: name},
				{Type: corev1.NodeHostName, Address: name},
			},
			NodeInfo: corev1.NodeSystemInfo{
				KubeletVersion:          kubeletVersion(g.Version),
				OSImage:                 "Amazon Linux 2023 (simulated)",
				OperatingSystem:         "linux",
				Architecture:            t.arch,
				ContainerRuntimeVersion: "containerd://2.1.4",
				KernelVersion:           "6.12.46-66.121.amzn2023",
			},
		},
	}
	g.decorate(n)
	return n
}

// nodeName is the private DNS name of an instance. us-east-1 has its own form.
func nodeName(addr netip.Addr, region string) string {
	domain := region + ".compute.internal"
	if region == "us-east-1" {
		domain = "ec2.internal"
	}
	return "ip-" + strings.ReplaceAll(addr.String(), ".", "-") + "." + domain
}

// instanceID looks like an EC2 instance's and is the same whenever the node is.
func instanceID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "/")))
	return "i-0" + hex.EncodeToString(sum[:8])
}

// kubeletVersion is what EKS's nodes report for a minor version.
func kubeletVersion(minor string) string { return "v" + minor + ".0-eks-pitboss" }

// What a node keeps for itself. Source: awslabs/amazon-eks-ami
// nodeadm/internal/kubelet/config.go: kubeReserved, and evictionHard
// memory.available 100Mi, nodefs.available 10%.
const (
	evictionMiB     = 100
	reservedBaseMiB = 255
	reservedPodMiB  = 11 // per pod of maxPods
	reservedDiskGiB = 1
)

// firmwarePercent of the stated memory never reaches the operating system.
// Source: Karpenter's default for its vmMemoryOverheadPercent, 7.5 %, chosen
// there to be at most what any instance type loses.
const firmwarePercent = 7.5

func capacity(t instanceType, diskGiB int) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewQuantity(int64(t.cpus), resource.DecimalSI),
		corev1.ResourceMemory:           mebibytes(usableMiB(t)),
		corev1.ResourcePods:             *resource.NewQuantity(int64(t.maxPods), resource.DecimalSI),
		corev1.ResourceEphemeralStorage: mebibytes(diskGiB << 10),
	}
}

func allocatable(t instanceType, diskGiB int) corev1.ResourceList {
	memory := usableMiB(t) - reservedBaseMiB - reservedPodMiB*t.maxPods - evictionMiB
	disk := diskGiB<<10 - reservedDiskGiB<<10 - diskGiB<<10/10
	return corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewMilliQuantity(int64(t.cpus*1000-reservedMilliCPU(t.cpus)), resource.DecimalSI),
		corev1.ResourceMemory:           mebibytes(memory),
		corev1.ResourcePods:             *resource.NewQuantity(int64(t.maxPods), resource.DecimalSI),
		corev1.ResourceEphemeralStorage: mebibytes(disk),
	}
}

func usableMiB(t instanceType) int { return int(float64(t.memory<<10) * (100 - firmwarePercent) / 100) }

func mebibytes(n int) resource.Quantity {
	return *resource.NewQuantity(int64(n)<<20, resource.BinarySI)
}

// reservedMilliCPU is 6 % of the first core, 1 % of the second, 0.5 % of the next
// two and 0.25 % of the rest. Source: as above, getCPUMillicoresToReserve.
func reservedMilliCPU(cpus int) int {
	hundredths := 0 // of a millicore, since the rates are as fine as that
	for core := 1; core <= cpus; core++ {
		switch {
		case core == 1:
			hundredths += 6000
		case core == 2:
			hundredths += 1000
		case core <= 4:
			hundredths += 500
		default:
			hundredths += 250
		}
	}
	return hundredths / 100
}

// Package instances is the table of the EC2 instance types that node pools are made of, and
// of what a node of each has left for pods. Pure data: whoever judges whether workloads fit
// a pool imports it. The local cloud has a table of its own, from the same sources: neither
// module imports the other; both tests have the numbers of a c7i.2xlarge.
package instances

import (
	"fmt"
	"slices"
	"strings"
)

// Type is an EC2 instance type. Only this package makes one.
type Type struct {
	name    string
	cpus    int
	memory  int // GiB, as EC2 states it
	maxPods int
}

// family is an instance family: memory per vCPU is the same for all of its sizes.
type family struct {
	name      string
	gibPerCPU int
}

// families are those that pools may be made of: x86-64, because so are the images. Source:
// EC2 instance types guide, "Specifications".
var families = []family{
	{"c6i", 2}, {"c7i", 2}, // compute optimised
	{"m5", 4}, {"m5a", 4}, {"m5n", 4}, {"m6a", 4}, {"m6i", 4}, {"m7i", 4}, // general purpose
	{"r6i", 8}, {"r7i", 8}, // memory optimised
}

// size is what the families have in common at one size: vCPUs, and how many network
// interfaces with how many addresses each.
type size struct {
	name            string
	cpus            int
	enis, addresses int
}

// sizes hold for every family above. Source: EC2 user guide, "Maximum IP addresses per
// network interface"; they give the pod counts of aws/amazon-vpc-cni-k8s
// misc/eni-max-pods.txt (29, 58, 58, 234).
var sizes = []size{
	{"large", 2, 3, 10},
	{"xlarge", 4, 4, 15},
	{"2xlarge", 8, 4, 15},
	{"4xlarge", 16, 8, 30},
}

// pods is how many pods the VPC CNI has addresses for: the first address of each interface
// is the node's, and two pods (the CNI and the service proxy) have the node's own.
func (s size) pods() int { return s.enis*(s.addresses-1) + 2 }

// Find is a type by its name, such as "c7i.2xlarge".
func Find(name string) (Type, error) {
	familyName, sizeName, _ := strings.Cut(name, ".")
	f := slices.IndexFunc(families, func(f family) bool { return f.name == familyName })
	s := slices.IndexFunc(sizes, func(s size) bool { return s.name == sizeName })
	if f < 0 || s < 0 {
		return Type{}, fmt.Errorf("instance type %q is not in the table: choose one of the sizes %s of the families %s, or add it to regions/instances with its source",
			name, strings.Join(sizeNames(), ", "), strings.Join(familyNames(), ", "))
	}
	return Type{name: name, cpus: sizes[s].cpus, memory: sizes[s].cpus * families[f].gibPerCPU, maxPods: sizes[s].pods()}, nil
}

// Name is EC2's.
func (t Type) Name() string { return t.name }

// CPUs is how many vCPUs it has.
func (t Type) CPUs() int { return t.cpus }

// Room is what pods can have of a node: CPU in thousandths, Memory and Disk in MiB.
type Room struct{ CPU, Memory, Disk, Pods int }

// What a node keeps for itself. Source: awslabs/amazon-eks-ami
// nodeadm/internal/kubelet/config.go: kubeReserved, and evictionHard memory.available
// 100Mi, nodefs.available 10%.
const (
	evictionMiB     = 100
	reservedBaseMiB = 255
	reservedPodMiB  = 11 // per pod that it may run
	reservedDiskGiB = 1
)

// firmwarePerMille of the stated memory never reaches the operating system. Source:
// Karpenter's default for its vmMemoryOverheadPercent, 7.5 %, chosen there to be at most
// what any type loses.
const firmwarePerMille = 75

// Allocatable is the room of a node of the type with a root volume of so many GiB.
func (t Type) Allocatable(diskGiB int) Room {
	usable := t.memory << 10 * (1000 - firmwarePerMille) / 1000
	return Room{
		CPU:    t.cpus*1000 - reservedMilliCPU(t.cpus),
		Memory: usable - reservedBaseMiB - reservedPodMiB*t.maxPods - evictionMiB,
		Disk:   diskGiB<<10 - reservedDiskGiB<<10 - diskGiB<<10/10,
		Pods:   t.maxPods,
	}
}

// reservedMilliCPU is 6 % of the first core, 1 % of the second, 0.5 % of the next two and
// 0.25 % of the rest. Source: as above, getCPUMillicoresToReserve.
func reservedMilliCPU(cpus int) int {
	hundredths := 0 // of a thousandth, because the rates are as fine as that
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

func familyNames() []string {
	out := make([]string, len(families))
	for i, f := range families {
		out[i] = f.name
	}
	return out
}

func sizeNames() []string {
	out := make([]string, len(sizes))
	for i, s := range sizes {
		out[i] = s.name
	}
	return out
}

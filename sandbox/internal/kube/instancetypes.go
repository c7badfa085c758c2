package kube

import (
	"fmt"
	"slices"
	"strings"
)

// instanceType is what the scheduler must know of an EC2 instance type.
type instanceType struct {
	name    string
	arch    string // Kubernetes' name: amd64, arm64
	cpus    int
	memory  int // GiB, as EC2 states it
	maxPods int
}

// family is an EC2 instance family: memory per vCPU is the same for all its sizes.
type family struct {
	arch      string
	gibPerCPU int
}

// families are those the sandbox knows. Source of sizes and memory: EC2 instance
// types guide, "Specifications" of compute optimised (c), general purpose (m)
// and memory optimised (r) instances.
var families = map[string]family{
	"c6i":  {"amd64", 2}, // compute optimised, Intel
	"c6a":  {"amd64", 2}, // compute optimised, AMD
	"c6in": {"amd64", 2}, // compute optimised, Intel, more network
	"c6g":  {"arm64", 2}, // compute optimised, Graviton2
	"c7i":  {"amd64", 2}, // compute optimised, Intel
	"c7a":  {"amd64", 2}, // compute optimised, AMD
	"c7g":  {"arm64", 2}, // compute optimised, Graviton3
	"c7gn": {"arm64", 2}, // compute optimised, Graviton3E, more network
	"c8g":  {"arm64", 2}, // compute optimised, Graviton4
	"m5":   {"amd64", 4}, // general purpose, Intel
	"m5a":  {"amd64", 4}, // general purpose, AMD
	"m5n":  {"amd64", 4}, // general purpose, Intel, more network
	"m6i":  {"amd64", 4}, // general purpose, Intel
	"m6a":  {"amd64", 4}, // general purpose, AMD
	"m6g":  {"arm64", 4}, // general purpose, Graviton2
	"m7i":  {"amd64", 4}, // general purpose, Intel
	"m7a":  {"amd64", 4}, // general purpose, AMD
	"m7g":  {"arm64", 4}, // general purpose, Graviton3
	"m8g":  {"arm64", 4}, // general purpose, Graviton4
	"r5":   {"amd64", 8}, // memory optimised, Intel
	"r5a":  {"amd64", 8}, // memory optimised, AMD
	"r6i":  {"amd64", 8}, // memory optimised, Intel
	"r6a":  {"amd64", 8}, // memory optimised, AMD
	"r6g":  {"arm64", 8}, // memory optimised, Graviton2
	"r7i":  {"amd64", 8}, // memory optimised, Intel
	"r7a":  {"amd64", 8}, // memory optimised, AMD
	"r7g":  {"arm64", 8}, // memory optimised, Graviton3
	"r8g":  {"arm64", 8}, // memory optimised, Graviton4
}

// size is what all these families have in common at one size: vCPUs, and how
// many network interfaces (ENIs) with how many addresses each.
type size struct {
	name            string
	cpus            int
	enis, addresses int
}

// sizes: the same numbers hold for every family above. Source: EC2 user guide,
// "Maximum IP addresses per network interface"; they give the pod counts of
// aws/amazon-vpc-cni-k8s misc/eni-max-pods.txt (29, 58, 58, 234 ...).
var sizes = []size{
	{"large", 2, 3, 10},
	{"xlarge", 4, 4, 15},
	{"2xlarge", 8, 4, 15},
	{"4xlarge", 16, 8, 30},
	{"8xlarge", 32, 8, 30},
	{"12xlarge", 48, 8, 30},
	{"16xlarge", 64, 15, 50},
}

// pods is how many pods the VPC CNI can give addresses to: the first address of
// each interface is the node's, and two pods (CNI, kube-proxy) use the host's.
func (s size) pods() int { return s.enis*(s.addresses-1) + 2 }

// lookupInstanceType finds a type such as "c7i.2xlarge".
func lookupInstanceType(name string) (instanceType, error) {
	familyName, sizeName, _ := strings.Cut(name, ".")
	f, known := families[familyName]
	at := slices.IndexFunc(sizes, func(s size) bool { return s.name == sizeName })
	if !known || at < 0 {
		return instanceType{}, fmt.Errorf("instance type %q: the sandbox does not know it. It knows the sizes %s of the families %s; "+
			"use one of these, or add the family to sandbox/internal/kube/instancetypes.go with its source",
			name, strings.Join(sizeNames(), ", "), strings.Join(familyNames(), ", "))
	}
	s := sizes[at]
	return instanceType{
		name:    name,
		arch:    f.arch,
		cpus:    s.cpus,
		memory:  s.cpus * f.gibPerCPU,
		maxPods: s.pods(),
	}, nil
}

func familyNames() []string {
	names := make([]string, 0, len(families))
	for name := range families {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func sizeNames() []string {
	names := make([]string, len(sizes))
	for i, s := range sizes {
		names[i] = s.name
	}
	return names
}

package fit

import (
	"cmp"
	"fmt"
	"slices"

	"pitboss/components/capacity"
	"pitboss/components/pools"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/regions/instances"
	"pitboss/regions/role"
)

// Line is what one pool is asked for in one situation, against what its nodes have. CPU is
// in thousandths, memory in MiB.
type Line struct {
	Pool                  labels.Pool
	Role                  role.Role
	When                  string
	Nodes, Pods           int
	CPU, Memory           int    // asked by all pods together
	RoomCPU, RoomMemory   int    // of all nodes together, beside what the system asks
	Waits                 string // the first pod that finds no node; empty if all do
	WaitsCPU, WaitsMemory int    // what that pod asks
	InstanceTypes         []string
}

// String has all of the numbers, and what to do where a pod waits.
func (l Line) String() string {
	sums := fmt.Sprintf("%s region %s: %d pods ask %s CPU and %d MiB, %d nodes of %v have %s CPU and %d MiB",
		l.Role, l.When, l.Pods, cpus(l.CPU), l.Memory, l.Nodes, l.InstanceTypes, cpus(l.RoomCPU), l.RoomMemory)
	if l.Waits == "" {
		return sums
	}
	return sums + fmt.Sprintf("; %s, which asks %s CPU and %d MiB, finds no node: raise the pool's Sizes in components/pools, or lower what runs there", l.Waits, cpus(l.WaitsCPU), l.WaitsMemory)
}

// Table is every pool in every situation that a region of that role has to hold.
func Table(domains []services.Domain, rows []pools.Row, warm []capacity.Row, now role.Role) []Line {
	var out []Line
	for _, at := range situations(now) {
		for _, row := range rows {
			out = append(out, at.judge(domains, row, warm, now))
		}
	}
	return out
}

// node is one node of a pool while pods are put on it.
type node struct {
	zone int
	free instances.Room
	has  map[string]int // pods by name
}

// zones is how many each region's pools are spread over.
const zones = 3

// judge puts every pod on a node, as the scheduler does: where the fewest of its kind are,
// and of those where most is free.
func (at situation) judge(domains []services.Domain, row pools.Row, warm []capacity.Row, now role.Role) Line {
	line := Line{Pool: row.Pool, Role: now, When: at.name, Nodes: at.nodes(row), InstanceTypes: row.InstanceTypes}
	has, err := room(row)
	if err != nil {
		line.Waits = err.Error()
		return line
	}
	nodes := make([]*node, line.Nodes)
	for i := range nodes {
		nodes[i] = &node{zone: i % zones, free: has, has: map[string]int{}}
	}
	line.RoomCPU, line.RoomMemory = line.Nodes*has.CPU, line.Nodes*has.Memory
	for _, one := range at.asks(domains, row, warm) {
		line.Pods, line.CPU, line.Memory = line.Pods+one.n, line.CPU+one.n*one.cpu, line.Memory+one.n*one.memory
		for range one.n {
			if !place(nodes, one) && !one.may && line.Waits == "" {
				line.Waits, line.WaitsCPU, line.WaitsMemory = one.name, one.cpu, one.memory
			}
		}
	}
	return line
}

// place puts one pod on a node, and says whether there was one.
func place(nodes []*node, one ask) bool {
	inZone := make([]int, zones)
	for _, n := range nodes {
		inZone[n.zone] += n.has[one.name]
	}
	byRoom := slices.Clone(nodes)
	slices.SortStableFunc(byRoom, func(a, b *node) int {
		return cmp.Or(cmp.Compare(inZone[a.zone], inZone[b.zone]), cmp.Compare(a.has[one.name], b.has[one.name]), cmp.Compare(b.free.CPU, a.free.CPU))
	})
	for _, n := range byRoom {
		if one.spread && inZone[n.zone] > inZone[byRoom[0].zone] {
			return false // every zone that may take it is full
		}
		if (one.apart || one.everyNode) && n.has[one.name] > 0 {
			continue
		}
		if n.free.CPU >= one.cpu && n.free.Memory >= one.memory && n.free.Pods >= 1 {
			n.free.CPU, n.free.Memory, n.free.Pods = n.free.CPU-one.cpu, n.free.Memory-one.memory, n.free.Pods-1
			n.has[one.name]++
			return true
		}
	}
	return false
}

// Package fit judges whether the platform's services find room: each pod on any node of its
// pool, all of them on the nodes that a pool has before an autoscaler adds one, and each
// domain within its quota. Plain sums that create nothing. The tests and the stacks that
// compose services import it.
package fit

import (
	"errors"
	"fmt"
	"slices"

	"pitboss/components/capacity"
	"pitboss/components/internal/component"
	"pitboss/components/pools"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/regions/instances"
	"pitboss/regions/role"
)

// What the cluster's own pods ask of every node: the service proxy 100 thousandths, the
// CNI 50, the volume driver 30; name service and controllers, which run somewhere, the
// rest. Memory likewise.
const (
	systemCPU    = 300
	systemMemory = 512
	systemPods   = 8
)

// Check refuses domains whose pods would not all run. It reports every problem at once.
func Check(domains []services.Domain, rows []pools.Row, warm []capacity.Row) error {
	p := component.Problems{Of: "services"}
	checkPods(&p, domains, rows)
	checkQuotas(&p, domains, rows)
	if err := p.Err(); err != nil {
		return err // what fits no node fits no pool either: once is enough
	}
	return errors.Join(Pools(domains, rows, warm, role.Active), Pools(domains, rows, warm, role.Standby))
}

// Pools refuses pools whose nodes do not hold what runs there in a region of that role, in
// any situation that comes before an autoscaler can help.
func Pools(domains []services.Domain, rows []pools.Row, warm []capacity.Row, now role.Role) error {
	p := component.Problems{Of: "pools"}
	for _, line := range Table(domains, rows, warm, now) {
		p.Check(line.Waits == "", string(line.Pool), "%s", line)
	}
	return p.Err()
}

// room is what a node of the pool's smallest instance type has for pods of ours: an
// autoscaler may take any of the types.
func room(row pools.Row) (instances.Room, error) {
	var least instances.Room
	for i, name := range row.InstanceTypes {
		t, err := instances.Find(name)
		if err != nil {
			return instances.Room{}, fmt.Errorf("pool %s: %w", row.Pool, err)
		}
		r := t.Allocatable(row.DiskGiB)
		if i == 0 {
			least = r
		}
		least.CPU, least.Memory, least.Pods = min(least.CPU, r.CPU), min(least.Memory, r.Memory), min(least.Pods, r.Pods)
	}
	return instances.Room{CPU: least.CPU - systemCPU, Memory: least.Memory - systemMemory, Disk: least.Disk, Pods: least.Pods - systemPods}, nil
}

// rowOf is the row of a pool, and whether there is one.
func rowOf(rows []pools.Row, p labels.Pool) (pools.Row, bool) {
	i := slices.IndexFunc(rows, func(r pools.Row) bool { return r.Pool == p })
	if i < 0 {
		return pools.Row{}, false
	}
	return rows[i], true
}

// checkPods refuses a pod that no node of its pool holds, however empty.
func checkPods(p *component.Problems, domains []services.Domain, rows []pools.Row) {
	for _, d := range domains {
		for _, s := range d.Services {
			row, known := rowOf(rows, s.Pool)
			p.Check(known, s.Name+".Pool", "found %q, which has no row in components/pools", s.Pool)
			if !known {
				continue
			}
			has, err := room(row)
			if err != nil {
				p.Check(false, s.Name+".Pool", "%v", err)
				continue
			}
			next := fmt.Sprintf("ask for less, or give pool %s larger instances in components/pools", s.Pool)
			p.Check(s.CPU.Request <= has.CPU, s.Name+".CPU", "asks %s CPU, and an empty node of pool %s (%v) has %s beside the system's %s: %s",
				cpus(s.CPU.Request), s.Pool, row.InstanceTypes, cpus(has.CPU), cpus(systemCPU), next)
			p.Check(s.Memory.Request <= has.Memory, s.Name+".Memory", "asks %d MiB, and an empty node of pool %s (%v) has %d beside the system's %d: %s",
				s.Memory.Request, s.Pool, row.InstanceTypes, has.Memory, systemMemory, next)
		}
	}
}

// checkQuotas refuses a quota that stops a domain below its own peak: the autoscaler would
// ask for pods that the namespace refuses. Limits are what count, because quotas count them.
func checkQuotas(p *component.Problems, domains []services.Domain, rows []pools.Row) {
	for _, d := range domains {
		var asks services.Quota
		for _, s := range d.Services {
			row, _ := rowOf(rows, s.Pool)
			n := count(s, row.Sizes.Max, s.Most(), true) + surge(s, s.Most())
			asks.CPU += n * s.CPU.Limit
			asks.Memory += n * s.Memory.Limit
			asks.Pods += n
		}
		enough := asks.CPU <= d.Quota.CPU && asks.Memory <= d.Quota.Memory && asks.Pods <= d.Quota.Pods
		p.Check(enough, d.Name+".Quota", "allows %s CPU, %d MiB and %d pods, and the domain's limits at its peak, while a release rolls, are %s CPU, %d MiB and %d pods: raise it",
			cpus(d.Quota.CPU), d.Quota.Memory, d.Quota.Pods, cpus(asks.CPU), asks.Memory, asks.Pods)
	}
}

// cpus is thousandths of a CPU as people say it.
func cpus(thousandths int) string { return fmt.Sprintf("%.2f", float64(thousandths)/1000) }

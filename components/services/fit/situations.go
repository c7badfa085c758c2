package fit

import (
	"pitboss/components/capacity"
	"pitboss/components/pools"
	"pitboss/components/services"
	"pitboss/regions/role"
)

// situation is a state of a region that its nodes must hold.
type situation struct {
	name string
	// nodes is how many a pool has.
	nodes func(pools.Row) int
	// replicas is how many pods a service has.
	replicas func(services.Service) int
	// schedules says that a run of each schedule is under way.
	schedules bool
	// rolls says whose rollout is under way at the same time.
	rolls func(services.Terms) bool
	// must says who has to find a node. Others may wait for an autoscaler.
	must func(services.Terms) bool
	// warm says that placeholders run too. Where they do not, they give way: every tier that
	// preempts takes their room, and they wait for a node.
	warm bool
}

// preempts is the tiers for which somebody waits.
func preempts(t services.Terms) bool { return t.Preempts }

func nobody(services.Terms) bool    { return false }
func everybody(services.Terms) bool { return true }

// meek is the tiers that push nobody out: they must find room beside the placeholders.
func meek(t services.Terms) bool { return !t.Preempts }

// situations is what a region of that role has to hold.
func situations(now role.Role) []situation {
	desired := func(r pools.Row) int { return r.Desired(now) }
	floor := func(s services.Service) int { return s.Replicas.Floor(now) }
	runs := !now.Numbers().SchedulesSuspended
	out := []situation{
		{name: "at rest", nodes: desired, replicas: floor, schedules: runs, rolls: meek, must: everybody, warm: true},
		{name: "while a release rolls everything", nodes: desired, replicas: floor, schedules: runs, rolls: everybody, must: everybody},
		// The largest pool that an autoscaler may make. More than that, and pods wait for ever.
		{name: "at its peak", nodes: func(r pools.Row) int { return r.Sizes.Max }, replicas: services.Service.Most, schedules: true, rolls: nobody, must: everybody},
	}
	if now == role.Active {
		// A standby that loses a zone has time: nobody plays there.
		left := func(r pools.Row) int { return desired(r) - (desired(r)+zones-1)/zones }
		out = append(out, situation{name: "when it loses a zone", nodes: left, replicas: floor, schedules: runs, rolls: nobody, must: preempts})
	}
	if now == role.Standby {
		// The floors rise with the swap and the nodes come later. Scheduled work starts again
		// with the role too, and waits for them: nobody waits for it.
		full := func(s services.Service) int { return s.Replicas.Floor(now.Other()) }
		out = append(out, situation{name: "when a swap makes it active", nodes: desired, replicas: full, rolls: nobody, must: everybody})
	}
	return out
}

// ask is what some pods of one kind want of a node.
type ask struct {
	name        string
	n           int
	cpu, memory int
	everyNode   bool // one on each node
	apart       bool // never two on a node
	spread      bool // over zones, or not at all
	may         bool // wait
}

// asks is what runs in a pool in a situation, in the order in which it finds its node: what
// is on every node first, then by tier, as the scheduler's priorities have it.
func (at situation) asks(domains []services.Domain, row pools.Row, warm []capacity.Row) []ask {
	var daemons, out []ask
	nodes := at.nodes(row)
	for _, tier := range services.Tiers() {
		for _, d := range domains {
			for _, s := range d.Services {
				if s.Pool != row.Pool || s.Tier != tier.Tier {
					continue
				}
				n := count(s, nodes, at.replicas(s), at.schedules)
				if at.rolls(tier) {
					n += surge(s, at.replicas(s))
				}
				one := ask{name: s.Name, n: n, cpu: s.CPU.Request, memory: s.Memory.Request, spread: tier.SpreadRequired, may: !at.must(tier)}
				if s.Runs() == services.DaemonSet {
					one.everyNode = true
					daemons = append(daemons, one)
					continue
				}
				out = append(out, one)
			}
		}
	}
	out = append(daemons, out...)
	for _, w := range warm {
		if at.warm && w.Pool == row.Pool {
			out = append(out, ask{name: "placeholder", n: w.Nodes, cpu: w.CPU, memory: w.Memory, apart: true})
		}
	}
	return out
}

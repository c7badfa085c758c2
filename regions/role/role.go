// Package role is what a region does for a market now, and the numbers that follow from
// it. Pure data: stacks/market makes a Role, components and stacks take one as a value and
// read its numbers, and nobody compares region names. What a region is for good, home or
// standby, is regions.Role.
package role

// Role is what a region does for a market now. A swap exchanges the roles of its two
// regions and nothing else.
type Role string

const (
	// Active takes writes.
	Active Role = "active"
	// Standby follows, warm enough to become active within the market's RTO.
	Standby Role = "standby"
)

// Floor is which of its two replica floors a service keeps.
type Floor string

const (
	// FloorFull is the number of replicas that carries the market's own traffic.
	FloorFull Floor = "full"
	// FloorWarm is the number that answers health checks and can be scaled from.
	FloorWarm Floor = "warm"
)

// Numbers are everything that follows from a role.
type Numbers struct {
	// Weight is that of the region's DNS records. Exactly one region of a market has
	// one that is not zero: Route 53 takes all zeros for an even split.
	Weight int
	// Dial is the region's traffic dial at Global Accelerator, in percent.
	Dial int
	// Writes says that services may write.
	Writes bool
	// Floor is the replica floor that services keep.
	Floor Floor
	// SchedulesSuspended says that scheduled work does not start: it would run twice.
	SchedulesSuspended bool
	// Replicates says that the region's topics flow to the other region.
	Replicates bool
}

// Numbers is the one place where a role becomes numbers. What is no role gets those of
// Standby, which take no traffic and write nothing.
func (r Role) Numbers() Numbers {
	if r == Active {
		return Numbers{Weight: 100, Dial: 100, Writes: true, Floor: FloorFull, Replicates: true}
	}
	return Numbers{Floor: FloorWarm, SchedulesSuspended: true}
}

// Other is the role of the market's other region.
func (r Role) Other() Role {
	switch r {
	case Active:
		return Standby
	case Standby:
		return Active
	}
	return ""
}

// Valid reports whether r is a role.
func (r Role) Valid() bool { return r == Active || r == Standby }

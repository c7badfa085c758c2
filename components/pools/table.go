package pools

import (
	"fmt"
	"slices"

	"pitboss/components/pools/labels"
	"pitboss/regions/role"
)

// Capacity is how a pool's instances are bought.
type Capacity string

// The capacities, as EKS spells them.
const (
	OnDemand Capacity = "ON_DEMAND"
	Spot     Capacity = "SPOT" // cheap, and taken back with two minutes' notice
)

// Sizes are node counts. Min and Max are the same whatever the region's role is:
// raising a minimum above the current size is refused by EKS, so a swap that did it
// would fail half way. Only the size at creation differs; from then on the autoscaler
// and the drill's pre-scaling own it.
type Sizes struct {
	Min, Max        int
	Active, Standby int // at creation, by the region's role then
}

// Row is one pool, as data.
type Row struct {
	Pool          labels.Pool
	InstanceTypes []string // x86-64; on demand in order of preference, spot all alike in size
	Capacity      Capacity
	Sizes         Sizes
	DiskGiB       int  // of the root volume: images and container layers
	Media         bool // in the public media tier, instead of core
	// Unavailable is the share of the pool, in percent, that an update may take away at
	// once. EKS waits 15 minutes for a node to empty and then fails the update.
	Unavailable int
}

// rows is the pools of every cluster, in the order of labels.Pools. Changing instance
// types or capacity replaces a pool; sizes, labels and taints update it.
//
// That every region of the catalogue sells every type is not verified (Milan and Calgary
// are small): `aws ec2 describe-instance-type-offerings --region R` tells, before a first
// `up` there. EKS fails the whole group for one type that it cannot have.
var rows = []Row{
	{
		// Compute-optimised: request handling is CPU. Three nodes are one a zone.
		Pool: labels.API, InstanceTypes: []string{"c7i.2xlarge", "c6i.2xlarge"}, Capacity: OnDemand,
		Sizes: Sizes{Min: 3, Max: 18, Active: 3, Standby: 3}, DiskGiB: 50, Unavailable: 33,
	},
	{
		// Memory-optimised: pipelines hold their windows in memory.
		Pool: labels.ETL, InstanceTypes: []string{"r7i.2xlarge", "r6i.2xlarge"}, Capacity: OnDemand,
		Sizes: Sizes{Min: 1, Max: 6, Active: 2, Standby: 1}, DiskGiB: 100, Unavailable: 33,
	},
	{
		// One instance type: media servers are told their capacity in streams a node. A
		// roll waits for calls to end, so it goes node by node.
		Pool: labels.WebRTC, InstanceTypes: []string{"c7i.2xlarge"}, Capacity: OnDemand,
		Sizes: Sizes{Min: 1, Max: 12, Active: 3, Standby: 1}, DiskGiB: 50, Media: true, Unavailable: 10,
	},
	{
		// Six types of one size (8 vCPU, 32 GiB): the more there are to choose from, the
		// rarer an interruption.
		Pool: labels.Batch, InstanceTypes: []string{"m7i.2xlarge", "m6i.2xlarge", "m6a.2xlarge", "m5.2xlarge", "m5a.2xlarge", "m5n.2xlarge"},
		Capacity: Spot, Sizes: Sizes{Min: 0, Max: 10, Active: 1, Standby: 0}, DiskGiB: 50, Unavailable: 50,
	},
	{
		// Half the size of api's, because a lost node cuts every connection that it holds. The
		// standby has as many: a swap brings every player at once, before any autoscaler has
		// seen one. A roll lets connections drain, so it goes node by node.
		Pool: labels.WS, InstanceTypes: []string{"c7i.xlarge", "c6i.xlarge"}, Capacity: OnDemand,
		Sizes: Sizes{Min: 3, Max: 9, Active: 3, Standby: 3}, DiskGiB: 50, Unavailable: 10,
	},
	{
		// Payments and players' documents share no node with what players reach. Ordinary
		// memory: they wait for providers and databases. The standby has as many, because
		// payments are at their full floor there.
		Pool: labels.PII, InstanceTypes: []string{"m7i.xlarge", "m6i.xlarge"}, Capacity: OnDemand,
		Sizes: Sizes{Min: 3, Max: 9, Active: 3, Standby: 3}, DiskGiB: 50, Unavailable: 33,
	},
}

// Table is the pools of every cluster, in order.
func Table() []Row { return slices.Clone(rows) }

// Find is the row of a pool, and whether there is one.
func Find(p labels.Pool) (Row, bool) {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Pool == p })
	if i < 0 {
		return Row{}, false
	}
	return rows[i], true
}

// Desired is the size at creation of a region with that role.
func (r Row) Desired(now role.Role) int {
	if now == role.Active {
		return r.Sizes.Active
	}
	return r.Sizes.Standby
}

// effect is how EKS spells what a taint does.
func (r Row) effect(t labels.Taint) (string, error) {
	if t.Effect != labels.NoSchedule {
		return "", fmt.Errorf("pool %s: EKS has no spelling here for taint effect %q: add one to effect in components/pools/table.go", r.Pool, t.Effect)
	}
	return "NO_SCHEDULE", nil
}

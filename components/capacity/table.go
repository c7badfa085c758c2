package capacity

import (
	"slices"

	"pitboss/components/pools/labels"
)

// Row is the room that one pool keeps free, as data: one placeholder a node, each of them
// on a node of its own. A pod that needs the room takes it at once, the placeholder waits,
// and the autoscaler brings it a node.
type Row struct {
	Pool labels.Pool
	// CPU, in thousandths, and Memory, in MiB, are what each placeholder holds.
	CPU, Memory int
	// Nodes is on how many nodes at rest, whatever the region's role: the pool's size at
	// creation or fewer, so that none of them waits. In the standby it is the room that a
	// swap grows into.
	Nodes int
	Why   string
}

// pin is a placeholder that holds nothing worth having: it keeps a node, which is what
// counts where a pool's room is not shared out in pods.
const pinCPU, pinMemory = 50, 64

// rows is the room of every pool, in the order of labels.Pools.
var rows = []Row{
	{Pool: labels.API, CPU: 1500, Memory: 2048, Nodes: 3,
		Why: "a gaming-api and a provider-bridge a node: bets grow by half within the minutes that a new node takes"},
	{Pool: labels.ETL, CPU: pinCPU, Memory: pinMemory,
		Why: "nobody waits for a pipeline: its pod may wait for its node"},
	{Pool: labels.WebRTC, CPU: pinCPU, Memory: pinMemory,
		Why: "each node brings its own gateway, which holds what it needs: room on the nodes that are there sends no stream more"},
	{Pool: labels.Batch, CPU: pinCPU, Memory: pinMemory,
		Why: "an idle spot node is paid for and may be taken back: work that may be interrupted may also wait"},
	{Pool: labels.WS, CPU: 1000, Memory: 2048, Nodes: 3,
		Why: "a ws-gateway a node: when one is lost, its players are back within seconds, at the others"},
	{Pool: labels.PII, CPU: 500, Memory: 1024, Nodes: 3,
		Why: "a kyc-api a node, for an evening's registrations; the number of cashiers is decided and needs no room"},
}

// Table is the room of every pool, in order.
func Table() []Row { return slices.Clone(rows) }

// find is the row of a pool, and whether there is one.
func find(p labels.Pool) (Row, bool) {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Pool == p })
	if i < 0 {
		return Row{}, false
	}
	return rows[i], true
}

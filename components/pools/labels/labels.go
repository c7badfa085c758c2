// Package labels is how a workload says which pool it runs on, and how a pool keeps
// other workloads away: the one place where both are spelt. Pools and workloads import
// it; it is plain data.
package labels

// Pool is a node pool of a cluster.
type Pool string

// The pools.
const (
	API    Pool = "api"    // the default: services that answer requests
	ETL    Pool = "etl"    // pipelines that hold much in memory
	WebRTC Pool = "webrtc" // media over UDP, on the host's network
	Batch  Pool = "batch"  // work that may be interrupted at any moment
	WS     Pool = "ws"     // connections that stay open for hours
	PII    Pool = "pii"    // what handles players' documents and payments, apart from all else
)

// Pools is every pool, in the order in which they are made and listed.
func Pools() []Pool { return []Pool{API, ETL, WebRTC, Batch, WS, PII} }

// The labels of workloads: of their pods, of the templates that make them, and of their
// namespaces (Domain, Owner and Zone).
const (
	Service = "pitboss.io/service"
	Domain  = "pitboss.io/domain"
	Tier    = "pitboss.io/tier"
	Owner   = "pitboss.io/owner"
	Zone    = "pitboss.io/zone" // of trust
)

// Key is the label, and the key of the taint, that tells pools apart.
const Key = "pitboss.io/pool"

// Taint keeps away every pod that does not tolerate it.
type Taint struct {
	Key, Value string
	// Effect is as Kubernetes spells it. EKS spells it NO_SCHEDULE.
	Effect string
}

// NoSchedule keeps new pods away and lets running ones be.
const NoSchedule = "NoSchedule"

// Of is the labels of a pool's nodes: what a pod selects.
func Of(p Pool) map[string]string { return map[string]string{Key: string(p)} }

// Taints is the taints of a pool's nodes: what a pod must tolerate. The api pool has
// none, because everything that names no pool, DNS and drivers included, runs there.
func Taints(p Pool) []Taint {
	if p == API {
		return nil
	}
	return []Taint{{Key: Key, Value: string(p), Effect: NoSchedule}}
}

// The UDP ports on which media reaches a webrtc node, first to last: what the pool's
// security group opens and what a media server must be told. It is the range that WebRTC
// servers use by default; the node's own outgoing ports stay below it.
const (
	MediaPortFirst = 50000
	MediaPortLast  = 60000
)

package services

import (
	"slices"
	"strconv"
	"strings"

	"pitboss/components/pools/labels"
)

// Tier is what a service is worth.
type Tier string

// The tiers, the most valuable first.
const (
	Money    Tier = "money"    // balances and payments: a lost or doubled request is money
	Realtime Tier = "realtime" // somebody waits for the answer
	Async    Tier = "async"    // works off what topics hold, and may do so twice
	Batch    Tier = "batch"    // may be interrupted at any moment and started again
)

// Terms is everything that a tier decides.
type Terms struct {
	Tier  Tier
	Means string // for people
	// Guaranteed wants requests to equal limits and CPUs to be whole: the pod is never
	// throttled by a neighbour and is the last to be evicted.
	Guaranteed bool
	// SpreadRequired refuses to run where zones would be uneven; otherwise it is preferred.
	SpreadRequired bool
	// Quorum makes the disruption budget keep more than half of the full floor; otherwise
	// one pod at a time may go.
	Quorum bool
	// MaxUnavailable and MaxSurge are those of a rolling update.
	MaxUnavailable, MaxSurge string
	// Priority is the value of the tier's PriorityClass. Preempts says whether its pods may
	// push out those of lower tiers.
	Priority int
	Preempts bool
	// Signals are what services of the tier may be scaled by.
	Signals []Signal
	// Pools are where they may run.
	Pools []labels.Pool
	// Suspended says that schedules of the tier stop in the standby region.
	Suspended bool
	// AwaySeconds is how long its pods stay bound to a node that does not answer.
	AwaySeconds int
}

// tiers is the one table of what a tier decides.
var tiers = []Terms{
	{
		Tier: Money, Means: "balances and payments", Guaranteed: true, SpreadRequired: true, Quorum: true,
		MaxUnavailable: "0", MaxSurge: "1", Priority: 1_000_000, Preempts: true,
		// An autoscaler answers a slow database with more connections to it: the number of
		// wallets is decided, and what carries a peak is already there.
		Signals: []Signal{Fixed}, Pools: []labels.Pool{labels.API, labels.PII}, AwaySeconds: 30,
	},
	{
		Tier: Realtime, Means: "somebody waits for the answer",
		MaxUnavailable: "0", MaxSurge: "1", Priority: 100_000, Preempts: true,
		// CPU alone says nothing of a service that waits for others.
		Signals: []Signal{Fixed, Requests, Latency, Connections}, Pools: []labels.Pool{labels.API, labels.WS, labels.WebRTC, labels.PII}, AwaySeconds: 60,
	},
	{
		Tier: Async, Means: "works off topics, retry-safe",
		MaxUnavailable: "25%", MaxSurge: "25%", Priority: 10_000, Preempts: false,
		Signals: []Signal{Fixed, Lag, CPU, Recommended}, Pools: []labels.Pool{labels.API, labels.PII, labels.ETL}, AwaySeconds: 120,
	},
	{
		Tier: Batch, Means: "may be interrupted and started again",
		MaxUnavailable: "100%", MaxSurge: "0", Priority: 1_000, Preempts: false,
		Signals: []Signal{Fixed, Recommended}, Pools: []labels.Pool{labels.ETL, labels.Batch}, Suspended: true, AwaySeconds: 120,
	},
}

// Tiers is what every tier decides, the most valuable first.
func Tiers() []Terms { return slices.Clone(tiers) }

// Terms is what the tier decides; the zero Terms for what is no tier.
func (t Tier) Terms() Terms {
	i := slices.IndexFunc(tiers, func(row Terms) bool { return row.Tier == t })
	if i < 0 {
		return Terms{}
	}
	return tiers[i]
}

// Surge is how many pods a rolling update of n adds: a number, or per cent, which Kubernetes
// rounds up.
func (t Terms) Surge(n int) int {
	share, isShare := strings.CutSuffix(t.MaxSurge, "%")
	value, err := strconv.Atoi(share)
	switch {
	case err != nil:
		return n // what nobody can read may be all
	case isShare:
		return (n*value + 99) / 100
	}
	return value
}

// PriorityClass is the name of the tier's PriorityClass.
func (t Tier) PriorityClass() string { return "pitboss-" + string(t) }

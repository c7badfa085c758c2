package capacity

import (
	"fmt"
	"slices"
	"time"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
	"pitboss/components/pools"
	"pitboss/components/pools/labels"
)

// Event is a peak that is known beforehand, such as a tournament: its nodes are there when
// it begins. It warms both regions, because no moment is worse for a swap to a cold one.
//
// KEDA's clock knows no year. An event whose day comes sooner in the year before warms
// nodes then too, and one that is over warms them every year until it is deleted:
// `pitboss` warns about those.
type Event struct {
	// Name is no other event's.
	Name string
	// From and Until are whole minutes of UTC.
	From, Until time.Time
	// Nodes is the least number of nodes of pools, each at most once.
	Nodes []PoolNodes
}

// PoolNodes is the least number of nodes of one pool, in all zones together.
type PoolNodes struct {
	Pool  labels.Pool
	Nodes int
}

// triggers is the events' wishes for one pool, in their order. Of several at once, the
// largest holds.
func triggers(events []Event, pool labels.Pool) []kube.Trigger {
	var out []kube.Trigger
	for _, e := range events {
		for _, n := range e.Nodes {
			if n.Pool == pool {
				out = append(out, kube.Cron(e.Name, minute(e.From), minute(e.Until), n.Nodes))
			}
		}
	}
	return out
}

// most is the largest number of nodes that a pool's row and events ask for.
func most(events []Event, row Row) int {
	out := row.Nodes
	for _, e := range events {
		for _, n := range e.Nodes {
			if n.Pool == row.Pool {
				out = max(out, n.Nodes)
			}
		}
	}
	return out
}

// minute is an instant as five fields of cron.
func minute(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%d %d %d %d *", t.Minute(), t.Hour(), t.Day(), int(t.Month()))
}

// longest is what a clock without years can tell apart.
const longest = 365 * 24 * time.Hour

func checkEvents(p *component.Problems, events []Event) {
	var names []string
	for i, e := range events {
		at := fmt.Sprintf("Events[%d]", i)
		p.Check(e.Name != "", at, "has no name")
		p.Check(!slices.Contains(names, e.Name), at, "is called %q, as an earlier one is", e.Name)
		p.Check(e.Until.After(e.From) && e.Until.Sub(e.From) < longest, at, "%s lasts from %s until %s: want an end after its beginning, within a year", e.Name, e.From, e.Until)
		p.Check(whole(e.From) && whole(e.Until), at, "%s begins at %s and ends at %s: cron has whole minutes", e.Name, e.From, e.Until)
		p.Check(len(e.Nodes) > 0, at, "%s wants nodes of no pool", e.Name)
		checkNodes(p, at, e)
		names = append(names, e.Name)
	}
}

func whole(t time.Time) bool { return t.Equal(t.Truncate(time.Minute)) }

func checkNodes(p *component.Problems, at string, e Event) {
	var seen []labels.Pool
	for _, n := range e.Nodes {
		limit := largest(n.Pool)
		p.Check(limit > 0, at, "%s wants nodes of the pool %q: choose from %v", e.Name, n.Pool, labels.Pools())
		p.Check(limit == 0 || n.Nodes >= 1 && n.Nodes <= limit, at, "%s wants %d nodes of the pool %s, which has 1 to %d: raise Sizes.Max in components/pools, or ask for fewer", e.Name, n.Nodes, n.Pool, limit)
		p.Check(!slices.Contains(seen, n.Pool), at, "%s names the pool %s twice", e.Name, n.Pool)
		seen = append(seen, n.Pool)
	}
}

// largest is the most nodes that a pool may have; zero for what is no pool.
func largest(pool labels.Pool) int {
	row, _ := pools.Find(pool)
	return row.Sizes.Max
}

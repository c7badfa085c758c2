package market

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// An Event is a peak that is known beforehand, such as a tournament: its nodes are there
// from From until Until.
type Event struct {
	// Name is a word of the operator's own, e.g. "derby".
	Name string
	// From and Until are whole minutes in UTC.
	From, Until time.Time
	// Nodes is the least number of nodes in each pool that it names, sorted by pool.
	Nodes []PoolNodes
}

// PoolNodes is a number of nodes in one pool.
type PoolNodes struct {
	// Pool is one of EventPools.
	Pool string
	// Nodes is how many there are at least, in all zones together.
	Nodes int
}

// eventPools are the pools of a region; a test of the whole holds them equal.
var eventPools = []string{"api", "etl", "webrtc", "batch", "ws", "pii"}

// EventPools are the pools that an event may want nodes in.
func EventPools() []string { return slices.Clone(eventPools) }

const (
	// longestEvent is a month: a floor for longer is the pool's size, and belongs there.
	longestEvent = 31 * 24 * time.Hour
	// mostNodes is far above any pool of ours: more is a slip.
	mostNodes = 100
)

const (
	meansEvent = "lower-case letters, digits and hyphens, at most 63 characters"
	meansTime  = "a time in UTC to the minute, e.g. 2027-06-05T17:00:00Z"
	meansNodes = "a number of nodes from 1 to 100"
)

// events reads the peaks. What is over is accepted: the clock plays no part in reading,
// and PastEvents says it.
func (r *reader) events(n *yaml.Node) []Event {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.blame("events", kindOf(n), "a list of events, each with name, from, until and nodes", "write it as a list")
		return nil
	}
	var out []Event
	lines := map[string]string{} // name -> path of the first of that name
	for i, item := range n.Content {
		at := fmt.Sprintf("events[%d]", i)
		e := r.event(item, at)
		if first := lines[e.Name]; first != "" {
			r.blame(at+".name", strconv.Quote(e.Name)+" again", "a name that no other event has; "+first+" has this one", "choose another")
		} else if e.Name != "" {
			lines[e.Name] = at
		}
		out = append(out, e)
	}
	return out
}

func (r *reader) event(n *yaml.Node, at string) Event {
	f := r.object(n, at, []key{
		{"name", true, meansEvent}, {"from", true, meansTime}, {"until", true, meansTime}, {"nodes", true, "the least number of nodes by pool, e.g. {api: 6}"},
	})
	e := Event{From: r.minute(f["from"], at+".from"), Until: r.minute(f["until"], at+".until"), Nodes: r.poolNodes(f["nodes"], at+".nodes")}
	if s, ok := r.text(f["name"], at+".name", meansEvent); ok {
		if e.Name = s; !labelForm.MatchString(s) {
			r.blame(at+".name", strconv.Quote(s), meansEvent, "choose another name")
			e.Name = ""
		}
	}
	if e.From.IsZero() || e.Until.IsZero() {
		return e
	}
	switch long := e.Until.Sub(e.From); {
	case long <= 0:
		r.blame(at+".until", e.Until.Format(time.RFC3339), "a time after from, which is "+e.From.Format(time.RFC3339), "correct one of the two")
	case long > longestEvent:
		r.blame(at+".until", e.Until.Format(time.RFC3339), "at most 31 days after from, which is "+e.From.Format(time.RFC3339), "cut it into events, or make the pool larger: what lasts is no event")
	}
	return e
}

// minute reads a time in UTC. Schedules have no seconds, and an offset would have to be
// counted in the head by who compares two events.
func (r *reader) minute(n *yaml.Node, at string) time.Time {
	s, ok := r.text(n, at, meansTime)
	if !ok {
		return time.Time{}
	}
	when, err := time.Parse(time.RFC3339, s)
	switch {
	case err != nil:
		r.blame(at, strconv.Quote(s), meansTime, "write date, T, time and Z")
	case !strings.HasSuffix(s, "Z"):
		r.blame(at, strconv.Quote(s), meansTime, "write it in UTC: "+when.UTC().Format(time.RFC3339))
	case !when.Equal(when.Truncate(time.Minute)):
		r.blame(at, strconv.Quote(s), meansTime, "write a whole minute: "+when.Truncate(time.Minute).Format(time.RFC3339))
	default:
		return when
	}
	return time.Time{}
}

func (r *reader) poolNodes(n *yaml.Node, path string) []PoolNodes {
	if n != nil && n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.blame(path, "an empty mapping", "at least one pool with its number of nodes", "name a pool, or remove the event")
	}
	var out []PoolNodes
	for _, p := range r.pairs(n, path, "a mapping from a pool to "+meansNodes) {
		at := join(path, p.name)
		if !slices.Contains(eventPools, p.name) {
			keys := make([]key, 0, len(eventPools))
			for _, name := range eventPools {
				keys = append(keys, key{name: name})
			}
			r.unknownKey(at, p.name, keys)
			continue
		}
		s, ok := r.text(p.value, at, meansNodes)
		if !ok {
			continue
		}
		nodes, err := strconv.Atoi(s)
		if err != nil || nodes < 1 || nodes > mostNodes {
			r.blame(at, strconv.Quote(s), meansNodes, "write how many nodes the peak needs in this pool, in all zones together")
			continue
		}
		out = append(out, PoolNodes{p.name, nodes})
	}
	slices.SortFunc(out, func(a, b PoolNodes) int { return cmp.Compare(a.Pool, b.Pool) })
	return out
}

// PastEvents warns of events that are over at now, and of those that begin more than a
// year from it: schedules know no year, so their nodes come at other times too.
func (m Market) PastEvents(now time.Time) (warning string) {
	var found []string
	for _, e := range m.Events {
		switch {
		case !e.Until.After(now):
			found = append(found, fmt.Sprintf("%s, which ended on %s", e.Name, e.Until.Format(time.DateOnly)))
		case e.From.After(now.AddDate(1, 0, 0)):
			found = append(found, fmt.Sprintf("%s, which begins on %s, more than a year from now", e.Name, e.From.Format(time.DateOnly)))
		}
	}
	if len(found) == 0 {
		return ""
	}
	return m.File + ": events: found " + strings.Join(found, "; ") + ": schedules know no year, so nodes are kept ready for it every year on these days;" +
		" next: remove what is over, and add what is far off when its year has come"
}

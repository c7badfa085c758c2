package cluster

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Pool is the nodes of one pool as the API server sees them. CPU is in CPUs, memory in
// MiB. What nodes have and what pods ask of them is told of those nodes that take pods.
type Pool struct {
	Name          string   `json:"name"`
	Ready         int      `json:"ready"`
	Total         int      `json:"total"`
	Open          int      `json:"open"` // ready, and not cordoned: they take pods
	Zones         []string `json:"zones"`
	InstanceTypes []string `json:"instanceTypes"`

	CPUAllocatable    float64 `json:"cpuAllocatable"`
	CPURequested      float64 `json:"cpuRequested"`
	MemoryAllocatable int64   `json:"memoryAllocatable"`
	MemoryRequested   int64   `json:"memoryRequested"`
	PodsAllocatable   int64   `json:"podsAllocatable"`
	Pods              int64   `json:"pods"`

	// PodsWaiting are those that no node of the pool has room for, and what they ask.
	// Placeholders are counted apart: one that waits means that there is no room to spare.
	PodsWaiting         int     `json:"podsWaiting"`
	CPUWaiting          float64 `json:"cpuWaiting"`
	MemoryWaiting       int64   `json:"memoryWaiting"`
	PlaceholdersWaiting int     `json:"placeholdersWaiting"`
	// Problem says with the numbers that the pool is too small. Empty: it is not.
	Problem string `json:"problem,omitempty"`

	has, asked, waits, largest amount // largest: the most that is free on one node
	lacks                      []string
}

// noRoom is what the scheduler says of nodes that a pod could run on if it were smaller.
var noRoom = regexp.MustCompile(`Insufficient [\w./-]*\w|Too many pods`)

// pools counts nodes and pods by pool, sorted by name. A pool that pods ask for and that
// has no node is one too.
func pools(nodes []node, pods []Pod) []Pool {
	out := []Pool{}
	of := func(name string) *Pool {
		i, found := slices.BinarySearchFunc(out, name, func(p Pool, name string) int { return strings.Compare(p.Name, name) })
		if !found {
			out = slices.Insert(out, i, Pool{Name: name, Zones: []string{}, InstanceTypes: []string{}})
		}
		return &out[i]
	}
	for _, n := range nodes {
		of(n.pool()).node(n, pods)
	}
	for _, p := range pods {
		if p.Node == "" && p.Phase == phasePending && !p.leaving && p.Pool != "" {
			of(p.Pool).wait(p)
		}
	}
	for i := range out {
		out[i].sum()
	}
	return out
}

// node counts a node and the pods on it.
func (p *Pool) node(n node, pods []Pod) {
	p.Total++
	p.Zones = with(p.Zones, n.Metadata.Labels[labelZone])
	p.InstanceTypes = with(p.InstanceTypes, n.Metadata.Labels[labelType])
	if n.ready() {
		p.Ready++
	}
	if !n.open() {
		return
	}
	p.Open++
	var asked amount
	for _, on := range pods {
		if on.holds() && on.Node == n.Metadata.Name {
			p.Pods++
			asked = asked.plus(on.asks)
		}
	}
	has, most := n.Status.Allocatable.amount(), n.Status.Allocatable["pods"]
	p.has, p.asked, p.largest = p.has.plus(has), p.asked.plus(asked), p.largest.most(has.minus(asked))
	p.PodsAllocatable += most.Value()
}

// wait counts a pod that has no node, if it is for want of room. A pool without any node
// has none, whatever the scheduler says of the nodes of others.
func (p *Pool) wait(waits Pod) {
	lacks := noRoom.FindAllString(waits.Reason, -1)
	switch {
	case len(lacks) == 0 && p.Open > 0:
		return
	case waits.Tier == TierPlaceholder:
		p.PlaceholdersWaiting++
		return
	}
	p.PodsWaiting++
	p.waits = p.waits.plus(waits.asks)
	for _, what := range lacks {
		p.lacks = with(p.lacks, what)
	}
}

// sum fills in the numbers, and what they say.
func (p *Pool) sum() {
	p.CPUAllocatable, p.MemoryAllocatable = cpus(p.has.cpu), mebibytes(p.has.memory)
	p.CPURequested, p.MemoryRequested = cpus(p.asked.cpu), mebibytes(p.asked.memory)
	p.CPUWaiting, p.MemoryWaiting = cpus(p.waits.cpu), mebibytes(p.waits.memory)
	if p.PodsWaiting == 0 {
		return
	}
	pods, they := fmt.Sprintf("%d pods wait", p.PodsWaiting), "they ask"
	if p.PodsWaiting == 1 {
		pods, they = "1 pod waits", "it asks"
	}
	p.Problem = fmt.Sprintf("pool %s is too small: %s; %s %s", p.Name, pods, they, p.waits)
	free := p.has.minus(p.asked)
	switch {
	case p.Total == 0:
		p.Problem += ", and the pool has no node"
	case p.Open == 0:
		p.Problem += fmt.Sprintf(", and none of its nodes (%d) takes pods", p.Total)
	case p.Open == 1:
		p.Problem += fmt.Sprintf(", 1 node has %s free", share(free, p.has))
	default:
		p.Problem += fmt.Sprintf(", %d nodes have %s free, at most %s on one", p.Open, share(free, p.has), p.largest)
	}
	if len(p.lacks) > 0 {
		p.Problem += " (" + strings.Join(p.lacks, ", ") + ")"
	}
}

func (a amount) String() string {
	return CPU(cpus(a.cpu)) + " CPU and " + GiB(mebibytes(a.memory)) + " GiB"
}

func share(part, whole amount) string {
	return fmt.Sprintf("%s of %s CPU and %s of %s GiB", CPU(cpus(part.cpu)), CPU(cpus(whole.cpu)), GiB(mebibytes(part.memory)), GiB(mebibytes(whole.memory)))
}

// CPU writes a number of CPUs for people: two digits, none of them needless.
func CPU(n float64) string { return strconv.FormatFloat(math.Round(n*100)/100, 'f', -1, 64) }

// GiB writes MiB as GiB, with one digit.
func GiB(mebibytes int64) string {
	return strconv.FormatFloat(math.Round(float64(mebibytes)/1024*10)/10, 'f', -1, 64)
}

// with adds s to a sorted set.
func with(set []string, s string) []string {
	i, found := slices.BinarySearch(set, s)
	if s == "" || found {
		return set
	}
	return slices.Insert(set, i, s)
}

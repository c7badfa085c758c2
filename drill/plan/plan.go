// Package plan is what a drill walks: its steps in order, what each needs, promises, is
// checked by and is undone by, and how long players are without service by those promises.
//
// A plan is data. drill/steps makes it together with the code that carries it out, so what
// is printed is what is walked.
package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pitboss/regions"
)

// Kind is what a drill is for.
type Kind string

const (
	// Switchover moves a market on purpose, between two regions that live: nothing may be
	// lost.
	Switchover Kind = "switchover"
	// Failover leaves a region that is gone: what it had not sent is lost.
	Failover Kind = "failover"
	// Failback takes a region back into service and moves the market to it.
	Failback Kind = "failback"
)

// Kinds is every kind.
func Kinds() []Kind { return []Kind{Switchover, Failover, Failback} }

// Phase is what players notice while a step runs.
type Phase string

const (
	// Before: nothing is noticed.
	Before Phase = "before"
	// Frozen: writes are refused.
	Frozen Phase = "frozen"
	// Moving: everything works, and players move.
	Moving Phase = "moving"
	// After: the market is where it should be, and the program is told.
	After Phase = "after"
)

// A Step is one step, as data.
type Step struct {
	ID   string `json:"id"`
	Does string `json:"does"`
	// Needs are the steps that must be done first: always earlier ones.
	Needs []string `json:"needs,omitempty"`
	Phase Phase    `json:"phase"`
	// Within is what it promises. A step that takes longer fails.
	Within time.Duration `json:"within"`
	// Check is how one sees that it is done.
	Check string `json:"check"`
	// Undo is how an abort takes it back; "" is that there is nothing to take back.
	Undo string `json:"undo,omitempty"`
	// Final says that there is no way back once it has begun, but another drill.
	Final bool `json:"final,omitempty"`
}

// A Plan is a drill of one market.
type Plan struct {
	Market string         `json:"market"`
	Kind   Kind           `json:"kind"`
	From   regions.Region `json:"from"`
	To     regions.Region `json:"to"`
	RTO    time.Duration  `json:"rto"`
	RPO    time.Duration  `json:"rpo"`
	// Failover is what DNS takes to leave a region: it counts where nobody moves players.
	Failover time.Duration `json:"failover"`
	Steps    []Step        `json:"steps"`
	// Losses are the risks that must be accepted by name before it runs, as "lose:ledger".
	Losses []string `json:"losses,omitempty"`
}

// ID is short and the same for the same plan.
func (p Plan) ID() string {
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // it has no field that could fail
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}

// Walks says whether two plans walk the same way: the same steps in the same order, needing
// the same. Words and promises may differ, as they do between versions.
func (p Plan) Walks(other Plan) bool {
	return slices.EqualFunc(p.Steps, other.Steps, func(a, b Step) bool {
		return a.ID == b.ID && a.Phase == b.Phase && a.Final == b.Final && slices.Equal(a.Needs, b.Needs)
	})
}

// Step is a step by its id.
func (p Plan) Step(id string) (Step, bool) {
	for _, s := range p.Steps {
		if s.ID == id {
			return s, true
		}
	}
	return Step{}, false
}

// Check refuses a plan that could not be walked: a step that is there twice, or that needs
// one that does not come before it.
func (p Plan) Check() error {
	seen := map[string]bool{}
	for _, s := range p.Steps {
		if seen[s.ID] {
			return fmt.Errorf("plan: step %s is there twice", s.ID)
		}
		for _, need := range s.Needs {
			if !seen[need] {
				return fmt.Errorf("plan: step %s needs %s, which does not come before it", s.ID, need)
			}
		}
		if s.Within <= 0 {
			return fmt.Errorf("plan: step %s promises no time", s.ID)
		}
		seen[s.ID] = true
	}
	return nil
}

// Outage is the steps on the longest way through the time in which players are not served,
// and what they promise together. A switchover's is from the freeze until writes are taken
// again; a failover's is all of it until players have been moved.
func (p Plan) Outage() (path []Step, total time.Duration) {
	return p.longest(func(s Step) bool {
		return s.Phase == Frozen || p.Kind == Failover && s.Phase != After
	})
}

// Whole is the longest way from the freeze until all players are in the new region.
func (p Plan) Whole() (path []Step, total time.Duration) {
	return p.longest(func(s Step) bool {
		return s.Phase == Frozen || s.Phase == Moving || p.Kind == Failover && s.Phase != After
	})
}

// longest is the critical path among the steps chosen.
func (p Plan) longest(chosen func(Step) bool) (path []Step, total time.Duration) {
	best := map[string]time.Duration{}
	before := map[string]string{}
	end := ""
	for _, s := range p.Steps {
		if !chosen(s) {
			continue
		}
		took := s.Within
		for _, need := range s.Needs {
			if d, ok := best[need]; ok && d+s.Within > took {
				took, before[s.ID] = d+s.Within, need
			}
		}
		best[s.ID] = took
		if took > total {
			total, end = took, s.ID
		}
	}
	for id := end; id != ""; id = before[id] {
		s, _ := p.Step(id)
		path = append([]Step{s}, path...)
	}
	return path, total
}

// Verdict says whether the plan keeps the market's RTO. If it does not, the step named is
// the longest on the critical path: the one to shorten.
func (p Plan) Verdict() (ok bool, breaks Step, total time.Duration) {
	path, total := p.Outage()
	if p.Kind == Failover {
		total += p.Failover
	}
	for _, s := range path {
		if s.Within > breaks.Within {
			breaks = s
		}
	}
	return total <= p.RTO, breaks, total
}

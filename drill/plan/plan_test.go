package plan

import (
	"strings"
	"testing"
	"time"
)

func example() Plan {
	return Plan{Kind: Switchover, RTO: time.Minute, Steps: []Step{
		{ID: "look", Phase: Before, Within: time.Hour},
		{ID: "freeze", Phase: Frozen, Within: 5 * time.Second, Needs: []string{"look"}},
		{ID: "promote a", Phase: Frozen, Within: 20 * time.Second, Needs: []string{"freeze"}},
		{ID: "promote b", Phase: Frozen, Within: 30 * time.Second, Needs: []string{"freeze"}},
		{ID: "resume", Phase: Frozen, Within: 5 * time.Second, Needs: []string{"promote a", "promote b"}},
		{ID: "move", Phase: Moving, Within: 10 * time.Minute, Needs: []string{"resume"}},
		{ID: "say so", Phase: After, Within: time.Hour, Needs: []string{"move"}},
	}}
}

// TestOutageIsTheLongestWay: what runs side by side counts once, what nobody notices does
// not count.
func TestOutageIsTheLongestWay(t *testing.T) {
	p := example()
	path, total := p.Outage()
	var ids []string
	for _, s := range path {
		ids = append(ids, s.ID)
	}
	if got := strings.Join(ids, ", "); got != "freeze, promote b, resume" || total != 40*time.Second {
		t.Errorf("outage: %s, %s", got, total)
	}
	if _, whole := p.Whole(); whole != 40*time.Second+10*time.Minute {
		t.Errorf("whole: %s", whole)
	}
}

// TestVerdictNamesTheStep: a plan that cannot keep the RTO says which step to shorten.
func TestVerdictNamesTheStep(t *testing.T) {
	p := example()
	if ok, _, total := p.Verdict(); !ok || total != 40*time.Second {
		t.Errorf("40 s of 60: ok %v, %s", ok, total)
	}
	p.RTO = 30 * time.Second
	if ok, breaks, _ := p.Verdict(); ok || breaks.ID != "promote b" {
		t.Errorf("40 s of 30: ok %v, %s breaks it", ok, breaks.ID)
	}
	p.Kind, p.RTO, p.Failover = Failover, 2*time.Hour, 90*time.Second
	if _, breaks, total := p.Verdict(); breaks.ID != "look" || total != time.Hour+40*time.Second+10*time.Minute+90*time.Second {
		t.Errorf("a failover counts from its begin, and what DNS takes: %s, %s", breaks.ID, total)
	}
}

func TestCheckRefuses(t *testing.T) {
	for want, change := range map[string]func(*Plan){
		"there twice":        func(p *Plan) { p.Steps[1].ID = "look" },
		"does not come":      func(p *Plan) { p.Steps[1].Needs = []string{"move"} },
		"promises no time":   func(p *Plan) { p.Steps[1].Within = 0 },
		"needs nothing, but": nil,
	} {
		p := example()
		if change == nil {
			if err := p.Check(); err != nil {
				t.Error(err)
			}
			continue
		}
		change(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// TestIDIsOfEverything: a plan that differs in anything has another id.
func TestIDIsOfEverything(t *testing.T) {
	a, b := example(), example()
	if a.ID() != b.ID() {
		t.Error("the same plan has two ids")
	}
	b.Steps[5].Within++
	if a.ID() == b.ID() {
		t.Error("two plans have one id")
	}
}

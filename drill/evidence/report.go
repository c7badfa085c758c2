// Package evidence makes of a drill's journal a report that an auditor can rely on: what
// was promised, what was measured, every check with its reading, and every deviation;
// signed, so that it can be checked years later with the market's public key alone.
//
// Everything in a report comes from the journal. Where the journal says nothing, the report
// says that it is not known.
package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pitboss/drill/journal"
	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/drill/run"
	"pitboss/drill/steps"
)

// Format is the version of a report's form.
const Format = 1

// A Report is one drill.
type Report struct {
	Format  int         `json:"format"`
	Market  string      `json:"market"`
	Run     string      `json:"run"`
	Kind    plan.Kind   `json:"kind"`
	From    string      `json:"from"`
	To      string      `json:"to"`
	Who     string      `json:"who"`
	Began   time.Time   `json:"began"`
	Ended   time.Time   `json:"ended"`
	Outcome run.Outcome `json:"outcome"`
	// Why is what stopped it, if something did.
	Why      string      `json:"why,omitempty"`
	PlanID   string      `json:"planId"`
	Accepted []string    `json:"accepted,omitempty"`
	Promised Promised    `json:"promised"`
	Measured Measured    `json:"measured"`
	Writes   *port.Tally `json:"writes,omitempty"`
	Steps    []Step      `json:"steps"`
	// Deviations are what was not as planned.
	Deviations []string `json:"deviations"`
	// Misses are the promises that were not kept; none is that all were.
	Misses []string `json:"misses"`
	// Resumed is how often somebody went on with it after it had been killed or stopped.
	Resumed int `json:"resumed"`
	// Entries and Journal are how many entries the journal has, and the hash of the last.
	Entries int    `json:"entries"`
	Journal string `json:"journal"`
}

// Promised is company policy and the plan's own promises, in seconds.
type Promised struct {
	RTO    float64 `json:"rtoSeconds"`
	RPO    float64 `json:"rpoSeconds"`
	Outage float64 `json:"planOutageSeconds"`
	Whole  float64 `json:"planWholeSeconds"`
}

// Measured is what happened, in seconds; nil is not known.
type Measured struct {
	// Frozen is from the moment in which services were told to stop until the new region
	// was told to write.
	Frozen *float64 `json:"frozenSeconds,omitempty"`
	// Whole is from the freeze until all players were in the new region.
	Whole *float64 `json:"freezeToAllSeconds,omitempty"`
	// RTO is the time without service: of a failover from its begin until all players are
	// in the new region, else Frozen.
	RTO *float64 `json:"rtoSeconds,omitempty"`
	// RPO is how much work was lost: from the oldest acknowledged write that is not there
	// to the newest.
	RPO *float64 `json:"rpoSeconds,omitempty"`
	// Own is the time that the drill itself computed, without waiting for anything.
	Own *float64 `json:"ownSeconds,omitempty"`
}

// Step is what became of a step.
type Step struct {
	plan.Step
	Began  *time.Time    `json:"began,omitempty"`
	Ended  *time.Time    `json:"ended,omitempty"`
	Result string        `json:"result"`
	Checks []steps.Check `json:"checks,omitempty"`
	// Undone says that it was taken back.
	Undone *time.Time `json:"undone,omitempty"`
}

// Finish is what the End entry says beside the outcome.
type Finish struct {
	OwnSeconds float64 `json:"ownSeconds"`
}

// Build makes the report of a journal.
func Build(all []journal.Entry) (Report, error) {
	if err := journal.Verify(all); err != nil {
		return Report{}, err
	}
	h, err := run.ReadHeader(all)
	if err != nil {
		return Report{}, err
	}
	accepted, err := run.Accepted(all)
	if err != nil {
		return Report{}, err
	}
	last := all[len(all)-1]
	b := &builder{header: h, at: map[string]int{}, r: Report{
		Format: Format, Market: h.Plan.Market, Run: last.Run, Kind: h.Plan.Kind, From: h.Plan.From.String(), To: h.Plan.To.String(),
		Who: h.Who, Began: all[0].At, Ended: last.At, Outcome: run.Interrupted, PlanID: h.Plan.ID(), Accepted: accepted,
		Deviations: []string{}, Misses: []string{}, Entries: len(all), Journal: last.Hash(),
	}}
	_, outage := h.Plan.Outage()
	_, whole := h.Plan.Whole()
	b.r.Promised = Promised{h.Plan.RTO.Seconds(), h.Plan.RPO.Seconds(), outage.Seconds(), whole.Seconds()}
	for i, s := range h.Plan.Steps {
		b.at[s.ID] = i
		b.r.Steps = append(b.r.Steps, Step{Step: s, Result: "not begun"})
	}
	for _, e := range all {
		if err := b.take(e); err != nil {
			return b.r, fmt.Errorf("entry %d: %w", e.Seq, err)
		}
	}
	b.measure()
	b.judge()
	return b.r, nil
}

// builder puts a report together, an entry at a time.
type builder struct {
	header run.Header
	at     map[string]int
	r      Report
}

func (b *builder) take(e journal.Entry) error {
	var s *Step
	if i, ok := b.at[e.Step]; ok {
		s = &b.r.Steps[i]
	} else if e.Step != "" {
		return fmt.Errorf("step %q is not of the plan", e.Step)
	} else {
		s = &Step{}
	}
	switch e.Kind {
	case journal.Start:
		if s.Began == nil {
			s.Began = &e.At
		}
		s.Result = "begun"
	case journal.Done:
		s.Ended, s.Result = &e.At, "done"
	case journal.Failed:
		s.Ended, s.Result = &e.At, "failed"
		b.r.Why = e.Text
	case journal.Undone:
		s.Undone = &e.At
	case journal.Reading:
		var c steps.Check
		if err := json.Unmarshal(e.Data, &c); err != nil {
			return err
		}
		s.Checks = append(s.Checks, c)
	case journal.Deviant:
		b.r.Deviations = append(b.r.Deviations, strings.TrimPrefix(e.Step+": "+e.Text, ": "))
	case journal.Resume:
		b.r.Resumed++
	case journal.Abort:
		if b.r.Why == "" {
			b.r.Why = e.Text
		}
	case journal.Tally:
		b.r.Writes = &port.Tally{}
		return json.Unmarshal(e.Data, b.r.Writes)
	case journal.End:
		b.r.Outcome, b.r.Ended = run.Outcome(e.Text), e.At
	case journal.Note:
		return b.own(e)
	}
	return nil
}

// own reads the drill's own time, which is noted with no step.
func (b *builder) own(e journal.Entry) error {
	if e.Step != "" || e.Text != OwnTime {
		return nil
	}
	var f Finish
	err := json.Unmarshal(e.Data, &f)
	b.r.Measured.Own = &f.OwnSeconds
	return err
}

// OwnTime is the note that says how long the drill itself computed.
const OwnTime = "own time"

// ErrNoJournal is that there is nothing to report.
var ErrNoJournal = errors.New("there is no journal")

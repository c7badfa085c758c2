package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"pitboss/drill/evidence"
	"pitboss/drill/journal"
	"pitboss/drill/run"
	"pitboss/drill/steps"
)

// narrate tells what is going on, a line an entry.
func (a *app) narrate() func(journal.Entry) {
	began := map[string]time.Time{}
	return func(e journal.Entry) {
		at := a.env.Now().UTC().Format("15:04:05.000")
		switch e.Kind {
		case journal.Start:
			began[e.Step] = e.At
			a.say("%s  %-18s %s", at, e.Step, e.Text)
		case journal.Done:
			a.say("%s  %-18s done in %s", at, e.Step, e.At.Sub(began[e.Step]).Round(time.Millisecond))
		case journal.Failed:
			a.say("%s  %-18s FAILED: %s", at, e.Step, e.Text)
		case journal.Reading:
			var c steps.Check
			if json.Unmarshal(e.Data, &c) == nil {
				mark := "ok"
				if !c.OK {
					mark = "NOT OK, want " + c.Want
				}
				a.say("%s  %-18s   %s: %s: %s", at, "", c.What, c.Saw, mark)
			}
		case journal.Deviant:
			a.say("%s  %-18s deviation: %s", at, e.Step, e.Text)
		case journal.Abort:
			a.say("%s  taking everything back", at)
		case journal.Undoing:
			if e.Text != "" {
				a.say("%s  %-18s taking back: %s", at, e.Step, e.Text)
			}
		case journal.Resume:
			a.say("%s  going on, %s", at, e.Text)
		}
	}
}

// printReport is a report in a few lines.
func printReport(out io.Writer, r evidence.Report) {
	seconds := func(s *float64) string {
		if s == nil {
			return "not known"
		}
		return fmt.Sprintf("%.1f s", *s)
	}
	fmt.Fprintf(out, "%s of %s, %s to %s: %s\n", r.Kind, r.Market, r.From, r.To, r.Outcome)
	if r.Why != "" && r.Outcome != run.Done {
		fmt.Fprintf(out, "  because         %s\n", strings.ReplaceAll(r.Why, "\n", "\n                  "))
	}
	fmt.Fprintf(out, "  without service %s (RTO %.0f s)\n", seconds(r.Measured.RTO), r.Promised.RTO)
	fmt.Fprintf(out, "  writes refused  %s\n", seconds(r.Measured.Frozen))
	fmt.Fprintf(out, "  to all players  %s from the freeze\n", seconds(r.Measured.Whole))
	fmt.Fprintf(out, "  work lost       %s (RPO %.0f s)\n", seconds(r.Measured.RPO), r.Promised.RPO)
	fmt.Fprintf(out, "  own time        %s\n", seconds(r.Measured.Own))
	if w := r.Writes; w != nil {
		fmt.Fprintf(out, "  writes          %d acknowledged, %d present, %d lost, %d twice; %d refused and told so, at most %s without one\n",
			w.Acknowledged, w.Present, w.Lost, w.Duplicated, w.Refused, w.RefusedFor.Round(time.Millisecond))
		fmt.Fprintf(out, "  money           %d before, %d after\n", w.Before, w.After)
	}
	for _, d := range r.Deviations {
		fmt.Fprintf(out, "  deviation       %s\n", d)
	}
	for _, m := range r.Misses {
		fmt.Fprintf(out, "  NOT KEPT        %s\n", m)
	}
}

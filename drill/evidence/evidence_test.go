package evidence_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pitboss/drill/evidence"
	"pitboss/drill/journal"
	"pitboss/drill/model"
	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/drill/run"
)

// walked is the journal of a switchover in the model, with what a witness counted.
func walked(t *testing.T, f model.Faults) []journal.Entry {
	w := model.New(model.Example(), f)
	d := &model.Drill{World: w, Kind: plan.Switchover, To: w.Inv.Standby}
	if _, died, err := d.Go(context.Background()); died || err != nil && f == (model.Faults{}) {
		t.Fatal(died, err)
	}
	all, err := d.Entries()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestReportSaysWhatTheJournalSays: figures are those of the steps' times.
func TestReportSaysWhatTheJournalSays(t *testing.T) {
	r, err := evidence.Build(walked(t, model.Faults{}))
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome != run.Done || r.To != "eu-central-1" || len(r.Steps) < 20 || r.Entries < 60 {
		t.Errorf("%s to %s, %d steps, %d entries", r.Outcome, r.To, len(r.Steps), r.Entries)
	}
	if r.Measured.Frozen == nil || r.Measured.Whole == nil || *r.Measured.Frozen <= 0 || *r.Measured.Whole <= *r.Measured.Frozen {
		t.Errorf("measured %+v", r.Measured)
	}
	if r.Measured.RPO != nil {
		t.Error("nobody looked for lost writes, and an RPO is told")
	}
	if len(r.Misses) > 0 {
		t.Errorf("misses %v", r.Misses)
	}
}

// TestWhatFailsIsTold: a run that was taken back says why, and is no kept promise.
func TestWhatFailsIsTold(t *testing.T) {
	r, err := evidence.Build(walked(t, model.Faults{Sour: 25}))
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome != run.Aborted || !strings.Contains(r.Why, "logins that succeed") || len(r.Misses) == 0 {
		t.Errorf("%s: %s; misses %v", r.Outcome, r.Why, r.Misses)
	}
}

// TestWhatIsAcceptedLaterIsTold: whoever goes on with a run, or takes it back, answers for
// what they accept as much as whoever began it.
func TestWhatIsAcceptedLaterIsTold(t *testing.T) {
	for _, aborts := range []bool{false, true} {
		w := model.New(model.Example(), model.Faults{})
		d := &model.Drill{World: w, Kind: plan.Switchover, To: w.Inv.Standby, Accepted: []string{"first"}}
		for i, accepted := range [][]string{{"first"}, {"first", "second"}, {"second", "third"}} {
			w.CrashAt, d.Accepted = []int{100, w.Points + 5, 0}[i], accepted
			do := d.Go
			if aborts && i > 0 {
				do = d.Abort
			}
			if _, died, err := do(context.Background()); died != (w.CrashAt > 0) || err != nil {
				t.Fatal(i, died, err)
			}
		}
		all, err := d.Entries()
		if err != nil {
			t.Fatal(err)
		}
		r, err := evidence.Build(all)
		if err != nil || !slices.Equal(r.Accepted, []string{"first", "second", "third"}) {
			t.Errorf("aborts %v: accepted %v, %v", aborts, r.Accepted, err)
		}
		if r.Resumed != 2 {
			t.Errorf("aborts %v: resumed %d times", aborts, r.Resumed)
		}
	}
}

// TestVerifyFindsChanges: whatever is changed after the signature is found, and so is a
// report that was signed and does not say what the journal says.
func TestVerifyFindsChanges(t *testing.T) {
	key := evidence.Key("some words")
	fresh := func() evidence.Bundle {
		b, _, err := evidence.Make(walked(t, model.Faults{}), key)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if _, err := evidence.Verify(fresh(), evidence.Public(key)); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(evidence.Bundle){
		"report.json is missing or was changed": func(b evidence.Bundle) {
			b[evidence.FileReport] = []byte(strings.Replace(string(b[evidence.FileReport]), `"done"`, `"fine"`, 1))
		},
		"journal.jsonl is missing or was changed": func(b evidence.Bundle) { delete(b, evidence.FileJournal) },
		"the signature is not of these files": func(b evidence.Bundle) {
			b[evidence.FileSignature] = []byte(strings.Replace(string(b[evidence.FileSignature]), `"report.html": "`, `"report.html": "0`, 1))
		},
	} {
		b := fresh()
		change(b)
		if _, err := evidence.Verify(b, evidence.Public(key)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := evidence.Verify(fresh(), evidence.Public(evidence.Key("others"))); err == nil || !strings.Contains(err.Error(), "the market's is") {
		t.Errorf("another key: %v", err)
	}
}

// TestLostWritesAreMisses: a switchover that loses one has not kept its promise.
func TestLostWritesAreMisses(t *testing.T) {
	all := walked(t, model.Faults{})
	j, err := journal.Open(kept(all[:len(all)-1]), "drill", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	tally := port.Tally{Acknowledged: 10, Present: 8, Lost: 2, Before: 5, After: 4, LostWrites: []port.LostWrite{{ID: "a", At: at}, {ID: "b", At: at.Add(700 * time.Millisecond)}}}
	if _, err := j.Add(journal.Tally, "", "", tally); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Add(journal.End, "", string(run.Done), nil); err != nil {
		t.Fatal(err)
	}
	r, err := evidence.Build(j.Entries())
	if err != nil {
		t.Fatal(err)
	}
	if r.Measured.RPO == nil || *r.Measured.RPO != 0.7 || len(r.Misses) != 2 {
		t.Errorf("RPO %v, misses %v", r.Measured.RPO, r.Misses)
	}
	if text, err := json.Marshal(r); err != nil || !strings.Contains(string(text), `"lost":2`) || !strings.Contains(string(text), `"rpoSeconds":0.7`) {
		t.Errorf("scripts read other names: %s, %v", text, err)
	}
	if path := os.Getenv("PITBOSS_PAGE"); path != "" { // to look at
		page, err := evidence.Page(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = os.WriteFile(path, page, 0o600)
	}
}

// kept is a store that has entries.
type kept []journal.Entry

func (k kept) Append(journal.Entry) error        { return nil }
func (k kept) Entries() ([]journal.Entry, error) { return k, nil }

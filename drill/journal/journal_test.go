package journal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitboss/drill/journal"
)

// clock is a second later each time.
func clock() func() time.Time {
	at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time { at = at.Add(time.Second); return at }
}

func write(t *testing.T, path string, n int) []journal.Entry {
	j, err := journal.Open(journal.NewFile(path), "run", clock())
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		if _, err := j.Add(journal.Note, "step", "key", map[string]string{"a": "<&>"}); err != nil {
			t.Fatal(err)
		}
	}
	return j.Entries()
}

// TestItGoesOnWhereItEnded: entries are read back as they were written, and new ones follow.
func TestItGoesOnWhereItEnded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs", "journal.jsonl")
	write(t, path, 3)
	all := write(t, path, 2)
	if len(all) != 5 || all[4].Seq != 5 {
		t.Fatalf("%d entries, the last is %+v", len(all), all[len(all)-1])
	}
	if err := journal.Verify(all); err != nil {
		t.Error(err)
	}
}

// TestHalfALineIsCutOff: what a crash left of a line is no entry, and the next one takes
// its place.
func TestHalfALineIsCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	write(t, path, 2)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"seq":3,"at":"2027`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if all := write(t, path, 1); len(all) != 3 || all[2].Kind != journal.Note {
		t.Errorf("%d entries: %+v", len(all), all)
	}
}

// TestChangesAreFound: an entry that was changed, left out or exchanged.
func TestChangesAreFound(t *testing.T) {
	for want, change := range map[string]func([]journal.Entry) []journal.Entry{
		"one of them was changed": func(all []journal.Entry) []journal.Entry { all[1].Text = "other"; return all },
		"missing or out of order": func(all []journal.Entry) []journal.Entry { return append(all[:1], all[2:]...) },
	} {
		all := write(t, filepath.Join(t.TempDir(), "journal.jsonl"), 4)
		if err := journal.Verify(change(all)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// TestAnotherRunsJournalIsRefused: two runs must not write into one.
func TestAnotherRunsJournalIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	write(t, path, 1)
	if _, err := journal.Open(journal.NewFile(path), "other", clock()); err == nil || !strings.Contains(err.Error(), "of run run") {
		t.Errorf("got %v", err)
	}
}

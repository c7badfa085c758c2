// Package journal is a drill's memory: what it was about to do, did, saw and decided, one
// entry after the other, each with the hash of the one before. It is on disk before a step
// begins and after it ended, so that a drill that was killed at any moment can be finished
// or taken back, and everything that a report says can be checked against it.
package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Kind is what an entry says.
type Kind string

// The kinds of entries.
const (
	Begin   Kind = "begin"   // the run, its plan and what was accepted
	Start   Kind = "start"   // a step is about to be done
	Note    Kind = "note"    // what a step must know again if it is killed
	Reading Kind = "reading" // a check and what it saw
	Deviant Kind = "deviant" // something was not as planned, and the run goes on
	Done    Kind = "done"    // a step is done
	Failed  Kind = "failed"  // a step failed
	Abort   Kind = "abort"   // from here on, everything is taken back
	Undoing Kind = "undoing" // a step is about to be taken back
	Undone  Kind = "undone"  // it is
	Resume  Kind = "resume"  // somebody went on with it
	Tally   Kind = "tally"   // what became of the witness's writes
	End     Kind = "end"     // the run is over
)

// An Entry is one line.
type Entry struct {
	Seq  int             `json:"seq"`
	At   time.Time       `json:"at"`
	Run  string          `json:"run"`
	Kind Kind            `json:"kind"`
	Step string          `json:"step,omitempty"`
	Text string          `json:"text,omitempty"`
	Data json.RawMessage `json:"data,omitempty"`
	Prev string          `json:"prev"`
}

// Hash is what the next entry names.
func (e Entry) Hash() string {
	data, err := json.Marshal(e)
	if err != nil {
		panic(err) // its data was encoded before
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Store keeps entries. Append returns once the entry would survive a crash.
type Store interface {
	Append(Entry) error
	Entries() ([]Entry, error)
}

// A Journal writes entries to a store.
type Journal struct {
	store Store
	run   string
	now   func() time.Time
	last  Entry
	all   []Entry
}

// Open reads what is there and goes on behind it. It refuses a journal that was changed,
// or that is another run's.
func Open(store Store, run string, now func() time.Time) (*Journal, error) {
	all, err := store.Entries()
	if err != nil {
		return nil, err
	}
	if err := Verify(all); err != nil {
		return nil, err
	}
	j := &Journal{store: store, run: run, now: now, all: all}
	if n := len(all); n > 0 {
		j.last = all[n-1]
		if j.last.Run != run {
			return nil, fmt.Errorf("journal: it is of run %s, not of %s", j.last.Run, run)
		}
	}
	return j, nil
}

// Verify checks that no entry is missing, changed or out of order.
func Verify(all []Entry) error {
	prev := ""
	for i, e := range all {
		if e.Seq != i+1 {
			return fmt.Errorf("journal: entry %d has number %d: entries are missing or out of order", i+1, e.Seq)
		}
		if e.Prev != prev {
			return fmt.Errorf("journal: entry %d does not follow from the one before it: one of them was changed", e.Seq)
		}
		prev = e.Hash()
	}
	return nil
}

// Entries is everything so far.
func (j *Journal) Entries() []Entry { return j.all }

// Add writes one entry and returns it. data may be nil.
func (j *Journal) Add(kind Kind, step, text string, data any) (Entry, error) {
	e := Entry{Seq: j.last.Seq + 1, At: j.now().UTC().Round(0), Run: j.run, Kind: kind, Step: step, Text: text}
	if j.last.Seq > 0 {
		e.Prev = j.last.Hash()
	}
	if data != nil {
		raw, err := json.Marshal(data)
		if err != nil {
			return e, fmt.Errorf("journal: %s of %s: %w", kind, step, err)
		}
		e.Data = raw
	}
	if err := j.store.Append(e); err != nil {
		return e, fmt.Errorf("journal: %w", err)
	}
	j.last, j.all = e, append(j.all, e)
	return e, nil
}

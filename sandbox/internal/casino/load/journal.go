package load

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// What a line of the journal says.
const (
	lineStart = "start"
	lineAck   = "ack"
	lineTick  = "tick" // writes are being tried; the counters so far
)

// line is one of the journal. It is all that a tally needs, so that one can be made by
// another process than the one that wrote.
type line struct {
	What   string    `json:"what"`
	At     time.Time `json:"at"`
	ID     uuid.UUID `json:"id,omitzero"`
	Op     string    `json:"op,omitempty"`
	Before int64     `json:"before,omitempty"`
	Counts *counts   `json:"counts,omitempty"`
}

// counts are those that the journal keeps now and then.
type counts struct {
	// Refused are writes that were not taken at first; Refusals and Failures are answers.
	Refused  int `json:"refused"`
	Refusals int `json:"refusals"`
	Failures int `json:"failures"`
	// GaveUp are writes that were never taken, Rejected those that never will be.
	GaveUp   int `json:"gaveUp"`
	Rejected int `json:"rejected"`
}

// journal is the file that acknowledged writes are in before they count.
type journal struct {
	mu   sync.Mutex
	file *os.File
	err  error
}

// create begins a new journal and keeps the one before beside it.
func create(path string) (*journal, error) {
	if err := os.Rename(path, path+".before"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return &journal{file: f}, nil
}

// add writes a line through to the file. After an error nothing counts any more: a
// witness that cannot write down what it saw is none.
func (j *journal) add(l line) error {
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		_, j.err = j.file.Write(append(data, '\n'))
	}
	return j.err
}

func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return errors.Join(j.err, j.file.Close())
}

// story is a journal read back.
type story struct {
	started time.Time
	ended   time.Time // the last line's
	before  int64
	acks    []line // by time
	counts  counts
}

// readStory reads a journal. A last line without an end was being written when the
// process died: it never counted.
func readStory(path string) (story, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return story{}, errors.New("the witness has written nothing: start it first")
	}
	if err != nil {
		return story{}, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	var out story
	r := bufio.NewReader(f)
	for n := 1; ; n++ {
		data, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return story{}, err
		}
		var l line
		if err := json.Unmarshal(data, &l); err != nil {
			return story{}, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		out.take(l)
	}
	if out.started.IsZero() {
		return story{}, fmt.Errorf("%s has no beginning: start the witness again", path)
	}
	slices.SortStableFunc(out.acks, func(a, b line) int { return a.At.Compare(b.At) })
	return out, nil
}

func (s *story) take(l line) {
	switch l.What {
	case lineStart:
		s.started, s.before = l.At, l.Before
	case lineAck:
		s.acks = append(s.acks, l)
	case lineTick:
		if l.Counts != nil {
			s.counts = *l.Counts
		}
	}
	if l.At.After(s.ended) {
		s.ended = l.At
	}
}

// longestGap is the longest time without a write being taken while writes were tried.
func (s *story) longestGap() time.Duration {
	last, longest := s.started, time.Duration(0)
	for _, l := range s.acks {
		longest = max(longest, l.At.Sub(last))
		last = l.At
	}
	return max(longest, s.ended.Sub(last))
}

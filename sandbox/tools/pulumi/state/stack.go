package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// A stack is one stack's record. Its methods want mu held.
type stack struct {
	mu   sync.Mutex
	name stackName
	dir  string

	Tags map[string]string `json:"tags,omitempty"`
	// State is the state after the last update that ended.
	State apitype.UntypedDeployment `json:"state"`
	// Version counts updates; Last is the id of the one that State is from.
	Version int    `json:"version"`
	Last    string `json:"last,omitempty"`
	// Started is when the last update began, in seconds since 1970.
	Started int64 `json:"started,omitempty"`

	running *update
	journal *os.File
	written map[int64]bool // sequence numbers that are in the journal
}

func (s *stack) file(name string) string { return filepath.Join(s.dir, name) }

func (s *stack) save() error { return writeJSON(s.file("stack.json"), s) }

// load reads what a folder holds. An update whose state is saved already, but which was
// not yet forgotten when the service ended, is forgotten now.
func (s *stack) load() error {
	if err := readJSON(s.file("stack.json"), s); err != nil {
		return err
	}
	if err := readJSON(s.file("running.json"), &s.running); err != nil || s.running == nil {
		return err
	}
	if s.running.ID == s.Last {
		return s.forget()
	}
	entries, err := s.entries()
	s.written = map[int64]bool{}
	for _, e := range entries {
		s.written[e.SequenceID] = true
	}
	return err
}

// forget removes the record of the running update.
func (s *stack) forget() error {
	if s.journal != nil {
		_ = s.journal.Close()
	}
	s.running, s.journal, s.written = nil, nil, map[int64]bool{}
	for _, name := range []string{"running.json", "journal.ndjson"} {
		if err := os.Remove(s.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// current is the state as of now: that of the last update that ended and what the one
// that runs has done since.
func (s *stack) current() (apitype.UntypedDeployment, error) {
	if s.running == nil || s.running.Kind == apitype.PreviewUpdate {
		return s.State, nil
	}
	entries, err := s.entries()
	if err != nil || len(entries) == 0 {
		return s.State, err
	}
	var base apitype.DeploymentV3
	if len(s.State.Deployment) > 0 {
		if err := json.Unmarshal(s.State.Deployment, &base); err != nil {
			return apitype.UntypedDeployment{}, fmt.Errorf("state of %s: %w", s.name, err)
		}
	}
	replayer := backend.NewJournalReplayer(&base)
	for _, e := range entries {
		if err := replayer.Add(e); err != nil {
			return apitype.UntypedDeployment{}, fmt.Errorf("journal of %s, entry %d: %w", s.name, e.SequenceID, err)
		}
	}
	deployment, err := replayer.GenerateDeployment()
	if err != nil {
		return apitype.UntypedDeployment{}, fmt.Errorf("journal of %s: %w", s.name, err)
	}
	raw, err := json.Marshal(deployment.Deployment)
	return apitype.UntypedDeployment{Version: deployment.Version, Features: deployment.Features, Deployment: raw}, err
}

// resources counts what the stack holds, as Pulumi does: the stack itself included.
func (s *stack) resources() (int, error) {
	state, err := s.current()
	if err != nil || len(state.Deployment) == 0 {
		return 0, err
	}
	var d struct {
		Resources []json.RawMessage `json:"resources"`
	}
	err = json.Unmarshal(state.Deployment, &d)
	return len(d.Resources), err
}

// write adds entries to the running update's journal. Those that were written before are
// not written again: a client repeats a call whose answer it did not get.
func (s *stack) write(entries []apitype.JournalEntry) error {
	var lines bytes.Buffer
	for _, e := range entries {
		if s.written[e.SequenceID] {
			continue
		}
		raw, err := json.Marshal(e)
		if err != nil {
			return err
		}
		lines.Write(append(raw, '\n'))
	}
	if s.journal == nil {
		f, err := os.OpenFile(s.file("journal.ndjson"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		s.journal = f
	}
	if _, err := s.journal.Write(lines.Bytes()); err != nil {
		return err
	}
	for _, e := range entries {
		s.written[e.SequenceID] = true
	}
	return nil
}

// entries reads the journal, in the order in which the engine numbered the entries: it
// sends them as they are ready. Half a line at its end is an entry that nobody was told is
// kept; it is cut off, so that the next one starts on a line of its own.
func (s *stack) entries() ([]apitype.JournalEntry, error) {
	raw, err := os.ReadFile(s.file("journal.ndjson"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if whole := bytes.LastIndexByte(raw, '\n') + 1; whole < len(raw) {
		raw = raw[:whole]
		if err := os.Truncate(s.file("journal.ndjson"), int64(whole)); err != nil {
			return nil, err
		}
	}
	var out []apitype.JournalEntry
	for decoder := json.NewDecoder(bytes.NewReader(raw)); decoder.More(); {
		var e apitype.JournalEntry
		if err := decoder.Decode(&e); err != nil {
			return nil, fmt.Errorf("journal of %s: %w", s.name, err)
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b apitype.JournalEntry) int { return cmp.Compare(a.SequenceID, b.SequenceID) })
	return out, nil
}

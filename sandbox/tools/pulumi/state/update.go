package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// An update is one run of the engine over a stack.
type update struct {
	ID        string             `json:"id"`
	Kind      apitype.UpdateKind `json:"kind"`
	Request   updateRequest      `json:"request"`
	StartedAt time.Time          `json:"startedAt"`
	Token     string             `json:"token"`
	Holder    holder             `json:"holder"`
}

// An updateRequest is what the history tells of an update.
type updateRequest struct {
	Config   map[string]apitype.ConfigValue `json:"config"`
	Metadata apitype.UpdateMetadata         `json:"metadata"`
}

// A holder is the process that runs an update.
type holder struct {
	User string `json:"user"`
	Host string `json:"host"`
	PID  int    `json:"pid"`
}

// inUse says who holds the stack in the words that the engine's file backend uses, so
// that whoever reads them can tell a run that lives from one that is dead.
func (u update) inUse() error {
	return refuse(409, "Conflict: Another update is currently in progress: %s: created by %s@%s (pid %d) at %s",
		u.ID, u.Holder.User, u.Holder.Host, u.Holder.PID, u.StartedAt.Format(time.RFC3339))
}

// start begins an update. Previews change nothing, so any number may run at once and none
// is recorded.
func (s *stack) start(u *update) error {
	if u.Kind == apitype.PreviewUpdate {
		return nil
	}
	if s.running != nil {
		return s.running.inUse()
	}
	// A journal without an update is that of one that was begun and never recorded.
	if err := s.forget(); err != nil {
		return err
	}
	if err := writeJSON(s.file("running.json"), u); err != nil {
		return err
	}
	s.running = u
	s.Started = u.StartedAt.Unix()
	return nil
}

// end closes the running update: what its journal says becomes the stack's state.
func (s *stack) end(result apitype.UpdateResult) error {
	state, err := s.current()
	if err != nil {
		return err
	}
	u := s.running
	s.State, s.Last = state, u.ID
	s.Version++
	if err := s.save(); err != nil {
		return err
	}
	if err := s.remember(u, result); err != nil {
		return err
	}
	return s.forget()
}

// replace is an import: a state as it is given, and an update of its own.
func (s *stack) replace(id string, state apitype.UntypedDeployment, now time.Time) error {
	if s.running != nil {
		return s.running.inUse()
	}
	s.State, s.Last, s.Started = state, id, now.Unix()
	s.Version++
	if err := s.save(); err != nil {
		return err
	}
	return s.remember(&update{ID: id, Kind: apitype.StackImportUpdate, StartedAt: now}, apitype.SucceededResult)
}

func (s *stack) remember(u *update, result apitype.UpdateResult) error {
	line, err := json.Marshal(apitype.UpdateInfo{
		Kind: u.Kind, StartTime: u.StartedAt.Unix(), EndTime: time.Now().Unix(), Result: result, Version: s.Version,
		Message: u.Request.Metadata.Message, Environment: u.Request.Metadata.Environment, Config: u.Request.Config,
	})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.file("history.ndjson"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// history is the updates that ended and the one that runs, the last one first.
func (s *stack) history() ([]apitype.UpdateInfo, error) {
	raw, err := os.ReadFile(s.file("history.ndjson"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	out := []apitype.UpdateInfo{}
	for _, line := range bytes.Split(raw, []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var u apitype.UpdateInfo
		if err := json.Unmarshal(line, &u); err != nil {
			return nil, fmt.Errorf("history of %s: %w", s.name, err)
		}
		out = append(out, u)
	}
	if u := s.running; u != nil {
		out = append(out, apitype.UpdateInfo{
			Kind: u.Kind, StartTime: u.StartedAt.Unix(), Result: apitype.InProgressResult, Version: s.Version + 1,
			Message: u.Request.Metadata.Message, Environment: u.Request.Metadata.Environment, Config: u.Request.Config,
		})
	}
	slices.Reverse(out)
	return out, nil
}

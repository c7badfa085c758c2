package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// A store is a folder with a folder for each stack:
//
//	<project>/<stack>/stack.json     its tags, and the state after the last update that ended
//	<project>/<stack>/running.json   the update that runs, or that a killed engine left
//	<project>/<stack>/journal.ndjson what that update did so far, one entry a line
//	<project>/<stack>/history.ndjson updates that ended, one a line
type store struct {
	dir string
	key []byte

	mu     sync.Mutex
	stacks map[stackName]*stack
}

// A stackName is a stack within the one organization that there is.
type stackName struct{ project, stack string }

func (n stackName) String() string { return n.project + "/" + n.stack }

// valid keeps names from being paths; Pulumi allows no others.
func (n stackName) valid() bool {
	for _, s := range []string{n.project, n.stack} {
		if s == "" || s != filepath.Base(s) || s == "." || s == ".." {
			return false
		}
	}
	return true
}

func open(dir string) (*store, error) {
	s := &store{dir: dir, stacks: map[stackName]*stack{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	if s.key, err = loadKey(filepath.Join(dir, "key")); err != nil {
		return nil, err
	}
	found, err := filepath.Glob(filepath.Join(dir, "*", "*", "stack.json"))
	if err != nil {
		return nil, err
	}
	for _, path := range found {
		folder := filepath.Dir(path)
		name := stackName{filepath.Base(filepath.Dir(folder)), filepath.Base(folder)}
		st := &stack{name: name, dir: folder}
		if err := st.load(); err != nil {
			return nil, fmt.Errorf("stack %s: %w", name, err)
		}
		s.stacks[name] = st
	}
	return s, nil
}

// stack returns a stack, locked; the caller unlocks it.
func (s *store) stack(name stackName) (*stack, error) {
	s.mu.Lock()
	st := s.stacks[name]
	s.mu.Unlock()
	if st == nil {
		return nil, refuse(404, "Not Found: there is no stack %s", name)
	}
	st.mu.Lock()
	return st, nil
}

func (s *store) create(name stackName, tags map[string]string, state *apitype.UntypedDeployment) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !name.valid() {
		return refuse(400, "Bad Request: %s is not the name of a stack", name)
	}
	if s.stacks[name] != nil {
		return refuse(409, "Conflict: stack %s exists already", name)
	}
	empty := apitype.UntypedDeployment{Version: apitype.DeploymentSchemaVersionCurrent, Deployment: json.RawMessage("{}")}
	st := &stack{name: name, dir: filepath.Join(s.dir, name.project, name.stack), Tags: tags, State: empty}
	if state != nil {
		st.State = *state
	}
	if err := os.MkdirAll(st.dir, 0o700); err != nil {
		return err
	}
	if err := st.save(); err != nil {
		return err
	}
	s.stacks[name] = st
	return nil
}

func (s *store) remove(name stackName, force bool) error {
	st, err := s.stack(name)
	if err != nil {
		return err
	}
	defer st.mu.Unlock()
	n, err := st.resources()
	if err != nil {
		return err
	}
	if n > 0 && !force {
		return refuse(400, "Bad Request: Stack still contains resources.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := os.RemoveAll(st.dir); err != nil {
		return err
	}
	delete(s.stacks, name)
	return nil
}

// names are the stacks of a project, or of all with "", in order.
func (s *store) names(project string) []stackName {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []stackName
	for name := range s.stacks {
		if project == "" || name.project == project {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b stackName) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// writeJSON replaces a file at once, so that a kill leaves the old one or the new one.
func writeJSON(path string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// readJSON leaves v as it is if there is no such file.
func readJSON(path string, v any) error {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, v)
}

package rules

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Judgement is what a run of the policy pack saw and found, for whoever started the run:
// the engine itself passes on only sentences.
type Judgement struct {
	Stack     string     `json:"stack"`
	Resources []Resource `json:"resources"`
	Findings  []Finding  `json:"findings"`
	// Seconds is the time that judging took, without the engine's own.
	Seconds float64 `json:"seconds"`
}

// JudgementVariable names a folder: the policy pack leaves a stack's judgement there.
const JudgementVariable = "PITBOSS_JUDGEMENTS"

func judgementFile(dir, stack string) string { return filepath.Join(dir, stack+".json") }

// Write leaves the judgement in dir.
func (j Judgement) Write(dir string) error {
	raw, err := json.Marshal(j)
	if err != nil {
		return err
	}
	return os.WriteFile(judgementFile(dir, j.Stack), raw, 0o600)
}

// TakeJudgement reads what a run over stack left in dir, and removes it; ok is false if it
// left nothing, such as a run that failed before its end.
func TakeJudgement(dir, stack string) (j Judgement, ok bool, err error) {
	path := judgementFile(dir, stack)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, false, nil
	}
	if err != nil {
		return j, false, err
	}
	if err := json.Unmarshal(raw, &j); err != nil {
		return j, false, err
	}
	return j, true, os.Remove(path)
}

// ForgetJudgement removes what an earlier run over stack left in dir.
func ForgetJudgement(dir, stack string) error {
	if err := os.Remove(judgementFile(dir, stack)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

const (
	unknownMark = "pitboss:unknown"
	secretMark  = "pitboss:secret"
)

// MarshalJSON writes a mark that UnmarshalJSON of a resource finds again.
func (Unknown) MarshalJSON() ([]byte, error) { return []byte(`{"` + unknownMark + `":true}`), nil }

// MarshalJSON writes a mark that UnmarshalJSON of a resource finds again.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`{"` + secretMark + `":true}`), nil }

// UnmarshalJSON reads a resource with what is unknown and secret in it.
func (r *Resource) UnmarshalJSON(raw []byte) error {
	type plain Resource
	if err := json.Unmarshal(raw, (*plain)(r)); err != nil {
		return err
	}
	for key, v := range r.Inputs {
		r.Inputs[key] = revive(v)
	}
	return nil
}

func revive(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 1 && v[unknownMark] == true {
			return Unknown{}
		}
		if len(v) == 1 && v[secretMark] == true {
			return Secret{}
		}
		for key, one := range v {
			v[key] = revive(one)
		}
	case []any:
		for i, one := range v {
			v[i] = revive(one)
		}
	}
	return v
}

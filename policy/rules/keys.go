package rules

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keysFile holds the classes of a market's keys, for the policy pack: the engine shows it
// no other stack, so whoever starts the engine tells it what the foundation made.
const keysFile = "keys.json"

// WriteKeys leaves the classes of keys, by ARN, in the folder of judgements.
func WriteKeys(dir string, keys map[string]string) error {
	raw, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	// At once: another run's policy pack may be reading.
	path := filepath.Join(dir, keysFile)
	tmp, err := os.CreateTemp(dir, ".keys-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(raw)
	if err = errors.Join(err, tmp.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return os.Rename(tmp.Name(), path)
}

// ReadKeys reads what WriteKeys left; nothing if nobody told.
func ReadKeys(dir string) (map[string]string, error) {
	keys := map[string]string{}
	raw, err := os.ReadFile(filepath.Join(dir, keysFile))
	if errors.Is(err, fs.ErrNotExist) || dir == "" {
		return keys, nil
	}
	if err != nil {
		return nil, err
	}
	return keys, json.Unmarshal(raw, &keys)
}

// FindKeys adds to Keys what the stack itself shows: the keys that it makes, whose alias
// ends with their class, and those that the foundation publishes.
func (s *Stack) FindKeys() {
	if s.Keys == nil {
		s.Keys = map[string]string{}
	}
	for _, alias := range s.OfType("kms/alias:Alias") {
		name, _ := alias.Inputs["name"].(string)
		for _, urn := range alias.From["targetKeyId"] {
			if key, ok := s.Find(urn); ok && key.ARN != "" {
				s.Keys[key.ARN] = name[strings.LastIndex(name, "/")+1:]
			}
		}
	}
	for _, ref := range s.OfType("pulumi:StackReference") {
		classes, _ := ref.get([]any{"outputs", "keys"}).(map[string]any)
		for class, regions := range classes {
			arns, _ := regions.(map[string]any)
			for _, arn := range arns {
				if text, ok := arn.(string); ok {
					s.Keys[text] = class
				}
			}
		}
	}
}

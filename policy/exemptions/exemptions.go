// Package exemptions reads the project's file of exemptions from the rules of the policy.
// The policy pack and the command line import it.
package exemptions

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"pitboss/policy/rules"
)

// File is where the exemptions are, in the project.
const File = "policy/exemptions.yaml"

// Error is a file of exemptions that cannot be used.
type Error struct{ Problems []string }

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s\n  next: correct it; an exemption that nobody can read excuses nothing", File, strings.Join(e.Problems, "\n"+File+": "))
}

// Load reads the exemptions of the project in dir as they stand today. A project without
// the file has none. The error is an *Error if the file says something impossible.
func Load(dir string, today time.Time) (rules.Exemptions, error) {
	raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(File)))
	if errors.Is(err, fs.ErrNotExist) {
		return rules.Exemptions{}, nil
	}
	if err != nil {
		return rules.Exemptions{}, err
	}
	var list []rules.Exemption
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return rules.Exemptions{}, &Error{[]string{err.Error()}}
	}
	x, problems := rules.NewExemptions(list, today)
	if len(problems) > 0 {
		return rules.Exemptions{}, &Error{problems}
	}
	return x, nil
}

// Check refuses the exemptions of a stack's resources that the stack does not have.
func Check(x rules.Exemptions, s *rules.Stack) error {
	var problems []string
	for _, e := range x.Strays(s) {
		problems = append(problems, fmt.Sprintf("exemption from %s: stack %s has no resource %s: remove it, or correct the URN", e.Rule, s.Stack.Name, e.Resource))
	}
	if len(problems) > 0 {
		return &Error{problems}
	}
	return nil
}

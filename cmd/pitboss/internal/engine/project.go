package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// A mirror is a second project folder beside the real one: a Pulumi.yaml whose
// main is the real project, and a copy of each stack's file.
//
// Pulumi writes into stack files (the salt of the passphrase, a wrapped data
// key) and the Automation API looks for them beside Pulumi.yaml only. In the
// mirror both are harmless: a run leaves `git status` of the project clean.
// Nothing in it needs keeping, because what Pulumi adds to a stack file is
// also in the stack's state, and is put back from there (see restore).
type mirror struct {
	project string // the real folder
	stacks  string // where the checked-in Pulumi.<stack>.yaml are
	dir     string // the mirror
}

func newMirror(project, dir string) (mirror, error) {
	m := mirror{project: project, dir: filepath.Join(dir, "project")}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return m, err
	}
	// Ignored by git wherever it lies.
	if err := writeFile(filepath.Join(dir, ".gitignore"), []byte("*\n")); err != nil {
		return m, err
	}
	proj, err := workspace.LoadProject(filepath.Join(project, "Pulumi.yaml"))
	if err != nil {
		return m, fmt.Errorf("%s is not the folder of the program: %w\n  next: run this in the project's folder, or give it with --dir", project, err)
	}
	m.stacks = filepath.Join(project, proj.StackConfigDir)
	proj.Main, proj.StackConfigDir = filepath.Join(project, proj.Main), ""
	raw, err := json.Marshal(proj) // JSON is YAML
	if err != nil {
		return m, err
	}
	return m, writeFile(filepath.Join(m.dir, "Pulumi.yaml"), raw)
}

func stackFile(stack string) string { return "Pulumi." + stack + ".yaml" }

// copyStack puts the checked-in file of a stack into the mirror.
func (m mirror) copyStack(stack string) error {
	path := filepath.Join(m.stacks, stackFile(stack))
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing\n  next: `pitboss market new` writes it for a new market; or copy a sibling stack's and change its values", path)
	}
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(m.dir, stackFile(stack)), raw)
}

// secretsProvider is the provider that the checked-in file of a stack asks
// for; "" leaves it to the backend.
func (m mirror) secretsProvider(stack string) (string, error) {
	ps, err := m.load(stack)
	if err != nil {
		return "", err
	}
	return ps.SecretsProvider, nil
}

// restore adds to the mirror's copy what Pulumi would have written there when
// it created the stack, so that it does not encrypt with a new key each time.
// A key in the checked-in file wins.
func (m mirror) restore(stack string, from *apitype.SecretsProvidersV1) error {
	ps, err := m.load(stack)
	if err != nil || from == nil || ps.EncryptionSalt != "" || ps.EncryptedKey != "" {
		return err
	}
	var state struct {
		Salt         string `json:"salt"`
		URL          string `json:"url"`
		EncryptedKey string `json:"encryptedkey"`
	}
	switch from.Type {
	case "passphrase", "cloud":
		if err := json.Unmarshal(from.State, &state); err != nil {
			return fmt.Errorf("state of stack %s: secrets provider: %w", stack, err)
		}
	default: // the backend keeps the key
		return nil
	}
	ps.EncryptionSalt, ps.SecretsProvider, ps.EncryptedKey = state.Salt, state.URL, state.EncryptedKey
	return ps.Save(filepath.Join(m.dir, stackFile(stack)))
}

// unprotected makes a copy of a stack's configuration in the mirror that asks the program
// to turn AWS's own deletion protection off, and returns its path. The stack's own file
// stays as it is, there and in the project.
func (m mirror) unprotected(stack string) (path string, err error) {
	ps, err := m.load(stack)
	if err != nil {
		return "", err
	}
	if ps.Config == nil {
		ps.Config = config.Map{}
	}
	ps.Config[config.MustMakeKey("pitboss", "deletionProtection")] = config.NewValue("off")
	path = filepath.Join(m.dir, "unprotected-"+stack+".yaml")
	return path, ps.Save(path)
}

func (m mirror) load(stack string) (*workspace.ProjectStack, error) {
	proj, err := workspace.LoadProject(filepath.Join(m.dir, "Pulumi.yaml"))
	if err != nil {
		return nil, err
	}
	return workspace.LoadProjectStack(nil, proj, filepath.Join(m.dir, stackFile(stack)))
}

// writeFile replaces a file at once, so that a second run never reads half.
func writeFile(path string, raw []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(raw)
	if err = errors.Join(err, tmp.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return os.Rename(tmp.Name(), path)
}

package engine

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// OpenCopy opens the project over a copy of states, in a folder of its own that close
// removes: nothing is written to the backend that they are from, and no credential of a
// cloud is passed on. States are exports by the name of their stack; a stack without one
// is empty. Secrets of a copy cannot be read: all are the same word, and what differs only
// by them is taken for the same.
func OpenCopy(ctx context.Context, dir string, e Engine, kill <-chan struct{}, states map[string][]byte) (w *Workspace, closeIt func() error, err error) {
	folder, err := os.MkdirTemp("", "pitboss-copy-")
	if err != nil {
		return nil, nil, err
	}
	closeIt = func() error { return os.RemoveAll(folder) }
	defer func() {
		if err != nil {
			err = errors.Join(err, closeIt())
		}
	}()
	given := map[string][]byte{}
	for stack, raw := range states {
		if given[stack], err = readable(stack, raw); err != nil {
			return nil, nil, err
		}
	}
	var secret [16]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(filepath.Join(folder, "state"), 0o700); err != nil {
		return nil, nil, err
	}
	e.environ = overlay(withoutCredentials(e.environ), map[string]string{
		"PULUMI_BACKEND_URL":       "file://" + filepath.ToSlash(filepath.Join(folder, "state")),
		"PULUMI_CONFIG_PASSPHRASE": hex.EncodeToString(secret[:]),
	})
	e.Dir = filepath.Join(folder, "run")
	if w, err = Open(ctx, dir, e, kill); err != nil {
		return nil, nil, err
	}
	w.copies = given
	return w, closeIt, nil
}

// withoutCredentials drops what lets somebody into a cloud, a cluster or a backend.
func withoutCredentials(environ []string) []string {
	var out []string
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "AWS_") && name != "AWS_EC2_METADATA_DISABLED" || name == "KUBECONFIG" ||
			name == "PULUMI_ACCESS_TOKEN" || strings.HasPrefix(name, "PULUMI_CONFIG_PASSPHRASE") {
			continue
		}
		out = append(out, kv)
	}
	return out
}

// A StateError is an exported state that cannot be used.
type StateError struct{ Stack, Found, Next string }

func (e *StateError) Error() string {
	return fmt.Sprintf("state of %s: %s\n  next: %s", e.Stack, e.Found, e.Next)
}

// ReadStates reads exports from a folder of <stack>.json files. "none" is no state at all.
func ReadStates(path string, stacks []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	if path == "none" {
		return out, nil
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return nil, &StateError{Stack: path, Found: "it is no folder", Next: "give a folder of <stack>.json files, each from `pulumi stack export --stack <stack>`; or none"}
	}
	for _, stack := range stacks {
		raw, err := os.ReadFile(filepath.Join(path, stack+".json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[stack] = raw
	}
	if len(out) == 0 {
		return nil, &StateError{Stack: path, Found: "it holds no state of " + strings.Join(stacks, ", "), Next: "name the files <stack>.json; or give none if nothing is built yet"}
	}
	return out, nil
}

// newest is the newest form of a state that this program reads.
const newest = apitype.DeploymentSchemaVersionLatest

// readable makes an export one that can be imported without the key of its secrets: each
// is a secret still, and the same word.
func readable(stack string, raw []byte) ([]byte, error) {
	again := "export it again: `pulumi stack export --stack " + stack + "`"
	var export struct {
		Version    int             `json:"version"`
		Deployment json.RawMessage `json:"deployment"`
	}
	if err := json.Unmarshal(raw, &export); err != nil {
		return nil, &StateError{stack, "it is no state: " + err.Error(), again}
	}
	if export.Version > newest {
		return nil, &StateError{stack, fmt.Sprintf("it is of a newer engine (version %d, this reads %d)", export.Version, newest), "install a newer pitboss, or export it with the engine that this one is made for"}
	}
	var deployment map[string]any
	if err := json.Unmarshal(export.Deployment, &deployment); err != nil || export.Version == 0 {
		return nil, &StateError{stack, "it has no deployment, or no version", again}
	}
	delete(deployment, "secrets_providers")
	delete(deployment, "pending_operations") // nobody can settle them in a copy
	// The engine ends a preview at the first protected thing that would go. Here it shows all:
	// what would be lost is a danger of the plan.
	list, _ := deployment["resources"].([]any)
	for _, one := range list {
		if r, ok := one.(map[string]any); ok {
			delete(r, "protect")
		}
	}
	return json.Marshal(map[string]any{"version": export.Version, "deployment": veiled(deployment)})
}

// veil stands for every secret. It passes for a password: what needs one can be previewed.
const veil = "ASecretOfACopyIsNotShown000"

// veiled is v with the veil for every secret.
func veiled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if v[resource.SigKey] == resource.SecretSig {
			return map[string]any{resource.SigKey: resource.SecretSig, "plaintext": `"` + veil + `"`}
		}
		for key, one := range v {
			v[key] = veiled(one)
		}
	case []any:
		for i, one := range v {
			v[i] = veiled(one)
		}
	}
	return v
}

// fill puts the copy of a stack's state into the workspace's own backend, once.
func (w *Workspace) fill(ctx context.Context, stack string) error {
	w.telling.Lock()
	raw, ok := w.copies[stack]
	delete(w.copies, stack)
	w.telling.Unlock()
	if !ok {
		return nil
	}
	own, err := w.mirror.load(stack) // with the salt that `stack init` has just written
	if err != nil {
		return err
	}
	var copied struct {
		Version    int            `json:"version"`
		Deployment map[string]any `json:"deployment"`
	}
	if err := json.Unmarshal(raw, &copied); err != nil {
		return err
	}
	copied.Deployment["secrets_providers"] = map[string]any{"type": "passphrase", "state": map[string]any{"salt": own.EncryptionSalt}}
	if raw, err = json.Marshal(copied); err != nil {
		return err
	}
	_, stderr, _, err := w.cmd.Run(ctx, w.mirror.dir, bytes.NewReader(raw), nil, nil, nil, "stack", "import", "--stack", stack, "--force")
	if err != nil {
		return w.failed(ctx, "use the state that was given of "+stack, stderr, err)
	}
	return nil
}

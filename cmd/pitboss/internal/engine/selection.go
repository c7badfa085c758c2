package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// MinimumVersion is the oldest pulumi that may run the program: the version
// of the SDK it is written with.
const MinimumVersion = "3.259.0"

// answerLimit is how long an engine's socket may take to accept: it is local,
// so a second means that nobody is there.
const answerLimit = time.Second

// variable names the engine file; "none" means the user's own pulumi.
const variable = "PITBOSS_ENGINE"

// file is an engine file. Unknown keys are refused.
type file struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Pulumi      string            `json:"pulumi"`
	Socket      string            `json:"socket"`
	Env         map[string]string `json:"env"`
	Prepare     [][]string        `json:"prepare"`
	Kubeconfigs string            `json:"kubeconfigs"`
	Account     string            `json:"account"`
	PolicyPack  string            `json:"policyPack"` // "" is the project's own policy/
	Drill       Drill             `json:"drill"`
}

// Select finds the engine for the project in dir: the engine file that
// PITBOSS_ENGINE names, else the project's own .sandbox/engine.json, else the
// pulumi on PATH. An engine file whose engine is dead is an error, never a
// reason to take another engine.
func Select(dir string, environ []string) (Engine, error) {
	env := Engine{environ: environ}
	named := env.Getenv(variable)
	if named == "none" {
		return own(dir, environ)
	}
	path := named
	if path == "" {
		path = filepath.Join(dir, ".sandbox", "engine.json")
	}
	raw, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && named == "":
		return own(dir, environ)
	case err != nil:
		return Engine{}, &SelectError{
			Found: fmt.Sprintf("%s is %q, and that engine file cannot be read: %v", variable, path, err),
			Next:  "run `make up` to start the sandbox and write its engine file, or unset " + variable,
		}
	}
	f, err := parse(raw)
	if err != nil {
		return Engine{}, &SelectError{
			Found: fmt.Sprintf("engine file %s: %v", path, err),
			Next:  "run `make up`, which writes it anew, or set " + variable + "=none to use your own pulumi",
		}
	}
	if err := answers(f.Socket); err != nil {
		return Engine{}, dead(path, f, named != "", err)
	}
	return Engine{
		Name: f.Name, Description: f.Description, Pulumi: f.Pulumi, Account: f.Account,
		Prepare: f.Prepare, Kubeconfigs: f.Kubeconfigs, PolicyPack: pack(dir, f.PolicyPack), Drill: f.Drill,
		Dir:     filepath.Join(filepath.Dir(path), "pitboss"),
		environ: overlay(withoutCloud(environ), f.Env),
	}, nil
}

func parse(raw []byte) (file, error) {
	var f file
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, err
	}
	for _, need := range []struct{ key, value string }{
		{"name", f.Name}, {"pulumi", f.Pulumi}, {"socket", f.Socket},
	} {
		if need.value == "" {
			return f, fmt.Errorf("%q is missing", need.key)
		}
	}
	return f, nil
}

// pack is the folder of the policy pack: the one that the engine names, else the project's.
func pack(dir, named string) string {
	if named != "" {
		return named
	}
	return filepath.Join(dir, "policy")
}

func answers(socket string) error {
	conn, err := net.DialTimeout("unix", socket, answerLimit)
	if err != nil {
		return err
	}
	return conn.Close()
}

func dead(path string, f file, named bool, cause error) error {
	e := &SelectError{
		Found: fmt.Sprintf("the %s of %s is down or half dead: nothing answers on its socket (%v)", f.Name, path, cause),
		Next:  fmt.Sprintf("run `make up`, it repairs itself; or remove %s, or set %s=none, to use your own pulumi", path, variable),
	}
	if named {
		e.Next = fmt.Sprintf("run `make up` to start it; or unset %s, or set it to none to use your own pulumi", variable)
	}
	return e
}

// own is the user's own pulumi with the user's own login and credentials.
func own(dir string, environ []string) (Engine, error) {
	e := Engine{
		Name: "pulumi", Description: "your own Pulumi CLI and AWS credentials", Own: true,
		PolicyPack: pack(dir, ""), Dir: filepath.Join(dir, ".pitboss"), environ: environ,
	}
	for _, folder := range filepath.SplitList(e.Getenv("PATH")) {
		candidate, err := filepath.Abs(filepath.Join(folder, "pulumi"))
		if err != nil {
			continue
		}
		if found, err := exec.LookPath(candidate); err == nil {
			e.Pulumi = found
			return e, nil
		}
	}
	return Engine{}, &SelectError{
		Found: "no sandbox is up, and there is no `pulumi` on PATH",
		Next: strings.Join([]string{
			"run `make up` for the offline sandbox;",
			"or install the Pulumi CLI " + MinimumVersion + " or newer (https://www.pulumi.com/docs/install/) and `pulumi login`",
		}, " "),
	}
}

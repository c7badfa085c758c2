package control

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"pitboss/sandbox/internal/awsplugin"
	"pitboss/sandbox/internal/daemon"
	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/procs"
	"pitboss/sandbox/internal/toolchain"
)

// Plugins are the provider plugins that this binary is, with the releases of
// the SDKs that the program is written with.
var Plugins = []struct{ Name, Version string }{
	{"aws", awsplugin.Version},
	{"kubernetes", "4.30.0"},
	{"random", "4.19.0"},
}

// lay makes the folders and links that the engine looks into.
func (s Sandbox) lay(tools toolchain.Paths, provider string) error {
	l := s.Layout
	for _, dir := range []string{l.Bin(), l.Programs(), l.Backend(), l.Logs(), l.Clusters(), l.Kubeconfigs(), filepath.Join(l.Home(), "plugins"), s.providerDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	links := map[string]string{
		filepath.Join(l.Bin(), "pulumi"): tools["pulumi"],
		filepath.Join(l.Bin(), "aws"):    s.Self, // answers `aws eks get-token`
		// The name by which the engine looks for a policy pack of runtime pitboss.
		filepath.Join(l.Bin(), "pulumi-analyzer-policy-pitboss"): l.Analyzer(),
	}
	for _, p := range Plugins {
		dir := filepath.Join(l.Home(), "plugins", fmt.Sprintf("resource-%s-v%s", p.Name, p.Version))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		links[filepath.Join(dir, "pulumi-resource-"+p.Name)] = s.Self
	}
	if provider != "" {
		links[s.providerLink()] = provider
	}
	for link, target := range links {
		if err := relink(link, target); err != nil {
			return err
		}
	}
	// Today's engine tells the old language host nothing of a prebuilt program,
	// and the host would relink the program at every run; its own flag works.
	script := fmt.Sprintf("#!/bin/sh\nexec '%s' -binary '%s' \"$@\"\n", tools["pulumi-language-go"], l.Program())
	if err := os.WriteFile(filepath.Join(l.Bin(), "pulumi-language-go"), []byte(script), 0o700); err != nil {
		return err
	}
	if err := s.layPolicy(); err != nil {
		return err
	}
	if err := noEngineLogs(l.Home()); err != nil {
		return err
	}
	return s.makeAddress()
}

// layPolicy makes the folder that the engine takes for the policy pack. Its language host
// cannot start a pack; for a runtime that is no language the engine starts a program called
// after it, and that is the project's own pack, compiled.
func (s Sandbox) layPolicy() error {
	if err := os.MkdirAll(s.Layout.Policy(), 0o700); err != nil {
		return err
	}
	pack := fmt.Sprintf("runtime:\n  name: pitboss\n  options:\n    project: %q\nversion: 1.0.0\n", s.Layout.Project)
	return os.WriteFile(filepath.Join(s.Layout.Policy(), "PulumiPolicy.yaml"), []byte(pack), 0o600)
}

// noEngineLogs puts a file where the engine would keep its folder of automatic logs: they
// hold every property, secrets among them, packed but not encrypted before a stack is
// open, and a third of a run that changes nothing goes into them. There is no setting; an
// engine that cannot make the folder goes on without.
func noEngineLogs(home string) error {
	path := filepath.Join(home, "logs")
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
		return nil
	}
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	return os.WriteFile(path, nil, 0o600)
}

func (s Sandbox) providerDir() string { return filepath.Join(s.Layout.State, "terraform") }

// providerLink is Terraform's provider under the name that the bridge insists on.
func (s Sandbox) providerLink() string {
	return filepath.Join(s.providerDir(), "terraform-provider-aws")
}

func relink(link, target string) error {
	if have, err := os.Readlink(link); err == nil && have == target {
		return nil
	}
	if err := os.Remove(link); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Symlink(target, link)
}

// makeAddress chooses where the state service listens, once, and the token it wants: other
// people's processes on this machine reach loopback addresses too.
func (s Sandbox) makeAddress() error {
	var secret [24]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return err
	}
	if err := writeOnce(s.Layout.StateToken(), hex.EncodeToString(secret[:])); err != nil {
		return err
	}
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer free.Close() //nolint:errcheck // the service takes its place
	return writeOnce(s.Layout.StateAddress(), free.Addr().String())
}

// writeOnce leaves a file that is there as it is.
func writeOnce(path, content string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

func (s Sandbox) stampFile() string { return filepath.Join(s.Layout.State, "sandboxd.stamp") }

// stamp changes when sandboxd's code, tools or speed do: then it is started anew.
func (s Sandbox) stamp(tools toolchain.Paths) (string, error) {
	f, err := os.Open(s.Self)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // read only
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	for _, t := range toolchain.Tools {
		fmt.Fprintln(sum, tools[t.Name])
	}
	fmt.Fprintln(sum, os.Getenv(daemon.SpeedEnv))
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// engineFile is the contract with the command line; see cmd/pitboss.
type engineFile struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Pulumi      string            `json:"pulumi"`
	Socket      string            `json:"socket"`
	Env         map[string]string `json:"env"`
	Prepare     [][]string        `json:"prepare"`
	Kubeconfigs string            `json:"kubeconfigs"`
	Account     string            `json:"account"`
	PolicyPack  string            `json:"policyPack"`
}

func (s Sandbox) writeEngine() error {
	l := s.Layout
	env, err := environment(l)
	if err != nil {
		return err
	}
	return writeJSON(l.Engine(), engineFile{
		Name:        "sandbox",
		Description: "simulated AWS and real Kubernetes control planes, offline, in " + l.State,
		Pulumi:      filepath.Join(l.Bin(), "pulumi"),
		Socket:      l.Socket(),
		Kubeconfigs: l.Kubeconfigs(),
		Account:     os.Getenv("PITBOSS_SANDBOX_ACCOUNT"),
		PolicyPack:  l.Policy(),
		Prepare:     [][]string{{"go", "build", "-o", l.Programs() + string(os.PathSeparator), ".", "./policy"}},
		Env:         env,
	})
}

// goFlags are a person's own with those that everything here is built with.
func goFlags(own string) string {
	if strings.Contains(own, toolchain.Flags) {
		return own
	}
	return strings.TrimSpace(own + " " + toolchain.Flags)
}

func environment(l layout.Layout) (map[string]string, error) {
	address, err := os.ReadFile(l.StateAddress())
	if err != nil {
		return nil, err
	}
	token, err := os.ReadFile(l.StateToken())
	if err != nil {
		return nil, err
	}
	env := map[string]string{
		"PULUMI_HOME":         l.Home(),
		"PULUMI_BACKEND_URL":  "http://" + string(address),
		"PULUMI_ACCESS_TOKEN": string(token),
		// Each step waits until it is written down; the engine's 50 ms are for a service far away.
		"PULUMI_JOURNALING_BATCH_PERIOD":              "2",
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PITBOSS_SANDBOX_SOCKET":                      l.Socket(),
		"PITBOSS_SANDBOX_STATE":                       l.State,
		procs.Variable:                                l.State, // so that even what a killed engine leaves is found
		"PATH":                                        l.Bin() + string(os.PathListSeparator) + os.Getenv("PATH"),
		"AWS_EC2_METADATA_DISABLED":                   "true",
		// The engine and the program live for seconds: they collect less often than Go would
		// by itself.
		"GOGC":    "400",
		"GOFLAGS": goFlags(os.Getenv("GOFLAGS")),
	}
	for _, name := range []string{"PITBOSS_SANDBOX_AWS_ENDPOINT", "PITBOSS_SANDBOX_ACCOUNT"} {
		if v := os.Getenv(name); v != "" {
			env[name] = v
		}
	}
	return env, nil
}

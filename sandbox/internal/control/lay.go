package control

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"pitboss/sandbox/internal/awsplugin"
	"pitboss/sandbox/internal/daemon"
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
	return s.makeAddresses()
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

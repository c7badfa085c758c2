// Package toolchain builds the programs that the sandbox runs (the Pulumi CLI,
// its Go language host, the Terraform bridge, the Kubernetes control plane) out
// of Go modules pinned in this repository, and keeps them in a cache by what
// they are made of. The sandbox's command imports it.
package toolchain

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Tool is one program to build.
type Tool struct {
	// Name is the binary's file name.
	Name string
	// Title is what a person calls it.
	Title string
	// Dir is the module that pins it, below the checkout's sandbox folder.
	Dir string
	// Package is what to build in that module.
	Package string
	// Modules, instead of all these, are whose files the tool is: nothing is built.
	Modules []Module
	// LDFlags are passed to the linker.
	LDFlags string
	// Lane groups tools that share most of their packages: they are built one
	// after another, while another lane is built at the same time.
	Lane int
}

// PulumiVersion is the engine's release, the same as the program's SDK.
const PulumiVersion = "v3.259.0"

// Tools is everything the sandbox builds. Those of one lane are built in order.
var Tools = []Tool{
	{
		Name: "pulumi", Title: "Pulumi CLI and engine " + PulumiVersion, Dir: "tools/pulumi",
		Package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
		// A CLI without a version does not know which plugins fit it.
		LDFlags: "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=" + PulumiVersion,
	},
	{
		// Beside the engine, whose packages it shares: only linking it takes time.
		Name: "pitboss-state", Title: "Pulumi state service", Dir: "tools/pulumi", Package: "./state", LDFlags: "-s -w",
	},
	{
		Name: "pulumi-language-go", Title: "Pulumi's Go language host", Dir: "tools/languagehost",
		Package: "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go", LDFlags: "-s -w",
	},
	{
		Name: "pulumi-terraform-bridge", Title: "Pulumi's Terraform bridge", Dir: "tools/terraformbridge",
		Package: "github.com/pulumi/pulumi-terraform-bridge/v3/dynamic", LDFlags: "-s -w",
	},
	{
		Name: "pitboss-kube", Title: "Kubernetes control plane (with etcd and kwok)", Dir: "tools/kubernetes",
		Package: ".", LDFlags: "-s -w", Lane: 1,
	},
	// A lane of its own: it downloads, and what compiles does not wait for it.
	{Name: Definitions, Title: "custom resource definitions", Modules: definitions, Lane: 2},
}

// program is what the engine will run. Compiling it takes minutes the first time, mostly
// for one package at a time: here it fills what the tools leave idle. Only Go's build
// cache keeps it.
var program = Tool{Name: "program", Title: "Pitboss's program", Dir: "..", Package: ".", Lane: 1}

// path is where the built tool lies: its folder is named after everything that
// it is made of, so a changed pin is another folder and an old one still works.
func (t Tool) path(cache, sandbox string) (string, error) {
	if len(t.Modules) > 0 {
		sum := sha256.Sum256(fmt.Append(nil, t.Modules))
		return filepath.Join(cache, "tools", t.Name+"-"+hex.EncodeToString(sum[:])[:12], t.Name), nil
	}
	key, err := t.key(filepath.Join(sandbox, t.Dir))
	if err != nil {
		return "", fmt.Errorf("%s: %w", t.Title, err)
	}
	return filepath.Join(cache, "tools", t.Name+"-"+key, t.Name), nil
}

func (t Tool) key(dir string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH, t.Package, t.LDFlags)
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != dir && path != filepath.Join(dir, t.Package) {
			return filepath.SkipDir // another tool that the same module pins
		}
		if name := d.Name(); !d.IsDir() && !strings.HasSuffix(name, "_test.go") &&
			(strings.HasSuffix(name, ".go") || name == "go.mod" || name == "go.sum" || strings.HasSuffix(name, ".yaml")) {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	slices.Sort(files)
	for _, f := range files {
		if err := hashFile(sum, dir, f); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
}

func hashFile(sum io.Writer, dir, path string) error {
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(sum, "%s %d\n%s", rel, len(data), data)
	return err
}

// Paths are the built tools by name.
type Paths map[string]string

// Installed returns the tools' paths and those that are still to be built.
func Installed(cache, sandbox string) (have Paths, missing []Tool, err error) {
	have = Paths{}
	for _, t := range Tools {
		p, err := t.path(cache, sandbox)
		if err != nil {
			return nil, nil, err
		}
		have[t.Name] = p
		if _, err := os.Stat(p); errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, t)
		} else if err != nil {
			return nil, nil, err
		}
	}
	return have, missing, nil
}

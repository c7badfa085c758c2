package toolchain

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
}

func TestATool(t *testing.T) {
	cache, sandbox := t.TempDir(), t.TempDir()
	write(t, filepath.Join(sandbox, "tools/x/go.mod"), "module x\n\ngo 1.26\n")
	write(t, filepath.Join(sandbox, "tools/x/main.go"), "package main\n\nfunc main() { println(\"one\") }\n")
	old := Tools
	Tools = []Tool{{Name: "x", Title: "the x", Dir: "tools/x", Package: "."}}
	t.Cleanup(func() { Tools = old })

	var log bytes.Buffer
	first, err := Ensure(t.Context(), cache, sandbox, &log)
	require.NoError(t, err)
	require.FileExists(t, first["x"])
	require.Contains(t, log.String(), "[1/2] the x", "progress names the tool")

	log.Reset()
	again, err := Ensure(t.Context(), cache, sandbox, &log)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Empty(t, log.String(), "nothing to build, nothing to say")

	write(t, filepath.Join(sandbox, "tools/x/main.go"), "package main\n\nfunc main() { println(\"two\") }\n")
	changed, err := Ensure(t.Context(), cache, sandbox, &log)
	require.NoError(t, err)
	require.NotEqual(t, first["x"], changed["x"], "other source, other tool")
	require.FileExists(t, first["x"], "a sandbox that still runs the old one keeps it")

	write(t, filepath.Join(sandbox, "tools/x/main.go"), "package main\n\nfunc main() { nonsense }\n")
	_, err = Ensure(t.Context(), cache, sandbox, &log)
	require.ErrorContains(t, err, "build the x")
	require.ErrorContains(t, err, "nonsense", "the compiler's own words")
}

func TestFindProvider(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("TF_CLI_CONFIG_FILE", "")
	t.Setenv("PITBOSS_TERRAFORM_PROVIDER", "")
	const version = "0.0.1" // in no mirror of this machine
	_, err := FindProvider(version)
	require.ErrorAs(t, err, new(*ProviderNotFoundError))
	for _, place := range []string{filepath.Join(home, ".terraform.d", "plugins"), "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins", "terraform providers mirror", "PITBOSS_TERRAFORM_PROVIDER"} {
		require.ErrorContains(t, err, place, "the error says where it looked and what to do")
	}

	platform := fmt.Sprintf("registry.terraform.io/hashicorp/aws/%s/%s_%s/terraform-provider-aws_v%s_x5", version, runtime.GOOS, runtime.GOARCH, version)
	usual := filepath.Join(home, ".terraform.d", "plugins", platform)
	write(t, usual, "")
	got, err := FindProvider(version)
	require.NoError(t, err)
	require.Equal(t, usual, got)

	mirror := filepath.Join(t.TempDir(), "mirror")
	write(t, filepath.Join(mirror, platform), "")
	write(t, filepath.Join(home, ".terraformrc"), "provider_installation {\n  filesystem_mirror {\n    path    = \""+mirror+"\"\n    include = [\"*/*\"]\n  }\n}\n")
	got, err = FindProvider(version)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(mirror, platform), got, "a configured mirror comes first")

	t.Setenv("PITBOSS_TERRAFORM_PROVIDER", filepath.Join(home, "missing"))
	_, err = FindProvider(version)
	require.ErrorContains(t, err, "PITBOSS_TERRAFORM_PROVIDER")
}

func TestProgressSaysHowFar(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, prefix: "[1/2] x", start: time.Now(), total: 3}
	p.compiled("go: downloading example.com/a v1.0.0")
	require.Zero(t, p.n, "a download is no package")
	require.True(t, strings.HasPrefix(out.String(), "[1/2] x: 1 modules downloaded, "), out.String())
	out.Reset()
	p.compiled("example.com/a")
	require.Empty(t, out.String(), "a line now and then, not one a package")
	p.last = time.Time{}
	p.compiled("example.com/b")
	require.True(t, strings.HasPrefix(out.String(), "[1/2] x: 2 of 3 packages, "), out.String())
}

func TestLanesAreBuiltTogether(t *testing.T) {
	cache, sandbox := t.TempDir(), t.TempDir()
	for _, name := range []string{"x", "y", "z"} {
		write(t, filepath.Join(sandbox, "tools", name, "go.mod"), "module "+name+"\n\ngo 1.26\n")
		write(t, filepath.Join(sandbox, "tools", name, "main.go"), "package main\n\nfunc main() {}\n")
	}
	old := Tools
	Tools = []Tool{
		{Name: "x", Title: "the x", Dir: "tools/x", Package: "."},
		{Name: "y", Title: "the y", Dir: "tools/y", Package: ".", Lane: 1},
		{Name: "z", Title: "the z", Dir: "tools/z", Package: "."},
	}
	t.Cleanup(func() { Tools = old })
	var log bytes.Buffer
	paths, err := Ensure(t.Context(), cache, sandbox, &log)
	require.NoError(t, err)
	for _, name := range []string{"x", "y", "z"} {
		require.FileExists(t, paths[name])
	}
	for _, line := range []string{"[1/4] the x: built", "[2/4] the y: built", "[3/4] the z: built", "[4/4] Pitboss's program: reading"} {
		require.Contains(t, log.String(), line)
	}

	// The program beside these tools does not compile here: there is none. That is for its
	// own run to say, and took no tool with it.

	write(t, filepath.Join(sandbox, "tools/y/main.go"), "package main\n\nfunc main() { nonsense }\n")
	_, err = Ensure(t.Context(), cache, sandbox, &log)
	require.ErrorContains(t, err, "build the y", "the lane that failed says so, not the one that was stopped for it")
}

package toolchain

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy is a Go module proxy that has one release of one module, and nothing else is asked.
func proxy(t *testing.T, module, version string, files map[string]string) {
	t.Helper()
	dir, modules := t.TempDir(), t.TempDir()
	at := filepath.Join(dir, module, "@v", version)
	write(t, at+".info", `{"Version":"`+version+`"}`)
	write(t, at+".mod", "module "+module+"\n")
	var data bytes.Buffer
	archive := zip.NewWriter(&data)
	for name, text := range files {
		w, err := archive.Create(module + "@" + version + "/" + name)
		require.NoError(t, err)
		_, err = w.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	write(t, at+".zip", data.String())
	t.Setenv("GOPROXY", "file://"+dir)
	t.Setenv("GOMODCACHE", modules)
	t.Cleanup(func() { // Go leaves it read-only
		_ = filepath.WalkDir(modules, func(path string, _ fs.DirEntry, _ error) error { return os.Chmod(path, 0o755) })
	})
}

func TestFilesOfAModule(t *testing.T) {
	const module, version = "example.com/kinds", "v1.0.0"
	proxy(t, module, version, map[string]string{"go.mod": "module " + module + "\n", "crd/widgets.yaml": "kind: CustomResourceDefinition\n"})
	row := Module{Path: module, Version: version, Sum: "h1:of-another-content=", Why: "widgets", Files: []string{"crd/widgets.yaml"}}
	old := Tools
	t.Cleanup(func() { Tools = old })
	cache := t.TempDir()
	ensure := func(row Module) (string, string, error) {
		Tools = []Tool{{Name: Definitions, Title: "the kinds", Modules: []Module{row}}}
		var log bytes.Buffer
		paths, err := Ensure(t.Context(), cache, t.TempDir(), &log)
		return paths[Definitions], log.String(), err
	}

	_, _, err := ensure(row)
	require.ErrorContains(t, err, "h1:of-another-content= is allowed", "a release that was changed is refused")
	left, globErr := filepath.Glob(cache + "/tools/*/" + Definitions)
	require.NoError(t, globErr)
	require.Empty(t, left, "what was refused is not kept")
	row.Sum = regexp.MustCompile(`has the sum (h1:\S+=),`).FindStringSubmatch(err.Error())[1]

	dir, log, err := ensure(row)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "widgets.yaml"))
	require.Contains(t, log, "[1/2] the kinds: getting "+module)
	again, log, err := ensure(row)
	require.NoError(t, err)
	require.Equal(t, dir, again)
	require.Empty(t, log, "nothing to do, nothing to say")

	row.Files = []string{"crd/gadgets.yaml"}
	_, _, err = ensure(row)
	require.ErrorContains(t, err, "gadgets.yaml")
	row.Version = "v1.0.1"
	_, _, err = ensure(row)
	require.ErrorContains(t, err, "download example.com/kinds v1.0.1")
}

func TestDefinitionsArePinned(t *testing.T) {
	seen := map[string]string{}
	for _, m := range definitions {
		require.True(t, strings.HasPrefix(m.Sum, "h1:"), m.Path)
		require.NotEmpty(t, m.Why, m.Path)
		for _, f := range m.Files {
			require.Empty(t, seen[filepath.Base(f)], "two files of one name: one would be lost")
			seen[filepath.Base(f)] = m.Path
		}
	}
	require.NotEmpty(t, seen)
}

package engine

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listening is a socket that answers until the test ends.
func listening(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pb") // t.TempDir is too long a path for a socket
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	l, err := net.Listen("unix", path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return path
}

func engineFile(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// withPulumi is an environment whose PATH has an executable named pulumi.
func withPulumi(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pulumi"), []byte("#!/bin/sh\n"), 0o700))
	return []string{"PATH=" + dir}
}

func TestSelectTakesALiveEngineFile(t *testing.T) {
	project := t.TempDir()
	engineFile(t, filepath.Join(project, ".sandbox", "engine.json"), fmt.Sprintf(
		`{"name":"sandbox","description":"d","pulumi":"/x/pulumi","socket":%q,"account":"1","env":{"PULUMI_HOME":"/h","A":"b"}}`, listening(t)))
	e, err := Select(project, []string{"HOME=/root", "AWS_PROFILE=prod", "PULUMI_ACCESS_TOKEN=secret", "PULUMI_HOME=/mine"})
	require.NoError(t, err)
	assert.Equal(t, "sandbox", e.Name)
	assert.False(t, e.Own)
	assert.Equal(t, filepath.Join(project, "policy"), e.PolicyPack, "the project's own judges")
	assert.Equal(t, filepath.Join(project, ".sandbox", "pitboss"), e.Dir)
	assert.Equal(t, []string{"HOME=/root", "A=b", "PULUMI_HOME=/h"}, e.Environ(), "nothing leads it to a real account or backend")
	assert.Equal(t, "/h", e.Getenv("PULUMI_HOME"))
}

func TestSelectTakesYourOwn(t *testing.T) {
	environ := withPulumi(t)
	for name, c := range map[string]struct {
		reason string
		extra  string
	}{
		"NoFile": {"there is no engine file", "X=y"},
		"None":   {"PITBOSS_ENGINE=none says so", "PITBOSS_ENGINE=none"},
	} {
		t.Run(name, func(t *testing.T) {
			project := t.TempDir()
			e, err := Select(project, append(environ, c.extra))
			require.NoError(t, err, c.reason)
			assert.True(t, e.Own)
			assert.Equal(t, filepath.Join(project, "policy"), e.PolicyPack)
			assert.True(t, filepath.IsAbs(e.Pulumi))
		})
	}
}

func TestSelectRefuses(t *testing.T) {
	dead := fmt.Sprintf(`{"name":"sandbox","pulumi":"/x","socket":%q}`, filepath.Join(t.TempDir(), "gone"))

	cases := map[string]struct {
		reason string
		file   string // content of the project's engine file; "" for none
		named  string // content of the file that PITBOSS_ENGINE names
		says   []string
	}{
		"DeadProjectFile": {"half dead is not your own pulumi", dead, "", []string{"down or half dead", "make up", "repairs itself", "PITBOSS_ENGINE=none"}},
		"DeadNamedFile":   {"a named engine must answer", "", dead, []string{"down or half dead", "make up"}},
		"UnknownKey":      {"a typing error must not be ignored", `{"nmae":"x"}`, "", []string{"nmae"}},
		"MissingKey":      {"a file without an engine", `{"name":"x","socket":"y"}`, "", []string{`"pulumi" is missing`}},
		"NoPulumi":        {"nothing to drive", "", "", []string{"no `pulumi` on PATH", "3.259.0 or newer", "make up"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			project, environ := t.TempDir(), []string{"PATH=" + t.TempDir()}
			if c.file != "" {
				engineFile(t, filepath.Join(project, ".sandbox", "engine.json"), c.file)
			}
			if c.named != "" {
				environ = append(environ, "PITBOSS_ENGINE="+engineFile(t, filepath.Join(t.TempDir(), "e.json"), c.named))
			}
			_, err := Select(project, environ)
			var want *SelectError
			require.ErrorAs(t, err, &want, c.reason)
			for _, s := range c.says {
				assert.True(t, strings.Contains(err.Error(), s), "%s: %q lacks %q", c.reason, err, s)
			}
		})
	}
}

func TestSelectNamesAnAbsentFile(t *testing.T) {
	_, err := Select(t.TempDir(), []string{"PITBOSS_ENGINE=/nowhere/engine.json"})
	require.ErrorContains(t, err, "/nowhere/engine.json")
}

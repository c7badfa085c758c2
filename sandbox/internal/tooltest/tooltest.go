// Package tooltest gives the sandbox's integration tests the built tools. Only
// tests import it.
package tooltest

import (
	"os"
	"testing"

	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/toolchain"
)

// Path builds the named tool, if it is not in the cache, and returns its file.
func Path(t testing.TB, name string) string {
	t.Helper()
	l, err := layout.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	paths, err := toolchain.Ensure(t.Context(), l.Cache, l.Project+"/sandbox", os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	return paths[name]
}

// Provider returns Terraform's AWS provider under the name the bridge wants.
func Provider(t testing.TB) string {
	t.Helper()
	found, err := toolchain.FindProvider(bridge.ProviderVersion)
	if err != nil {
		t.Fatal(err)
	}
	link := t.TempDir() + "/terraform-provider-aws"
	if err := os.Symlink(found, link); err != nil {
		t.Fatal(err)
	}
	return link
}

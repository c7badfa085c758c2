// Package kubetest finds or builds the pitboss-kube binary for tests that need a
// real cluster. Only integration tests of the sandbox import it.
package kubetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// Binary is the path of pitboss-kube: the one that PITBOSS_KUBE_BIN names, else
// one built now, which takes minutes the first time and seconds with a warm cache.
func Binary(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("PITBOSS_KUBE_BIN"); path != "" {
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("PITBOSS_KUBE_BIN: %v; name the binary, or unset it to have one built", err)
		}
		return path
	}
	_, here, _, _ := runtime.Caller(0)
	module := filepath.Join(filepath.Dir(here), "..", "..", "..", "tools", "kubernetes")
	path := filepath.Join(t.TempDir(), "pitboss-kube")
	t.Logf("building pitboss-kube from %s; set PITBOSS_KUBE_BIN to use one that exists", module)
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build pitboss-kube: %v\n%s", err, out)
	}
	return path
}

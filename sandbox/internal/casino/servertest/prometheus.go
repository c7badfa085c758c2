package servertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Prometheus is the binary: of PATH, else Debian's, unpacked without being installed.
func Prometheus(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("prometheus"); err == nil {
		return path
	}
	cache, err := os.UserCacheDir()
	check(t, err)
	dir := filepath.Join(cache, "pitboss", "test-prometheus")
	binary := filepath.Join(dir, "usr", "bin", "prometheus")
	if _, err := os.Stat(binary); err == nil {
		return binary
	}
	packed := t.TempDir()
	download := exec.Command("apt-get", "download", "prometheus")
	download.Dir = packed
	if out, err := download.CombinedOutput(); err != nil {
		t.Fatalf("no prometheus in PATH, and Debian's package cannot be had: %v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(packed, "prometheus_*.deb"))
	check(t, err)
	if len(found) != 1 {
		t.Fatalf("apt-get left %q, want one package", found)
	}
	if out, err := exec.Command("dpkg-deb", "-x", found[0], dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

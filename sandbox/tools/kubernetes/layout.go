package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// layout is where a cluster keeps its state. Everything survives a restart; the
// folder may be deleted when the cluster is not running.
type layout struct{ dir string }

func newLayout(dir string) (layout, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return layout{}, err
	}
	l := layout{dir: abs}
	for _, d := range []string{l.dir, l.pki(""), l.logs("")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return layout{}, fmt.Errorf("make the cluster's folder: %w", err)
		}
	}
	return l, nil
}

func (l layout) file(name string) string { return filepath.Join(l.dir, name) }
func (l layout) pki(name string) string  { return filepath.Join(l.dir, "pki", name) }
func (l layout) logs(name string) string { return filepath.Join(l.dir, "logs", name) }

// clusterFile says where the cluster is: see clusterInfo.
func (l layout) clusterFile() string { return l.file("cluster.json") }

// adminKubeconfig is for people and for the sandbox.
func (l layout) adminKubeconfig() string { return l.file("kubeconfig.yaml") }

// lock makes this process the only supervisor of the folder. The lock goes with
// the process, however it ends; so whether it is held says whether a cluster runs.
func (l layout) lock() (*os.File, error) {
	f, err := os.OpenFile(l.file("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s already has a running supervisor (%v): stop that one first, its pid is in %s",
			l.dir, err, l.file("lock"))
	}
	if err := f.Truncate(0); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(f, "%d\n", os.Getpid()); err != nil {
		return nil, err
	}
	return f, nil
}

// writeFile replaces a file as a whole: a reader sees the old one or the new one.
func writeFile(path string, data []byte) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

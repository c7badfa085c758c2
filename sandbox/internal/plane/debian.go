package plane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lock waits until nobody else unpacks into root. The kernel gives it back when the process
// ends.
func lock(ctx context.Context, root string) (release func(), err error) {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(root, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, fmt.Errorf("%s is locked: another process unpacks there: %w", f.Name(), ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// unpack downloads packages, and what they need that is not installed, and unpacks them
// into home, a folder in root that has all of them or is not there. It needs no root.
func unpack(ctx context.Context, root, home string, packages []string) error {
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("this is no Debian: %w", err)
		}
	}
	names, err := needed(ctx, packages)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(root, "download-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if _, err := tool(ctx, dir, "apt-get", append([]string{"download", "-q"}, names...)...); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, errors.New("apt-get downloaded nothing"))
	}
	to := filepath.Join(dir, "unpacked")
	for _, f := range files {
		if _, err := tool(ctx, dir, "dpkg-deb", "-x", f, to); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(home); err != nil {
		return err
	}
	return os.Rename(to, home)
}

// needed lists the packages that an installation would bring, without what only Prometheus'
// old pages show.
func needed(ctx context.Context, packages []string) ([]string, error) {
	out, err := tool(ctx, "/", "apt-get", append([]string{"install", "--simulate", "-q", "--no-install-recommends"}, packages...)...)
	if err != nil {
		return nil, fmt.Errorf("%w (`apt-get update` first?)", err)
	}
	var names []string
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] != "Inst" || strings.HasPrefix(f[1], "libjs-") || strings.HasPrefix(f[1], "fonts-") {
			continue
		}
		names = append(names, f[1])
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("apt-get would install nothing for %s", strings.Join(packages, ", "))
	}
	return names, nil
}

func tool(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, args[0], err, last(string(out)))
	}
	return string(out), nil
}

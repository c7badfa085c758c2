package plane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Binaries are the programs behind the data plane.
type Binaries struct {
	Postgres   string // the folder of postgres, initdb, pg_ctl and the others
	Redis      string // path of redis-server
	Prometheus string // path of prometheus
	// Libraries are the folders of what programs need that were unpacked, not installed.
	Libraries []string
}

// Environ is what the programs need in their environment.
func (b Binaries) Environ() []string {
	if len(b.Libraries) == 0 {
		return nil
	}
	return []string{"LD_LIBRARY_PATH=" + strings.Join(b.Libraries, ":")}
}

// oldestPostgres is the first that reads primary_conninfo again without a restart.
const oldestPostgres = 13

// FindBinaries finds PostgreSQL (13 or later), Redis (6.2 or later) and Prometheus: on PATH,
// where Debian puts them, and else among Debian's packages, which it unpacks into a folder
// of the cache. Nothing is installed.
func FindBinaries(ctx context.Context, cache string, log io.Writer) (Binaries, error) {
	return find(ctx, "/", filepath.Join(cache, "debian"), log)
}

func find(ctx context.Context, system, root string, log io.Writer) (Binaries, error) {
	b := look(system, os.Getenv("PATH"))
	missing := b.missing()
	if len(missing) == 0 {
		return b, nil
	}
	release, err := lock(ctx, root) // of two sandboxes one unpacks
	if err != nil {
		return Binaries{}, err
	}
	defer release()
	list := strings.Join(missing, ", ")
	home := filepath.Join(root, strings.Join(missing, "+"))
	if all := b.with(look(home, "")); len(all.missing()) == 0 && all.prove(ctx) == nil {
		return all, nil
	}
	fmt.Fprintf(log, "data plane: unpacking Debian's %s into %s\n", list, home)
	if err := unpack(ctx, root, home, missing); err != nil {
		return Binaries{}, fmt.Errorf("%s not found, and Debian's packages could not be unpacked: %w; install %s, or put the programs on PATH", list, err, list)
	}
	all := b.with(look(home, ""))
	if missing := all.missing(); len(missing) > 0 {
		return Binaries{}, fmt.Errorf("Debian's packages were unpacked into %s, but hold no %s: install %s", home, strings.Join(missing, ", "), strings.Join(missing, ", "))
	}
	return all, all.prove(ctx)
}

// missing names the packages of what is not there.
func (b Binaries) missing() (out []string) {
	for _, x := range []struct{ found, pkg string }{
		{b.Postgres, "postgresql"}, {b.Redis, "redis-server"}, {b.Prometheus, "prometheus"},
	} {
		if x.found == "" {
			out = append(out, x.pkg)
		}
	}
	return out
}

// with is b, and from o what b has not.
func (b Binaries) with(o Binaries) Binaries {
	for _, x := range []struct {
		to   *string
		from string
	}{{&b.Postgres, o.Postgres}, {&b.Redis, o.Redis}, {&b.Prometheus, o.Prometheus}} {
		if *x.to == "" {
			*x.to = x.from
		}
	}
	b.Libraries = o.Libraries
	return b
}

// look looks under a root: the system's, or the folder of unpacked packages.
func look(root, path string) Binaries {
	b := Binaries{Redis: program(path, "redis-server"), Prometheus: program(path, "prometheus")}
	if initdb := program(path, "initdb"); initdb != "" {
		if real, err := filepath.EvalSymlinks(initdb); err == nil && hasPostgres(filepath.Dir(real)) {
			b.Postgres = filepath.Dir(real)
		}
	}
	if b.Postgres == "" {
		b.Postgres = debianPostgres(root)
	}
	for _, x := range []struct {
		to   *string
		name string
	}{{&b.Redis, "redis-server"}, {&b.Prometheus, "prometheus"}} {
		if file := filepath.Join(root, "usr/bin", x.name); *x.to == "" && executable(file) {
			*x.to = file
		}
	}
	if root != "/" {
		for _, pattern := range []string{"usr/lib/*-linux-gnu*", "lib/*-linux-gnu*"} {
			found, _ := filepath.Glob(filepath.Join(root, pattern))
			b.Libraries = append(b.Libraries, found...)
		}
	}
	return b
}

var versionFolder = regexp.MustCompile(`/postgresql/(\d+)/bin$`)

// debianPostgres is the newest of those that are there.
func debianPostgres(root string) string {
	dirs, _ := filepath.Glob(filepath.Join(root, "usr/lib/postgresql/*/bin"))
	best, newest := "", oldestPostgres-1
	for _, dir := range dirs {
		m := versionFolder.FindStringSubmatch(dir)
		if m == nil || !hasPostgres(dir) {
			continue
		}
		if v, _ := strconv.Atoi(m[1]); v > newest {
			best, newest = dir, v
		}
	}
	return best
}

func hasPostgres(dir string) bool {
	return !slices.ContainsFunc([]string{"postgres", "initdb", "pg_basebackup", "pg_rewind", "pg_controldata"}, func(name string) bool {
		return !executable(filepath.Join(dir, name))
	})
}

func program(path, name string) string {
	for _, dir := range filepath.SplitList(path) {
		if file := filepath.Join(dir, name); filepath.IsAbs(dir) && executable(file) {
			return file
		}
	}
	return ""
}

func executable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

// prove starts each program once: one whose libraries are missing says so here.
func (b Binaries) prove(ctx context.Context) error {
	var errs []error
	for _, path := range []string{filepath.Join(b.Postgres, "postgres"), b.Redis, b.Prometheus} {
		cmd := exec.CommandContext(ctx, path, "--version")
		cmd.Env = append(os.Environ(), b.Environ()...)
		if out, err := cmd.CombinedOutput(); err != nil {
			errs = append(errs, fmt.Errorf("%s does not run: %w: %s: install its package", path, err, last(string(out))))
		}
	}
	return errors.Join(errs...)
}

package toolchain

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// Ensure builds what is missing and returns where every tool lies. Progress
// goes to out: which tool, how far, how long. Interrupted, it starts again
// where Go's build cache stopped.
func Ensure(ctx context.Context, cache, sandbox string, out io.Writer) (Paths, error) {
	have, missing, err := Installed(cache, sandbox)
	if err != nil || len(missing) == 0 {
		return have, err
	}
	unlock, err := Lock(ctx, filepath.Join(cache, "build.lock"), func() { fmt.Fprintln(out, "another run is building the tools; waiting for it") })
	if err != nil {
		return nil, err
	}
	defer unlock()
	if have, missing, err = Installed(cache, sandbox); err != nil { // another run may have built them meanwhile
		return nil, err
	}
	return have, buildLanes(ctx, append(missing, program), have, sandbox, &lineWriter{to: out})
}

// buildLanes builds the lanes at the same time, and the tools of each in order.
// One tool's downloads and its linking, which takes one processor, are filled
// by the other lane's compiling.
func buildLanes(ctx context.Context, missing []Tool, targets Paths, sandbox string, out io.Writer) error {
	group, ctx := errgroup.WithContext(ctx)
	lanes := map[int][]Tool{}
	number := map[string]int{}
	for i, t := range missing {
		lanes[t.Lane] = append(lanes[t.Lane], t)
		number[t.Name] = i + 1
	}
	for _, tools := range lanes {
		group.Go(func() error {
			for _, t := range tools {
				p := &progress{out: out, prefix: fmt.Sprintf("[%d/%d] %s", number[t.Name], len(missing), t.Title), start: time.Now()}
				err := build(ctx, t, filepath.Join(sandbox, t.Dir), targets[t.Name], p)
				if t.Name == program.Name {
					return ctx.Err() // what is wrong with it, its own run says better
				}
				if err != nil {
					return fmt.Errorf("build %s: %w", t.Title, err)
				}
				p.done()
			}
			return nil
		})
	}
	return group.Wait()
}

// lineWriter keeps the lanes' lines apart.
type lineWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (w *lineWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(line)
}

// Lock lets one process at a time past, by a lock on a file that ends with the
// process. It calls waiting once if it has to wait.
func Lock(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for told := false; ; told = true {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if !told {
			waiting()
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func build(ctx context.Context, t Tool, dir, target string, p *progress) error {
	if target != "" {
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
	}
	if len(t.Modules) > 0 {
		return gather(ctx, t.Modules, target, p)
	}
	p.say("reading its modules")
	total, err := countPackages(ctx, t, dir, p)
	if err != nil {
		return err
	}
	p.total = total
	tmp := target + ".new"
	if target == "" {
		tmp = os.DevNull
	}
	// -v prints a package's path once it is compiled: that is the progress.
	cmd := goCommand(ctx, dir, "build", "-v", "-ldflags", t.LDFlags, "-o", tmp, t.Package)
	if err := watch(cmd, p.compiled); err != nil || target == "" {
		return err
	}
	return os.Rename(tmp, target)
}

// countPackages lists what the tool is made of, which also downloads it.
func countPackages(ctx context.Context, t Tool, dir string, p *progress) (int, error) {
	cmd := goCommand(ctx, dir, "list", "-deps", "-f", "{{if .Stale}}x{{end}}", "-ldflags", t.LDFlags, t.Package)
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	if err := watch(cmd, p.downloading); err != nil {
		return 0, err
	}
	return strings.Count(stdout.String(), "x"), nil
}

// Flags are what everything is built with, here and by the Makefile: other flags are
// another compilation of everything. Without what only a debugger reads, a cold build costs
// a sixth less.
const Flags = "-buildvcs=false -gcflags=all=-dwarf=false"

func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS="+Flags)
	// Interrupted, the compilers stop with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	return cmd
}

// watch runs cmd and hands each line of its error stream to line. What is left
// of that stream is the error's text.
func watch(cmd *exec.Cmd, line func(string)) error {
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: is Go installed and on PATH?", err)
	}
	var kept []string
	scanner := bufio.NewScanner(stderr)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		line(scanner.Text())
		kept = append(kept, scanner.Text())
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%w\n%s", err, lastLines(strings.Join(kept, "\n"), 20))
	}
	return nil
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

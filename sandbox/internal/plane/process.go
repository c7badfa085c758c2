package plane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	poll = 10 * time.Millisecond
	// stopWithin is how long a server may take to end politely.
	stopWithin = 15 * time.Second
)

// command prepares a program: it gets the plane's marks, the libraries it was unpacked with,
// and nothing of the caller's environment that could change what it does. plain runs it as
// somebody who is not root.
func (p *Plane) command(ctx context.Context, path string, plain bool, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + p.o.Dir}, p.binaries().Environ()...)
	cmd.Env = append(cmd.Env, p.o.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if plain && os.Geteuid() == 0 {
		id := plainID()
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: id, HostID: 0, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: id, HostID: 0, Size: 1}}
	}
	return cmd
}

// plainID is a user that is not root and has a name: PostgreSQL asks for both. In a user
// namespace of its own, that user is who runs the sandbox.
func plainID() int {
	for _, id := range []int{1000, 1, 65534} {
		if _, err := user.LookupId(strconv.Itoa(id)); err == nil {
			return id
		}
	}
	return 1000
}

// plainly says what a kernel means that makes no user namespaces.
func plainly(err error) error {
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%w: PostgreSQL refuses root, and this kernel makes no user namespace to be somebody else in: run the sandbox as another user", err)
	}
	return err
}

// run runs a tool to its end; an error has the end of what it said.
func (p *Plane) run(ctx context.Context, plain bool, path string, env []string, args ...string) (string, error) {
	cmd := p.command(ctx, path, plain, args...)
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", filepath.Base(path), plainly(err), last(string(out)))
	}
	return string(out), nil
}

// spawn starts a server in its folder, unless its region is dead or the plane is going down.
func (p *Plane) spawn(n node, plain bool, path string, args ...string) error {
	log, err := os.OpenFile(n.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := p.command(context.Background(), path, plain, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = n.dir, log, log
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deadLocked(n.region()) {
		return fmt.Errorf("%s: the region is dead: restore it first", n)
	}
	if !p.rec.Running {
		return errDown
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", n, plainly(err))
	}
	go func() { _ = cmd.Wait() }() // reaps it; how it ended is in its log
	return writeFile(n.pidFile(), []byte(strconv.Itoa(cmd.Process.Pid)))
}

func (n node) log() string     { return filepath.Join(n.dir, "log") }
func (n node) pidFile() string { return filepath.Join(n.dir, "pid") }

// pid is that of the running server, 0 if none runs. A number in a file may be another
// process's by now; one that works in the server's folder is not.
func (n node) pid() int {
	data, err := os.ReadFile(n.pidFile())
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil || !inside(pid, n.dir) {
		return 0
	}
	return pid
}

func inside(pid int, dir string) bool {
	cwd, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "cwd"))
	if err != nil {
		return false // it is gone, or a zombie
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return cwd == dir || strings.HasPrefix(cwd, dir+"/")
}

// end asks the server to end and waits; one that does not is killed.
func (n node) end(ctx context.Context, sig syscall.Signal) error {
	pid := n.pid()
	if pid == 0 {
		return nil
	}
	_ = syscall.Kill(pid, sig)
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	err := until(ctx, func() error {
		if n.pid() != 0 {
			return fmt.Errorf("%s: process %d did not end: its log is %s", n, pid, n.log())
		}
		return nil
	})
	if err != nil {
		n.kill()
	}
	return err
}

// kill ends the server and its children with no chance to say or write anything more.
// Stopped first, it cannot make another child meanwhile.
func (n node) kill() {
	pid := n.pid()
	if pid == 0 {
		return
	}
	_ = syscall.Kill(pid, syscall.SIGSTOP)
	for _, child := range children(pid) {
		_ = syscall.Kill(child, syscall.SIGKILL)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	for until := time.Now().Add(2 * time.Second); n.pid() != 0 && time.Now().Before(until); {
		time.Sleep(poll)
	}
}

func children(parent int) (out []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		// pid (name) state ppid ...: the name may hold anything but the last bracket.
		_, rest, _ := strings.Cut(string(data[strings.LastIndexByte(string(data), ')')+1:]), " ")
		fields := strings.Fields(rest)
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			out = append(out, pid)
		}
	}
	return out
}

// until asks again until there is no error or no time; then it returns the last error.
func until(ctx context.Context, f func() error) error {
	for {
		err := f()
		if err == nil || errors.Is(err, errGone) || errors.Is(err, errDown) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", err, ctx.Err())
		case <-time.After(poll):
		}
	}
}

// errGone ends a wait: what was waited for cannot come.
var errGone = errors.New("it has ended")

// ready waits until the server answers.
func (n node) ready(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return until(ctx, func() error {
		err := ask(ctx)
		if err != nil && n.pid() == 0 {
			return fmt.Errorf("%s: %w: %s", n, errGone, logTail(n.log()))
		}
		return err
	})
}

func logTail(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return last(string(data))
}

// last is the end of an output, for a message.
func last(s string) string {
	const enough = 1500
	if s = strings.TrimSpace(s); len(s) > enough {
		s = s[len(s)-enough:]
	}
	return s
}

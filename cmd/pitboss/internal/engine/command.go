package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/blang/semver"
)

// command runs the engine's pulumi for the Automation API. The API's own
// runner kills pulumi ten seconds after an interrupt, in the middle of a
// cluster that takes ten minutes, and loses what was being created. This one
// asks pulumi to finish what is in flight and waits; only closing kill ends
// the wait.
type command struct {
	path    string
	environ []string
	version semver.Version
	logs    string // folder for the output of updates
	kill    <-chan struct{}
	exists  sync.Map // names of stacks that were read
}

// pipePatience is how long a plugin that outlives pulumi may hold its output
// open: pulumi has said all it had to say by then.
const pipePatience = 2 * time.Second

// newCommand checks that the engine's pulumi runs and is new enough.
func newCommand(ctx context.Context, e Engine, kill <-chan struct{}) (*command, error) {
	c := &command{path: e.Pulumi, environ: e.Environ(), logs: filepath.Join(e.Dir, "logs"), kill: kill}
	out, errOut, _, err := c.Run(ctx, "", nil, nil, nil, nil, "version")
	if err != nil {
		return nil, &SelectError{
			Found: fmt.Sprintf("%s does not run: %v %s", e.Pulumi, err, strings.TrimSpace(errOut)),
			Next:  "install the Pulumi CLI " + MinimumVersion + " or newer, or run `make up` for the offline sandbox",
		}
	}
	if c.version, err = semver.ParseTolerant(strings.TrimSpace(out)); err != nil || c.version.LT(semver.MustParse(MinimumVersion)) {
		return nil, &SelectError{
			Found: fmt.Sprintf("%s is version %q", e.Pulumi, strings.TrimSpace(out)),
			Next:  "install the Pulumi CLI " + MinimumVersion + " or newer (https://www.pulumi.com/docs/install/)",
		}
	}
	return c, nil
}

// Version is the version of the engine's pulumi.
func (c *command) Version() semver.Version { return c.version }

// Run runs pulumi once and returns its output and exit code.
//
// An update writes to a file in logs, not to a pipe: a pipe whose reader died
// would kill pulumi at its next line, before it saved its state.
func (c *command) Run(ctx context.Context, dir string, stdin io.Reader, out, errOut []io.Writer, env []string, args ...string) (string, string, int, error) {
	if err := ctx.Err(); err != nil {
		return "", "", -1, err
	}
	if c.selects(args) {
		return "", "", 0, nil
	}
	cmd := exec.Command(c.path, append([]string{"--non-interactive"}, args...)...)
	cmd.Dir, cmd.Stdin = dir, stdin
	cmd.Env = append(slices.Concat(c.environ, env), "PULUMI_AUTOMATION_API=true", "PULUMI_SKIP_UPDATE_CHECK=true")
	cmd.WaitDelay = pipePatience
	isolate(cmd)
	sink, err := c.sink(args)
	if err != nil {
		return "", "", -1, err
	}
	cmd.Stdout, cmd.Stderr = sink.out, sink.err
	runErr := c.wait(ctx, cmd)
	if errors.Is(runErr, exec.ErrWaitDelay) {
		runErr = nil // pulumi itself ended well
	}
	stdout, stderr, err := sink.close()
	if err != nil {
		return "", "", -1, errors.Join(runErr, err)
	}
	for _, w := range out {
		_, _ = io.WriteString(w, stdout)
	}
	for _, w := range errOut {
		_, _ = io.WriteString(w, stderr)
	}
	code := -1
	if cmd.ProcessState != nil {
		code = cmd.ProcessState.ExitCode()
	}
	return stdout, stderr, code, runErr
}

// selects tells whether pulumi would be asked only to select a stack that is known to be
// there. Every command names its stack, so that would cost a second and change nothing but
// a file that runs at the same time share.
func (c *command) selects(args []string) bool {
	if len(args) != 4 || !slices.Equal(args[:3], []string{"stack", "select", "--stack"}) {
		return false
	}
	_, ok := c.exists.Load(args[3])
	return ok
}

// wait starts cmd and waits for it. The first cancellation interrupts it, the
// kill channel ends it with everything it started.
func (c *command) wait(ctx context.Context, cmd *exec.Cmd) error {
	// The kernel interrupts pulumi when the thread that started it dies (see
	// isolate): keep that thread for as long as pulumi runs.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		interrupt(cmd.Process)
	}
	select {
	case err := <-done:
		return err
	case <-c.kill:
		killTree(cmd.Process)
		return <-done
	}
}

// sink is where the output of one run goes until it ends.
type sink struct {
	out, err io.Writer
	close    func() (stdout, stderr string, err error)
}

func (c *command) sink(args []string) (sink, error) {
	if !slices.Contains(args, "--event-log") {
		var o, e bytes.Buffer
		return sink{&o, &e, func() (string, string, error) { return o.String(), e.String(), nil }}, nil
	}
	if err := os.MkdirAll(c.logs, 0o700); err != nil {
		return sink{}, err
	}
	base := filepath.Join(c.logs, logName(args))
	o, err := os.OpenFile(base+".out", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return sink{}, err
	}
	e, err := os.OpenFile(base+".err", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return sink{}, errors.Join(err, o.Close())
	}
	return sink{o, e, func() (string, string, error) {
		closeErr := errors.Join(o.Close(), e.Close())
		stdout, errO := os.ReadFile(base + ".out")
		stderr, errE := os.ReadFile(base + ".err")
		return string(stdout), string(stderr), errors.Join(closeErr, errO, errE)
	}}, nil
}

// logName is "<stack>-<operation>", for example "mt-foundation-up".
func logName(args []string) string {
	stack := "unknown"
	if i := slices.Index(args, "--stack"); i >= 0 && i+1 < len(args) {
		stack = filepath.Base(args[i+1])
	}
	return stack + "-" + args[0]
}

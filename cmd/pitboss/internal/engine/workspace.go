package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"pitboss/policy/rules"
)

// A Workspace is one project open in one engine.
type Workspace struct {
	Engine Engine
	// Backend is where the engine keeps state, for people.
	Backend string
	// Foundation is the market's stack that makes keys, if the work is about one.
	Foundation string

	project  string
	mirror   mirror
	cmd      *command
	ws       auto.Workspace
	counts   counts
	consents consents
	copies   map[string][]byte // states to start from, see OpenCopy

	telling sync.Mutex        // also for copies
	keys    map[string]string // classes of keys by ARN, once they are known
}

// ErrInterrupted is the end of an operation that was asked to stop.
var ErrInterrupted = errors.New("interrupted")

// Open opens the project in dir. Closing kill ends everything at once.
func Open(ctx context.Context, dir string, e Engine, kill <-chan struct{}) (*Workspace, error) {
	m, err := newMirror(dir, e.Dir)
	if err != nil {
		return nil, err
	}
	// The policy pack tells here what it saw; the engine passes on only sentences.
	e.environ = overlay(e.environ, map[string]string{rules.JudgementVariable: filepath.Join(e.Dir, "judgements")})
	cmd, err := newCommand(ctx, e, kill)
	if err != nil {
		return nil, err
	}
	ws, err := auto.NewLocalWorkspace(ctx, auto.WorkDir(m.dir), auto.Pulumi(cmd))
	if err != nil {
		return nil, err
	}
	w := &Workspace{Engine: e, project: dir, mirror: m, cmd: cmd, ws: ws, counts: openCounts(e.Dir), consents: openConsents(e.Dir)}
	w.Backend = e.Getenv("PULUMI_BACKEND_URL")
	if w.Backend == "" {
		who, err := ws.WhoAmIDetails(ctx)
		if err != nil {
			return nil, w.failed(ctx, "ask who is logged in to Pulumi", stderrOf(err), err)
		}
		w.Backend = who.URL
	}
	return w, nil
}

// Prepare runs the engine's own commands before a program is run. now is
// called with each command line as it starts.
func (w *Workspace) Prepare(ctx context.Context, started func(line string)) error {
	for _, argv := range w.Engine.Prepare {
		if len(argv) == 0 {
			continue
		}
		started(strings.Join(argv, " "))
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
		cmd.Dir, cmd.Env = w.project, w.Engine.Environ()
		cmd.Cancel = func() error { interrupt(cmd.Process); return nil }
		cmd.WaitDelay = 5 * time.Second // a compiler keeps no state worth a longer wait
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			if ctx.Err() != nil {
				return ErrInterrupted
			}
			return fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, lastLines(out.String(), 30))
		}
	}
	return nil
}

// A StackSummary is one line of the backend's list.
type StackSummary struct {
	Name      string
	Resources int
	Running   bool // an update is in progress, where the backend can tell
}

// Stacks lists the project's stacks in the backend, by name.
func (w *Workspace) Stacks(ctx context.Context) (map[string]StackSummary, error) {
	list, err := w.ws.ListStacks(ctx)
	if err != nil {
		return nil, w.failed(ctx, "list the stacks", stderrOf(err), err)
	}
	out := map[string]StackSummary{}
	for _, s := range list {
		name := s.Name[strings.LastIndex(s.Name, "/")+1:]
		sum := StackSummary{Name: name, Running: s.UpdateInProgress}
		if s.ResourceCount != nil {
			sum.Resources = *s.ResourceCount
		}
		out[name] = sum
	}
	return out, nil
}

// A CommandError is a pulumi that refused, in its own words.
type CommandError struct {
	Doing string
	Words string
}

func (e *CommandError) Error() string { return "cannot " + e.Doing + ": " + e.Words }

// failed makes an error of one failed run of pulumi.
func (w *Workspace) failed(ctx context.Context, doing, stderr string, err error) error {
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	words := strings.TrimPrefix(strings.TrimSpace(stderr), "error: ")
	if words == "" {
		words = err.Error()
	}
	return &CommandError{Doing: doing, Words: words}
}

// stderrOf takes pulumi's own words out of an error of the Automation API,
// which offers them only inside its text.
func stderrOf(err error) string {
	_, words, ok := strings.Cut(err.Error(), "\nstderr: ")
	if !ok {
		return err.Error()
	}
	return strings.TrimSpace(words)
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}

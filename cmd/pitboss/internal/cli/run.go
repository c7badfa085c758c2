package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"pitboss/cmd/pitboss/internal/engine"
)

// Env is everything outside that a command may use.
type Env struct {
	In  io.Reader
	Out io.Writer // only what was asked for
	Err io.Writer // everything else
	Now func() time.Time
	// Getenv reads the variables that commands look at themselves.
	Getenv func(string) string
	// Environ is the whole environment, for the engine's processes.
	Environ []string
	// Dir is the current folder.
	Dir string
	// Kill, when closed, ends what a cancelled context only asked to finish.
	// May be nil.
	Kill <-chan struct{}
}

// Run runs one command and returns its exit code (see exitCode). Cancelling
// ctx makes it save its state and stop.
func Run(ctx context.Context, args []string, env Env) int {
	a := &app{env: env, args: args}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	err := root.ExecuteContext(ctx)
	if err != nil && !a.started && !errors.As(err, new(*usageError)) {
		err = &usageError{strings.TrimSpace(err.Error()), "pitboss help"}
	}
	if ctx.Err() != nil && err != nil {
		err = errInterrupted
		if killed(env.Kill) {
			err = errKilled
		}
	}
	if err != nil && err.Error() != "" {
		fmt.Fprintf(env.Err, "pitboss: %v\n", err)
		if words := new(engine.CommandError); errors.As(err, &words) {
			if next := advice(words.Words, "<stack>", "of the market"); next != "" {
				fmt.Fprintf(env.Err, "  next: %s\n", next)
			}
		}
	}
	return exitCode(err)
}

// app is one run.
type app struct {
	env     Env
	args    []string // of the command line
	started bool     // the arguments were good
	dir     string   // the project's folder
	json    bool
}

// killed tells whether the run was stopped dead.
func killed(kill <-chan struct{}) bool {
	select {
	case <-kill:
		return kill != nil
	default:
		return false
	}
}

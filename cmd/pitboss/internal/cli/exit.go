package cli

import (
	"errors"
	"fmt"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

// The exit codes, which scripts rely on.
const (
	exitOK          = 0   // everything asked for was done
	exitFailed      = 1   // something was tried and failed
	exitUsage       = 2   // the arguments or an input file are wrong; nothing was touched
	exitRefused     = 3   // it would lose something that nobody named, or that others stand on
	exitUnknown     = 4   // an engine, a backend or an API server gave no answer
	exitChanges     = 5   // preview found changes, none of them dangerous
	exitUnhealthy   = 6   // status found something that does not run and should
	exitDanger      = 7   // preview found a change that loses, exposes or moves something
	exitPolicy      = 8   // a rule of the policy is broken
	exitInterrupted = 130 // stopped by a signal; state is saved and the next run goes on
)

// exitHelp is shown in the help of pitboss.
const exitHelp = `Exit codes:
  0    everything asked for was done
  1    something was tried and failed
  2    the arguments or an input file are wrong; nothing was touched
  3    refused: it would lose something that nobody named, or that others stand on
  4    could not tell: an engine, a backend or an API server gave no answer
  5    preview found changes, none of them dangerous
  6    status found something that does not run and should
  7    preview found a change that loses, exposes or moves something
  8    preview or check found a rule of the policy broken
  130  interrupted; state is saved, and the same command goes on from there`

var (
	// These say nothing: the answer already did.
	errFailed      = &quiet{exitFailed}
	errRefused     = &quiet{exitRefused}
	errUnknown     = &quiet{exitUnknown}
	errChanges     = &quiet{exitChanges}
	errDanger      = &quiet{exitDanger}
	errPolicy      = &quiet{exitPolicy}
	errUnhealthy   = &quiet{exitUnhealthy}
	errInterrupted = errors.New("interrupted: what was in flight is finished and saved; run the same command again to go on")
	errKilled      = errors.New("stopped dead: what was in flight is not recorded; run the same command again, it repairs that and goes on")
)

// quiet is an exit code whose reason has been shown.
type quiet struct{ code int }

func (*quiet) Error() string { return "" }

// A usageError is a command that was called wrongly.
type usageError struct{ found, next string }

func (e *usageError) Error() string { return fmt.Sprintf("%s\n  next: %s", e.found, e.next) }

// An inputError is a file that says something impossible.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

// exitCode gives an error its code. One that nobody classified is "could not
// tell", never "fine".
func exitCode(err error) int {
	var q *quiet
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &q):
		return q.code
	case errors.Is(err, errInterrupted), errors.Is(err, errKilled), errors.Is(err, engine.ErrInterrupted):
		return exitInterrupted
	case errors.As(err, new(*usageError)), errors.As(err, new(*inputError)), errors.As(err, new(market.Problems)), errors.As(err, new(market.Problem)):
		return exitUsage
	}
	return exitUnknown
}

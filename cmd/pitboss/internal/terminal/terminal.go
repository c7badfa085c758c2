// Package terminal keeps a library from talking to the user's terminal.
//
// Pulumi's SDK links Bubble Tea, which asks the terminal for its background
// colour while packages are initialised: escape sequences on standard output
// for every command, and up to five seconds of waiting where nobody answers.
// It does not ask a dumb terminal. This package says "dumb" until main runs.
//
// It imports os alone, because of the order in which Go initialises packages:
// sorted by path, the first whose imports are ready. Bubble Tea needs strings,
// which sorts after this package, so this one always comes first.
//
// Import it from cmd/pitboss's main only.
package terminal

import "os"

const variable = "TERM"

var was, known = os.LookupEnv(variable)

func init() { _ = os.Setenv(variable, "dumb") }

// Restore gives the process its own TERM back. Call it first in main.
func Restore() {
	if !known {
		_ = os.Unsetenv(variable)
		return
	}
	_ = os.Setenv(variable, was)
}

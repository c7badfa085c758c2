// Package cli is the pitboss command line as a function: arguments and an
// environment in, an exit code out. It has no global state, so a test runs
// the whole of it.
//
// Standard output carries only what was asked for; progress and advice go to
// standard error. Nothing is ever asked for confirmation: what would lose
// something is refused, and the refusal names what must be named to let it go.
//
// Import it from cmd/pitboss only.
package cli

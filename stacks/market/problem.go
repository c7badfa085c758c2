package market

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Problem is one thing wrong with one file. It is an error.
type Problem struct {
	// File is relative to the project, e.g. "stacks/markets/mt.yaml".
	File string
	// Line counts from 1; 0 means the file as a whole.
	Line int
	// Path is the key, e.g. "network.home"; empty means the file as a whole.
	Path string
	// Found is what stands there.
	Found string
	// Allowed is what may stand there, and the rule with its source if it is one.
	Allowed string
	// Next is what to do.
	Next string
}

func (p Problem) Error() string {
	at := p.File
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Path != "" {
		at += ": " + p.Path
	}
	return fmt.Sprintf("%s: found %s\n    allowed: %s\n    next: %s", at, p.Found, p.Allowed, p.Next)
}

// Problems is every problem of one reading. It is an error when not empty.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, 0, len(ps))
	for _, p := range ps {
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.As each Problem.
func (ps Problems) Unwrap() []error {
	out := make([]error, 0, len(ps))
	for _, p := range ps {
		out = append(out, p)
	}
	return out
}

// err sorts by file and line and returns nil when there is no problem, so that
// an empty list never becomes an error.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Path, b.Path))
	})
	return slices.Compact(ps)
}

// withoutLines is for a file that does not exist yet: its lines mean nothing.
func (ps Problems) withoutLines() Problems {
	out := slices.Clone(ps)
	for i := range out {
		out[i].Line = 0
	}
	return out
}

package tally

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Progress is how far the operation is: resources done and at work, and those
// known of so far.
func (t *Tally) Progress() (done, running int) { return t.done, t.running }

// Changes counts what happened, in the engine's own summary if it came.
func (t *Tally) Changes() Changes {
	if t.summary != nil {
		n := t.summary.ResourceChanges
		c := Changes{
			Creates: n[apitype.OpCreate] + n[apitype.OpImport], Updates: n[apitype.OpUpdate],
			Replaces: n[apitype.OpReplace] + n[apitype.OpImportReplacement], Deletes: n[apitype.OpDelete], Same: n[apitype.OpSame],
		}
		switch t.root {
		case apitype.OpCreate:
			c.Creates--
		case apitype.OpUpdate:
			c.Updates--
		case apitype.OpDelete:
			c.Deletes--
		case apitype.OpSame:
			c.Same--
		}
		return c
	}
	c := Changes{Same: t.same}
	for _, ch := range t.changes {
		if t.state[ch.URN] != finished {
			continue
		}
		switch apitype.OpType(ch.Op) {
		case apitype.OpCreate:
			c.Creates++
		case apitype.OpUpdate:
			c.Updates++
		case apitype.OpReplace:
			c.Replaces++
		case apitype.OpDelete:
			c.Deletes++
		}
	}
	return c
}

// List returns every change, by URN within create, update, replace, delete.
func (t *Tally) List() []Change {
	order := []string{"create", "update", "replace", "delete"}
	out := slices.Clone(t.changes)
	slices.SortStableFunc(out, func(a, b Change) int {
		if d := slices.Index(order, a.Op) - slices.Index(order, b.Op); d != 0 {
			return d
		}
		return strings.Compare(a.URN, b.URN)
	})
	return out
}

// Lost lists the protected resources that the operation replaces or deletes.
func (t *Tally) Lost() []Change {
	var out []Change
	for _, c := range t.List() {
		if c.Protected && (c.Op == "replace" || c.Op == "delete") {
			out = append(out, c)
		}
	}
	return out
}

// Seen tells whether the operation got as far as its summary.
func (t *Tally) Seen() bool { return t.summary != nil }

// generic are messages that only say that there was another one.
var generic = []string{"update failed", "preview failed", "destroy failed", "update canceled", "preview canceled", "destroy canceled"}

// Failures lists what went wrong, the resources first in the order they
// failed. When the program itself failed, its own last words are the message.
func (t *Tally) Failures() []Failure {
	var out []Failure
	for _, f := range t.failures {
		switch {
		case slices.Contains(generic, f.Message):
		case strings.Contains(f.Message, "program exited with non-zero exit code") || strings.Contains(f.Message, "an unhandled error occurred"):
			out = append(out, Failure{Message: t.lastWords(f.Message)})
		default:
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		for _, f := range t.failures {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Failure) int { return rank(a) - rank(b) })
	return out
}

func rank(f Failure) int {
	if f.URN != "" && !isRoot(f.Type) {
		return 0
	}
	return 1
}

// lastWords is what the program printed before it gave up, without the
// runtime's own frame around it.
func (t *Tally) lastWords(otherwise string) string {
	var lines []string
	for _, l := range strings.Split(strings.Join(t.output, "\n"), "\n") {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "exit status ") {
			continue
		}
		lines = append(lines, strings.TrimPrefix(l, "error: "))
	}
	if len(lines) == 0 {
		return otherwise
	}
	const enough = 30 // a stack trace of Go fits, a flood of them does not
	return strings.Join(lines[max(0, len(lines)-enough):], "\n")
}

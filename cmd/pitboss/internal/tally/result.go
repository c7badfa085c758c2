package tally

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Progress is how far the operation is: resources done, and resources at work.
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

// Steps is what happens to each resource, by URN.
func (t *Tally) Steps() []apitype.StepEventMetadata {
	out := make([]apitype.StepEventMetadata, 0, len(t.told))
	for _, urn := range slices.Sorted(maps.Keys(t.told)) {
		out = append(out, t.told[urn])
	}
	return out
}

// Outputs is what the stack would publish; nil if that was not told.
func (t *Tally) Outputs() map[string]any { return t.outputs }

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

// generic are messages that only say that there was another one.
var generic = []string{"update failed", "preview failed", "destroy failed", "refresh failed", "update canceled", "preview canceled", "destroy canceled"}

// Failures lists what went wrong, the resources first in the order they
// failed. When the program itself failed, its own last words are the message.
func (t *Tally) Failures() []Failure {
	var out []Failure
	for _, f := range t.failures {
		if slices.Contains(generic, f.Message) {
			continue
		}
		if strings.Contains(f.Message, "program exited with non-zero exit code") && len(t.output) > 0 {
			f = Failure{Message: strings.Join(t.output, "\n")}
		}
		f.Message = unframed(f.Message)
		out = append(out, f)
	}
	if len(out) == 0 {
		out = slices.Clone(t.failures)
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

// frames are what the engine and the SDK wrap around a program's own error.
var frames = []string{"error: ", "Preview failed: ", "an unhandled error occurred: ", "program failed:"}

// countOfErrors is the heading that joined errors get from the SDK.
var countOfErrors = regexp.MustCompile(`^\d+ errors? occurred:$`)

// unframed is an error without what was wrapped around it, and not longer
// than somebody reads.
func unframed(message string) string {
	var lines []string
	for _, l := range strings.Split(message, "\n") {
		l = strings.TrimRight(l, " \t\r")
		for _, f := range frames {
			l = strings.TrimPrefix(l, f)
		}
		plain := strings.TrimSpace(l)
		if plain == "" || strings.HasPrefix(plain, "exit status ") || countOfErrors.MatchString(plain) {
			continue
		}
		lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(l, "\t"), "* "))
	}
	if len(lines) == 0 {
		return message
	}
	const enough = 30 // a stack trace of Go fits, a flood of them does not
	return strings.Join(lines[max(0, len(lines)-enough):], "\n")
}

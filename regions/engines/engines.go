// Package engines is the table of database, cache and broker versions, and of the instance
// classes below them, with which a market can lose a region: versions that support global
// databases and their switchover, node types that a Global Datastore takes, brokers that
// MSK Replicator can read from. Pure data: stacks/market checks market files with it, and
// components are told what they build by its types.
//
// A version joins with one line once its support was read in a source, which the line
// names. Whether each is offered in each region is not known here:
// `aws rds describe-db-engine-versions --region R` and its siblings tell.
package engines

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pitboss/regions"
)

// A Refusal is a version, an instance class or a figure that a market cannot be run with.
// It is an error.
type Refusal struct {
	// What was looked at, e.g. "Aurora PostgreSQL version".
	What string
	// Found is what stood there.
	Found string
	// Why it is refused: half a sentence.
	Why string
	// Allowed is what may stand there.
	Allowed string
	// Near is the nearest allowed value, or empty when none is spelt like Found.
	Near string
	// Source is where the rule was read.
	Source string
}

func (r Refusal) Error() string {
	near := ""
	if r.Near != "" {
		near = "; " + r.Next()
	}
	return fmt.Sprintf("%s: found %q, %s: choose %s%s (%s)", r.What, r.Found, r.Why, r.Allowed, near, r.Source)
}

// Next is what to do.
func (r Refusal) Next() string {
	if r.Near == "" {
		return "choose one of these"
	}
	return fmt.Sprintf("did you mean %q?", r.Near)
}

// A row is one version of one engine.
type row struct {
	name, family string
	fact         regions.Fact
}

// notChecked is why most versions are refused.
const notChecked = "which was not checked for losing a region"

// read is the fact that a version can be lost a region with.
func read(text, source string, c regions.Confidence, note string) regions.Fact {
	return regions.Fact{Text: text, Source: source, Confidence: c, Note: note}
}

// find is the row called name.
func find(rows []row, name string) (row, bool) {
	i := slices.IndexFunc(rows, func(r row) bool { return r.name == name })
	if i < 0 {
		return row{}, false
	}
	return rows[i], true
}

func namesOf(rows []row) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.name)
	}
	return out
}

// refuse makes the refusal of a version that is in no row.
func refuse(what, found, why, source string, rows []row) Refusal {
	names := namesOf(rows)
	near := regions.Nearest(found, names)
	if near == "" {
		for _, name := range names { // half a version means the newest that begins so
			if strings.HasPrefix(name, found+".") {
				near = name
			}
		}
	}
	return Refusal{what, found, why, "one of " + strings.Join(names, ", "), near, source}
}

// parts reads "17.7" as 17, 7. What has another form is no version of ours.
func parts(s string) (major, minor int, ok bool) {
	a, b, two := strings.Cut(s, ".")
	major, errA := strconv.Atoi(a)
	minor, errB := strconv.Atoi(b)
	return major, minor, two && errA == nil && errB == nil
}

// Package eks is the table of Kubernetes versions that EKS offers, with the end
// of their standard support. Pure data: whoever checks a market file or builds a
// cluster imports it; the clock is passed in, never read.
package eks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pitboss/regions"
)

// A Version is one minor version of Kubernetes that EKS offers. Only this
// package makes one. Versions compare with ==.
type Version struct{ name string }

// LeavingWithin is how long before the end of its standard support a version
// warns: AWS announces the end at least 60 days ahead.
const LeavingWithin = 60 * 24 * time.Hour

// Source is where EKS publishes its versions.
const Source = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"

type record struct {
	ends time.Time // 00:00 UTC of the day on which extended support starts to be billed
	fact regions.Fact
}

// table is in order. A version joins with one line once EKS offers it, and
// leaves when its extended support ends.
var table = []struct {
	version Version
	record
}{
	{Version{"1.33"}, record{day(2026, time.July, 29), read("https://github.com/awsdocs/amazon-eks-user-guide/blob/013856044148d6eeed4723027a45aa2180536bcb/latest/ug/versioning/kubernetes-versions.adoc", regions.VerifiedPrimary, "")}},
	{Version{"1.34"}, record{day(2026, time.December, 2), read("https://github.com/awsdocs/amazon-eks-user-guide/blob/013856044148d6eeed4723027a45aa2180536bcb/latest/ug/versioning/kubernetes-versions.adoc", regions.VerifiedPrimary, "")}},
	{Version{"1.35"}, record{day(2027, time.March, 27), read("https://endoflife.date/amazon-eks", regions.VerifiedSecondary, "")}},
	// The page names 1.36 and its date was not seen. It came after 1.35, so its
	// support cannot end before that of 1.35: a lower bound, never too late.
	{Version{"1.36"}, record{day(2027, time.March, 27), read(Source, regions.Unverified, "the date is that of 1.35, a lower bound: the page names 1.36, its own date was not seen")}},
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func read(source string, c regions.Confidence, note string) regions.Fact {
	return regions.Fact{Text: "EKS offers this version; its standard support ends on the date given", Source: source, Confidence: c, Note: note}
}

// Default is what a new market gets: the newest version whose end of support is
// verified.
func Default() Version { return Version{"1.35"} }

// All lists every version, oldest first.
func All() []Version {
	out := make([]Version, 0, len(table))
	for _, row := range table {
		out = append(out, row.version)
	}
	return out
}

// Names lists every version's name, oldest first.
func Names() []string {
	out := make([]string, 0, len(table))
	for _, v := range All() {
		out = append(out, v.name)
	}
	return out
}

// Parse accepts a version that EKS offers, such as "1.35".
func Parse(s string) (Version, error) {
	v := Version{s}
	if !slices.Contains(All(), v) {
		return Version{}, fmt.Errorf("EKS does not offer Kubernetes %q: choose one of %s (%s)", s, strings.Join(Names(), ", "), Source)
	}
	return v, nil
}

// String is the minor version, e.g. "1.35"; "" for the zero Version.
func (v Version) String() string { return v.name }

// IsZero reports whether v is no version.
func (v Version) IsZero() bool { return v.name == "" }

func (v Version) record() record {
	for _, row := range table {
		if row.version == v {
			return row.record
		}
	}
	return record{}
}

// StandardSupportEnds is the start of the first day (UTC) without standard
// support. Fact says how sure it is.
func (v Version) StandardSupportEnds() time.Time { return v.record().ends }

// Fact says where the end of support was read.
func (v Version) Fact() regions.Fact { return v.record().fact }

// Supported reports whether v is in standard support at now.
func (v Version) Supported(now time.Time) bool { return now.Before(v.StandardSupportEnds()) }

// LeavingSoon reports whether v is supported at now and leaves standard support
// within LeavingWithin.
func (v Version) LeavingSoon(now time.Time) bool {
	return v.Supported(now) && !now.Add(LeavingWithin).Before(v.StandardSupportEnds())
}

// Check refuses a version whose standard support has ended at now: a cluster on
// it costs six times as much and is upgraded by AWS in the end.
func (v Version) Check(now time.Time) error {
	if v.IsZero() {
		return fmt.Errorf("no Kubernetes version: choose one of %s", strings.Join(supported(now), ", "))
	}
	if v.Supported(now) {
		return nil
	}
	return fmt.Errorf("standard support of Kubernetes %s on EKS ended on %s (%s): choose one of %s",
		v, v.StandardSupportEnds().Format(time.DateOnly), v.Fact().Source, strings.Join(supported(now), ", "))
}

// Warning says that v is about to leave standard support, or "" when it is not.
func (v Version) Warning(now time.Time) string {
	if !v.LeavingSoon(now) {
		return ""
	}
	days := int(v.StandardSupportEnds().Sub(now).Hours() / 24)
	return fmt.Sprintf("Kubernetes %s leaves standard support on EKS on %s, in %d days (%s): upgrade one minor version at a time, to one of %s",
		v, v.StandardSupportEnds().Format(time.DateOnly), days, v.Fact().Source, strings.Join(after(v, now), ", "))
}

// supported lists the versions in standard support at now, oldest first.
func supported(now time.Time) []string { return after(Version{}, now) }

// after lists the versions newer than v in standard support at now.
func after(v Version, now time.Time) []string {
	var out []string
	for _, newer := range All()[slices.Index(All(), v)+1:] {
		if newer.Supported(now) {
			out = append(out, newer.name)
		}
	}
	return out
}

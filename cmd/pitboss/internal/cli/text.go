package cli

import (
	"fmt"
	"strings"
	"time"

	"pitboss/regions"
)

// list joins words for a sentence; "none" if there is none.
func list(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// names of regions, in their order; never nil, so that JSON says [].
func names(rs []regions.Region) []string {
	out := make([]string, 0, len(rs))
	for _, r := range rs {
		out = append(out, r.String())
	}
	return out
}

// count writes "1 year", "5 years".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// period writes a duration in the largest unit that fits: "365 days", "15
// minutes", "120 seconds".
func period(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day && d%day == 0:
		return count(int(d/day), "day")
	case d > 2*time.Minute && d%time.Minute == 0:
		return count(int(d/time.Minute), "minute")
	}
	return count(int(d/time.Second), "second")
}

package cli

import (
	"strings"

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

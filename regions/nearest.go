package regions

import (
	"fmt"
	"strings"
)

// didYouMean suggests the nearest of allowed, as text to put into an error.
func didYouMean(got string, allowed []string) string {
	if near := Nearest(got, allowed); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// Nearest returns the entry of allowed that is spelt most like got, case apart,
// the first of equals, or "" when none is close enough to be a misspelling.
func Nearest(got string, allowed []string) string {
	if len(got) > longestWord {
		return ""
	}
	best, bestAt := "", typos(len(got))+1
	for _, a := range allowed {
		if d := distance(strings.ToLower(got), strings.ToLower(a)); d < bestAt {
			best, bestAt = a, d
		}
	}
	return best
}

// typos is how many edits still make a misspelling of a word of n letters: a
// third of them, two in a word of four, one in a code of two or three.
func typos(n int) int {
	if n < 4 {
		return 1
	}
	return max(2, n/3)
}

// longestWord bounds the work on hostile input: no name of ours is longer.
const longestWord = 64

// distance counts the single-character edits between a and b, a swap of two
// neighbours counting once.
func distance(a, b string) int {
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}

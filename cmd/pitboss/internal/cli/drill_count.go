package cli

import (
	"slices"
	"time"

	"pitboss/drill/evidence"
	"pitboss/drill/run"
)

// count sorts the runs, the newest first, drops what both buckets hold, and counts those of
// the last year that were done with every promise kept.
func (h *history) count(now time.Time) {
	slices.SortFunc(h.Runs, func(a, b evidence.Report) int { return b.Began.Compare(a.Began) })
	h.Runs = slices.CompactFunc(h.Runs, func(a, b evidence.Report) bool { return a.Run == b.Run })
	for _, r := range h.Runs {
		if r.Outcome == run.Done && len(r.Misses) == 0 && now.Sub(r.Began) <= 365*24*time.Hour {
			h.Kept++
		}
	}
	h.Enough = h.Kept >= h.Wanted
}

package door

import "slices"

// choose is the region that a player is sent to. First the weighted record prefers one,
// as dice(n) in [0, n) falls; then its failover pair answers: the preferred region while
// it is open, else another that is, else the preferred one all the same.
func choose(regions []string, weights map[string]int, open func(string) bool, dice func(n int) int) string {
	preferred := weighted(regions, weights, dice)
	if open(preferred) {
		return preferred
	}
	if i := slices.IndexFunc(regions, open); i >= 0 {
		return regions[i]
	}
	return preferred
}

// weighted picks by weight. All weights zero is an even split, as Route 53 has it.
func weighted(regions []string, weights map[string]int, dice func(n int) int) string {
	total := 0
	for _, r := range regions {
		total += max(0, weights[r])
	}
	if total == 0 {
		return regions[dice(len(regions))]
	}
	at := dice(total)
	for _, r := range regions {
		if at -= max(0, weights[r]); at < 0 {
			return r
		}
	}
	return regions[len(regions)-1]
}

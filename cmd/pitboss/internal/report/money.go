package report

import (
	"fmt"
	"strconv"
	"time"

	"pitboss/cmd/pitboss/internal/cost"
)

// money is an amount as people write it: $12,345.67.
func money(c cost.Cents) string {
	if c < 0 {
		return "-" + money(-c)
	}
	whole := strconv.FormatInt(int64(c/100), 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("$%s.%02d", whole, c%100)
}

// change is a difference with its sign.
func change(t cost.Total) string {
	if t.After > t.Before {
		return "+" + money(t.After-t.Before)
	}
	return money(t.After - t.Before)
}

// total is a row of the table of costs.
type total struct {
	Name string
	cost.Total
}

func totals(b *cost.Bill) []total {
	return []total{{"Active region", b.Active}, {"Standby region", b.Standby}, {"Shared", b.Shared}, {"All", b.All}}
}

// differing are the lines of a bill that the plan changes.
func differing(b *cost.Bill) []cost.Line {
	var out []cost.Line
	for _, l := range b.Lines {
		if l.Before != l.After {
			out = append(out, l)
		}
	}
	return out
}

// elapsed is a time as people read it.
func elapsed(seconds float64) string {
	d := time.Duration(seconds*10+0.5) * 100 * time.Millisecond
	return d.String()
}

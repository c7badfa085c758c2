package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

// rehearsal is what its figures are chosen by.
const rehearsal = "a whole rehearsal"

// rehearse drills the market that is up, and prints its figures with their limits: they are
// of one story, so they are measured in one run.
func rehearse(ctx context.Context) (missed int, err error) {
	fmt.Fprintln(os.Stderr, "measuring:", rehearsal)
	out, _, _, runErr := command(ctx, nil, "go", "run", "./tests/rehearsal", "-json")
	var got struct {
		Figures []struct {
			What, Unit string
			Limit, Was float64
		}
		Missed []string
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		return 0, fmt.Errorf("%w\n%s", runErr, out)
	}
	for _, f := range got.Figures {
		verdict := "ok"
		if f.Was > f.Limit {
			verdict = "OVER"
		}
		fmt.Printf("%-75s %8.2f %-8s at most %-4g %s\n", f.What, f.Was, f.Unit, f.Limit, verdict)
	}
	if runErr != nil && len(got.Missed) == 0 {
		return 0, runErr // it ended early
	}
	return len(got.Missed), nil
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// report is what the rehearsal reads of a drill's report.
type report struct {
	Run, Kind, To, Outcome string
	Misses                 []string
	Measured               struct {
		FrozenSeconds, FreezeToAllSeconds, RTOSeconds, RPOSeconds, OwnSeconds *float64
	}
	Writes struct {
		Acknowledged, Lost, Duplicated int
		Before, After                  int64
	}
	Steps []struct {
		ID    string
		Ended time.Time
	}
}

func (r report) ended(step string) time.Time {
	for _, s := range r.Steps {
		if s.ID == step {
			return s.Ended
		}
	}
	return time.Time{}
}

// value is a figure; one that is not known is over every limit.
func value(v *float64) float64 {
	if v == nil {
		return math.Inf(1)
	}
	return *v
}

const (
	sandboxBinary = ".sandbox/bin/sandbox"
	pitbossBinary = ".sandbox/bin/pitboss"
	engineFile    = ".sandbox/engine.json"
)

func (r *rehearsal) sandbox(ctx context.Context, args ...string) error {
	fmt.Fprintln(os.Stderr, "== sandbox", strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, sandboxBinary, args...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// drill runs one, reads its report and checks that it verifies. One that was not done, or
// that broke a promise, ends the rehearsal.
func (r *rehearsal) drill(ctx context.Context, args ...string) (report, error) {
	// Offline, names are kept by nobody and nodes boot at once: what matters is that each
	// stage is judged by enough requests.
	args = append([]string{"drill", r.market, "--json", "--hold", "3s", "--poll", "250ms", "--requests", "8"}, args...)
	fmt.Fprintln(os.Stderr, "== pitboss", strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, pitbossBinary, args...)
	cmd.Stderr = os.Stderr
	out, runErr := cmd.Output()
	var got report
	if err := json.Unmarshal(out, &got); err != nil {
		return got, fmt.Errorf("pitboss %s: %w, %w", strings.Join(args, " "), runErr, err)
	}
	dir := filepath.Join(".sandbox/pitboss/drills", r.market, got.Run)
	r.reports = append(r.reports, filepath.Join(dir, "report.html"))
	if runErr != nil {
		return got, fmt.Errorf("%s to %s was %s: %s", got.Kind, got.To, got.Outcome, strings.Join(got.Misses, "; "))
	}
	if out, err := exec.CommandContext(ctx, pitbossBinary, "drill", "verify", dir).CombinedOutput(); err != nil {
		return got, fmt.Errorf("the report of %s does not verify: %w\n%s", got.Run, err, out)
	}
	return got, nil
}

// witness has somebody write before the drill begins.
func (r *rehearsal) witness(ctx context.Context) error {
	raw, err := os.ReadFile(engineFile)
	if err != nil {
		return err
	}
	var e struct{ Drill struct{ Witness string } }
	if err := json.Unmarshal(raw, &e); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Drill.Witness+"/start", strings.NewReader(`{"rate": 60}`))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is left in it
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the witness answers %s", resp.Status)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// changes is the exit code of a preview that finds some, none of them dangerous.
const changes = 5

// exited tells whether a command ended with this code.
func exited(err error, code int) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == code
}

// report previews the market as a pull request does: over exported states, with nothing in
// the environment that could be a credential.
func (b *bench) report(ctx context.Context) (float64, error) {
	dir, err := os.MkdirTemp("", "pitboss-report-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	exports, out := filepath.Join(dir, "exports"), filepath.Join(dir, "report")
	if _, err := seconds(ctx, nil, ".sandbox/bin/pitboss", "export", "mt", "--out", exports); err != nil {
		return 0, err
	}
	took, err := seconds(ctx, nil, "env", "-i", "PATH="+os.Getenv("PATH"), "HOME="+os.Getenv("HOME"), "GOFLAGS="+os.Getenv("GOFLAGS"),
		".sandbox/bin/pitboss", "preview", "mt", "--state", exports, "--report", out)
	if err != nil {
		return 0, err
	}
	if _, err := os.Stat(filepath.Join(out, "report.html")); err != nil {
		return 0, err
	}
	return took, nil
}

// policy compares the engine's own preview of a region with and without the policy pack:
// what the rules cost, and what the engine spends to ask them. Previews of the same stack
// differ by as much from one to the next, up and down. So each is the median of nine, taken
// in turns: one that was lucky counts as little as one that something else held up.
func (b *bench) policy(ctx context.Context) (float64, error) {
	raw, err := os.ReadFile(".sandbox/engine.json")
	if err != nil {
		return 0, err
	}
	var e struct {
		Pulumi, PolicyPack string
		Env                map[string]string
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return 0, err
	}
	took := map[bool][]float64{}
	for i := range 9 {
		for _, with := range []bool{i%2 == 0, i%2 != 0} {
			args := []string{"preview", "--non-interactive", "--stack", "mt-eu-south-1", "--suppress-outputs", "--suppress-progress"}
			if with {
				args = append(args, "--policy-pack", e.PolicyPack)
			}
			cmd := exec.CommandContext(ctx, e.Pulumi, args...)
			cmd.Dir, cmd.Env = ".sandbox/pitboss/project", os.Environ()
			for k, v := range e.Env {
				cmd.Env = append(cmd.Env, k+"="+v)
			}
			start := time.Now()
			if out, err := cmd.CombinedOutput(); err != nil {
				return 0, fmt.Errorf("%w\n%s", err, out)
			}
			took[with] = append(took[with], time.Since(start).Seconds())
		}
	}
	fmt.Fprintf(os.Stderr, "seconds with the policy %.2f, without %.2f\n", took[true], took[false])
	return max(0, median(took[true])-median(took[false])), nil
}

// median is the middle of an odd number of figures.
func median(of []float64) float64 {
	return slices.Sorted(slices.Values(of))[len(of)/2]
}

var score = regexp.MustCompile(`(\d+) mutants of \d+ kinds, (\d+) caught`)

// survivors breaks every market's stacks in every way of the table.
func (b *bench) survivors(ctx context.Context) (float64, error) {
	out, _, _, err := command(ctx, nil, "go", "test", "./tests", "-run", "TestMutantsAreCaught", "-count=1", "-v")
	m := score.FindStringSubmatch(out)
	if m == nil {
		return 0, errors.Join(err, errors.New("the test did not print its score"))
	}
	tried, err := strconv.Atoi(m[1])
	if err != nil {
		return 0, err
	}
	caught, err := strconv.Atoi(m[2])
	fmt.Fprintf(os.Stderr, "%s\n", m[0])
	return float64(tried - caught), err
}

// violations judges what is recorded of the market.
func (b *bench) violations(ctx context.Context) (float64, error) {
	out, _, _, err := command(ctx, nil, ".sandbox/bin/pitboss", "check", "mt", "--json")
	var checked struct {
		Stacks []struct {
			Findings []struct{ Verdict string }
		}
	}
	if jsonErr := json.Unmarshal([]byte(out), &checked); jsonErr != nil {
		return 0, errors.Join(err, jsonErr)
	}
	broken := 0
	for _, s := range checked.Stacks {
		for _, f := range s.Findings {
			if f.Verdict == "broken" {
				broken++
			}
		}
	}
	return float64(broken), nil
}

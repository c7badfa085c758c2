package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
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

// policy is how long the engine's own preview of a region waits for the policy pack: all
// its calls, as its trace has them, in the median of five previews. What a preview takes
// with the pack and without differs by more from one to the next than what there is to
// measure. What the engine computes itself to ask (0.2 s by its profile) is not in it.
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
	dir, err := os.MkdirTemp("", "pitboss-trace-") // the trace holds every property
	if err != nil {
		return 0, err
	}
	defer removeAll(dir)
	var waited []float64
	for i := range 5 {
		trace := filepath.Join(dir, strconv.Itoa(i))
		cmd := exec.CommandContext(ctx, e.Pulumi, "preview", "--non-interactive", "--stack", "mt-eu-south-1", "--suppress-outputs", "--suppress-progress",
			"--policy-pack", e.PolicyPack, "--otel-traces", "file://"+trace)
		cmd.Dir, cmd.Env = ".sandbox/pitboss/project", os.Environ()
		for k, v := range e.Env {
			cmd.Env = append(cmd.Env, k+"="+v)
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%w\n%s", err, out)
		}
		one, n, err := calls(trace, "pulumirpc.Analyzer/")
		if err != nil {
			return 0, err
		}
		fmt.Fprintf(os.Stderr, "%d calls of the policy pack: %.2f s\n", n, one)
		waited = append(waited, one)
	}
	return slices.Sorted(slices.Values(waited))[len(waited)/2], nil
}

// calls adds up the seconds of a trace's calls of a service, as the caller saw them.
func calls(trace, service string) (seconds float64, n int, err error) {
	f, err := os.Open(trace)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close() //nolint:errcheck // it is only read
	const caller = 3
	type spans struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Spans []struct {
					Name                               string
					Kind                               int
					StartTimeUnixNano, EndTimeUnixNano int64 `json:",string"`
				}
			}
		}
	}
	for lines := json.NewDecoder(f); ; {
		var line spans
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", trace, err)
		}
		for _, r := range line.ResourceSpans {
			for _, scope := range r.ScopeSpans {
				for _, s := range scope.Spans {
					if s.Kind == caller && strings.HasPrefix(s.Name, service) {
						seconds += time.Duration(s.EndTimeUnixNano - s.StartTimeUnixNano).Seconds()
						n++
					}
				}
			}
		}
	}
	if n == 0 {
		return 0, 0, fmt.Errorf("the engine's trace tells of no call of %s", service)
	}
	return seconds, n, nil
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

// Command bench measures the figures that Pitboss promises and prints them
// beside their limits. `make bench` runs it on a sandbox that it takes down
// first and leaves up; `make bench COLD=1` also builds everything from nothing,
// in caches of its own, which takes half an hour.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// figure is one promise: what is measured, and its limit.
type figure struct {
	what    string
	limit   float64
	unit    string
	measure func(*bench, context.Context) (float64, error)
}

// The limits are those that the project set itself for two cores.
var warm = []figure{
	{"make up for mt: all four stacks, tools built, all pods running", 150, "s", (*bench).up},
	{"the same again with nothing to do", 40, "s", (*bench).upAgain},
	{"preview of one region stack, warm", 20, "s", (*bench).preview},
	{"preview of a swap over all four stacks", 30, "s", (*bench).swap},
	{"preview of the whole market with policy, cost and report, no credentials", 45, "s", (*bench).report},
	{"policy time within a region stack's preview", 2, "s", (*bench).policy},
	{"mutants of the stacks that no rule of the policy catches", 0, "", (*bench).survivors},
	{"rules that the program's own stacks break", 0, "", (*bench).violations},
	{"resources created, replaced or deleted by that swap", 0, "", (*bench).swapLosses},
	{"resources replaced or deleted by a swap, over all markets and both directions", 0, "", (*bench).swapsOfAll},
	{"memory of everything running (two clusters)", 6, "GiB", (*bench).memory},
	{"make test, warm", 60, "s", (*bench).test},
}

var cold = []figure{
	{"building the program, cold", 10, "CPU min", (*bench).buildCold},
	{"first make up, nothing cached", 25, "min", (*bench).upCold},
	{"make test, nothing cached", 15, "min", (*bench).testCold},
}

type bench struct {
	caches string
	losses float64 // of the swap that was previewed
}

func main() {
	withCold := flag.Bool("cold", false, "also measure from empty caches; takes half an hour and 10 GB")
	only := flag.String("only", "", "only the figures whose name has these words; what they need must be up")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *withCold, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, withCold bool, only string) error {
	b := &bench{}
	figures := warm
	if withCold {
		dir, err := os.MkdirTemp("", "pitboss-cold-")
		if err != nil {
			return err
		}
		defer removeAll(dir)
		b.caches, figures = dir, append(figures, cold...)
	}
	over := 0
	var table strings.Builder
	for _, f := range figures {
		if !strings.Contains(f.what, only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring: %s\n", f.what)
		got, err := f.measure(b, ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", f.what, err)
		}
		verdict := "ok"
		if got > f.limit {
			verdict, over = "OVER", over+1
		}
		fmt.Fprintf(&table, "%-75s %8.1f %-8s at most %-4g %s\n", f.what, got, f.unit, f.limit, verdict)
	}
	fmt.Print(table.String())
	if only == "" || strings.Contains(rehearsal, only) {
		missed, err := rehearse(ctx)
		if err != nil {
			return err
		}
		over += missed
	}
	if only == "" {
		if err := compose(ctx); err != nil {
			return err
		}
	}
	if over > 0 {
		return fmt.Errorf("%d figures are over their limit", over)
	}
	return nil
}

// removeAll also removes Go's module cache, which Go makes read-only.
func removeAll(dir string) {
	_ = exec.Command("chmod", "-R", "u+w", dir).Run()
	_ = os.RemoveAll(dir)
}

// command runs something quietly; its output is shown when it fails.
func command(ctx context.Context, env []string, name string, args ...string) (out string, wall, cpu time.Duration, err error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var log strings.Builder
	var stdout strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &log
	start := time.Now()
	err = cmd.Run()
	wall = time.Since(start)
	if cmd.ProcessState != nil {
		cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, stdout.String(), log.String())
	}
	return stdout.String(), wall, cpu, err
}

func seconds(ctx context.Context, env []string, name string, args ...string) (float64, error) {
	_, wall, _, err := command(ctx, env, name, args...)
	return wall.Seconds(), err
}

// up measures with everything built: a checkout that has never been run compiles the
// program first, which is another figure.
func (*bench) up(ctx context.Context) (float64, error) {
	for _, step := range [][]string{{"make", "down"}, {"go", "build", "-buildvcs=false", "-o", os.DevNull, "."}} {
		if _, err := seconds(ctx, nil, step[0], step[1:]...); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	if _, err := seconds(ctx, nil, "make", "up"); err != nil {
		return 0, err
	}
	for {
		_, err := seconds(ctx, nil, ".sandbox/bin/pitboss", "status", "mt")
		if err == nil || time.Since(start) > 10*time.Minute {
			return time.Since(start).Seconds(), err
		}
	}
}

func (*bench) upAgain(ctx context.Context) (float64, error) { return seconds(ctx, nil, "make", "up") }

func (*bench) preview(ctx context.Context) (float64, error) {
	return seconds(ctx, nil, ".sandbox/bin/pitboss", "preview", "mt", "--stack", "mt-eu-south-1")
}

func (*bench) memory(ctx context.Context) (float64, error) {
	out, _, _, err := command(ctx, nil, ".sandbox/bin/sandbox", "status", "--json")
	if err != nil {
		return 0, err
	}
	var report struct{ RSS float64 }
	err = json.Unmarshal([]byte(out), &report)
	return report.RSS / (1 << 30), err
}

// test runs the tests once to have them compiled, and again without their remembered
// results.
func (*bench) test(ctx context.Context) (float64, error) {
	if _, err := seconds(ctx, nil, "make", "test"); err != nil {
		return 0, err
	}
	return seconds(ctx, nil, "make", "test")
}

// coldEnv points every cache at an empty folder of its own, so that no figure
// profits from what another one built or downloaded.
func (b *bench) coldEnv(name string) []string {
	dir := filepath.Join(b.caches, name)
	return []string{
		"GOCACHE=" + filepath.Join(dir, "build"), "GOMODCACHE=" + filepath.Join(dir, "mod"),
		"PITBOSS_CACHE=" + filepath.Join(dir, "tools"), "PITBOSS_SANDBOX_DIR=" + filepath.Join(dir, "sandbox"),
	}
}

func (b *bench) buildCold(ctx context.Context) (float64, error) {
	_, _, cpu, err := command(ctx, b.coldEnv("build"), "go", "build", "-o", filepath.Join(b.caches, "program"), ".")
	return cpu.Minutes(), err
}

// upCold downloads every module anew and shows the progress that a first user
// sees.
func (b *bench) upCold(ctx context.Context) (float64, error) {
	env := b.coldEnv("up")
	defer func() {
		if _, _, _, err := command(context.WithoutCancel(ctx), env, "make", "down"); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	cmd := exec.CommandContext(ctx, "make", "up")
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), env...), os.Stderr, os.Stderr
	start := time.Now()
	err := cmd.Run()
	return time.Since(start).Minutes(), err
}

func (b *bench) testCold(ctx context.Context) (float64, error) {
	_, wall, _, err := command(ctx, b.coldEnv("test"), "make", "test")
	return wall.Minutes(), err
}

var benchLine = regexp.MustCompile(`(?m)^Benchmark.*$`)

// compose prints what composing 10, 50 and 100 synthetic markets costs.
func compose(ctx context.Context) error {
	out, _, _, err := command(ctx, nil, "go", "test", "-run", "-", "-bench", "Compose", "-benchtime", "1x", "./tests")
	for _, line := range benchLine.FindAllString(out, -1) {
		fmt.Println(line)
	}
	return err
}

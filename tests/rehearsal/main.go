// Command rehearsal drills a market of the sandbox from one end to the other, on real
// databases and with somebody writing all the while: a switchover, the failback, the loss of
// the active region, and the region's return. `make drill` runs it on a sandbox that is up,
// and leaves the market where it was.
//
// It judges what the reports say against the project's figures, and ends with 1 if one of
// them is missed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// options are what of a rehearsal is asked for.
type options struct {
	market, home, standby string
	short                 bool
	jsonOut               bool
}

func main() {
	var o options
	flag.StringVar(&o.market, "market", "mt", "the market")
	flag.StringVar(&o.home, "home", "eu-south-1", "the region that is active now")
	flag.StringVar(&o.standby, "standby", "eu-central-1", "the other one")
	flag.BoolVar(&o.short, "short", false, "only the switchover and the failback")
	flag.BoolVar(&o.jsonOut, "json", false, "print the figures as JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	r := &rehearsal{options: o, start: time.Now()}
	err := r.run(ctx)
	stop()
	if printErr := r.print(err); printErr != nil {
		fmt.Fprintln(os.Stderr, "rehearsal:", printErr)
		os.Exit(1)
	}
}

// A figure is one promise and what came of it.
type figure struct {
	What  string  `json:"what"`
	Limit float64 `json:"limit"`
	Unit  string  `json:"unit"`
	Was   float64 `json:"was"`
}

func (f figure) kept() bool { return f.Was <= f.Limit }

type rehearsal struct {
	options
	start   time.Time
	figures []figure
	reports []string
}

func (r *rehearsal) figure(what string, limit float64, unit string, was float64) {
	r.figures = append(r.figures, figure{what, limit, unit, was})
}

// run is the rehearsal. What fails leaves the market where it is, for somebody to look at.
func (r *rehearsal) run(ctx context.Context) error {
	if err := r.sandbox(ctx, "data", "up", r.market); err != nil {
		return err
	}
	there, err := r.drill(ctx, "--to", r.standby)
	if err != nil {
		return err
	}
	r.judgeSwitchover(there)
	back, err := r.drill(ctx, "--to", r.home, "--kind", "failback")
	if err != nil {
		return err
	}
	r.judgeSwitchover(back)
	if r.short {
		return nil
	}
	if err := r.loseHome(ctx); err != nil {
		return err
	}
	r.figure("a whole rehearsal: switchover, failback, failover, rebuild, reports", 600, "s", time.Since(r.start).Seconds())
	return nil
}

// loseHome kills the active region under a second of lag and load, fails over, brings the
// region back, and takes the market home.
func (r *rehearsal) loseHome(ctx context.Context) error {
	if err := r.sandbox(ctx, "fault", "lag", "1"); err != nil {
		return err
	}
	if err := r.witness(ctx); err != nil {
		return err
	}
	sleep(ctx, 8*time.Second) // for writes to be under way
	if err := r.sandbox(ctx, "fault", "kill-region", r.home); err != nil {
		return err
	}
	killed := time.Now()
	over, err := r.drill(ctx, "--to", r.standby, "--kind", "failover",
		"--accept-risk=lose:ledger", "--accept-risk=lose:vault", "--accept-risk=unfenced:"+r.home)
	if err != nil {
		return err
	}
	r.figure("failover: from the kill until all players are in the other region", 90, "s", over.ended("traffic:100").Sub(killed).Seconds())
	r.figure("failover: acknowledged writes lost, by age, of 1 s of lag", 1.5, "s", value(over.Measured.RPOSeconds))
	r.figure("failover: writes that are there twice", 0, "", float64(over.Writes.Duplicated))
	r.own(over)
	if err := r.sandbox(ctx, "fault", "lag", "0"); err != nil {
		return err
	}
	if err := r.sandbox(ctx, "fault", "restore-region", r.home); err != nil {
		return err
	}
	home, err := r.drill(ctx, "--to", r.home, "--kind", "failback")
	if err != nil {
		return err
	}
	r.judgeSwitchover(home)
	return nil
}

func (r *rehearsal) judgeSwitchover(got report) {
	name := got.Kind + " to " + got.To
	r.figure(name+": from the freeze until all players moved", 60, "s", value(got.Measured.FreezeToAllSeconds))
	r.figure(name+": writes refused", 10, "s", value(got.Measured.FrozenSeconds))
	r.figure(name+": acknowledged writes lost", 0, "", float64(got.Writes.Lost))
	r.figure(name+": writes that are there twice", 0, "", float64(got.Writes.Duplicated))
	r.figure(name+": what the money's sum changed by", 0, "", float64(got.Writes.After-got.Writes.Before))
	r.own(got)
}

func (r *rehearsal) own(got report) {
	r.figure(got.Kind+" to "+got.To+": the drill's own time", 3, "s", value(got.Measured.OwnSeconds))
}

// print says what came of it. A rehearsal that ended early has missed what it did not reach.
func (r *rehearsal) print(cause error) error {
	missed := []string{}
	for _, f := range r.figures {
		if !f.kept() {
			missed = append(missed, f.What)
		}
	}
	if r.jsonOut {
		data, err := json.MarshalIndent(map[string]any{"figures": r.figures, "reports": r.reports, "missed": missed}, "", "  ")
		if err != nil {
			return err
		}
		fmt.Println(string(data))
	} else {
		for _, f := range r.figures {
			word := "ok"
			if !f.kept() {
				word = "MISSED"
			}
			fmt.Printf("%-75s at most %6g %-2s  %8.2f  %s\n", f.What, f.Limit, f.Unit, f.Was, word)
		}
		for _, path := range r.reports {
			fmt.Println("report:", path)
		}
	}
	if cause == nil && len(missed) > 0 {
		cause = fmt.Errorf("missed: %s", strings.Join(missed, "; "))
	}
	return cause
}

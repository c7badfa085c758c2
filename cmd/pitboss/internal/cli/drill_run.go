package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"pitboss/drill/evidence"
	"pitboss/drill/journal"
	"pitboss/drill/plan"
	"pitboss/drill/run"
	"pitboss/drill/steps"
)

// startDrill derives a plan and walks it.
func (a *app) startDrill(ctx context.Context, d drilling) error {
	m, to, err := a.drillMarket(d)
	if err != nil {
		return err
	}
	t, err := a.aim(ctx, d.market, "")
	if err != nil {
		return err
	}
	outputs, err := readOutputs(ctx, t.ws, m)
	if err != nil {
		return err
	}
	got, err := derive(m, outputs, d, to)
	if err != nil {
		return err
	}
	return a.walk(ctx, t, d, runID(a.env.Now(), got.plan), got, func(r *run.Runner) (run.Outcome, error) { return r.Run(ctx) })
}

// goOn takes a run's plan from its journal: nothing of it is derived again.
func (a *app) goOn(ctx context.Context, d drilling) error {
	t, err := a.aim(ctx, d.market, "")
	if err != nil {
		return err
	}
	id := d.resume + d.abort
	all, err := a.journalOf(ctx, t, d, id)
	if err != nil {
		return err
	}
	h, err := run.ReadHeader(all)
	if err != nil {
		return &inputError{fmt.Errorf("run %s: %w", id, err)}
	}
	before, err := run.Accepted(all)
	if err != nil {
		return &inputError{fmt.Errorf("run %s: %w", id, err)}
	}
	d.pace, d.accept = h.Pace, append(d.accept, before...)
	p, made, err := steps.Derive(h.Inventory, h.Plan.Kind, h.Plan.To, h.Pace)
	if err != nil {
		return err
	}
	if !p.Walks(h.Plan) {
		return &inputError{fmt.Errorf("run %s has the plan %s, and this version of pitboss walks another way (%s)\n  next: go on with it with the version that began it", id, h.Plan.ID(), p.ID())}
	}
	do := func(r *run.Runner) (run.Outcome, error) { return r.Run(ctx) }
	if d.abort != "" {
		do = func(r *run.Runner) (run.Outcome, error) { return r.Abort(ctx) }
	}
	return a.walk(ctx, t, d, id, derived{h.Inventory, p, made}, do)
}

// drillDir is where a run's journal and report are.
func drillDir(t target, d drilling, id string) string {
	base := d.out
	if base == "" {
		base = filepath.Join(t.ws.Engine.Dir, "drills")
	}
	return filepath.Join(base, t.market.Name, id)
}

// walk runs the plan, and makes the report of it whatever became of it.
func (a *app) walk(ctx context.Context, t target, d drilling, id string, got derived, do func(*run.Runner) (run.Outcome, error)) error {
	w, err := a.world(ctx, t, d, got.inventory, got.plan)
	if err != nil {
		return err
	}
	w.Run = id
	dir := drillDir(t, d, id)
	free, err := alone(dir)
	if err != nil {
		return err
	}
	defer free()
	j, err := journal.Open(journal.NewFile(filepath.Join(dir, evidence.FileJournal)), id, a.env.Now)
	if err != nil {
		return &inputError{err}
	}
	a.say("drill    %s, plan %s, journal in %s", id, got.plan.ID(), dir)
	before := cpu()
	r := &run.Runner{World: w, Plan: got.plan, Steps: got.steps, Journal: j, Watch: a.narrate(),
		Mirror: mirror(w, got.plan, id),
		Close: func(ctx context.Context, o run.Outcome) ([]run.Extra, error) {
			extras := []run.Extra{{Kind: journal.Note, Text: evidence.OwnTime, Data: evidence.Finish{OwnSeconds: (cpu() - before - programs(w)).Seconds()}}}
			if !slices.ContainsFunc(j.Entries(), func(e journal.Entry) bool { return e.Kind == journal.Note && e.Text == steps.Witnessed }) {
				return extras, nil
			}
			at := got.plan.To
			if o != run.Done {
				at = got.plan.From
			}
			tally, err := w.Witness.Stop(ctx, at)
			if err == nil && tally != nil {
				extras = append(extras, run.Extra{Kind: journal.Tally, Data: tally})
			}
			return extras, err
		},
	}
	outcome, err := do(r)
	report, reportErr := a.report(ctx, w, got.plan, j.Entries(), dir)
	if reportErr != nil { // a drill that nobody can prove was none
		err = errors.Join(err, fmt.Errorf("the report: %w\n  next: mend it, and `pitboss drill %s --resume %s` makes it again", reportErr, t.market.Name, id))
	}
	return a.tellDrill(outcome, err, report, dir)
}

// alone keeps a second process from walking the same run: one that goes forward and one
// that goes back would meet.
func alone(dir string) (free func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close() // the lock's error says more
		return nil, fmt.Errorf("%s is being walked by another process of this machine (%w)\n  next: wait for it, or end it", filepath.Base(dir), err)
	}
	return func() { _ = f.Close() }, nil
}

// cpu is how long this process itself has computed.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// programs is what of that was the program's.
func programs(w *steps.World) time.Duration {
	if c, ok := w.Code.(*code); ok {
		return c.programs
	}
	return 0
}

// mirror keeps the journal in the audit bucket of the region that the drill goes to.
func mirror(w *steps.World, p plan.Plan, id string) func(context.Context, []journal.Entry) error {
	return func(ctx context.Context, entries []journal.Entry) error {
		data, err := journal.Encode(entries)
		if err != nil {
			return err
		}
		key := fmt.Sprintf("%sjournal/%06d.jsonl", evidence.Prefix(p.Market, id), entries[0].Seq)
		return w.Vaults[p.To].Put(ctx, key, data)
	}
}

// report makes, signs and keeps the report.
func (a *app) report(ctx context.Context, w *steps.World, p plan.Plan, all []journal.Entry, dir string) (evidence.Report, error) {
	ctx = context.WithoutCancel(ctx)
	if len(all) == 0 {
		return evidence.Report{}, evidence.ErrNoJournal
	}
	words, err := w.Account.Secret(ctx, p.To, w.Inventory.Signing.SecretARNs[p.To])
	if err != nil {
		return evidence.Report{}, fmt.Errorf("its key: %w", err)
	}
	key := evidence.Key(words)
	if evidence.Public(key) != w.Inventory.Signing.PublicKey {
		return evidence.Report{}, errors.New("the signing key in Secrets Manager is not the one that the foundation stack has published")
	}
	bundle, report, err := evidence.Make(all, key)
	if err != nil {
		return report, err
	}
	for _, name := range sortedKeys(bundle) {
		if name == evidence.FileJournal {
			continue // it is there, and nothing must ever write over it
		}
		if err := os.WriteFile(filepath.Join(dir, name), bundle[name], 0o600); err != nil {
			return report, err
		}
	}
	for _, name := range sortedKeys(bundle) {
		if err := w.Vaults[p.To].Put(ctx, evidence.Prefix(p.Market, report.Run)+name, bundle[name]); err != nil {
			return report, fmt.Errorf("keeping it in the audit bucket of %s: %w", p.To, err)
		}
	}
	return report, nil
}

// tellDrill prints how it ended, and is the exit code's error.
func (a *app) tellDrill(o run.Outcome, err error, r evidence.Report, dir string) error {
	if a.json {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else if r.Run != "" {
		printReport(a.env.Out, r)
	}
	if r.Run != "" {
		a.say("report   %s", filepath.Join(dir, evidence.FilePage))
	}
	if err != nil && (r.Run == "" || a.json) {
		a.say("pitboss: %v", err)
	}
	switch {
	case o == run.Interrupted:
		return errInterrupted
	case o == run.Refused:
		return errRefused
	case err != nil, o != run.Done, len(r.Misses) > 0:
		return errFailed
	}
	return nil
}

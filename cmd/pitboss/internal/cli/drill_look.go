package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"pitboss/drill/evidence"
	"pitboss/drill/port"
	"pitboss/drill/run"
)

func (a *app) drillVerify() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:   "verify <report>",
		Short: "Check a drill's report: its signature, its journal, and that the two agree",
		Long: `Check a drill's report: that it is signed with the market's key, that no file was
changed since, that no entry of the journal is missing, and that the report is what the
journal says. The report is a folder of a run, or its report.json.

The market's public key is the foundation stack's output signing.publicKey; --key gives
it where no backend can be asked.`,
		Example: `  pitboss drill verify .sandbox/pitboss/drills/mt/20270101T100000-switchover-eu-central-1
  pitboss drill verify report.json --key 4zvwRjXUKGfvwnParsHAS3HuSVzV5cA4McphgmoCtajS=`,
		Args: needs(1, 1, "a report"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runVerify(cmd.Context(), args[0], key) },
	}
	cmd.Flags().StringVar(&key, "key", "", "the market's public key, in base64")
	a.withJSON(cmd)
	return cmd
}

func (a *app) runVerify(ctx context.Context, path, key string) error {
	if info, err := os.Stat(path); err != nil {
		return &inputError{err}
	} else if !info.IsDir() {
		path = filepath.Dir(path)
	}
	b := evidence.Bundle{}
	for _, name := range []string{evidence.FileReport, evidence.FilePage, evidence.FileJournal, evidence.FileSignature} {
		data, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			return &inputError{err}
		}
		b[name] = data
	}
	if key == "" {
		var said struct {
			Market string `json:"market"`
		}
		if err := json.Unmarshal(b[evidence.FileReport], &said); err != nil {
			return &inputError{fmt.Errorf("%s: %w", evidence.FileReport, err)}
		}
		t, err := a.aim(ctx, said.Market, "")
		if err != nil {
			return err
		}
		state, err := t.ws.State(ctx, t.ws.Foundation)
		if err != nil {
			return err
		}
		signing, _ := state.Outputs["signing"].(map[string]any)
		if key, _ = signing["publicKey"].(string); key == "" {
			return &inputError{fmt.Errorf("stack %s has published no signing key\n  next: give it with --key", t.ws.Foundation)}
		}
	}
	r, err := evidence.Verify(b, key)
	if a.json {
		v := struct {
			Valid   bool   `json:"valid"`
			Problem string `json:"problem,omitempty"`
			Run     string `json:"run,omitempty"`
		}{Valid: err == nil, Run: r.Run}
		if err != nil {
			v.Problem = err.Error()
		}
		if err := a.printJSON(v); err != nil {
			return err
		}
	}
	if err != nil {
		a.say("not valid: %v", err)
		return errFailed
	}
	if !a.json {
		fmt.Fprintf(a.env.Out, "valid: run %s, %d entries, signed with %s\n", r.Run, r.Entries, key)
		printReport(a.env.Out, r)
	}
	return nil
}

func (a *app) drillHistory() *cobra.Command {
	var d drilling
	cmd := &cobra.Command{
		Use:   "history <market>",
		Short: "Show every drill of a market, and how many policy wants in a year",
		Long: `Show every drill of a market that its audit buckets hold, the newest first, and how
many of the last year count against the number that company policy wants: those that were
done and kept every promise.`,
		Example: `  pitboss drill history mt
  pitboss drill history mt --json`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d.market = args[0]
			return a.runHistory(cmd.Context(), d)
		},
	}
	a.withJSON(cmd)
	return cmd
}

// history is the drills of a market.
type history struct {
	Market string            `json:"market"`
	Wanted int               `json:"wantedPerYear"`
	Kept   int               `json:"keptInTheLastYear"`
	Runs   []evidence.Report `json:"runs"`
	Unread []string          `json:"unread,omitempty"`
	Policy string            `json:"policy"`
	Enough bool              `json:"enough"`
}

func (a *app) runHistory(ctx context.Context, d drilling) error {
	t, err := a.aim(ctx, d.market, "")
	if err != nil {
		return err
	}
	inv, err := inventoryOf(ctx, t)
	if err != nil {
		return err
	}
	if inv.Standby.IsZero() {
		return &inputError{fmt.Errorf("market %s has one region, so there is no drill between two\n  next: drill what it has: the loss of a zone, and a restore from backup", inv.Market)}
	}
	cloud, err := a.cloud(ctx, t, inv.Active)
	if err != nil {
		return err
	}
	vaults := vaultsOf(cloud, inv)
	h := history{Market: t.market.Name, Wanted: inv.DrillsPerYear, Policy: t.market.Recovery().Fact.Text, Runs: []evidence.Report{}}
	for _, at := range t.market.Regions() {
		if err := h.read(ctx, vaults[at]); err != nil {
			if !errors.Is(err, port.ErrUnreachable) {
				return err
			}
			h.Unread = append(h.Unread, fmt.Sprintf("%s: %v", at, err))
		}
	}
	h.count(a.env.Now())
	if a.json {
		return a.printJSON(h)
	}
	return h.print(a)
}

// read takes the reports of one bucket.
func (h *history) read(ctx context.Context, v port.Vault) error {
	keys, err := v.List(ctx, evidence.Runs(h.Market))
	if err != nil {
		return err
	}
	for _, key := range keys {
		if !strings.HasSuffix(key, "/"+evidence.FileReport) {
			continue
		}
		data, err := v.Get(ctx, key)
		if err != nil {
			return err
		}
		var r evidence.Report
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		h.Runs = append(h.Runs, r)
	}
	return nil
}

func (h *history) print(a *app) error {
	w := tabwriter.NewWriter(a.env.Out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "BEGAN\tKIND\tTO\tOUTCOME\tWITHOUT SERVICE\tLOST\tPROMISES\tRUN")
	for _, r := range h.Runs {
		without, lost, kept := "not known", "nobody looked", "kept"
		if r.Measured.RTO != nil {
			without = fmt.Sprintf("%.1f s", *r.Measured.RTO)
		}
		if r.Writes != nil {
			lost = fmt.Sprint(r.Writes.Lost)
		}
		if len(r.Misses) > 0 {
			kept = fmt.Sprintf("%d not kept", len(r.Misses))
		}
		if r.Outcome == run.Refused {
			kept = ""
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Began.Format(time.DateTime), r.Kind, r.To, r.Outcome, without, lost, kept, r.Run)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(a.env.Out, "\n%d of %d wanted in a year (company policy: %s)\n", h.Kept, h.Wanted, h.Policy)
	for _, one := range h.Unread {
		fmt.Fprintf(a.env.Out, "could not tell: %s\n", one)
	}
	return nil
}

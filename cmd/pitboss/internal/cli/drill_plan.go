package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/drill/inventory"
	"pitboss/drill/plan"
	"pitboss/drill/steps"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// derived is a drill that could be run.
type derived struct {
	inventory inventory.Inventory
	plan      plan.Plan
	steps     []steps.Step
}

// planDrill prints the plan, and ends with refused if it cannot keep the RTO.
func (a *app) planDrill(ctx context.Context, d drilling) error {
	m, to, err := a.drillMarket(d)
	if err != nil {
		return err
	}
	outputs, err := a.copiedOutputs(m, d.state)
	if d.state == "" {
		var t target
		if t, err = a.aim(ctx, d.market, ""); err == nil {
			outputs, err = readOutputs(ctx, t.ws, m)
		}
	}
	if err != nil {
		return err
	}
	got, err := derive(m, outputs, d, to)
	if err != nil {
		return err
	}
	ok, breaks, total := got.plan.Verdict()
	if a.json {
		err = a.printJSON(planView(got.plan, got.inventory))
	} else {
		err = printPlan(a.env.Out, planView(got.plan, got.inventory))
	}
	if err == nil && !ok {
		a.say("refused: by its promises players are without service for %s, and the RTO is %s (company policy)\n  next: shorten %q, which promises %s",
			total.Round(time.Second), got.plan.RTO, breaks.ID, breaks.Within)
		err = errRefused
	}
	return err
}

// drillMarket reads the market and the region that a drill goes to.
func (a *app) drillMarket(d drilling) (market.Market, regions.Region, error) {
	m, err := market.Load(a.dir, d.market)
	if err != nil {
		return m, regions.Region{}, &inputError{err}
	}
	to := m.Other(m.Active)
	if d.to != "" || !d.plan {
		to, err = regions.Parse(d.to)
	}
	if err != nil {
		return m, to, &usageError{"--to: " + err.Error(), fmt.Sprintf("choose one of %s, %s", m.Home, m.Standby)}
	}
	// What is wrong with the question does not need the stacks.
	inv := inventory.Inventory{Market: m.Name, Home: m.Home, Standby: m.Standby, Active: m.Active}
	if _, _, err := steps.Derive(inv, plan.Kind(d.kind), to, d.pace); errors.As(err, new(*steps.InputError)) {
		return m, to, &inputError{err}
	}
	return m, to, nil
}

func derive(m market.Market, outputs inventory.Outputs, d drilling, to regions.Region) (derived, error) {
	inv, err := inventory.Read(m, outputs)
	if err != nil {
		return derived{}, &inputError{err}
	}
	p, all, err := steps.Derive(inv, plan.Kind(d.kind), to, d.pace)
	return derived{inv, p, all}, err
}

// inventoryOf is what the market's stacks say is there.
func inventoryOf(ctx context.Context, t target) (inventory.Inventory, error) {
	outputs, err := readOutputs(ctx, t.ws, t.market)
	if err != nil {
		return inventory.Inventory{}, err
	}
	inv, err := inventory.Read(t.market, outputs)
	if err != nil {
		return inv, &inputError{err}
	}
	return inv, nil
}

// readOutputs reads what every stack has published, all at the same time.
func readOutputs(ctx context.Context, w *engine.Workspace, m market.Market) (inventory.Outputs, error) {
	stacks := m.Stacks()
	read, errs := make([]map[string]any, len(stacks)), make([]error, len(stacks))
	var wg sync.WaitGroup
	for i, s := range stacks {
		wg.Go(func() {
			var state engine.State
			state, errs[i] = w.State(ctx, s.Name)
			read[i] = state.Outputs
		})
	}
	wg.Wait()
	out := inventory.Outputs{}
	for i, s := range stacks {
		out[s.Name] = read[i]
	}
	return out, errors.Join(errs...)
}

// copiedOutputs reads them from a folder of exported states.
func (a *app) copiedOutputs(m market.Market, dir string) (inventory.Outputs, error) {
	if dir == "" {
		return nil, nil
	}
	states, err := engine.ReadStates(dir, stackNames(m.Stacks()))
	if err != nil {
		return nil, &inputError{err}
	}
	out := inventory.Outputs{}
	for name, raw := range states {
		state, err := engine.ParseState(name, raw)
		if err != nil {
			return nil, &inputError{err}
		}
		out[name] = state.Outputs
	}
	return out, nil
}

// drillPlan is a plan as JSON.
type drillPlan struct {
	plan.Plan
	ID            string   `json:"id"`
	OutageSeconds float64  `json:"outageSeconds"`
	WholeSeconds  float64  `json:"wholeSeconds"`
	Critical      []string `json:"criticalPath"`
	KeepsRTO      bool     `json:"keepsRTO"`
	Breaks        string   `json:"breaks,omitempty"`
	// Inventory is what the plan was derived from.
	Inventory inventory.Inventory `json:"inventory"`
}

func planView(p plan.Plan, inv inventory.Inventory) drillPlan {
	path, _ := p.Outage()
	_, whole := p.Whole()
	ok, breaks, total := p.Verdict()
	v := drillPlan{Plan: p, ID: p.ID(), OutageSeconds: total.Seconds(), WholeSeconds: whole.Seconds(), KeepsRTO: ok, Inventory: inv}
	for _, s := range path {
		v.Critical = append(v.Critical, s.ID)
	}
	if !ok {
		v.Breaks = breaks.ID
	}
	return v
}

func printPlan(out io.Writer, v drillPlan) error {
	p := v.Plan
	fmt.Fprintf(out, "%s of %s: %s to %s (plan %s)\n\n", p.Kind, p.Market, p.From, p.To, v.ID)
	t := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "STEP\tWITHIN\tWRITES\tDOES")
	for _, s := range p.Steps {
		writes := map[plan.Phase]string{plan.Frozen: "refused", plan.Moving: "taken"}[s.Phase]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.ID, s.Within, writes, s.Does)
		if len(s.Needs) > 0 {
			fmt.Fprintf(t, "\t\t\t  needs: %s\n", strings.Join(s.Needs, ", "))
		}
		fmt.Fprintf(t, "\t\t\t  check: %s\n", s.Check)
		switch {
		case s.Undo != "":
			fmt.Fprintf(t, "\t\t\t  undo: %s\n", s.Undo)
		case s.Final:
			fmt.Fprintf(t, "\t\t\t  no way back but another drill\n")
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\ncritical path: %s\n", strings.Join(v.Critical, ", "))
	fmt.Fprintf(out, "players without service, by these promises: at most %s; RTO %s (company policy)\n", time.Duration(v.OutageSeconds*float64(time.Second)), p.RTO)
	for _, risk := range p.Losses {
		fmt.Fprintf(out, "to be accepted by name: --accept-risk=%s\n", risk)
	}
	return nil
}

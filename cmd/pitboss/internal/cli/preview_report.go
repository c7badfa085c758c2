package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pitboss/cmd/pitboss/internal/cost"
	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/report"
	"pitboss/cmd/pitboss/internal/topology"
	"pitboss/policy/rules"
	"pitboss/regions/prices"
	"pitboss/stacks/market"
)

// plan is what all previews together found.
func (f *findings) plan(t target) plan.Market {
	p := plan.Market{Market: t.market}
	for _, s := range t.stacks {
		if r, ok := f.results[s.Name]; ok && (r.Judged || len(r.Lost) > 0) {
			p.Stacks = append(p.Stacks, plan.Stack{Stack: s, Steps: r.Steps})
		}
	}
	return p
}

// input is what a report is made of.
func (f *findings) input(t target, open map[string]*engine.Stack) (report.Input, error) {
	p := f.plan(t)
	table, err := prices.Load()
	if err != nil {
		return report.Input{}, err
	}
	bill := cost.Estimate(p, table)
	in := report.Input{Plan: p, Risks: dangers(p, firsts(open)), Cost: &bill, Full: "report.html"}
	in.ActiveBefore = activeIn(t, open)
	if in.Topology, err = topology.Draw(p); err != nil {
		return in, err
	}
	for _, s := range t.stacks {
		r, ran := f.results[s.Name]
		one := report.Stack{Name: s.Name, Findings: r.Findings, Elapsed: r.Elapsed, New: open[s.Name].State.Empty()}
		switch {
		case !ran:
			one.Failed = "it was not previewed, because a stack that it reads could not be"
		case !r.Judged && len(r.Lost) > 0:
			one.Notes = append(one.Notes, "The engine ends a preview at the first protected resource that would be lost: there may be more, and the policy has not judged this stack.")
		case !r.Judged, r.Err != nil && !breaks(r):
			one.Failed = reason(r)
		}
		in.Stacks = append(in.Stacks, one)
	}
	return in, nil
}

// activeIn is the region whose workloads are told that they are active, as it is recorded;
// empty if no region's stack was looked at, or both or none say so.
func activeIn(t target, open map[string]*engine.Stack) string {
	var found []string
	for _, s := range t.stacks {
		for _, r := range open[s.Name].State.ByURN() {
			data, _ := r.Inputs["data"].(map[string]any)
			if s.Kind == market.KindRegion && r.Is("core/v1:ConfigMap") && data["role"] == "active" {
				found = append(found, s.Region.String())
				break
			}
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// reason is why a stack could not be previewed.
func reason(r engine.Result) string {
	var says []string
	for _, one := range r.Failures {
		says = append(says, one.Message)
	}
	if len(says) == 0 && r.Err != nil {
		says = []string{r.Err.Error()}
	}
	return strings.Join(says, "\n")
}

// writeReport writes every form of the report, and the plan for up --reviewed.
func (a *app) writeReport(folder string, in report.Input, p plan.Market) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return &inputError{fmt.Errorf("--report: %w", err)}
	}
	read := reviewed{Market: p.Market.Name, Stacks: map[string][]string{}}
	for _, s := range p.Stacks {
		read.Stacks[s.Stack.Name] = plan.Lines(s.Steps)
	}
	lines, err := json.MarshalIndent(read, "", " ")
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"report.md": []byte(report.Markdown(in, report.Limit)), "report.html": report.HTML(in), "report.json": report.JSON(in),
		"map.svg": in.Topology, "plan.json": append(lines, '\n'),
	} {
		err = errors.Join(err, os.WriteFile(filepath.Join(folder, name), content, 0o644))
	}
	if err != nil {
		return &inputError{fmt.Errorf("--report: %w", err)}
	}
	a.say("report   %s", filepath.Join(folder, "report.html"))
	return nil
}

// explainFindings says what is dangerous and what breaks the policy.
func (a *app) explainFindings(in report.Input) {
	for _, one := range in.Risks {
		a.say("")
		a.say("danger: %s: %s", one.Stack, one.Says)
		for _, because := range one.Because {
			a.say("  because of %s", because)
		}
		a.say("  to accept it: --accept-risk='%s'", one.Words())
	}
	untold := 0
	for _, s := range in.Stacks {
		for _, f := range s.Findings {
			if f.Verdict == rules.Untold {
				untold++
			}
			if f.Verdict != rules.Broken {
				continue
			}
			a.say("")
			a.say("policy: %s: %s breaks %s (%s)", s.Name, f.Name, f.Rule, f.Severity)
			for _, said := range f.Says {
				a.say("  %s", said)
			}
			if rule, ok := rules.ByID(f.Rule); ok {
				a.say("  %s, or %s", rule.Title, rule.Protects)
			}
		}
	}
	if untold > 0 {
		a.say("")
		a.say("%s could not be told yet: they need what only the cloud knows", count(untold, "judgement"))
	}
}

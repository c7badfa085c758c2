package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/policy/exemptions"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// checked is the --json answer of check.
type checked struct {
	Market string         `json:"market"`
	Stacks []checkedStack `json:"stacks"`
}

type checkedStack struct {
	Name      string          `json:"name"`
	Resources int             `json:"resources"`
	Findings  []rules.Finding `json:"findings"`
}

func (a *app) check() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check <market or stack>",
		Short: "Judge what is recorded of a stack by the rules of the policy",
		Long: `Judge what is recorded of a finished stack, or of all stacks of a market, by the
rules that previews and updates are judged by. It runs no program and asks no cloud.

Exit code 8 says that a rule is broken and not exempted.`,
		Example: `  pitboss check mt
  pitboss check mt-eu-south-1
  pitboss check mt --json`,
		Args: needs(1, 1, "a market or a stack"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runCheck(cmd.Context(), args[0]) },
	}
	a.withJSON(cmd)
	return cmd
}

func (a *app) runCheck(ctx context.Context, name string) error {
	marketName, stack, err := a.locate(name)
	if err != nil {
		return err
	}
	t, err := a.aim(ctx, marketName, stack)
	if err != nil {
		return err
	}
	exempt, err := exemptions.Load(a.dir, a.env.Now())
	if err != nil {
		return &inputError{err}
	}
	out := checked{Market: t.market.Name, Stacks: []checkedStack{}}
	for _, s := range t.stacks {
		state, err := t.ws.State(ctx, s.Name)
		if err != nil {
			return err
		}
		one, err := judgeState(t.market, s, state, exempt)
		if err != nil {
			return &inputError{err}
		}
		out.Stacks = append(out.Stacks, one)
	}
	return a.printChecked(out)
}

// locate finds what a name means: a market, or one stack of one.
func (a *app) locate(name string) (marketName, stack string, err error) {
	all, err := market.LoadAll(a.dir)
	if err != nil {
		return "", "", &inputError{err}
	}
	var stacks []string
	for _, m := range all {
		if m.Name == name {
			return name, "", nil
		}
		for _, s := range m.Stacks() {
			if s.Name == name {
				return m.Name, name, nil
			}
			stacks = append(stacks, s.Name)
		}
	}
	return "", "", &usageError{fmt.Sprintf("%q is neither a market nor a stack", name), "give a market (`pitboss markets`) or one of " + strings.Join(stacks, ", ")}
}

// judgeState judges what is recorded of a stack.
func judgeState(m market.Market, s market.Stack, state engine.State, exempt rules.Exemptions) (checkedStack, error) {
	by := state.ByURN()
	stack := &rules.Stack{Market: m, Stack: s}
	for _, urn := range slices.Sorted(maps.Keys(by)) {
		stack.Resources = append(stack.Resources, by[urn])
	}
	stack.FindKeys()
	if err := exemptions.Check(exempt, stack); err != nil {
		return checkedStack{}, err
	}
	return checkedStack{Name: s.Name, Resources: state.Resources, Findings: rules.Judge(stack, rules.All(), exempt)}, nil
}

func (a *app) printChecked(out checked) error {
	broken, resources := 0, 0
	for _, s := range out.Stacks {
		resources += s.Resources
		for _, f := range s.Findings {
			if f.Verdict == rules.Broken {
				broken++
			}
		}
	}
	if a.json {
		if err := a.printJSON(out); err != nil {
			return err
		}
	} else {
		tw := tabwriter.NewWriter(a.env.Out, 0, 0, 2, ' ', 0)
		for _, s := range out.Stacks {
			for _, f := range s.Findings {
				fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Verdict, f.Severity, f.Rule, s.Name, f.Name, strings.Join(f.Says, "; "))
			}
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(a.env.Out, "%d rules over %d resources of %d stacks: %d broken\n", len(rules.All()), resources, len(out.Stacks), broken)
	}
	if broken > 0 {
		return errPolicy
	}
	return nil
}

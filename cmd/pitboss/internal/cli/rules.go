package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"pitboss/policy/rules"
)

// ruleJSON is a rule as `pitboss rules --json` prints it.
type ruleJSON struct {
	ID        string         `json:"id"`
	Title     string         `json:"title"`
	Protects  string         `json:"protects"`
	Severity  rules.Severity `json:"severity"`
	Scope     rules.Scope    `json:"scope"`
	Source    rules.Source   `json:"source"`
	Admission string         `json:"admission,omitempty"`
}

func (a *app) rules() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules [rule]",
		Short: "List the rules that every preview and update is judged by",
		Long: `List the rules of the policy, or explain one: what must hold, which incident that
prevents, and where the rule comes from.

A resource that must break a rule for a while is named in policy/exemptions.yaml,
with an owner, a reason and the last day.`,
		Example: `  pitboss rules
  pitboss rules s3-public-access-blocked
  pitboss rules --json`,
		Args: needs(0, 1, "at most one rule"),
		RunE: func(_ *cobra.Command, args []string) error {
			list := rules.All()
			if len(args) == 1 {
				r, ok := rules.ByID(args[0])
				if !ok {
					return &usageError{fmt.Sprintf("there is no rule %q", args[0]), "`pitboss rules` lists them"}
				}
				list = []rules.Rule{r}
			}
			return a.printRules(list, len(args) == 1)
		},
	}
	a.withJSON(cmd)
	return cmd
}

func (a *app) printRules(list []rules.Rule, whole bool) error {
	if a.json {
		out := make([]ruleJSON, 0, len(list))
		for _, r := range list {
			out = append(out, ruleJSON{r.ID, r.Title, r.Protects, r.Severity, r.Scope, r.Source, r.Admission})
		}
		return a.printJSON(out)
	}
	tw := tabwriter.NewWriter(a.env.Out, 0, 0, 2, ' ', 0)
	if whole {
		r := list[0]
		fmt.Fprintf(tw, "rule\t%s\nholds\t%s\nprotects\t%s\nseverity\t%s\nsource\t%s: %s\n", r.ID, r.Title, r.Protects, r.Severity, r.Source.Kind, r.Source.Text)
		if r.Admission != "" {
			fmt.Fprintf(tw, "in the cluster\tpitboss-%s refuses the same at the API server\n", r.Admission)
		}
		return tw.Flush()
	}
	fmt.Fprintln(tw, "RULE\tSEVERITY\tHOLDS")
	for _, r := range list {
		fmt.Fprintf(tw, "%s\t%s\t%s\n", r.ID, r.Severity, r.Title)
	}
	return tw.Flush()
}

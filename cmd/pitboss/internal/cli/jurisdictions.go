package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"pitboss/regions"
)

func (a *app) jurisdictions() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "jurisdictions [code]",
		Short: "Show what each jurisdiction demands, and where that was read",
		Long: `Show what each jurisdiction demands: where a market may run, how long records
are kept, what vault the regulator wants. With a code it shows every fact with
its source and how far it was verified. Nothing here is legal advice, and what
is not verified never opens anything.`,
		Example: `  pitboss jurisdictions
  pitboss jurisdictions NJ          # why there is no AWS region for New Jersey
  pitboss jurisdictions MT --json`,
		Args: needs(0, 1, "at most one code"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.runJurisdiction(args[0])
			}
			return a.runJurisdictions()
		},
	}
	a.withJSON(cmd)
	return cmd
}

func (a *app) runJurisdiction(code string) error {
	j, err := regions.ParseJurisdiction(strings.ToUpper(code))
	if err != nil {
		return &usageError{err.Error(), "pitboss jurisdictions"}
	}
	d := describeJurisdiction(j)
	if a.json {
		return a.printJSON(d)
	}
	d.print(a.env.Out)
	return nil
}

func (a *app) runJurisdictions() error {
	var all []jurisdictionJSON
	for _, j := range regions.Jurisdictions() {
		all = append(all, describeJurisdiction(j))
	}
	if a.json {
		return a.printJSON(all)
	}
	tw := tabwriter.NewWriter(a.env.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "CODE\tNAME\tREGULATOR\tHOME\tSTANDBY\tRETENTION, YEARS\tVAULT\tLOCATION RULE IS")
	for _, j := range all {
		var kept []string
		for _, r := range j.Retention {
			kept = append(kept, fmt.Sprintf("%s %d", r.Class, r.Years))
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", j.Code, j.Name, j.RegulatorShort, allowed(j.AllowedHome, j.Home),
			allowed(j.AllowedStandby, j.Standby), strings.Join(kept, " "), j.Vault.Access, j.Home.Fact.Confidence)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(a.env.Out, "\nEvery fact with its source: pitboss jurisdictions <code>")
	return nil
}

// allowed is short enough for a table: the first region and how many more.
func allowed(regions []string, a areaJSON) string {
	switch {
	case len(regions) == 0 && len(a.ByApproval) > 0:
		return fmt.Sprintf("%d by approval", len(a.ByApproval))
	case len(regions) == 0:
		return "no AWS region"
	case len(regions) == 1:
		return regions[0]
	}
	return fmt.Sprintf("%s +%d", regions[0], len(regions)-1)
}

func (j jurisdictionJSON) print(w io.Writer) {
	fmt.Fprintf(w, "%s  %s\n\n", j.Code, j.Name)
	fmt.Fprintf(w, "Regulator: %s (%s)\n", j.Regulator, j.RegulatorShort)
	j.RegulatorFact.print(w)
	fmt.Fprintf(w, "\nHome may be: %s\nStandby may be: %s\n", list(j.AllowedHome), list(j.AllowedStandby))
	j.Home.print(w, "Home")
	if j.Standby.Rule != j.Home.Rule {
		j.Standby.print(w, "Standby")
	}
	j.PersonalData.print(w, "Personal data")
	fmt.Fprintf(w, "\nVault: %s, %s\n", j.Vault.Name, j.Vault.Access)
	j.Vault.Fact.print(w)
	if j.Vault.Area != nil {
		j.Vault.Area.print(w, "Vault")
	}
	fmt.Fprintf(w, "\nRetention:\n")
	for _, r := range j.Retention {
		fmt.Fprintf(w, "  %s: %s from %s (%s)\n", r.Class, count(r.Years, "year"), r.From, r.Basis)
		r.Fact.print(w)
	}
	for _, d := range j.Duties {
		fmt.Fprintf(w, "\nDuty %s, every %s:\n", d.ID, d.Every)
		d.Fact.print(w)
	}
	for _, u := range j.Unmet {
		fmt.Fprintf(w, "\nUnmet: %s (%s)\n  needs %s\n", u.What, u.Rule, u.Needs)
	}
	fmt.Fprintf(w, "\nCompany policy, not law: RTO %s, RPO %s, %d drills a year\n", j.Policy.RTO, j.Policy.RPO, j.Policy.DrillsPerYear)
}

func (a areaJSON) print(w io.Writer, role string) {
	fmt.Fprintf(w, "\n%s area (%s): open: %s; by written approval: %s\n", role, a.Rule, list(a.Open), list(a.ByApproval))
	if a.Instead != "" {
		fmt.Fprintf(w, "  otherwise: %s\n", a.Instead)
	}
	a.Fact.print(w)
}

func (f factJSON) print(w io.Writer) {
	fmt.Fprintf(w, "    %s\n    [%s] %s\n", f.Text, f.Confidence, f.Source)
	if f.Note != "" {
		fmt.Fprintf(w, "    note: %s\n", f.Note)
	}
}

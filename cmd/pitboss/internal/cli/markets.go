package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"pitboss/regions"
	"pitboss/stacks/market"
)

// marketJSON is one market in the --json answer of markets.
type marketJSON struct {
	Name         string           `json:"name"`
	File         string           `json:"file"`
	Jurisdiction string           `json:"jurisdiction"`
	Regulator    string           `json:"regulator"`
	Environment  string           `json:"environment"`
	Account      string           `json:"account"`
	Domain       string           `json:"domain"`
	Home         string           `json:"home"`
	Standby      string           `json:"standby"`
	Active       string           `json:"active"`
	Kubernetes   string           `json:"kubernetes"`
	Recovery     recoveryJSON     `json:"recovery"`
	Stacks       []string         `json:"stacks"`
	Unmet        []obligationJSON `json:"unmet"`
	Enable       []enableJSON     `json:"enable"`
}

// recoveryJSON is what a market promises, and how much of it DNS takes.
type recoveryJSON struct {
	RTOSeconds      int    `json:"rtoSeconds"`
	RPOSeconds      int    `json:"rpoSeconds"`
	FailoverSeconds int    `json:"failoverSeconds"`
	Failover        string `json:"failover"` // the sum, term by term
	Switch          string `json:"switch"`
}

func recoveryOf(m market.Market) recoveryJSON {
	p, f := m.Recovery(), m.Traffic.Failover
	return recoveryJSON{int(p.RTO.Seconds()), int(p.RPO.Seconds()), int(f.Total().Seconds()), f.String(), string(m.Traffic.Switch)}
}

// enableJSON is a region that the account must enable before anything works
// there. Whether it has is not known here: this command asks no cloud.
type enableJSON struct {
	Region string   `json:"region"`
	Fact   factJSON `json:"fact"`
}

func (a *app) markets() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "markets",
		Short: "List the markets and what their jurisdictions still demand",
		Long: `List the markets of stacks/markets, and what each one's jurisdiction demands
that no choice of AWS regions meets. Every market file is checked on the way.
Regions that an account must enable before its first call there are named too.
FAILOVER is the time until DNS sends players to the other region, of the market's RTO;
--json has the terms it adds up from.`,
		Example: `  pitboss markets
  pitboss markets --json`,
		Args: needs(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error { return a.runMarkets() },
	}
	a.withJSON(cmd)
	return cmd
}

func (a *app) runMarkets() error {
	all, err := market.LoadAll(a.dir)
	if err != nil {
		return &inputError{err}
	}
	out := make([]marketJSON, 0, len(all))
	for _, m := range all {
		out = append(out, describeMarket(m))
	}
	if a.json {
		return a.printJSON(out)
	}
	tw := tabwriter.NewWriter(a.env.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "MARKET\tJURISDICTION\tREGULATOR\tHOME\tSTANDBY\tACTIVE\tFAILOVER\tACCOUNT\tUNMET")
	for _, m := range out {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%ds of %ds\t%s\t%d\n", m.Name, m.Jurisdiction, m.Regulator, m.Home, m.Standby, m.Active,
			m.Recovery.FailoverSeconds, m.Recovery.RTOSeconds, m.Account, len(m.Unmet))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, m := range out {
		for _, u := range m.Unmet {
			fmt.Fprintf(a.env.Out, "\n%s: unmet: %s (%s)\n  needs %s\n", m.Name, u.What, u.Rule, u.Needs)
		}
		for _, e := range m.Enable {
			fmt.Fprintf(a.env.Out, "\n%s: account %s must enable %s, an opt-in region\n  until it has, every call there fails as if the credentials were wrong (%s)\n", m.Name, m.Account, e.Region, e.Fact.Source)
		}
	}
	return nil
}

func describeMarket(m market.Market) marketJSON {
	out := marketJSON{
		Name: m.Name, File: m.File, Jurisdiction: m.Jurisdiction.Code(), Regulator: m.Jurisdiction.Regulator().Short,
		Environment: string(m.Environment), Account: m.Account, Domain: m.Domain,
		Home: m.Home.String(), Standby: m.Standby.String(), Active: m.Active.String(), Kubernetes: m.Kubernetes.String(),
		Recovery: recoveryOf(m), Unmet: obligations(m.Resolution()), Enable: toEnable(m),
	}
	for _, s := range m.Stacks() {
		out.Stacks = append(out.Stacks, s.Name)
	}
	return out
}

// toEnable is the opt-in regions among a market's own.
func toEnable(m market.Market) []enableJSON {
	out := []enableJSON{}
	for _, r := range []regions.Region{m.Home, m.Standby} {
		if r.OptIn() {
			out = append(out, enableJSON{r.String(), sourced(r.OptInFact())})
		}
	}
	return out
}

func obligations(r regions.Resolution) []obligationJSON {
	out := make([]obligationJSON, 0, len(r.Unmet))
	for _, o := range r.Unmet {
		out = append(out, obligationJSON{o.What, o.Needs, o.Rule.ID, sourced(o.Rule.Fact)})
	}
	return out
}

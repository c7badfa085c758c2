package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pitboss/regions"
	"pitboss/stacks/market"
)

func (a *app) market() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "market",
		Short: "Work on market files",
		Long:  `Work on market files, stacks/markets/<market>.yaml.`,
		Example: `  pitboss market new dk   # write a new market's files
  pitboss markets         # list what there is`,
		Args: func(cmd *cobra.Command, args []string) error {
			return &usageError{fmt.Sprintf("pitboss market: found %q, allowed: new", strings.Join(args, " ")), "for example: pitboss market new dk"}
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(a.marketNew())
	return cmd
}

func (a *app) marketNew() *cobra.Command {
	var d market.Draft
	var dryRun bool
	var approvals []string
	cmd := &cobra.Command{
		Use:   "new <name>",
		Short: "Write the files of a new market",
		Long: `Write the files of a new market: stacks/markets/<name>.yaml and the file of each
of its stacks. What is missing is asked for on a terminal, and is an error
elsewhere. Everything is checked first, against the jurisdiction and against the
other markets; nothing is ever overwritten. Addresses, versions and sizes are picked
when left out, and can be changed in the file.

A release is one build of the platform, so the digests of its images are taken from a
market that has them. Outside parties (who may be called: a name, a kind, address blocks
and a port) and events (nodes that are there before a peak) begin empty: nothing is
opened that nobody asked for. The file shows the form of both.`,
		Example: `  pitboss market new dk --jurisdiction DK --account 444455556666 --domain dk.example.com --home eu-north-1 --standby eu-central-1 --cluster-admin arn:aws:iam::444455556666:role/platform-admin
  pitboss market new dk             # on a terminal: asks
  pitboss jurisdictions DK          # which regions are allowed, and why`,
		Args: needs(1, 1, "the new market's name"),
		RunE: func(_ *cobra.Command, args []string) error {
			d.Name = args[0]
			return a.runMarketNew(d, approvals, dryRun)
		},
	}
	f := cmd.Flags()
	f.StringVar(&d.Jurisdiction, "jurisdiction", "", "code of the jurisdiction, see `pitboss jurisdictions`")
	f.StringVar(&d.Environment, "environment", "", "prod, staging or dev (default prod)")
	f.StringVar(&d.Account, "account", "", "AWS account, twelve digits")
	f.StringVar(&d.Domain, "domain", "", "DNS name that players use")
	f.StringVar(&d.Home, "home", "", "AWS region to build in first; it never changes")
	f.StringVar(&d.Standby, "standby", "", "second AWS region")
	f.StringVar(&d.NetworkHome, "network-home", "", "/16 of the home region (default: next free pair)")
	f.StringVar(&d.NetworkStandby, "network-standby", "", "/16 of the standby region (default: next free pair)")
	f.StringVar(&d.Kubernetes, "kubernetes", "", "version of the clusters (default: newest with a verified end of support)")
	f.StringArrayVar(&d.ClusterAdmins, "cluster-admin", nil, "ARN of an IAM role that administers the clusters; may be given more than once")
	f.StringArrayVar(&d.PublicCIDRs, "public-cidr", nil, "block that may reach the clusters' API from the internet; may be given more than once (default: none)")
	f.StringArrayVar(&d.PrivateCIDRs, "private-cidr", nil, "block of a connected network, such as the runners', that may reach it; may be given more than once (default: none)")
	f.StringVar(&d.PostgresVersion, "postgres-version", "", "version of Aurora PostgreSQL (default: the newest that was checked for losing a region)")
	f.StringVar(&d.Switch, "switch", "", "what a drill moves traffic with: inverted-health-check (default, costs nothing) or routing-control (an ARC cluster by the hour)")
	f.StringVar(&d.ImagesOf, "images-of", "", "market whose image digests the new one starts with (default: the first, by name, that has any)")
	f.StringArrayVar(&approvals, "approval", nil, "rule=reference of a regulator's written approval; may be given more than once")
	f.BoolVar(&dryRun, "dry-run", false, "print the files instead of writing them")
	a.withJSON(cmd)
	return cmd
}

func (a *app) runMarketNew(d market.Draft, approvals []string, dryRun bool) error {
	d.Now = a.env.Now()
	for _, pair := range approvals {
		rule, ref, ok := strings.Cut(pair, "=")
		if !ok || rule == "" || ref == "" {
			return &usageError{fmt.Sprintf("--approval: found %q, allowed: rule=reference", pair), "for example --approval GI-location=\"letter of 3 March 2026\""}
		}
		if d.Approvals == nil {
			d.Approvals = map[string]string{}
		}
		d.Approvals[rule] = ref
	}
	if isTerminal(a.env.In) {
		if err := ask(a.env.In, a.env.Err, &d); err != nil {
			return err
		}
	}
	if dryRun {
		files, err := d.Files(a.dir)
		if err != nil {
			return &inputError{err}
		}
		if a.json {
			contents := map[string]string{}
			for _, f := range files {
				contents[f.Path] = string(f.Content)
			}
			return a.printJSON(struct {
				Files map[string]string `json:"files"`
			}{contents})
		}
		for _, f := range files {
			fmt.Fprintf(a.env.Out, "# %s\n%s\n", f.Path, f.Content)
		}
		return nil
	}
	written, err := d.Write(a.dir)
	if err != nil {
		return &inputError{err}
	}
	m, err := market.Load(a.dir, d.Name)
	if err != nil {
		return &inputError{err}
	}
	for _, o := range m.Resolution().Unmet {
		a.say("unmet    %s (%s): needs %s", o.What, o.Rule.ID, o.Needs)
	}
	for _, e := range toEnable(m) {
		a.say("enable   account %s must enable %s, an opt-in region, before the first preview", m.Account, e.Region)
	}
	if len(m.Images) == 0 {
		a.say("images   none yet: write the digests of a release into %s", m.File)
	}
	a.say("next: pitboss preview %s", d.Name)
	if a.json {
		return a.printJSON(struct {
			Files  []string   `json:"files"`
			Market marketJSON `json:"market"`
		}{written, describeMarket(m)})
	}
	for _, path := range written {
		fmt.Fprintln(a.env.Out, path)
	}
	return nil
}

func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// allowedRegions are the regions open to a jurisdiction, for a question.
func allowedRegions(code string, role regions.Role) string {
	j, err := regions.ParseJurisdiction(code)
	if err != nil {
		return ""
	}
	res := regions.Resolve(regions.Placement{Jurisdiction: j})
	if role == regions.RoleHome {
		return list(names(res.Home))
	}
	return list(names(res.Standby))
}

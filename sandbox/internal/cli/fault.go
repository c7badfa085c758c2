package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/daemon"
)

// faultKind is one kind of fault: what it takes, and what it does.
type faultKind struct {
	use, short, example string
	args                int
	// fill reads the arguments.
	fill func(f *daemon.Fault, args []string) error
	// mends says that --off undoes it.
	mends bool
}

// number reads an argument that counts something.
func number(s, what string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("%q: want %s, for example 5", s, what)
	}
	return n, nil
}

var faultKindsInOrder = []faultKind{
	{use: "kill-region <region>", short: "Take a region's databases, services and Kubernetes away at once", example: "  sandbox fault kill-region eu-south-1",
		args: 1, fill: func(f *daemon.Fault, args []string) error { f.Region = args[0]; return nil }},
	{use: "restore-region <region>", short: "Give a region back what a kill took", example: "  sandbox fault restore-region eu-south-1",
		args: 1, fill: func(f *daemon.Fault, args []string) error { f.Region = args[0]; return nil }},
	{use: "lag <seconds>", short: "Make everything arrive so much later in the other region; 0 is at once", example: "  sandbox fault lag 5\n  sandbox fault lag 0",
		args: 1, fill: func(f *daemon.Fault, args []string) (err error) {
			f.Seconds, err = number(args[0], "a number of seconds")
			return err
		}},
	{use: "cut", short: "Let nothing travel between the regions", example: "  sandbox fault cut\n  sandbox fault cut --off", mends: true},
	{use: "hang <store>", short: "Make a store's promotions not end", example: "  sandbox fault hang ledger\n  sandbox fault hang ledger --off", mends: true,
		args: 1, fill: func(f *daemon.Fault, args []string) error { f.Store = args[0]; return nil }},
	{use: "sour <region> <indicator>", short: "Make an indicator go bad: " + strings.Join(ledger.Indicators(), ", "),
		example: "  sandbox fault sour eu-central-1 deposit\n  sandbox fault sour eu-central-1 deposit --off", mends: true,
		args: 2, fill: func(f *daemon.Fault, args []string) error { f.Region, f.Indicator = args[0], args[1]; return nil }},
	{use: "deny <action>", short: "Let IAM deny an action", example: "  sandbox fault deny rds:SwitchoverGlobalCluster\n  sandbox fault deny 'route53:*' --off", mends: true,
		args: 1, fill: func(f *daemon.Fault, args []string) error { f.Action = args[0]; return nil }},
	{use: "alarm <region> <name>", short: "Turn a CloudWatch alarm on", example: "  sandbox fault alarm eu-south-1 pitboss-mt-ledger-lag", mends: true,
		args: 2, fill: func(f *daemon.Fault, args []string) error { f.Region, f.Name = args[0], args[1]; return nil }},
	{use: "behind <name> <records>", short: "Leave a replicator, or the readers of a Kafka cluster, behind", example: "  sandbox fault behind pitboss-mt-eu-south-1 1200", mends: true,
		args: 2, fill: func(f *daemon.Fault, args []string) (err error) {
			f.Name = args[0]
			f.Records, err = number(args[1], "a number of records")
			return err
		}},
}

func (a *app) fault() *cobra.Command {
	cmd := &cobra.Command{
		Use: "fault", Short: "Break something, as a rehearsed drill must survive it, or mend it",
		Long: "Faults of regions, lag, cut, hang and sour are the data plane's: `sandbox data up` comes first. Each is mended by name,\n" +
			"with --off, or by its opposite. `sandbox data status --json` shows those that are on.",
	}
	for _, kind := range faultKindsInOrder {
		cmd.AddCommand(a.oneFault(kind))
	}
	return cmd
}

func (a *app) oneFault(kind faultKind) *cobra.Command {
	off := false
	name, _, _ := strings.Cut(kind.use, " ")
	cmd := &cobra.Command{
		Use: kind.use, Short: kind.short, Example: kind.example, Args: cobra.ExactArgs(kind.args),
		RunE: func(cmd *cobra.Command, args []string) error {
			f := daemon.Fault{Kind: name, On: !off}
			if kind.fill != nil {
				if err := kind.fill(&f, args); err != nil {
					return err
				}
			}
			return a.call(cmd.Context(), "/v1/data/fault", f, &struct{}{})
		},
	}
	if kind.mends {
		cmd.Flags().BoolVar(&off, "off", false, "mend it")
	}
	return cmd
}

package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "pitboss",
		Short: "Build and run the platform of a casino, market by market",
		Long: `Build and run the platform of a regulated casino, one market at a time.

A market is one file, stacks/markets/<market>.yaml. It is built as four stacks: the
foundation (keys, evidence, secrets), one for each of its two regions, and gslb, which
sends players to the region that is active.

pitboss drives Pulumi: the offline sandbox when it is up (make up), otherwise
the pulumi on your PATH with your own login. It always says first which account
and which engine it is about to touch. PITBOSS_ENGINE names another engine file;
PITBOSS_ENGINE=none means your own pulumi.

` + exitHelp,
		Example: `  pitboss markets                    # what there is
  pitboss preview mt                 # what would change, without touching anything
  pitboss up mt                      # bring Malta up, or up to date
  pitboss drill mt --to eu-central-1 # move writes to the other region, and prove it
  pitboss status mt                  # stacks, clusters, nodes by pool, pods by domain
  pitboss jurisdictions NJ           # what a regulator demands, and where that was read`,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if !filepath.IsAbs(a.dir) {
				a.dir = filepath.Join(a.env.Dir, a.dir)
			}
			a.started = true
			return nil
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{err.Error(), cmd.CommandPath() + " --help"}
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().StringVar(&a.dir, "dir", ".", "folder of the project, where Pulumi.yaml is")
	root.AddCommand(a.up(), a.preview(), a.down(), a.status(), a.drill(), a.check(), a.rules(), a.draw(), a.export(), a.markets(), a.market(), a.jurisdictions())
	return root
}

// withJSON gives a command that reads its --json.
func (a *app) withJSON(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON to standard output; its fields keep their names and meaning")
}

// needs checks the number of arguments, and answers with the command's example.
func needs(low, high int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= low && len(args) <= high {
			return nil
		}
		found := fmt.Sprintf("%s: found %d arguments (%s), needs %s", cmd.CommandPath(), len(args), strings.Join(args, " "), what)
		if len(args) == 0 {
			found = fmt.Sprintf("%s needs %s", cmd.CommandPath(), what)
		}
		example, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n")
		example, _, _ = strings.Cut(example, "  #")
		return &usageError{found, "for example: " + strings.TrimSpace(example)}
	}
}

// printJSON writes v, indented, to standard output.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.env.Out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// say writes one line to standard error.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.env.Err, format+"\n", args...) }

package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/topology"
)

func (a *app) draw() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "map <market>",
		Short: "Draw a market as it is recorded: regions, clusters, data, front door",
		Long: `Draw a market as SVG, from what its stacks record: both regions with their networks,
clusters, pools and data stores, what is replicated where, the front door, and which
region takes writes. It runs no program and asks no cloud. The report of a preview has
the same picture, with what would change.`,
		Example: `  pitboss map mt > mt.svg
  pitboss map mt --out mt.svg`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runMap(cmd.Context(), args[0], file) },
	}
	cmd.Flags().StringVar(&file, "out", "", "the file to write; without it, standard output")
	a.withJSON(cmd)
	return cmd
}

func (a *app) runMap(ctx context.Context, name, file string) error {
	t, err := a.aim(ctx, name, "")
	if err != nil {
		return err
	}
	known, err := t.ws.Stacks(ctx)
	if err != nil {
		return err
	}
	p := plan.Market{Market: t.market}
	for _, s := range t.stacks {
		if _, ok := known[s.Name]; !ok {
			continue
		}
		state, err := t.ws.State(ctx, s.Name)
		if err != nil {
			return err
		}
		one, by := plan.Stack{Stack: s}, state.ByURN()
		for _, urn := range slices.Sorted(maps.Keys(by)) {
			r := by[urn]
			one.Steps = append(one.Steps, plan.Step{Op: plan.Same, Old: &r, New: &r})
		}
		p.Stacks = append(p.Stacks, one)
	}
	picture, err := topology.Draw(p)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]string{"market": name, "svg": string(picture)})
	}
	if file == "" {
		_, err = a.env.Out.Write(picture)
		return err
	}
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		return &inputError{fmt.Errorf("--out: %w", err)}
	}
	a.say("map      %s", file)
	return nil
}

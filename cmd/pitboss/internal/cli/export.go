package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func (a *app) export() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "export <market>",
		Short: "Copy what is recorded of a market, for previews without a backend",
		Long: `Write what is recorded of each stack of a market as <stack>.json into a folder. Secrets
stay encrypted. preview --state reads the folder: a pull request from a fork, say, can
then be previewed by whoever may not read the backend.`,
		Example: `  pitboss export mt --out exports
  pitboss preview mt --state exports`,
		Args: needs(1, 1, "a market"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runExport(cmd.Context(), args[0], folder) },
	}
	cmd.Flags().StringVar(&folder, "out", "exports", "the folder to write to")
	a.withJSON(cmd)
	return cmd
}

func (a *app) runExport(ctx context.Context, name, folder string) error {
	t, err := a.aim(ctx, name, "")
	if err != nil {
		return err
	}
	known, err := t.ws.Stacks(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return &inputError{fmt.Errorf("--out: %w", err)}
	}
	written := []string{}
	for _, s := range t.stacks {
		if _, ok := known[s.Name]; !ok {
			continue
		}
		raw, err := t.ws.Export(ctx, s.Name)
		if err != nil {
			return err
		}
		file := filepath.Join(folder, s.Name+".json")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			return &inputError{fmt.Errorf("--out: %w", err)}
		}
		written = append(written, file)
		a.say("state    %s", file)
	}
	if a.json {
		return a.printJSON(map[string]any{"market": name, "files": written})
	}
	return nil
}

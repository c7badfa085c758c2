// Package cli is the sandbox's command line: up, down, status, and the ways to
// look into and disturb the simulated cloud. The sandbox's binary imports it.
package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"pitboss/sandbox/internal/client"
	"pitboss/sandbox/internal/control"
	"pitboss/sandbox/internal/daemon"
	"pitboss/sandbox/internal/layout"
)

// Run executes one command. out gets what was asked for, log everything else.
func Run(ctx context.Context, args []string, out, log io.Writer) error {
	a := &app{out: out, log: log}
	root := &cobra.Command{
		Use:   "sandbox",
		Short: "Run Pitboss offline: a simulated AWS with real Kubernetes control planes",
		Long: "The sandbox builds Pulumi's engine, Terraform's AWS bridge and a Kubernetes control plane from Go modules,\n" +
			"and runs them in one folder, .sandbox. `make up` and `make down` call it; most people need nothing more.",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.AddCommand(a.up(), a.down(), a.status(), a.resources(), a.aws(), a.drift(), a.object(), a.data(), a.fault(), a.daemon(), a.casino())
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(log)
	return root.ExecuteContext(ctx)
}

type app struct{ out, log io.Writer }

func (a *app) sandbox() (control.Sandbox, error) {
	dir, err := os.Getwd()
	if err != nil {
		return control.Sandbox{}, err
	}
	l, err := layout.Find(dir)
	if err != nil {
		return control.Sandbox{}, err
	}
	self, err := os.Executable()
	return control.Sandbox{Layout: l, Self: self, Log: a.log}, err
}

func (a *app) up() *cobra.Command {
	return &cobra.Command{
		Use: "up", Short: "Build what is missing and start the sandbox", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.sandbox()
			if err != nil {
				return err
			}
			return s.Up(cmd.Context())
		},
	}
}

func (a *app) down() *cobra.Command {
	pitboss := ""
	cmd := &cobra.Command{
		Use: "down", Short: "Stop every process of the sandbox and forget everything but the built tools", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.sandbox()
			if err != nil {
				return err
			}
			if pitboss != "" {
				if err := s.Destroy(cmd.Context(), pitboss); err != nil {
					return err
				}
			}
			return s.Down(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&pitboss, "destroy-with", "", "first destroy every stack with this pitboss, as the cloud's laws allow")
	return cmd
}

func (a *app) status() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "status", Short: "Say what is running and how much memory it takes", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.sandbox()
			if err != nil {
				return err
			}
			r, err := s.Status(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return a.print(r)
			}
			word := "down"
			if r.Up {
				word = "up"
			}
			fmt.Fprintf(a.out, "sandbox %s: %d processes, %.2f GiB, in %s\n", word, len(r.Processes), float64(r.RSS)/(1<<30), r.State)
			for _, p := range r.Processes {
				fmt.Fprintf(a.out, "  %7d  %6.0f MiB  %s\n", p.PID, float64(p.RSS)/(1<<20), shorten(p.Command, 90))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) daemon() *cobra.Command {
	var o daemon.Options
	cmd := &cobra.Command{
		Use: "daemon", Short: "Serve the simulated cloud (started by up)", Args: cobra.NoArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.sandbox()
			if err != nil {
				return err
			}
			o.Layout = s.Layout
			return daemon.Run(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.Bridge, "bridge", "", "the Terraform bridge")
	cmd.Flags().StringVar(&o.Kubernetes, "kubernetes", "", "the Kubernetes binary")
	cmd.Flags().StringVar(&o.State, "state", "", "the service that keeps the stacks' state")
	cmd.Flags().StringVar(&o.Definitions, "definitions", "", "the folder of the kinds that every cluster serves")
	cmd.Flags().StringVar(&o.Provider, "provider", "", "Terraform's AWS provider")
	return cmd
}

func (a *app) call(ctx context.Context, path string, request, answer any) error {
	s, err := a.sandbox()
	if err != nil {
		return err
	}
	return client.New(s.Layout.Socket()).Call(ctx, path, request, answer)
}

func (a *app) print(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n-3] + "..."
}

// Package cli is the sandbox's command line: up, down, status, and the ways to
// look into and disturb the simulated cloud. The sandbox's binary imports it.
package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"pitboss/sandbox/internal/client"
	"pitboss/sandbox/internal/cloud"
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
	root.AddCommand(a.up(), a.down(), a.status(), a.resources(), a.drift(), a.object(), a.daemon())
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

func (a *app) resources() *cobra.Command {
	return &cobra.Command{
		Use: "resources", Short: "Print every resource of the simulated cloud as JSON", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []cloud.Resource
			if err := a.call(cmd.Context(), "/v1/list", struct{}{}, &all); err != nil {
				return err
			}
			return a.print(all)
		},
	}
}

func (a *app) drift() *cobra.Command {
	var d daemon.Drift
	var set []string
	cmd := &cobra.Command{
		Use: "drift", Short: "Change a resource behind the program's back", Args: cobra.NoArgs,
		Example: "  sandbox drift --account 111122223333 --region eu-south-1 --type aws_vpc --id vpc-0123 --set enableDnsSupport=false\n" +
			"  sandbox drift --account 111122223333 --region eu-south-1 --type aws_eip --id eipalloc-0123 --delete",
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.Set = map[string]json.RawMessage{}
			for _, kv := range set {
				k, v, ok := strings.Cut(kv, "=")
				if !ok {
					return fmt.Errorf("--set %s: want attribute=JSON, for example --set enableDnsSupport=false", kv)
				}
				d.Set[k] = json.RawMessage(v)
			}
			var now cloud.Resource
			if err := a.call(cmd.Context(), "/v1/drift", d, &now); err != nil {
				return err
			}
			return a.print(now)
		},
	}
	cmd.Flags().StringVar(&d.Account, "account", "", "the resource's account")
	cmd.Flags().StringVar(&d.Region, "region", "", "the resource's region")
	cmd.Flags().StringVar(&d.Type, "type", "", "its Terraform type")
	cmd.Flags().StringVar(&d.ID, "id", "", "its id")
	cmd.Flags().StringArrayVar(&set, "set", nil, "attribute=JSON to set")
	cmd.Flags().BoolVar(&d.Delete, "delete", false, "remove the resource")
	return cmd
}

func (a *app) object() *cobra.Command {
	var r daemon.ObjectRequest
	cmd := &cobra.Command{
		Use: "object", Short: "Write or delete an object of a simulated bucket", Args: cobra.NoArgs,
		Example: "  sandbox object --bucket pitboss-mt-audit-aml --key report.json --size 10",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var o cloud.Object
			if err := a.call(cmd.Context(), "/v1/objects", r, &o); err != nil {
				return err
			}
			return a.print(o)
		},
	}
	cmd.Flags().StringVar(&r.Bucket, "bucket", "", "the bucket")
	cmd.Flags().StringVar(&r.Key, "key", "", "the object's key")
	cmd.Flags().Int64Var(&r.Size, "size", 0, "its size in bytes")
	cmd.Flags().BoolVar(&r.Delete, "delete", false, "delete it, if its lock allows")
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

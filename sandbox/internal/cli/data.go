package cli

import (
	"cmp"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/daemon"
)

func (a *app) data() *cobra.Command {
	cmd := &cobra.Command{
		Use: "data", Short: "Run real databases behind the simulated ones, and players on top of them",
		Long: "The data plane is PostgreSQL and Redis behind a market's global databases and datastores, replicating between its regions,\n" +
			"and a stand-in for the casino that writes to them: what a drill is rehearsed on. It is off until it is asked for, and comes\n" +
			"back with the sandbox once it was up. PostgreSQL, Redis and Prometheus are taken from PATH, or from Debian's packages.",
	}
	cmd.AddCommand(a.dataUp(), a.dataDown(), a.dataStatus())
	return cmd
}

func (a *app) dataUp() *cobra.Command {
	return &cobra.Command{
		Use: "up [market]", Short: "Start what does not run; a market's first time takes some 20 seconds", Args: cobra.MaximumNArgs(1),
		Example: "  sandbox data up\n  sandbox data up mt",
		RunE: func(cmd *cobra.Command, args []string) error {
			var r daemon.DataUp
			if len(args) > 0 {
				r.Market = args[0]
			}
			started := time.Now()
			var s daemon.DataStatus
			if err := a.call(cmd.Context(), "/v1/data/up", r, &s); err != nil {
				return err
			}
			fmt.Fprintf(a.log, "the data plane is up after %s\n", time.Since(started).Round(100*time.Millisecond))
			a.printData(s)
			return nil
		},
	}
}

func (a *app) dataDown() *cobra.Command {
	var r daemon.DataDown
	cmd := &cobra.Command{
		Use: "down", Short: "Stop the data plane and keep what it holds", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.call(cmd.Context(), "/v1/data/down", r, &struct{}{})
		},
	}
	cmd.Flags().BoolVar(&r.Forget, "forget", false, "remove what it holds too")
	return cmd
}

func (a *app) dataStatus() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "status", Short: "Say who writes, how far the others follow, and what is broken", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var s daemon.DataStatus
			if err := a.call(cmd.Context(), "/v1/data/status", struct{}{}, &s); err != nil {
				return err
			}
			if asJSON {
				return a.print(s)
			}
			a.printData(s)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) printData(s daemon.DataStatus) {
	if !s.Up {
		fmt.Fprintln(a.out, "data plane off: `sandbox data up` starts it")
		return
	}
	fmt.Fprintf(a.out, "data plane up, market %s\n", s.Market)
	for _, store := range s.Plane.Stores {
		for _, m := range store.Members {
			state := m.Role
			switch {
			case !m.Alive:
				state += ", not running"
			case m.Lag != "":
				state += ", lag " + m.Lag
			}
			fmt.Fprintf(a.out, "  %-9s %-10s %-14s port %d  %s\n", store.Kind, store.Name, m.Region, m.Port, state)
		}
	}
	if c := s.Casino; c != nil {
		for _, r := range c.Regions {
			fmt.Fprintf(a.out, "  casino    %-25s weight %d, serves %v, evacuated %v\n", r.Region, r.Weight, r.Serves, r.Evacuated)
		}
		fmt.Fprintf(a.out, "  door %s  prometheus %s\n", c.Door, cmp.Or(c.Prometheus, "none"))
	}
	for _, region := range s.Plane.Dead {
		fmt.Fprintf(a.out, "  %s is dead: `sandbox fault restore-region %s`\n", region, region)
	}
}

// casino is the process of one region, started by sandboxd.
func (a *app) casino() *cobra.Command {
	return &cobra.Command{
		Use: "casino", Short: "Serve one region's money path (started by sandboxd)", Hidden: true, DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error { return ledger.Main(args) },
	}
}

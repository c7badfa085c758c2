package cli

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

func (a *app) status() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status [market]",
		Short: "Show roles, stacks, clusters, nodes by pool and pods by domain",
		Long: `Show the role of each region of a market, or of all, as its file says, its stacks
as the engine's backend records them, and ask each cluster's API server what it runs:
its nodes by pool, with what their pods ask for of what they have, and its pods by domain
and pool, of how many wanted and in which zones. A pod runs when it is ready. What does
not run is said, with the scheduler's reason, and a pool that is too small with the
numbers; it makes the exit code 6. A placeholder that waits is said and is no harm, and so
is what failed and was tried again.

What cannot be reached is shown as unreachable, with the reason, and makes the exit code
4: never as fine. With --json, CPU is in CPUs and memory in MiB.`,
		Example: `  pitboss status mt
  pitboss status            # every market
  pitboss status mt --json`,
		Args: needs(0, 1, "at most one market"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runStatus(cmd.Context(), args)
		},
	}
	a.withJSON(cmd)
	return cmd
}

func (a *app) runStatus(ctx context.Context, args []string) error {
	markets, err := a.chosen(args)
	if err != nil {
		return err
	}
	e, err := engine.Select(a.dir, a.env.Environ)
	if err != nil {
		return err
	}
	ws, err := engine.Open(ctx, a.dir, e, a.env.Kill)
	if err != nil {
		return err
	}
	a.say("engine   %s: %s", e.Name, e.Description)
	a.say("backend  %s", withoutSecrets(ws.Backend))
	known, err := ws.Stacks(ctx)
	if err != nil {
		return err
	}
	out := statusJSON{Engine: engineJSON{e.Name, e.Description, withoutSecrets(ws.Backend), e.Own}, Markets: []marketStatus{}}
	out.Markets = make([]marketStatus, len(markets))
	var wg sync.WaitGroup
	for i, m := range markets {
		out.Markets[i] = marketStatus{
			Name: m.Name, Jurisdiction: m.Jurisdiction.Code(), Account: m.Account,
			Active: m.Active.String(), Regions: regionsOf(m), Stacks: make([]stackStatus, len(m.Stacks())),
		}
		for k, s := range m.Stacks() {
			if _, exists := known[s.Name]; !exists {
				out.Markets[i].Stacks[k] = newStackStatus(s)
				continue
			}
			wg.Go(func() {
				r := reader{ws: ws, running: known[s.Name].Running}
				out.Markets[i].Stacks[k] = r.stack(ctx, m, s)
			})
		}
	}
	wg.Wait()
	if ctx.Err() != nil {
		return errInterrupted
	}
	if a.json {
		err = a.printJSON(out)
	} else {
		err = out.print(a.env.Out)
	}
	if err != nil {
		return err
	}
	return out.verdict()
}

// verdict is what the exit code is made of: what nobody knows is worse than what is
// known to be wrong.
func (s statusJSON) verdict() error {
	switch {
	case s.unknown():
		return errUnknown
	case s.unhealthy():
		return errUnhealthy
	}
	return nil
}

// chosen are the markets that were asked for: one, or all.
func (a *app) chosen(args []string) ([]market.Market, error) {
	if len(args) == 0 {
		all, err := market.LoadAll(a.dir)
		if err == nil && len(all) == 0 {
			err = errors.New("stacks/markets has no market\n  next: pitboss market new <name>")
		}
		if err != nil {
			return nil, &inputError{err}
		}
		return all, nil
	}
	m, err := market.Load(a.dir, args[0])
	if err != nil {
		return nil, &inputError{err}
	}
	return []market.Market{m}, nil
}

// unknown tells whether anything could not be found out.
func (s statusJSON) unknown() bool {
	for _, m := range s.Markets {
		for _, st := range m.Stacks {
			if st.Problem != "" || st.Cluster != nil && st.Cluster.Unreachable != "" {
				return true
			}
		}
	}
	return false
}

// unhealthy tells whether anything does not run that should.
func (s statusJSON) unhealthy() bool {
	for _, m := range s.Markets {
		for _, st := range m.Stacks {
			if st.Cluster != nil && len(st.Cluster.Unhealthy) > 0 {
				return true
			}
		}
	}
	return false
}

func kubectl(path string) string { return fmt.Sprintf("kubectl --kubeconfig %s get nodes", path) }

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/drill/inventory"
	"pitboss/drill/steps"
	"pitboss/regions"
	"pitboss/regions/role"
	"pitboss/stacks/market"
)

// swapping is the risk that a region is told to write that holds no writable data.
func swapping(to regions.Region) string { return "swap:" + to.String() }

// ofDrills tells whether words accept what is a drill's business and no resource's.
func ofDrills(words string) bool {
	return strings.HasPrefix(words, "swap:") || strings.HasPrefix(words, steps.Abandon(""))
}

// guard refuses an update that would meet a drill: one that tells another region to write
// than the one that writes, and one while a drill runs.
func (a *app) guard(ctx context.Context, t target, open map[string]*engine.Stack, accept []string) (used []string, err error) {
	if t.market.Standby.IsZero() {
		return nil, nil
	}
	states, err := t.states(ctx, open)
	if err != nil {
		return nil, err
	}
	outputs := inventory.Outputs{}
	for name, state := range states {
		outputs[name] = state.Outputs
	}
	risk, why := swaps(t.market, states)
	if used, err = a.excused(used, accept, risk, why); err != nil {
		return used, err
	}
	risk, why = a.drilled(ctx, t, outputs)
	return a.excused(used, accept, risk, why)
}

// excused adds a risk that was accepted to those that were used; one that was not is told.
func (a *app) excused(used, accept []string, risk string, why error) ([]string, error) {
	switch {
	case why == nil:
		return used, nil
	case slices.Contains(accept, risk):
		return append(used, risk), nil
	}
	a.say("pitboss: %v", why)
	return used, errRefused
}

// swaps finds that the region which the file calls active was last brought up as a standby.
// An update moves no data: services there would be told to write to databases that do not.
func swaps(m market.Market, states map[string]engine.State) (risk string, why error) {
	for _, s := range m.Stacks() {
		if s.Kind != market.KindRegion || s.Region != m.Active || saysRole(states[s.Name]) != role.Standby {
			continue
		}
		return swapping(m.Active), fmt.Errorf(`%s: active: found %s, which is a standby: its services would be told to write, and its databases do not
  next: `+"`pitboss drill %s --to %s`"+` moves the market with its data
  next: if a drill has moved it away from there, the file is behind: set active to %s
  next: --accept-risk=%s tells the services only, and leaves the data where it is`,
			m.File, m.Active, m.Name, m.Active, m.Other(m.Active), swapping(m.Active))
	}
	return "", nil
}

// saysRole is what a region's stack was last brought up as: it publishes that at its end.
func saysRole(state engine.State) role.Role {
	said, _ := state.Outputs["role"].(map[string]any)
	name, _ := said["name"].(string)
	return role.Role(name)
}

// drilled finds that a drill of the market runs. A bucket that gives no answer must not keep
// anybody from mending what is left: it is told, and the update goes on.
func (a *app) drilled(ctx context.Context, t target, outputs inventory.Outputs) (risk string, why error) {
	inv, err := inventory.Read(t.market, outputs)
	if err != nil {
		return "", nil // what is not built to its end cannot be drilled
	}
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cloud, err := a.cloud(ctx, t, inv.Active)
	if err != nil {
		a.say("warning  could not tell whether a drill runs: %v", err)
		return "", nil
	}
	vaults := vaultsOf(cloud, inv)
	for _, at := range t.market.Regions() {
		held, _, ok, err := steps.Locked(ctx, vaults[at], t.market.Name)
		if err != nil {
			a.say("warning  could not tell whether a drill runs: the lock in %s: %v", at, err)
		} else if ok {
			return steps.Abandon(held.Run), &steps.LockedError{Market: t.market.Name, Lock: held}
		}
	}
	return "", nil
}

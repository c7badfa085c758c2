package model

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
	"pitboss/regions/role"
)

// known refuses a region in which the market has no cluster.
func (k workloads) known(at regions.Region, do func() error) error {
	return k.call(at, func() error {
		if !slices.Contains(k.regions(), at) {
			return fmt.Errorf("%w: a cluster in %s", port.ErrNotFound, at)
		}
		return do()
	})
}

func (k workloads) Flag(_ context.Context, at regions.Region) (f port.Flag, agreed bool, err error) {
	err = k.known(at, func() error { f = k.at[at].flag; return nil })
	return f, true, err
}

func (k workloads) SetFlag(_ context.Context, at regions.Region, f port.Flag) error {
	return k.known(at, func() error {
		if f.Writes && !f.Forward.IsZero() {
			return fmt.Errorf("%w: who writes hands nothing on", errRefused)
		}
		k.at[at].flag = f
		return nil
	})
}

func (k workloads) Floors(_ context.Context, at regions.Region) (out []port.Floor, err error) {
	err = k.known(at, func() error { out = []port.Floor{{Name: "wallet", Min: k.at[at].floor}}; return nil })
	return out, err
}

func (k workloads) SetFloors(_ context.Context, at regions.Region, floors []port.Floor) error {
	return k.known(at, func() error {
		for _, f := range floors {
			if f.Name != "wallet" {
				return fmt.Errorf("%w: service %s", port.ErrNotFound, f.Name)
			}
			k.at[at].floor = f.Min
		}
		return nil
	})
}

func (k workloads) Waiting(_ context.Context, at regions.Region) ([]string, error) {
	return nil, k.known(at, func() error { return nil })
}

func (k workloads) Images(_ context.Context, at regions.Region) (map[string]string, error) {
	return map[string]string{"wallet": "sha256:1"}, k.known(at, func() error { return nil })
}

func (k workloads) SecretsMissing(_ context.Context, at regions.Region) ([]string, error) {
	return nil, k.known(at, func() error { return nil })
}

func (k workloads) Denied(_ context.Context, at regions.Region) (out []string, err error) {
	err = k.known(at, func() error {
		if k.Faults.Forbidden != "" {
			out = append(out, k.Faults.Forbidden)
		}
		return nil
	})
	return out, err
}

// vCPUs is what the node of one service has.
const vCPUs = 8

func (k workloads) VCPUs(_ context.Context, at regions.Region) (n int, err error) {
	err = k.known(at, func() error { n = vCPUs * k.at[at].floor; return nil })
	return n, err
}

func (t traffic) Shares(context.Context, inventory.Traffic) (out map[regions.Region]int, err error) {
	err = t.call(nowhere, func() error { out = maps.Clone(t.shares); return nil })
	return out, err
}

func (t traffic) Move(_ context.Context, _ inventory.Traffic, shares map[regions.Region]int) error {
	return t.call(nowhere, func() error {
		now, whole := map[regions.Region]int{}, 0
		for _, r := range t.regions() {
			if shares[r] < 0 {
				return fmt.Errorf("%w: a share below nothing", errRefused)
			}
			now[r], whole = shares[r], whole+shares[r]
		}
		if whole != 100 {
			return fmt.Errorf("%w: shares that are %d %% together", errRefused, whole)
		}
		t.shares = now
		return nil
	})
}

func (t traffic) Evacuated(context.Context, inventory.Traffic) (out map[regions.Region]bool, err error) {
	err = t.call(nowhere, func() error { out = maps.Clone(t.shut); return nil })
	return out, err
}

func (t traffic) Evacuate(_ context.Context, _ inventory.Traffic, closed map[regions.Region]bool) error {
	return t.call(nowhere, func() error {
		if closed[t.Inv.Home] && closed[t.Inv.Standby] {
			return fmt.Errorf("%w: closing every region", errRefused)
		}
		t.shut = maps.Clone(closed)
		return nil
	})
}

func (t traffic) Ask(_ context.Context, _ inventory.Traffic, at regions.Region, _ string) (bool, time.Duration, error) {
	return true, time.Millisecond, t.call(at, func() error {
		if !slices.Contains(t.regions(), at) {
			return fmt.Errorf("%w: a name of %s", port.ErrNotFound, at)
		}
		return nil
	})
}

// Read are the indicators.
func (w *World) Read(_ context.Context, at regions.Region, window time.Duration) (out port.Reading, err error) {
	err = w.call(at, func() error {
		if window <= 0 || !slices.Contains(w.regions(), at) {
			return fmt.Errorf("%w: %s of %s", errRefused, window, at)
		}
		if w.Faults.Blind {
			return fmt.Errorf("%w: Prometheus", port.ErrUnreachable)
		}
		out = port.Reading{Login: 1, Deposit: 1, P95: time.Millisecond, Requests: 10 * window.Seconds()}
		if w.Faults.Sour > 0 && w.shares[at] >= w.Faults.Sour && at != w.Inv.Active {
			out.Login = 0.9
		}
		return nil
	})
	return out, err
}

func (c code) Active(context.Context) (regions.Region, error) { return c.file, nil }

func (c code) SetActive(_ context.Context, to regions.Region) error {
	return c.call(nowhere, func() error { c.file = to; return nil })
}

func (c code) InFlight(context.Context) (string, error) { return c.Faults.Updating, nil }

func (c code) Says(_ context.Context, at regions.Region) (role.Role, error) { return c.said[at], nil }

// Up makes of the regions what the file says of them, one after the other.
func (c code) Up(_ context.Context, only ...regions.Region) error {
	for _, r := range c.regions() {
		if len(only) > 0 && !slices.Contains(only, r) {
			continue
		}
		err := c.call(r, func() error {
			c.at[r].flag.Writes, c.at[r].floor, c.said[r] = r == c.file, 1, role.Standby
			if r == c.file {
				c.at[r].floor, c.said[r] = 3, role.Active
			}
			c.carry[c.Inv.Other(r)] = r != c.file
			return nil
		})
		if err != nil {
			return err
		}
	}
	return c.call(nowhere, func() error {
		c.shares = map[regions.Region]int{c.file: 100, c.Inv.Other(c.file): 0}
		return nil
	})
}

func (c code) Changes(_ context.Context, only ...regions.Region) (out []string, err error) {
	for _, r := range c.regions() {
		if len(only) > 0 && !slices.Contains(only, r) {
			continue
		}
		if c.at[r].flag.Writes != (r == c.file) || len(c.at[r].closed) > 0 {
			out = append(out, "update "+r.String())
		}
	}
	return out, c.call(nowhere, func() error { return nil })
}

package casino

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"pitboss/sandbox/internal/casino/door"
	"pitboss/sandbox/internal/casino/keeper"
	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/casino/load"
)

func (c *Casino) site(region string) (*site, error) {
	if s := c.sites[region]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("casino: %q is no region of %s: choose one of %s", region, c.opts.Market, strings.Join(c.names, ", "))
}

// KillRegion kills a region's process; it stays dead until RestoreRegion.
func (c *Casino) KillRegion(region string) error {
	s, err := c.site(region)
	if err == nil {
		s.keeper.Kill()
	}
	return err
}

// RestoreRegion lets it run again.
func (c *Casino) RestoreRegion(region string) error {
	s, err := c.site(region)
	if err == nil {
		s.keeper.Restore()
	}
	return err
}

// Sour makes an indicator of a region go bad, a little, or good again: one of
// ledger.Indicators. A process that is started again is still sour.
func (c *Casino) Sour(ctx context.Context, region, indicator string, on bool) error {
	s, err := c.site(region)
	if err == nil {
		err = ledger.CheckIndicator(indicator)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.sour[indicator] = on
	s.mu.Unlock()
	state := s.keeper.State()
	if state.Killed || !state.Running {
		return nil // it is told when it starts
	}
	return call(ctx, http.MethodPost, "http://"+s.address+ledger.AdminSour, c.opts.Token, map[string]any{"indicator": indicator, "on": on})
}

// soured are the indicators that are, sorted.
func (s *site) soured() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for name, on := range s.sour {
		if on {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// A Status is how the casino is.
type Status struct {
	Door string `json:"door"`
	// Prometheus is the base of its API; "" is none.
	Prometheus        string        `json:"prometheus,omitempty"`
	PrometheusProcess *keeper.State `json:"prometheusProcess,omitempty"`
	Regions           []SiteStatus  `json:"regions"`
	Witness           load.View     `json:"witness"`
}

// A SiteStatus is how one region is.
type SiteStatus struct {
	door.View
	Address string       `json:"address"`
	Sour    []string     `json:"sour,omitempty"`
	Process keeper.State `json:"process"`
}

// Status says how everything is.
func (c *Casino) Status(ctx context.Context) Status {
	out := Status{Door: "http://" + c.opts.Door, Witness: c.witness.View()}
	for _, v := range c.door.Views(ctx) {
		s := c.sites[v.Region]
		out.Regions = append(out.Regions, SiteStatus{View: v, Address: s.address, Sour: s.soured(), Process: s.keeper.State()})
	}
	if c.prom != nil {
		state := c.prom.State()
		out.Prometheus, out.PrometheusProcess = c.prom.URL(), &state
	}
	return out
}

// call asks a region's process and wants 2xx.
func call(ctx context.Context, method, url, token string, body any) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(data))
	if err != nil {
		return err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 300))
		return fmt.Errorf("%s answers %s: %s", url, resp.Status, strings.TrimSpace(string(said)))
	}
	return nil
}

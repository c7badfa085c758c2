// Package prom runs a real Prometheus, small, that scrapes the regions of a casino every
// second: a drill reads its indicators from it as it would anywhere. Package casino
// starts it.
package prom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pitboss/sandbox/internal/casino/keeper"
)

// Options say what to run and to scrape.
type Options struct {
	// Binary is Prometheus, Debian's for one.
	Binary string
	// Dir takes its configuration, its log and what it stores.
	Dir string
	// Address is where it listens, "127.0.0.1:40125".
	Address string
	// Targets are the regions' addresses, host:port, by region.
	Targets map[string]string
	// Env is added to its environment.
	Env []string
}

// A Server is a running Prometheus.
type Server struct {
	keeper  *keeper.Keeper
	address string
}

// Start writes the configuration and starts it. Ready waits until it answers.
func Start(o Options) (*Server, error) {
	if o.Binary == "" || len(o.Targets) == 0 {
		return nil, errors.New("casino: Prometheus needs a binary and targets: install Debian's package prometheus, or let the data plane find it")
	}
	store := filepath.Join(o.Dir, "tsdb")
	if err := os.MkdirAll(store, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(o.Dir, "prometheus.yml")
	config, err := configuration(o.Targets)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, config, 0o600); err != nil {
		return nil, err
	}
	return &Server{address: o.Address, keeper: keeper.Start(keeper.Spec{
		Command: []string{o.Binary, "--config.file=" + file, "--storage.tsdb.path=" + store, "--web.listen-address=" + o.Address,
			// A rehearsal is over in minutes and nobody looks at last week's.
			"--storage.tsdb.retention.time=3h", "--storage.tsdb.retention.size=64MB", "--storage.tsdb.wal-segment-size=10MB",
			"--query.max-concurrency=4", "--query.max-samples=1000000", "--log.level=warn"},
		Env: append([]string{"GOMEMLIMIT=96MiB", "GOGC=50", "GOMAXPROCS=1"}, o.Env...),
		Log: filepath.Join(o.Dir, "prometheus.log"),
	})}, nil
}

// configuration is YAML because JSON is.
func configuration(targets map[string]string) ([]byte, error) {
	type static struct {
		Targets []string `json:"targets"`
	}
	var all []string
	for _, address := range targets {
		all = append(all, address)
	}
	slices.Sort(all)
	const often = "1s"
	return json.MarshalIndent(map[string]any{
		"global": map[string]any{"scrape_interval": often, "scrape_timeout": often, "evaluation_interval": "1h"},
		// The labels market and region are the casino's own.
		"scrape_configs": []any{map[string]any{"job_name": "casino", "static_configs": []static{{all}}}},
	}, "", "  ")
}

// URL is the base of its API.
func (s *Server) URL() string { return "http://" + s.address }

// last is the series that a region's process has last after it was started.
const last = "casino_oldest_unsettled_bet_seconds"

// Ready waits until it holds what a drill reads of each of these regions.
func (s *Server) Ready(ctx context.Context, regions []string) error {
	for {
		have, err := s.regions(ctx)
		missing := slices.DeleteFunc(slices.Clone(regions), func(r string) bool { return slices.Contains(have, r) })
		if err == nil && len(missing) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			if err == nil {
				err = fmt.Errorf("it has no %s of %s", last, strings.Join(missing, ", "))
			}
			return fmt.Errorf("casino: Prometheus at %s is not ready: %w (%s)", s.address, err, s.keeper.State().Error)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// regions are those that it has scraped.
func (s *Server) regions(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/api/v1/query?query="+last, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	var answer struct {
		Data struct {
			Result []struct{ Metric struct{ Region string } }
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("%s: %w", resp.Status, err)
	}
	var out []string
	for _, r := range answer.Data.Result {
		out = append(out, r.Metric.Region)
	}
	return out, nil
}

// State says how the process is.
func (s *Server) State() keeper.State { return s.keeper.State() }

// Stop ends it and keeps what it stored.
func (s *Server) Stop() { s.keeper.Stop() }

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
)

// marketFile is the market whose swap is previewed.
const marketFile = "stacks/markets/mt.yaml"

// swap previews a swap with the real engine, and puts the market file back.
func (b *bench) swap(ctx context.Context) (took float64, err error) {
	was, err := os.ReadFile(marketFile)
	if err != nil {
		return 0, err
	}
	now, err := flipped(was)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(marketFile, now, 0o644); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.WriteFile(marketFile, was, 0o644)) }()
	out, wall, _, err := command(ctx, nil, ".sandbox/bin/pitboss", "preview", "mt", "--json")
	if err != nil && !exited(err, changes) {
		return 0, err
	}
	var outcome struct {
		Total struct{ Creates, Updates, Replaces, Deletes int }
	}
	if err := json.Unmarshal([]byte(out), &outcome); err != nil {
		return 0, err
	}
	if outcome.Total.Updates == 0 {
		return 0, errors.New("the swap changes nothing: it was not one")
	}
	b.losses = float64(outcome.Total.Creates + outcome.Total.Replaces + outcome.Total.Deletes)
	return wall.Seconds(), nil
}

// flipped is a market file with the other region active.
func flipped(file []byte) ([]byte, error) {
	line := func(key string) string {
		m := regexp.MustCompile(`(?m)^` + key + `: (\S+)`).FindSubmatch(file)
		if m == nil {
			return ""
		}
		return string(m[1])
	}
	home, standby, active := line("home"), line("standby"), line("active")
	other := map[string]string{home: standby, standby: home}[active]
	if other == "" {
		return nil, fmt.Errorf("%s: active is %q, want %q or %q", marketFile, active, home, standby)
	}
	return bytes.Replace(file, []byte("\nactive: "+active), []byte("\nactive: "+other), 1), nil
}

func (b *bench) swapLosses(context.Context) (float64, error) { return b.losses, nil }

var lossLine = regexp.MustCompile(`a swap of (\d+) markets, both directions: (\d+) resources created, replaced or deleted`)

// swapsOfAll asks the test that compares every market as it is made with either region
// active.
func (b *bench) swapsOfAll(ctx context.Context) (float64, error) {
	out, _, _, err := command(ctx, nil, "go", "test", "-count=1", "-v", "-run", "TestLawSwapMovesRolesOnly", "./tests")
	m := lossLine.FindStringSubmatch(out)
	if m == nil {
		return 0, errors.Join(err, errors.New("the test did not say how many resources a swap loses"))
	}
	return strconv.ParseFloat(m[2], 64)
}

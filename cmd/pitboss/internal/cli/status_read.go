package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pitboss/cmd/pitboss/internal/cluster"
	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// statusJSON is the --json answer of status.
type statusJSON struct {
	Engine  engineJSON     `json:"engine"`
	Markets []marketStatus `json:"markets"`
}

type marketStatus struct {
	Name         string         `json:"name"`
	Jurisdiction string         `json:"jurisdiction"`
	Account      string         `json:"account"`
	Active       string         `json:"active"`
	Regions      []regionStatus `json:"regions"`
	Stacks       []stackStatus  `json:"stacks"`
}

// regionStatus is one of a market's two regions: what it is for good, and what it does now.
type regionStatus struct {
	Name string `json:"name"`
	Is   string `json:"is"`   // home or standby, for ever
	Role string `json:"role"` // active or standby, now, as the market file says
}

func regionsOf(m market.Market) []regionStatus {
	return []regionStatus{
		{m.Home.String(), string(regions.RoleHome), string(m.Role(m.Home))},
		{m.Standby.String(), string(regions.RoleStandby), string(m.Role(m.Standby))},
	}
}

type stackStatus struct {
	Name       string         `json:"name"`
	Kind       string         `json:"kind"`
	Region     string         `json:"region"`
	Exists     bool           `json:"exists"`
	Running    bool           `json:"running"` // an update is in progress, where the backend can tell
	Resources  int            `json:"resources"`
	Pending    []string       `json:"pendingOperations"` // left open by a run that was killed
	LastUpdate *updateJSON    `json:"lastUpdate,omitempty"`
	Cluster    *clusterStatus `json:"cluster,omitempty"`
	Problem    string         `json:"problem,omitempty"` // why the above could not be found out
}

type updateJSON struct {
	Kind   string `json:"kind"`
	Result string `json:"result"`
	Ended  string `json:"ended,omitempty"` // RFC 3339
}

type clusterStatus struct {
	Name          string `json:"name"`
	Region        string `json:"region"`
	Version       string `json:"version"`
	Role          string `json:"role"` // active or standby
	Kubeconfig    string `json:"kubeconfig,omitempty"`
	Kubectl       string `json:"kubectl,omitempty"`
	cluster.State        // pools, services, pods, unhealthy
	Unreachable   string `json:"unreachable,omitempty"`
}

func newStackStatus(s market.Stack) stackStatus {
	return stackStatus{Name: s.Name, Kind: string(s.Kind), Region: s.Region.String(), Pending: []string{}}
}

// reader finds out the status of one stack that exists.
type reader struct {
	ws      *engine.Workspace
	running bool
}

func (r reader) stack(ctx context.Context, m market.Market, s market.Stack) stackStatus {
	out := newStackStatus(s)
	out.Exists, out.Running = true, r.running
	state, err := r.ws.State(ctx, s.Name)
	if err != nil {
		out.Problem = err.Error()
		return out
	}
	out.Resources = state.Resources
	for _, p := range state.Pending {
		out.Pending = append(out.Pending, p.Kind+" "+p.URN)
	}
	last, ok, err := r.ws.LastUpdate(ctx, s.Name)
	switch {
	case err != nil:
		out.Problem = err.Error()
	case ok:
		out.LastUpdate = &updateJSON{Kind: last.Kind, Result: last.Result}
		if !last.Ended.IsZero() {
			out.LastUpdate.Ended = last.Ended.UTC().Format(time.RFC3339)
		}
	}
	out.Cluster = r.cluster(ctx, m, s, state)
	return out
}

// cluster asks the stack's cluster what it runs; nil if the stack has none.
func (r reader) cluster(ctx context.Context, m market.Market, s market.Stack, state engine.State) *clusterStatus {
	raw, ok := state.Outputs["cluster"]
	if !ok {
		return nil
	}
	c := &clusterStatus{Region: s.Region.String(), Role: string(m.Role(s.Region)), State: cluster.Unknown()}
	var said struct{ Name, Region, Version string }
	if doc, err := json.Marshal(raw); err != nil || json.Unmarshal(doc, &said) != nil || said.Name == "" {
		c.Unreachable = "the stack's output `cluster` names no cluster"
		return c
	}
	c.Name, c.Version = said.Name, said.Version
	var err error
	if c.Kubeconfig, err = r.kubeconfig(ctx, s.Name, c.Name); err != nil {
		c.Unreachable = err.Error()
		return c
	}
	c.Kubectl = kubectl(c.Kubeconfig)
	runs, err := cluster.Read(ctx, c.Kubeconfig)
	if err != nil {
		c.Unreachable = err.Error()
		return c
	}
	c.State = runs
	return c
}

// kubeconfig is the path of the engine's own file for a cluster, else of one
// written from the stack's output, readable by the user alone.
func (r reader) kubeconfig(ctx context.Context, stack, name string) (string, error) {
	if strings.ContainsAny(name, `/\`) {
		return "", fmt.Errorf("cluster %q: not a name", name)
	}
	if dir := r.ws.Engine.Kubeconfigs; dir != "" {
		path := filepath.Join(dir, name+".yaml")
		_, err := os.Stat(path)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	out, err := r.ws.SecretOutput(ctx, stack, "kubeconfig")
	if err != nil {
		return "", err
	}
	text, ok := out.(string)
	if !ok {
		doc, err := json.Marshal(out) // an object: JSON is YAML
		if err != nil || out == nil {
			return "", fmt.Errorf("stack %s has no output `kubeconfig`", stack)
		}
		text = string(doc)
	}
	dir := filepath.Join(r.ws.Engine.Dir, "kubeconfigs")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, name+".yaml")
	return path, os.WriteFile(path, []byte(text), 0o600)
}

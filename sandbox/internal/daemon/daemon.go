// Package daemon is sandboxd: it owns the simulated cloud, the bridge processes
// and the clusters, and answers the plugins and the sandbox's command over a
// Unix socket. The sandbox's command imports it.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"pitboss/sandbox/internal/awsplugin"
	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/cloud"
	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/procs"
)

// Options say what sandboxd runs.
type Options struct {
	Layout layout.Layout
	// Bridge, Kubernetes, State are the built tools.
	Bridge, Kubernetes, State string
	// Definitions is the folder of the kinds that every cluster serves.
	Definitions string
	// Provider is Terraform's AWS provider; "" lets the bridge download it.
	Provider string
}

// Run serves until ctx ends, then stops every process that it started.
func Run(ctx context.Context, o Options) error {
	d, err := newDaemon(o)
	if err != nil {
		return err
	}
	defer d.close()
	// A socket that is still there belongs to a sandboxd that was killed: a
	// living one would hold the cloud's file, and newDaemon would have failed.
	if err := os.Remove(o.Layout.Socket()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", o.Layout.Socket())
	if err != nil {
		return fmt.Errorf("listen on %s: %w", o.Layout.Socket(), err)
	}
	if err := os.Chmod(o.Layout.Socket(), 0o600); err != nil {
		return err
	}
	server := &http.Server{Handler: d.routes(), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	case <-d.quit:
	}
	grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(grace)
}

type daemon struct {
	options  Options
	bridges  *bridge.Manager
	cloud    *cloud.Cloud
	clusters *clusters
	state    *stateService
	data     *dataPlane
	aws      *http.Server
	started  time.Time
	quit     chan struct{}
	quitOnce sync.Once

	schemaOnce sync.Mutex
	schema     *awsschema.Schema
}

// SpeedEnv says how many times faster than AWS databases change their roles. It is
// read when sandboxd starts.
const SpeedEnv = "PITBOSS_SANDBOX_SPEED"

func readSpeed(s string) (float64, error) {
	if s == "" {
		return cloud.DefaultSpeed, nil
	}
	speed, err := strconv.ParseFloat(s, 64)
	if err != nil || speed <= 0 || math.IsInf(speed, 0) || math.IsNaN(speed) {
		return 0, fmt.Errorf("%s=%s: want how many times faster than AWS, a number above 0; without it, %d", SpeedEnv, s, cloud.DefaultSpeed)
	}
	return speed, nil
}

func newDaemon(o Options) (*daemon, error) {
	d := &daemon{options: o, started: time.Now(), quit: make(chan struct{})}
	d.clusters = &clusters{binary: o.Kubernetes, definitions: o.Definitions, layout: o.Layout}
	speed, err := readSpeed(os.Getenv(SpeedEnv))
	if err != nil {
		return nil, err
	}
	if d.data, err = newDataPlane(o.Layout, d.clusters, os.Stderr); err != nil {
		return nil, err
	}
	d.cloud, err = cloud.Open(o.Layout.Database(), cloud.Options{Schema: d.loadSchema, Clusters: d.clusters, Speed: speed, Data: d.data, Log: os.Stderr})
	if err != nil {
		return nil, err
	}
	d.data.cloud = d.cloud
	d.clusters.wanted, d.clusters.dead = d.cloud.Clusters, d.data.plane.Dead
	if err := os.RemoveAll(o.Layout.Answers()); err != nil { // another bridge's, maybe
		return nil, err
	}
	// Types may have been added since the schema was written.
	if err := os.Remove(d.schemaFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if d.state, err = startState(o.State, o.Layout); err != nil {
		return nil, errors.Join(err, d.cloud.Close())
	}
	if d.aws, err = d.data.start(); err != nil {
		d.state.close()
		return nil, errors.Join(err, d.cloud.Close())
	}
	d.bridges, err = bridge.NewManager(bridge.Options{
		Binary: o.Bridge, Provider: o.Provider, Resources: awsplugin.TerraformTypes(),
		Logs: o.Layout.Logs(), Cache: o.Layout.Cache, Schema: d.schemaFile(), Answers: o.Layout.Answers(), Env: []string{procs.Mark(o.Layout.State)},
	})
	return d, err
}

func (d *daemon) schemaFile() string { return d.options.Layout.State + "/aws-schema.json" }

// loadSchema reads the schema that the first bridge wrote.
func (d *daemon) loadSchema() (*awsschema.Schema, error) {
	d.schemaOnce.Lock()
	defer d.schemaOnce.Unlock()
	if d.schema == nil {
		s, err := awsschema.Load(d.schemaFile())
		if err != nil {
			return nil, err
		}
		d.schema = s
	}
	return d.schema, nil
}

func (d *daemon) close() {
	d.bridges.Close()
	_ = d.aws.Close()
	d.cloud.Pause() // what is under way goes on with the next sandboxd
	d.data.close()
	d.clusters.stopAll()
	d.state.close()
	_ = d.cloud.Close()
}

// Package casino is a stand-in for what players of a market use while a drill is
// rehearsed: one process of the money path a region (ledger), the market's front door
// (door), a witness that plays and remembers (load), and a real Prometheus over it (prom).
// sandboxd starts it on top of the data plane; nothing outside the sandbox imports it.
package casino

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"pitboss/sandbox/internal/casino/door"
	"pitboss/sandbox/internal/casino/keeper"
	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/casino/load"
	"pitboss/sandbox/internal/casino/prom"
)

// A Region is one of the market's.
type Region struct {
	Name string
	// Kubeconfig reaches its cluster; it need not be there yet. Namespace is that of the
	// wallet service, whose ConfigMap of roles is obeyed.
	Kubeconfig, Namespace string
}

// Stores say where a region's own members of the ledger and of the sessions answer. They
// are asked again whenever a process starts.
type Stores interface {
	Ledger(region string) (ledger.Endpoint, error)
	Sessions(region string) (ledger.Endpoint, error)
}

// Options say what to run. All fields but Env and Prometheus are required.
type Options struct {
	// Dir takes configurations, logs, the witness's journal and Prometheus' data.
	Dir string
	// Self is the command that runs ledger.Main, "sandbox casino".
	Self []string
	// Env is added to the environment of every process: procs.Mark.
	Env []string
	Log io.Writer

	Market string
	// API is the market's name, "api.mt.example.com".
	API     string
	Regions []Region
	Stores  Stores
	Routes  door.Routes
	// Token is the sandbox's: faults need it.
	Token string
	// Door and PrometheusAddress are loopback addresses to listen on.
	Door, PrometheusAddress string
	// Prometheus is the binary; "" runs none.
	Prometheus string
}

func (o Options) validate() error {
	for _, f := range []struct {
		name    string
		missing bool
	}{
		{"Dir", o.Dir == ""}, {"Self", len(o.Self) == 0}, {"Log", o.Log == nil}, {"Market", o.Market == ""}, {"API", o.API == ""},
		{"Regions", len(o.Regions) == 0}, {"Stores", o.Stores == nil}, {"Routes", o.Routes == nil}, {"Token", o.Token == ""},
		{"Door", o.Door == ""}, {"PrometheusAddress", o.PrometheusAddress == "" && o.Prometheus != ""},
	} {
		if f.missing {
			return fmt.Errorf("casino: the option %s is empty: set it", f.name)
		}
	}
	return nil
}

// site is one region's process.
type site struct {
	Region
	address string
	keeper  *keeper.Keeper
	mu      sync.Mutex
	sour    map[string]bool
}

// A Casino is one market's, running.
type Casino struct {
	opts    Options
	names   []string // of the regions, sorted
	sites   map[string]*site
	door    *door.Door
	witness *load.Witness
	server  *http.Server
	prom    *prom.Server // nil: none
	end     context.CancelFunc
	wg      sync.WaitGroup
}

// New starts everything and waits for nothing; Ready does.
func New(o Options) (*Casino, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	c := &Casino{opts: o, sites: map[string]*site{}}
	bases, targets := map[string]string{}, map[string]string{}
	for _, r := range o.Regions {
		address, err := freeAddress()
		if err != nil {
			return nil, err
		}
		c.names = append(c.names, r.Name)
		c.sites[r.Name] = &site{Region: r, address: address, sour: map[string]bool{}}
		bases[r.Name], targets[r.Name] = "http://"+address, address
	}
	slices.Sort(c.names)
	listener, err := net.Listen("tcp", o.Door)
	if err != nil {
		return nil, fmt.Errorf("casino: the front door: %w", err)
	}
	c.witness = load.New(load.Options{Dir: o.Dir, Door: "http://" + listener.Addr().String(), API: o.API, Regions: c.names, Ledger: o.Stores.Ledger})
	c.door, err = door.New(door.Options{API: o.API, Regions: bases, Routes: o.Routes, Witness: c.witness.Handler()})
	if err == nil && o.Prometheus != "" {
		c.prom, err = prom.Start(prom.Options{Binary: o.Prometheus, Dir: filepath.Join(o.Dir, "prometheus"), Address: o.PrometheusAddress, Targets: targets, Env: o.Env})
	}
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	c.open(listener)
	return c, nil
}

func (c *Casino) open(listener net.Listener) {
	ctx, end := context.WithCancel(context.Background())
	c.end = end
	for _, name := range c.names {
		s := c.sites[name]
		file := filepath.Join(c.opts.Dir, name+".json")
		s.keeper = keeper.Start(keeper.Spec{
			Command: append(slices.Clone(c.opts.Self), "--config", file),
			// Two of these run beside everything else.
			Env:     append([]string{"GOMEMLIMIT=64MiB", "GOMAXPROCS=2"}, c.opts.Env...),
			Log:     filepath.Join(c.opts.Dir, name+".log"),
			Prepare: func() error { return c.configure(s, file) },
		})
	}
	c.server = &http.Server{Handler: c.door, ReadHeaderTimeout: 5 * time.Second}
	c.wg.Go(func() { c.door.Run(ctx) })
	c.wg.Go(func() {
		if err := c.server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintf(c.opts.Log, "casino: the front door closed: %v\n", err)
		}
	})
}

// configure writes what a region's process is told.
func (c *Casino) configure(s *site, file string) error {
	money, err := c.opts.Stores.Ledger(s.Name)
	if err != nil {
		return err
	}
	sessions, err := c.opts.Stores.Sessions(s.Name)
	if err != nil {
		return err
	}
	config := ledger.Config{Market: c.opts.Market, Region: s.Name, Listen: s.address, Ledger: money, Sessions: sessions,
		Kubeconfig: s.Kubeconfig, Namespace: s.Namespace, Peers: map[string]string{}, Token: c.opts.Token, Sour: s.soured()}
	for _, other := range c.names {
		if other != s.Name {
			config.Peers[other] = "http://" + c.sites[other].address
		}
	}
	return config.Write(file)
}

// Ready waits until every region's process answers that was not killed, and Prometheus has
// read of it what a drill asks for.
func (c *Casino) Ready(ctx context.Context) error {
	var alive []string
	for _, name := range c.names {
		if err := c.answers(ctx, c.sites[name]); err != nil {
			return err
		}
		if !c.sites[name].keeper.State().Killed {
			alive = append(alive, name)
		}
	}
	if c.prom == nil {
		return nil
	}
	return c.prom.Ready(ctx, alive)
}

func (c *Casino) answers(ctx context.Context, s *site) error {
	for {
		err := call(ctx, http.MethodGet, "http://"+s.address+"/healthz", "", nil)
		if err == nil || s.keeper.State().Killed {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("casino: the money path of %s does not answer: %w; %s", s.Name, err, s.keeper.State().Error)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends everything. Journals and logs stay.
func (c *Casino) Stop() {
	c.witness.Close()
	_ = c.server.Close()
	c.end()
	for _, name := range c.names {
		c.wg.Go(c.sites[name].keeper.Stop)
	}
	if c.prom != nil {
		c.wg.Go(c.prom.Stop)
	}
	c.wg.Wait()
}

// freeAddress is a loopback address that nobody listens on now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

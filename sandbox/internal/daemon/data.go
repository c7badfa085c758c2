package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"pitboss/sandbox/internal/awsfront"
	"pitboss/sandbox/internal/casino"
	"pitboss/sandbox/internal/cloud"
	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/plane"
	"pitboss/sandbox/internal/procs"
)

const (
	// dataWithin bounds what brings the data plane up: the first time it makes databases,
	// and may have to unpack their programs.
	dataWithin = 5 * time.Minute
	// dataGrace bounds what ends it.
	dataGrace = 10 * time.Second
)

// dataPlane is the databases of one market, and the casino that plays on them.
type dataPlane struct {
	layout   layout.Layout
	cloud    *cloud.Cloud
	clusters *clusters
	plane    *plane.Plane
	front    *awsfront.Front
	token    string
	log      io.Writer
	finder   *finder

	turn sync.Mutex // held by who brings it up or down
	mu   sync.Mutex
	// casino is nil while the data plane is off; door says so, then.
	casino *casino.Casino
	market string
	door   *closedDoor
}

func newDataPlane(l layout.Layout, k *clusters, log io.Writer) (*dataPlane, error) {
	token, err := os.ReadFile(l.StateToken())
	if err != nil {
		return nil, err
	}
	d := &dataPlane{layout: l, clusters: k, token: string(token), log: log, finder: &finder{cache: l.Cache, log: log}}
	d.plane, err = plane.Open(plane.Options{
		Dir: filepath.Join(l.Data(), "plane"), Log: log, Env: []string{procs.Mark(l.State)}, Find: d.finder.find,
	})
	return d, err
}

// wanted is the file that names the market whose data plane is up: it is brought back with
// the sandbox.
func (d *dataPlane) wanted() string { return filepath.Join(d.layout.Data(), "up.json") }

// up starts what does not run.
func (d *dataPlane) up(ctx context.Context, r DataUp) (DataStatus, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	ctx, cancel := context.WithTimeout(ctx, dataWithin)
	defer cancel()
	m, err := d.readMarket(r.Market)
	if err != nil {
		return DataStatus{}, err
	}
	if running := d.running(); running != "" && running != m.name {
		return DataStatus{}, fmt.Errorf("the data plane is up for market %s: `sandbox data down` comes first", running)
	}
	if err := os.MkdirAll(d.layout.Data(), 0o700); err != nil {
		return DataStatus{}, err
	}
	if err := d.plane.Up(ctx, m.stores); err != nil {
		return DataStatus{}, fmt.Errorf("bring the data plane up: %w\n  next: read %s", err, filepath.Join(d.layout.Logs(), "sandboxd.log"))
	}
	d.align(ctx, m.stores, m.turning)
	if err := d.openCasino(ctx, m); err != nil {
		return DataStatus{}, err
	}
	if err := d.cloud.Resume(); err != nil { // changes of roles under way move data from here on
		return DataStatus{}, err
	}
	data, err := json.Marshal(DataUp{Market: m.name})
	if err != nil {
		return DataStatus{}, err
	}
	if err := os.WriteFile(d.wanted(), data, 0o600); err != nil {
		return DataStatus{}, err
	}
	return d.status(ctx, struct{}{})
}

// align makes the data have the roles that the cloud has: those may have changed by the
// clock while the data plane was off. What it cannot do now is said and left: `data status`
// shows it.
func (d *dataPlane) align(ctx context.Context, stores []plane.Store, turning []string) {
	for _, s := range stores {
		if slices.Contains(turning, s.Global) {
			continue // whoever writes, Resume ends that change
		}
		for _, m := range s.Members {
			if !m.Writer || d.plane.Dead(m.Region) {
				continue
			}
			if err := d.Turn(ctx, s.Global, m.Region, false); err != nil {
				fmt.Fprintf(d.log, "data plane: %s: make %s its writer, which it is in the cloud: %v\n", s.Global, m.Region, err)
			}
		}
		for _, m := range s.Members {
			if m.Writer || d.plane.Dead(m.Region) {
				continue
			}
			if err := d.plane.Rejoin(ctx, s.Global, m.Region); err != nil {
				fmt.Fprintf(d.log, "data plane: %v\n", err)
			}
		}
	}
}

func (d *dataPlane) openCasino(ctx context.Context, m market) error {
	d.mu.Lock()
	have := d.casino
	d.mu.Unlock()
	if have != nil {
		return have.Ready(ctx)
	}
	o, err := d.casinoOptions(m)
	if err != nil {
		return err
	}
	d.door.close() // the casino listens there
	c, err := casino.New(o)
	if err != nil {
		return errors.Join(err, d.door.open())
	}
	for _, r := range m.regions {
		if d.plane.Dead(r.Name) {
			_ = c.KillRegion(r.Name) // a region that it has
		}
	}
	d.mu.Lock()
	d.casino, d.market = c, m.name
	d.mu.Unlock()
	return c.Ready(ctx)
}

func (d *dataPlane) running() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.market
}

// down ends it because somebody wants it to stay down.
func (d *dataPlane) down(ctx context.Context, r DataDown) (struct{}, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	if err := os.Remove(d.wanted()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return struct{}{}, err
	}
	err := d.stop(ctx)
	if err == nil && r.Forget {
		err = d.plane.Forget()
	}
	return struct{}{}, errors.Join(err, d.door.open())
}

// stop ends every process and keeps the data.
func (d *dataPlane) stop(ctx context.Context) error {
	d.mu.Lock()
	c := d.casino
	d.casino, d.market = nil, ""
	d.mu.Unlock()
	if c != nil {
		c.Stop()
	}
	if !d.plane.Running() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, dataGrace)
	defer cancel()
	return d.plane.Down(ctx)
}

// close ends it with sandboxd.
func (d *dataPlane) close() {
	d.turn.Lock()
	defer d.turn.Unlock()
	if err := d.stop(context.Background()); err != nil {
		fmt.Fprintf(d.log, "data plane: stop: %v\n", err)
	}
	d.door.close()
}

// resume brings back what was up when an earlier sandboxd ended, and goes on with the
// changes of roles that were under way.
func (d *dataPlane) resume(ctx context.Context, _ struct{}) (struct{}, error) {
	data, err := os.ReadFile(d.wanted())
	if errors.Is(err, os.ErrNotExist) {
		return struct{}{}, d.cloud.Resume()
	}
	var was DataUp
	if err == nil {
		err = json.Unmarshal(data, &was)
	}
	if err == nil && d.running() == "" {
		// Servers that outlived a sandboxd are adopted even where the cloud cannot be read.
		if err = d.plane.Restart(ctx); err == nil {
			_, err = d.up(ctx, was)
		}
	}
	return struct{}{}, errors.Join(err, d.cloud.Resume())
}

package plane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options say where a plane lives.
type Options struct {
	Dir string    // its folder; required
	Log io.Writer // what it does, a line each; nil is nowhere
	Env []string  // marks in the environment of its processes
	// Find says where the programs are; required. It is called when the first is needed.
	Find func() (Binaries, error)
}

// Plane runs the servers. It is safe for concurrent use; changes of one store wait for each
// other.
type Plane struct {
	o Options

	mu       sync.Mutex
	rec      *record
	links    map[linkKey]*link
	hung     map[string]bool // by store
	found    *Binaries
	turns    map[string]chan struct{} // who holds a store's, changes its roles
	standing sync.RWMutex             // held to write by Up, Down and Restart
}

var errDown = errors.New("the data plane is down: `sandbox data up` starts it")

// Open reads what the folder remembers. It starts nothing.
func Open(o Options) (*Plane, error) {
	if o.Dir == "" || o.Find == nil {
		return nil, errors.New("plane.Options needs Dir and Find")
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	o.Dir = dir
	if o.Log == nil {
		o.Log = io.Discard
	}
	p := &Plane{o: o, links: map[linkKey]*link{}, hung: map[string]bool{}, turns: map[string]chan struct{}{}}
	p.rec, err = readState(p.statePath())
	return p, err
}

func (p *Plane) logf(format string, args ...any) {
	fmt.Fprintf(p.o.Log, time.Now().UTC().Format("15:04:05.000")+" data plane: "+format+"\n", args...)
}

func (p *Plane) binaries() Binaries {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		return Binaries{}
	}
	return *p.found
}

func (p *Plane) find() error {
	b, err := p.o.Find()
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found = &b
	return nil
}

// Running says whether the plane is up.
func (p *Plane) Running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rec.Running
}

// Up starts what does not run, and makes what is not there yet. A store that has more
// members than before gets them.
func (p *Plane) Up(ctx context.Context, stores []Store) error {
	if err := validate(stores); err != nil {
		return err
	}
	p.standing.Lock()
	defer p.standing.Unlock()
	if err := p.find(); err != nil {
		return err
	}
	if err := p.adopt(stores); err != nil {
		return err
	}
	return p.startAll(ctx)
}

// Restart brings back what the state says was running, after the process that held the
// plane has died: servers that still run are left as they are.
func (p *Plane) Restart(ctx context.Context) error {
	p.standing.Lock()
	defer p.standing.Unlock()
	if !p.Running() {
		return nil
	}
	if err := p.find(); err != nil {
		return err
	}
	return p.startAll(ctx)
}

func (p *Plane) startAll(ctx context.Context) error {
	started := time.Now()
	if err := p.openLinks(); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2) // a server's first start is mostly computing
	for _, s := range p.stores() {
		g.Go(func() error {
			release, err := p.hold(ctx, s.Global)
			if err != nil {
				return err
			}
			defer release()
			return p.startStore(ctx, s.Global)
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	p.logf("up after %s", time.Since(started).Round(time.Millisecond))
	return nil
}

// stores is a copy of all.
func (p *Plane) stores() (out []*storeRecord) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.rec.Stores {
		out = append(out, s.clone())
	}
	return out
}

// Down ends every server and keeps the data.
func (p *Plane) Down(ctx context.Context) error {
	// From here on nothing is started, so a change under way fails and lets go.
	if err := p.change(func(r *record) { r.Running = false }); err != nil {
		return err
	}
	p.standing.Lock()
	defer p.standing.Unlock()
	var g errgroup.Group
	for _, s := range p.stores() {
		g.Go(func() error {
			release, err := p.hold(ctx, s.Global)
			if err != nil {
				return err
			}
			defer release()
			// The writer first: its last words still reach who follows.
			members := slices.Clone(s.Members)
			slices.SortStableFunc(members, func(a, b *memberRecord) int {
				return boolInt(b.Region == s.Writer) - boolInt(a.Region == s.Writer)
			})
			var errs []error
			for _, m := range members {
				errs = append(errs, p.engine(s.Kind).stop(ctx, p.node(s, m)))
			}
			return errors.Join(errs...)
		})
	}
	err := g.Wait()
	p.closeLinks()
	return err
}

// Forget removes all data of a plane that is down.
func (p *Plane) Forget() error {
	p.standing.Lock()
	defer p.standing.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rec.Running {
		return errors.New("the data plane is up: Down comes first")
	}
	p.rec = &record{}
	return os.RemoveAll(p.o.Dir)
}

// hold waits until nobody else changes a store's roles.
func (p *Plane) hold(ctx context.Context, global string) (release func(), err error) {
	p.mu.Lock()
	turn := p.turns[global]
	if turn == nil {
		turn = make(chan struct{}, 1)
		p.turns[global] = turn
	}
	p.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: a change of it is under way: %w", global, ctx.Err())
	}
}

func (p *Plane) node(s *storeRecord, m *memberRecord) node {
	return node{plane: p, store: s, member: m, dir: filepath.Join(p.o.Dir, s.Global, m.Region)}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

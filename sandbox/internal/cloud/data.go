package cloud

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Data is what really holds what global databases and datastores hold.
type Data interface {
	// Holds says that there is data behind a global database or datastore now.
	Holds(global string) bool
	// Turn does what a promotion does, and returns when the new writer writes. Of one that
	// writes already nothing is to be done.
	Turn(ctx context.Context, global, toRegion string, lossy bool) error
	// Rejoin makes a member that was lost or deposed follow again; one that follows is left
	// as it is.
	Rejoin(ctx context.Context, global, region string) error
}

// rejoinAgain is the pause before a member that could not follow is tried again.
const rejoinAgain = time.Second

// moving is the work on data, each piece with a goroutine of its own.
type moving struct {
	ctx context.Context // ends with Pause
	end context.CancelFunc
	wg  sync.WaitGroup
	// busy is what is being worked on; the cloud's mu guards it.
	busy map[string]bool
}

func newMoving() *moving {
	ctx, end := context.WithCancel(context.Background())
	return &moving{ctx: ctx, end: end, busy: map[string]bool{}}
}

// work does one piece, unless it is being done or the cloud is closing. What do returns is
// done last, with mu held: from then on the same piece may begin anew. The caller holds mu.
func (c *Cloud) work(what string, do func(ctx context.Context) (end func() error)) {
	if c.moving.ctx.Err() != nil || c.moving.busy[what] {
		return
	}
	c.moving.busy[what] = true
	c.moving.wg.Go(func() {
		end := do(c.moving.ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.moving.busy, what)
		if c.moving.ctx.Err() != nil {
			return // Resume asks again, and hears at once if it has happened
		}
		if err := end(); err != nil {
			c.logf("%s: %v", what, err)
		}
	})
}

// Pause ends the work on changes of roles that move data, before the cloud is closed. What
// was under way stays so: the next one's Resume begins it again.
func (c *Cloud) Pause() {
	c.mu.Lock()
	c.moving.end()
	c.mu.Unlock()
	c.moving.wg.Wait()
}

// Resume goes on with what was under way when an earlier sandboxd ended. Data has to be
// there by now: of what it does not hold, the clock changes the roles.
func (c *Cloud) Resume() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, tfType := range []string{"aws_elasticache_global_replication_group", "aws_rds_global_cluster"} {
		found, err := c.find(tfType, func(r Resource) bool { return r.Global != nil })
		if err != nil {
			return err
		}
		for _, g := range found {
			if t := g.Global.Turn; t != nil && (t.Moves || c.holds(g.ID)) {
				err = c.beginTurn(g, *t)
			} else {
				c.follow(g)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Cloud) holds(global string) bool {
	return c.options.Data != nil && c.options.Data.Holds(global)
}

// beginTurn begins a change of roles: with data, it lasts until that has moved; else the
// clock ends it. The caller holds mu.
func (c *Cloud) beginTurn(g Resource, t Turn) error {
	t.Moves = c.holds(g.ID)
	g.Global.Turn = &t
	if err := c.put(g); err != nil || !t.Moves {
		return err
	}
	to, from := g.Global.member(t.To).Region, ""
	if m := g.Global.member(t.From); m != nil {
		from = m.Region
	}
	c.work(g.ID, func(ctx context.Context) func() error {
		err := c.options.Data.Turn(ctx, g.ID, to, t.Lossy)
		// Who handed over follows at once; who was deposed starts over on a new volume.
		lost := err == nil && (t.Lossy || c.options.Data.Rejoin(ctx, g.ID, from) != nil)
		return func() error {
			if err != nil {
				c.logf("%s: the change of roles to %s failed: %v", g.ID, t.To, err)
			}
			return c.endTurn(g, err == nil, lost)
		}
	})
	return nil
}

// endTurn turns the roles as the data has, or leaves them. The caller holds mu.
func (c *Cloud) endTurn(g Resource, happened, lost bool) error {
	g, err := c.get(g.Account, g.Region, g.Type, g.ID)
	if err != nil || g.Global == nil || g.Global.Turn == nil {
		return err
	}
	if !happened {
		g.Global.Turn = nil
		return c.put(g)
	}
	g.Global.Turn.Done = c.options.Now().UTC()
	if from := g.Global.member(g.Global.Turn.From); from != nil {
		from.Lost = lost
	}
	if err := c.turn(g); err != nil {
		return err
	}
	if g, err = c.get(g.Account, g.Region, g.Type, g.ID); err == nil {
		c.follow(g)
	}
	return err
}

// follow makes the lost members of g follow again, each as soon as it can. The caller
// holds mu.
func (c *Cloud) follow(g Resource) {
	for _, m := range g.Global.Members {
		if m.Lost {
			c.work(m.ARN, func(ctx context.Context) func() error {
				c.rejoin(ctx, g, m)
				return func() error { return c.followed(g, m.ARN) }
			})
		}
	}
}

// rejoin tries until the member follows, or is not lost any more. A region that is dead
// keeps it waiting.
func (c *Cloud) rejoin(ctx context.Context, g Resource, m Member) {
	said := ""
	for c.holds(g.ID) {
		err := c.options.Data.Rejoin(ctx, g.ID, m.Region)
		if err == nil || ctx.Err() != nil {
			return
		}
		if why := err.Error(); why != said {
			said = why
			c.logf("%s: the member in %s cannot follow again yet: %s", g.ID, m.Region, why)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(rejoinAgain):
		}
	}
}

// followed notes that a member follows again. The caller holds mu.
func (c *Cloud) followed(g Resource, arn string) error {
	g, err := c.get(g.Account, g.Region, g.Type, g.ID)
	if err != nil || g.Global == nil {
		return notMissing(err)
	}
	m := g.Global.member(arn)
	if m == nil || !m.Lost {
		return nil
	}
	m.Lost = false
	return c.put(g)
}

func (c *Cloud) logf(format string, args ...any) {
	fmt.Fprintf(c.options.Log, time.Now().UTC().Format("15:04:05.000")+" cloud: "+format+"\n", args...)
}

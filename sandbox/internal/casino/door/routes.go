package door

import (
	"context"
	"sync"
	"time"
)

const (
	// routesKept is how long what DNS says is kept, and routesPatience how long asking
	// may take.
	routesKept     = 500 * time.Millisecond
	routesPatience = 2 * time.Second
)

// Routing is what DNS says of the market's api.
type Routing struct {
	// Weights are those of the weighted records, by region.
	Weights map[string]int
	// Evacuated are the regions whose switch is thrown.
	Evacuated map[string]bool
}

// Routes asks what DNS says.
type Routes interface {
	Routes(ctx context.Context) (Routing, error)
}

// cache keeps an answer for a moment. While none is to be had the last one holds, as it
// does in a resolver whose servers are away.
type cache struct {
	from Routes
	now  func() time.Time

	mu    sync.Mutex
	last  Routing
	known bool
	asked time.Time
	err   error
}

func (c *cache) get(ctx context.Context) (Routing, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked.IsZero() || c.now().Sub(c.asked) >= routesKept {
		// A player who goes away does not spoil the answer for the others.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), routesPatience)
		defer cancel()
		routing, err := c.from.Routes(ctx)
		c.asked, c.err = c.now(), err
		if err == nil {
			c.last, c.known = routing, true
		}
	}
	if !c.known {
		return Routing{}, c.err
	}
	return c.last, nil
}

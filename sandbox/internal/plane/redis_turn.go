package plane

import (
	"context"
	"fmt"
	"time"
)

// paused is how long a writer's writes wait during a change: longer than any, since
// takeBack and follow end it.
const paused = time.Hour

// handOver makes writes wait at the old writer until the follower has the same offset.
func (redisEngine) handOver(ctx context.Context, from, to node) error {
	if _, err := from.redis(ctx, "CLIENT", "PAUSE", paused.Milliseconds(), "WRITE"); err != nil {
		return err
	}
	ctx, cancel := within(ctx, followWithin+2*from.plane.delay())
	defer cancel()
	return until(ctx, func() error {
		old, err := from.replication(ctx)
		if err != nil {
			return err
		}
		next, err := to.replication(ctx)
		if err == nil && (!next.up || next.offset < old.offset) {
			err = fmt.Errorf("%s has %d bytes, the writer %d (link up: %v)", to, next.offset, old.offset, next.up)
		}
		return err
	})
}

func (e redisEngine) takeBack(ctx context.Context, from node) error {
	if err := e.start(ctx, from, 0); err != nil {
		return err
	}
	_, err := from.redis(ctx, "CLIENT", "UNPAUSE")
	return err
}

func (e redisEngine) promote(ctx context.Context, n node) error {
	if err := n.replicaOf(ctx, 0); err != nil {
		return err
	}
	_, err := e.configure(n, 0)
	return err
}

// follow lets the writes go that wait: they are refused now.
func (e redisEngine) follow(ctx context.Context, n node, upstream int) error {
	if err := e.start(ctx, n, upstream); err != nil {
		return err
	}
	if _, err := n.redis(ctx, "CLIENT", "UNPAUSE"); err != nil {
		return err
	}
	ctx, cancel := within(ctx, followWithin+2*n.plane.delay())
	defer cancel()
	return until(ctx, func() error { return e.follows(ctx, n) })
}

func (e redisEngine) rejoin(ctx context.Context, n, _ node, upstream int) error {
	return e.follow(ctx, n, upstream)
}

func (redisEngine) follows(ctx context.Context, n node) error {
	r, err := n.replication(ctx)
	if err == nil && (r.role != "slave" || !r.up) {
		err = fmt.Errorf("%s does not follow its writer: it is a %s, link up: %v", n, r.role, r.up)
	}
	return err
}

// lag is 0 when the follower has all that the writer has now, else how long that takes to
// arrive: Redis keeps no times.
func (redisEngine) lag(ctx context.Context, n, writer node, delay time.Duration) (time.Duration, error) {
	now, err := writer.replication(ctx)
	if err != nil {
		return 0, fmt.Errorf("%s: its lag is not known: the writer in %s does not answer: %w", n, writer.region(), err)
	}
	asked := time.Now()
	for {
		r, err := n.replication(ctx)
		switch {
		case err != nil:
			return 0, fmt.Errorf("%s: its lag is not known: %w", n, err)
		case r.role != "slave" || !r.up:
			return 0, fmt.Errorf("%s: its lag is not known: it is a %s, link up: %v", n, r.role, r.up)
		case r.offset >= now.offset:
			if first := time.Since(asked); first > poll {
				return first, nil
			}
			return 0, nil
		case time.Since(asked) > delay+2*time.Second:
			return time.Since(asked), nil // at least
		}
		time.Sleep(poll)
	}
}

package plane

import (
	"context"
	"time"
)

// A node is one member's server: what an engine needs to know to run it.
type node struct {
	plane  *Plane
	store  *storeRecord // a copy
	member *memberRecord
	dir    string
}

func (n node) region() string { return n.member.Region }

// String is how messages name it.
func (n node) String() string { return n.store.Global + " in " + n.member.Region }

// An engine runs servers of one kind. Its methods change nothing in the state: who calls
// them does.
type engine interface {
	// begin makes the data of a store's first member, from nothing.
	begin(ctx context.Context, n node) error
	// start runs a server and returns when it answers: as the writer if upstream is 0, else
	// following what listens on that port. One that runs already is left alone.
	start(ctx context.Context, n node, upstream int) error
	// stop ends it as a service does that keeps everything.
	stop(ctx context.Context, n node) error
	// users makes the writer know the users and passwords of the store.
	users(ctx context.Context, n node) error
	// handOver makes from stop writing and returns when to has everything.
	handOver(ctx context.Context, from, to node) error
	// takeBack undoes handOver.
	takeBack(ctx context.Context, from node) error
	// promote makes a follower the writer and returns when it writes.
	promote(ctx context.Context, n node) error
	// promoted says whether a follower has become a writer, from its own data.
	promoted(ctx context.Context, n node) (bool, error)
	// follow makes a former writer that lost nothing follow upstream.
	follow(ctx context.Context, n node, upstream int) error
	// rejoin makes it follow whatever it holds: what the writer does not have is lost.
	rejoin(ctx context.Context, n, writer node, upstream int) error
	// follows says whether the stream from its writer flows.
	follows(ctx context.Context, n node) error
	// lag is how far behind the writer it is; delay is what its link holds things for.
	lag(ctx context.Context, n, writer node, delay time.Duration) (time.Duration, error)
}

func (p *Plane) engine(kind string) engine {
	if kind == Redis {
		return redisEngine{}
	}
	return postgresEngine{}
}

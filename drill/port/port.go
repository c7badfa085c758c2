// Package port is everything that a drill asks of the world, as small interfaces: the
// databases, caches and topics of a market, its clusters, its traffic, its indicators, the
// place where evidence is kept, and the program that says what is true.
//
// Each is implemented twice: by the adapters (drill/awsport, drill/kubeport,
// drill/promport), which use AWS's, Kubernetes' and Prometheus' own APIs, and by
// drill/model, which is a world small enough to crash everywhere in. Whatever a method
// asks for is safe to ask for again: a drill that was killed does not know how far it got.
//
// An error means that the answer is not known. It is never "fine" and never "no".
package port

import (
	"context"
	"errors"
	"time"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

// ErrUnreachable is in the chain of an error when whoever was asked gave no answer at all:
// no connection, or none in time. A refusal is not that.
var ErrUnreachable = errors.New("no answer")

// ErrExists is in the chain when something that was to be new is there already.
var ErrExists = errors.New("exists already")

// ErrNotFound is in the chain when what was asked for is not there.
var ErrNotFound = errors.New("not found")

// A Member is one region's cluster of a replicated store, as its service tells it.
type Member struct {
	Region regions.Region
	// Writer takes writes; of the members of a store exactly one does.
	Writer bool
	// Ready says that it may be promoted: it is available, and follows.
	Ready bool
	// Version is the engine's.
	Version string
}

// A Replicated is a store that is one across regions.
type Replicated struct {
	// Busy is the service's word for a change of roles under way; "" is none.
	Busy    string
	Members []Member
}

// Writer is the region that writes, and whether one does.
func (r Replicated) Writer() (regions.Region, bool) {
	for _, m := range r.Members {
		if m.Writer && r.Busy == "" {
			return m.Region, true
		}
	}
	return regions.Region{}, false
}

// In is the member of a region, and whether there is one.
func (r Replicated) In(at regions.Region) (Member, bool) {
	for _, m := range r.Members {
		if m.Region == at {
			return m, true
		}
	}
	return Member{}, false
}

// Databases are a market's global databases. ask is the region whose endpoint is asked:
// one that lives.
type Databases interface {
	// Describe says who its members are and which of them writes.
	Describe(ctx context.Context, ask regions.Region, d inventory.Database) (Replicated, error)
	// Lag is how far the member in a region follows behind the writer.
	Lag(ctx context.Context, d inventory.Database, at regions.Region) (time.Duration, error)
	// Switchover starts making the member in a region the writer, losing nothing. It is
	// asked in the region of the writer, and refused if a change is under way.
	Switchover(ctx context.Context, d inventory.Database, from, to regions.Region) error
	// Failover starts making it the writer, losing what it did not receive.
	Failover(ctx context.Context, d inventory.Database, to regions.Region) error
	// Freeze makes the database refuse writes of everybody, and ends the sessions that
	// could still write. It travels with the data: after a promotion the new writer
	// refuses as well.
	Freeze(ctx context.Context, d inventory.Database, at regions.Region) error
	// Thaw is the reverse.
	Thaw(ctx context.Context, d inventory.Database, at regions.Region) error
	// TryWrite says whether a write is taken in a region now. It tries one, in a table
	// that is the drill's own.
	TryWrite(ctx context.Context, d inventory.Database, at regions.Region) (taken bool, err error)
	// Close keeps everybody's new connections from the database in a region, by its
	// security group; Open lets them in again and leaves the group as the program made it.
	Close(ctx context.Context, d inventory.Database, at regions.Region) error
	Open(ctx context.Context, d inventory.Database, at regions.Region) error
}

// Caches are a market's global datastores.
type Caches interface {
	Describe(ctx context.Context, ask regions.Region, c inventory.Cache) (Replicated, error)
	// Promote starts making the member in a region the primary.
	Promote(ctx context.Context, c inventory.Cache, to regions.Region) error
}

// A Backlog is what of a region's topics is not through yet.
type Backlog struct {
	// Copied is how many records its replicator has yet to copy, Read how many its region's
	// consumers have yet to read.
	Copied, Read int64
	// AsOf is the moment that both are of, or the older one: metrics are minutes old.
	AsOf time.Time
}

// Streams are the replicators of a market's topics, one each way.
type Streams interface {
	// Carries says whether the replicator out of a region carries topics, and whether it
	// is settled (false while a change of it is under way).
	Carries(ctx context.Context, s inventory.Streams, from regions.Region) (carries, settled bool, err error)
	// Behind is what of a region's topics is not through yet.
	Behind(ctx context.Context, s inventory.Streams, from regions.Region) (Backlog, error)
	// Turn makes the replicator out of a region carry topics, or none.
	Turn(ctx context.Context, s inventory.Streams, from regions.Region, carries bool) error
}

// A Flag is what the services of a region are told.
type Flag struct {
	// Writes says that they may write.
	Writes bool
	// Forward is the region that writes are handed to while Writes is false; zero is
	// none: they are refused.
	Forward regions.Region
}

// A Floor is the least number of replicas of one service.
type Floor struct {
	Namespace, Kind, Name string
	Min                   int
}

// Workloads are what runs on a region's cluster.
type Workloads interface {
	// Flag is what the services of a region are told; agreed is false when not all are
	// told the same.
	Flag(ctx context.Context, at regions.Region) (f Flag, agreed bool, err error)
	// SetFlag tells all of them.
	SetFlag(ctx context.Context, at regions.Region, f Flag) error
	// Floors are the floors of every service, by namespace and name.
	Floors(ctx context.Context, at regions.Region) ([]Floor, error)
	// SetFloors sets those given, and no others.
	SetFloors(ctx context.Context, at regions.Region, floors []Floor) error
	// Waiting is what does not run yet and should, a sentence each; empty is ready.
	Waiting(ctx context.Context, at regions.Region) ([]string, error)
	// Images is the image of each service's first container, by "namespace/name".
	Images(ctx context.Context, at regions.Region) (map[string]string, error)
	// SecretsMissing is what the cluster should have from the secrets manager and has
	// not, a sentence each.
	SecretsMissing(ctx context.Context, at regions.Region) ([]string, error)
	// Denied simulates every call that is made here and returns those that would be
	// refused, such as "patch configmaps".
	Denied(ctx context.Context, at regions.Region) ([]string, error)
	// VCPUs is how many its nodes have together now, without those of spot.
	VCPUs(ctx context.Context, at regions.Region) (int, error)
}

// Traffic is where players are sent.
type Traffic interface {
	// Shares is how much of the market's players each region gets by the weights, in
	// percent.
	Shares(ctx context.Context, t inventory.Traffic) (map[regions.Region]int, error)
	// Move sets the weights and dials, and returns once they are in force.
	Move(ctx context.Context, t inventory.Traffic, shares map[regions.Region]int) error
	// Evacuated says which regions are closed by the switch.
	Evacuated(ctx context.Context, t inventory.Traffic) (map[regions.Region]bool, error)
	// Evacuate throws the switch of all regions given, in one step.
	Evacuate(ctx context.Context, t inventory.Traffic, closed map[regions.Region]bool) error
	// Ask asks a region itself, whatever players are sent to: path of the region's own
	// name. ok is an answer of 2xx.
	Ask(ctx context.Context, t inventory.Traffic, at regions.Region, path string) (ok bool, took time.Duration, err error)
}

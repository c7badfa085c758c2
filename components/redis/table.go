package redis

import (
	"fmt"
	"slices"

	"pitboss/components/keyring"
	"pitboss/components/stores"
)

// Policy is what Redis does when its memory is full, as Redis spells it.
type Policy string

// The policies.
const (
	// EndingFirst drops the entries with an end that are nearest to it, and refuses
	// writes when only entries without one are left.
	EndingFirst Policy = "volatile-ttl"
	// LeastUsed drops whatever was used longest ago.
	LeastUsed Policy = "allkeys-lru"
)

// policies is every policy, in order.
var policies = []Policy{LeastUsed, EndingFirst}

// zones is how many a member spans.
const zones = 3

// Row is one cache, as data. Nothing in it survives the loss of both regions: there are
// no snapshots, because what a cache holds is either somewhere else too or over soon.
type Row struct {
	Name  string // in names, outputs and the secret's
	Holds string // what is in it, for people
	// Key is the class of what is in it: its key encrypts the nodes' disks, and it must be
	// of the core zone of trust.
	Key keyring.Class
	// Policy is what happens when memory is full.
	Policy Policy
	// Shards split the keys. Replicas copy each shard into other zones: at least one,
	// without which a zone's loss is a shard's loss. Both apply to both regions.
	Shards, Replicas int
}

// Sessions and Cache are the names of the caches.
const (
	Sessions = "sessions"
	Cache    = "cache"
)

// rows is the caches of every market. They are two because they fail differently: a
// cache that is full forgets and is filled again, a store of sessions that forgets logs
// players out. Sessions all have an end, so a full store ends those that were over soon.
var rows = []Row{
	{Name: Sessions, Holds: "sessions of players", Key: keyring.Data, Policy: EndingFirst, Shards: 2, Replicas: 2},
	{Name: Cache, Holds: "copies of what is slow to read", Key: keyring.Data, Policy: LeastUsed, Shards: 2, Replicas: 1},
}

// Table is the caches of every market, in order.
func Table() []Row { return slices.Clone(rows) }

// Check reports what is wrong with a row.
func (r Row) Check() error {
	switch {
	case r.Name == "" || r.Holds == "":
		return fmt.Errorf("a cache needs a name and what it holds, got %q and %q", r.Name, r.Holds)
	case !slices.Contains(keyring.Classes(), r.Key):
		return fmt.Errorf("cache %s: class %q has no key: choose one of %v", r.Name, r.Key, keyring.Classes())
	case stores.ZoneOf(r.Key) != stores.Core:
		return fmt.Errorf("cache %s: class %s is of the %s zone, a cache is of the %s zone: keep it in the vault database", r.Name, r.Key, stores.ZoneOf(r.Key), stores.Core)
	case !slices.Contains(policies, r.Policy):
		return fmt.Errorf("cache %s: policy %q: choose one of %v", r.Name, r.Policy, policies)
	case r.Replicas < 1 || r.Replicas > maxReplicas:
		return fmt.Errorf("cache %s: %d replicas a shard, want 1 to %d: over several zones each shard needs one", r.Name, r.Replicas, maxReplicas)
	case r.Shards < 1 || r.Shards*(1+r.Replicas) > maxNodes:
		return fmt.Errorf("cache %s: %d shards of %d nodes each, want at least one shard and at most %d nodes", r.Name, r.Shards, 1+r.Replicas, maxNodes)
	}
	return nil
}

// Limits of ElastiCache: replicas a shard, and nodes of a group unless AWS was asked for
// more.
const (
	maxReplicas = 5
	maxNodes    = 90
)

// parameter is one setting of the engine that is not AWS's default.
type parameter struct{ name, value, why string }

// parameters are the engine's settings. ElastiCache copies the founder's parameter group
// when the Global Datastore is made (the copies are named global-datastore-...), and every
// member runs on a copy: to change a setting later, change the copy of any member, which
// changes all. Changing the table alone reaches only caches that are founded afterwards.
func (r Row) parameters() []parameter {
	return []parameter{
		{"cluster-enabled", "yes", "keys are split over shards; cannot be changed later"},
		{"maxmemory-policy", string(r.Policy), "what a full cache does"},
	}
}

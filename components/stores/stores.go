// Package stores is the table of what holds a market's data and of who may use it: each
// database and cache with its owner, its key and its zone of trust, and each consumer with
// its secret. Plain data that creates nothing. Components that make or open a store import
// it, and so do the stacks that give each its row.
package stores

import (
	"errors"
	"fmt"
	"slices"

	"pitboss/components/keyring"
)

// Zone is a zone of trust: what is allowed in it decides who may connect to a store.
type Zone string

// The zones that hold data; the third, public, holds none.
const (
	Core  Zone = "core"  // bets and money: open to the workloads of the cluster
	Vault Zone = "vault" // who the players are and how they pay: open to named clients only
)

// ZoneOf is where data of a class has to be stored.
func ZoneOf(class keyring.Class) Zone {
	switch class {
	case keyring.PII, keyring.Payments:
		return Vault
	case keyring.Ledger, keyring.Audit, keyring.Cluster, keyring.Data:
	}
	return Core
}

// The names of the databases: part of every identifier of theirs, so none is ever renamed.
const (
	Ledger        = "ledger"
	VaultDatabase = "vault"
)

// Events is the class of what topics carry: wallet events, which are the ledger's. It is
// the key of the brokers' disks and logs.
const Events = keyring.Ledger

// Database is one database, a member of which runs in each region.
type Database struct {
	Name  string
	Owner string // the team that answers for it
	// Key is the class whose key encrypts it: the strictest of those that it holds.
	Key   keyring.Class
	Holds []keyring.Class
	Zone  Zone
	// Proxy says that transactions go through one pool with limits: without, every replica
	// of every service opens its own connections, and the sum takes the database down.
	Proxy bool
}

var databases = []Database{
	{Name: Ledger, Owner: "wallet", Key: keyring.Ledger, Holds: []keyring.Class{keyring.Ledger}, Zone: Core, Proxy: true},
	{Name: VaultDatabase, Owner: "identity", Key: keyring.PII, Holds: []keyring.Class{keyring.PII, keyring.Payments}, Zone: Vault},
}

// Databases is every database, in the order in which they are made and listed.
func Databases() []Database { return slices.Clone(databases) }

// FindDatabase is the database of a name, and whether there is one.
func FindDatabase(name string) (Database, bool) {
	i := slices.IndexFunc(databases, func(d Database) bool { return d.Name == name })
	if i < 0 {
		return Database{}, false
	}
	return databases[i], true
}

// Check refuses a database that holds a class of another zone of trust, or whose key
// belongs to none of the classes that it holds. It reports every problem at once.
func (d Database) Check() error {
	var problems []error
	refuse := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf("database %q: "+format, append([]any{d.Name}, args...)...))
		}
	}
	refuse(d.Name != "", "has no name")
	refuse(d.Owner != "", "has no owner: somebody answers for every database")
	refuse(d.Zone == Core || d.Zone == Vault, "found zone %q: choose one of %s, %s", d.Zone, Core, Vault)
	refuse(len(d.Holds) > 0, "does not say which classes it holds: choose from %v", keyring.Classes())
	for _, class := range d.Holds {
		refuse(slices.Contains(keyring.Classes(), class), "holds the unknown class %q: choose from %v", class, keyring.Classes())
		refuse(ZoneOf(class) == d.Zone, "is in zone %s and holds %s, which belongs to zone %s: store it in a database of that zone", d.Zone, class, ZoneOf(class))
	}
	refuse(slices.Contains(d.Holds, d.Key), "has the key of class %q and holds %v: its key is that of a class it holds", d.Key, d.Holds)
	return errors.Join(problems...)
}

// Cache is one cache, by what others must know of it. How it behaves is a row of
// components/redis.
type Cache struct {
	Name string
	Key  keyring.Class
}

var caches = []Cache{
	{Name: "sessions", Key: keyring.Data},
	{Name: "cache", Key: keyring.Data},
}

// Caches is every cache, in the order in which they are made and listed.
func Caches() []Cache { return slices.Clone(caches) }

// holds is the classes of a store, and whether there is such a store.
func holds(store string) ([]keyring.Class, bool) {
	if d, ok := FindDatabase(store); ok {
		return d.Holds, true
	}
	i := slices.IndexFunc(caches, func(c Cache) bool { return c.Name == store })
	if i < 0 {
		return nil, false
	}
	return []keyring.Class{caches[i].Key}, true
}

// names is every store's name.
func names() []string {
	var out []string
	for _, d := range databases {
		out = append(out, d.Name)
	}
	for _, c := range caches {
		out = append(out, c.Name)
	}
	return out
}

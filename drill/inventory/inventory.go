// Package inventory is what of a market a drill moves: its replicated stores, clusters,
// topics and traffic, and where each is. It is read from the outputs of the market's
// stacks, so a drill knows what was built and not what was meant.
package inventory

import (
	"time"

	"pitboss/regions"
)

// An Inventory is one market's.
type Inventory struct {
	Market  string
	Account string
	// Home and Standby are the market's two regions for good; Active writes now, as the
	// market's file says.
	Home, Standby, Active regions.Region
	// RTO and RPO are company policy for the market.
	RTO, RPO time.Duration
	// DrillsPerYear is how often policy wants one.
	DrillsPerYear int
	Databases     []Database
	Caches        []Cache
	Streams       Streams
	Clusters      map[regions.Region]string // names
	Traffic       Traffic
	// Buckets are where evidence goes, one a region.
	Buckets map[regions.Region]string
	// Signing is the key that reports are signed with.
	Signing Signing
}

// Other is the market's other region.
func (i Inventory) Other(r regions.Region) regions.Region {
	if r == i.Home {
		return i.Standby
	}
	return i.Home
}

// A Database is one global database.
type Database struct {
	Name     string // "ledger"; also the name of the database in it
	GlobalID string
	// ARNs are the members' clusters; Groups their security groups.
	ARNs   map[regions.Region]string
	Groups map[regions.Region]string
	// SecretARNs are those of the administrator's secret in each region.
	SecretARNs map[regions.Region]string
	// Ledger says that it holds money: it is the one that a witness writes to.
	Ledger bool
}

// A Cache is one global datastore.
type Cache struct {
	Name     string
	GlobalID string
	// Groups are the members' replication groups, by id.
	Groups map[regions.Region]string
}

// Streams are the replicators, by the region that they copy from. Each is in the other
// region.
type Streams struct {
	Replicators map[regions.Region]Replicator
}

// A Replicator is one of them.
type Replicator struct {
	ARN string
	// In is the region that it is in and writes to.
	In regions.Region
	// ClusterName is the name of the Kafka cluster that it copies from.
	ClusterName string
	// Topics and Groups are the patterns that it has while it carries; Nothing is what it
	// has while it does not.
	Topics, Groups []string
	Nothing        string
}

// Traffic is where players are sent, and by what.
type Traffic struct {
	ZoneID string
	// Names are the weighted names: api and websocket.
	Names []string
	// Direct is each region's own name.
	Direct map[regions.Region]string
	// Targets is where the weighted record of a name in a region points, by name.
	Targets map[string]map[regions.Region]string
	TTL     time.Duration
	// EndpointGroups are Global Accelerator's, by region.
	EndpointGroups map[regions.Region][]string
	// Controls and Endpoints are the switch, if it is a routing control; Checks are the
	// switch's health checks, if it is one of those.
	Controls  map[regions.Region]string
	Endpoints []Endpoint
	Checks    map[regions.Region]string
	// Failover is what DNS adds once a region can serve.
	Failover time.Duration
}

// An Endpoint is one of a routing control's.
type Endpoint struct {
	URL    string
	Region string // not always one of the catalogue's
}

// Signing is the key that reports are signed with.
type Signing struct {
	// SecretARNs hold its seed, 32 bytes in base64.
	SecretARNs map[regions.Region]string
	// PublicKey is the Ed25519 key to check with, in base64.
	PublicKey string
}

// Sites is the regions that a map knows, in the catalogue's order.
func Sites[V any](by map[regions.Region]V) []regions.Region {
	var out []regions.Region
	for _, r := range regions.All() {
		if _, ok := by[r]; ok {
			out = append(out, r)
		}
	}
	return out
}

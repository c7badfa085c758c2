package market

import (
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"pitboss/regions/engines"
)

// Data is the versions and sizes of a market's stores. Both regions have the same: a
// member that is promoted carries all of the load.
type Data struct {
	// Postgres is its two databases.
	Postgres Postgres
	// Redis is its caches.
	Redis Redis
	// Kafka is its brokers.
	Kafka Kafka
}

// Postgres is the two databases of a market.
type Postgres struct {
	// Version is that of both global databases and of all their members.
	Version engines.Aurora
	// Ledger is the instance class of the wallet and ledger database, e.g. "db.r7g.xlarge".
	Ledger string
	// Vault is that of the database for PII and payments.
	Vault string
}

// Redis is the caches of a market.
type Redis struct {
	// Version is that of every cache.
	Version engines.Redis
	// Node is their node type, e.g. "cache.r7g.large".
	Node string
}

// Kafka is the brokers of a market.
type Kafka struct {
	// Version is that of both clusters.
	Version engines.Kafka
	// Broker is the brokers' instance type, e.g. "kafka.m7g.large".
	Broker string
}

// What a new market starts with: enough for its first players, and changed in place later.
const (
	defaultLedger = "db.r7g.xlarge"
	defaultVault  = "db.r7g.large"
	defaultNode   = "cache.r7g.large"
	defaultBroker = "kafka.m7g.large"
)

func (r *reader) data(n *yaml.Node) Data {
	f := r.section(n, "data", []key{
		{"postgres", true, "version, ledger and vault"}, {"redis", true, "version and node"}, {"kafka", true, "version and broker"},
	})
	version := func(names []string) string { return "one of " + strings.Join(names, ", ") }
	class := func(example string) string { return "an instance type, e.g. " + example }
	pg := r.section(f["postgres"], "data.postgres", []key{
		{"version", true, version(engines.AuroraNames())}, {"ledger", true, class(defaultLedger)}, {"vault", true, class(defaultVault)},
	})
	cache := r.section(f["redis"], "data.redis", []key{{"version", true, version(engines.RedisNames())}, {"node", true, class(defaultNode)}})
	topics := r.section(f["kafka"], "data.kafka", []key{{"version", true, version(engines.KafkaNames())}, {"broker", true, class(defaultBroker)}})
	return Data{
		Postgres: Postgres{
			Version: engine(r, pg["version"], "data.postgres.version", version(engines.AuroraNames()), engines.ParseAurora),
			Ledger:  engine(r, pg["ledger"], "data.postgres.ledger", class(defaultLedger), checked(engines.CheckAuroraClass)),
			Vault:   engine(r, pg["vault"], "data.postgres.vault", class(defaultVault), checked(engines.CheckAuroraClass)),
		},
		Redis: Redis{
			Version: engine(r, cache["version"], "data.redis.version", version(engines.RedisNames()), engines.ParseRedis),
			Node:    engine(r, cache["node"], "data.redis.node", class(defaultNode), checked(engines.CheckRedisNode)),
		},
		Kafka: Kafka{
			Version: engine(r, topics["version"], "data.kafka.version", version(engines.KafkaNames()), engines.ParseKafka),
			Broker:  engine(r, topics["broker"], "data.kafka.broker", class(defaultBroker), checked(engines.CheckBroker)),
		},
	}
}

// section is object for a mapping that may be missing: that is blamed where it should be.
func (r *reader) section(n *yaml.Node, path string, keys []key) map[string]*yaml.Node {
	if n == nil {
		return nil
	}
	return r.object(n, path, keys)
}

// engine reads a value that package engines judges, and passes on why it is refused.
func engine[T any](r *reader, n *yaml.Node, path, means string, parse func(string) (T, error)) T {
	var zero T
	s, ok := r.text(n, path, means)
	if !ok {
		return zero
	}
	v, err := parse(s)
	if err != nil {
		r.refuse(path, err)
		return zero
	}
	return v
}

// checked makes a parser of a check on text.
func checked(check func(string) error) func(string) (string, error) {
	return func(s string) (string, error) { return s, check(s) }
}

// refuse blames path for what package engines refuses.
func (r *reader) refuse(path string, err error) {
	var no engines.Refusal
	if !errors.As(err, &no) {
		r.blame(path, err.Error(), "what the engine takes", "correct it")
		return
	}
	r.blame(path, fmt.Sprintf("%q, %s", no.Found, no.Why), fmt.Sprintf("%s (%s)", no.Allowed, no.Source), no.Next())
}

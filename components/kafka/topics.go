package kafka

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/keyring"
	"pitboss/components/stores"
)

// Topic is one stream of records, as data. MSK makes no topics: whoever runs beside the
// cluster does, from this.
type Topic struct {
	// Name is the domain that speaks and what it says, such as wallet.transactions.
	Name string
	// Owner is the domain that writes to it and answers for it: one of Domains. Others
	// only read.
	Owner string
	// Class is what the records are. None of the vault's classes is allowed: a topic is
	// read by many, and whoever needs a player's name or card asks the vault by its id.
	Class keyring.Class
	// Partitions is how many consumers of a group can share the topic. More can be added
	// later, which moves keys to other partitions.
	Partitions int
	// Retention is how long records are kept; zero for a topic that is compacted.
	Retention time.Duration
	// Compact keeps the last record of each key, whatever its age.
	Compact bool
	// ByteRate is the quota: how many bytes a second the owner may write at most.
	ByteRate int
}

// The times that records are kept. Kafka is how the platform talks, not where it
// remembers: the ledger, the audit buckets and the warehouse do.
const (
	forReaders  = 3 * 24 * time.Hour  // a weekend without a consumer
	forMoney    = 7 * 24 * time.Hour  // a week to replay what wallets did
	forEvidence = 30 * 24 * time.Hour // the audit buckets are its record, this is the way there
)

const mib = 1 << 20

// domains is who may own a topic.
var domains = []string{"audit", "bonus", "cashier", "gaming", "kyc", "reporting", "safeguard", "sessions", "wallet"}

// Domains is every domain of the platform that may own a topic, sorted.
func Domains() []string { return slices.Clone(domains) }

// topics is the topics of every market. States of payments, of identity checks and of
// players' limits name players by id only.
var topics = []Topic{
	{Name: "wallet.transactions", Owner: "wallet", Class: keyring.Ledger, Partitions: 24, Retention: forMoney, ByteRate: 20 * mib},
	{Name: "wallet.balances", Owner: "wallet", Class: keyring.Ledger, Partitions: 24, Compact: true, ByteRate: 10 * mib},
	{Name: "bets.placed", Owner: "gaming", Class: keyring.Ledger, Partitions: 24, Retention: forMoney, ByteRate: 20 * mib},
	{Name: "bets.settled", Owner: "gaming", Class: keyring.Ledger, Partitions: 24, Retention: forMoney, ByteRate: 20 * mib},
	{Name: "games.rounds", Owner: "gaming", Class: keyring.Ledger, Partitions: 24, Retention: forReaders, ByteRate: 20 * mib},
	{Name: "bonus.events", Owner: "bonus", Class: keyring.Ledger, Partitions: 12, Retention: forMoney, ByteRate: 5 * mib},
	{Name: "payments.status", Owner: "cashier", Class: keyring.Ledger, Partitions: 12, Retention: forMoney, ByteRate: 2 * mib},
	{Name: "kyc.status", Owner: "kyc", Class: keyring.Data, Partitions: 6, Retention: forMoney, ByteRate: mib},
	{Name: "safeguard.limits", Owner: "safeguard", Class: keyring.Data, Partitions: 6, Compact: true, ByteRate: mib},
	{Name: "sessions.events", Owner: "sessions", Class: keyring.Data, Partitions: 12, Retention: forReaders, ByteRate: 5 * mib},
	{Name: "audit.actions", Owner: "audit", Class: keyring.Audit, Partitions: 12, Retention: forEvidence, ByteRate: 5 * mib},
	{Name: "reporting.ledger-changes", Owner: "reporting", Class: keyring.Ledger, Partitions: 12, Retention: forReaders, ByteRate: 20 * mib},
	{Name: "reporting.submissions", Owner: "reporting", Class: keyring.Audit, Partitions: 6, Retention: forEvidence, ByteRate: mib},
}

// Topics is the topics of every market, in order.
func Topics() []Topic { return slices.Clone(topics) }

// topicName has a dot: nothing that has none is a topic, see nothing.
var topicName = regexp.MustCompile(`^[a-z]+(\.[a-z][a-z0-9-]*)+$`)

// Check reports what is wrong with a topic.
func (t Topic) Check() error {
	switch {
	case !topicName.MatchString(t.Name):
		return fmt.Errorf("topic %q: a name is a domain, a dot and what it says, in lower case, such as wallet.transactions", t.Name)
	case !slices.Contains(domains, t.Owner):
		return fmt.Errorf("topic %s: found owner %q: choose one of %v", t.Name, t.Owner, domains)
	case !slices.Contains(keyring.Classes(), t.Class):
		return fmt.Errorf("topic %s: found class %q: choose one of %v", t.Name, t.Class, keyring.Classes())
	case stores.ZoneOf(t.Class) != stores.Core:
		return fmt.Errorf("topic %s: class %s is of the %s zone of trust, topics are of the %s zone: send ids and states, and keep the rest in the vault database", t.Name, t.Class, stores.ZoneOf(t.Class), stores.Core)
	case t.Partitions < 1 || t.Partitions > maxPartitions:
		return fmt.Errorf("topic %s: %d partitions, want 1 to %d", t.Name, t.Partitions, maxPartitions)
	case t.Compact && t.Retention != 0:
		return fmt.Errorf("topic %s: is compacted and kept for %s: a compacted topic has no retention", t.Name, t.Retention)
	case !t.Compact && (t.Retention < minRetention || t.Retention > maxRetention):
		return fmt.Errorf("topic %s: kept for %s, want %s to %s", t.Name, t.Retention, minRetention, maxRetention)
	case t.ByteRate <= 0:
		return fmt.Errorf("topic %s: a quota of %d bytes a second, want more than none: without one its owner can take the brokers down", t.Name, t.ByteRate)
	}
	return nil
}

// Company policy: a partition costs every broker memory, records that a weekend outlives
// are lost to a consumer that stopped on a Friday, and after a month they are not on their
// way any more.
const (
	maxPartitions = 48
	minRetention  = forReaders
	maxRetention  = forEvidence
)

// maxAll is how many partitions MSK advises on one broker of the smallest size that is
// allowed, copies included. Each broker has one copy of each.
const maxAll = 1000

// checkTopics blames Topics for what is wrong with any, or with all together.
func checkTopics(p *component.Problems, all []Topic) {
	p.Check(len(all) > 0, "Topics", "is required: a cluster without topics carries nothing")
	names, partitions := map[string]bool{}, 0
	for _, t := range all {
		if err := t.Check(); err != nil {
			p.Check(false, "Topics", "%v", err)
		}
		p.Check(!names[t.Name], "Topics", "has %s twice: a topic has one owner", t.Name)
		names[t.Name] = true
		partitions += t.Partitions
	}
	p.Check(partitions <= maxAll, "Topics", "have %d partitions together, want at most %d: each broker holds a copy of every one", partitions, maxAll)
}

// topicsOutput is the topics as part of a stack output, by name.
func topicsOutput(all []Topic) pulumi.Map {
	out := pulumi.Map{}
	for _, t := range all {
		out[t.Name] = pulumi.Map{
			"owner": pulumi.String(t.Owner), "class": pulumi.String(string(t.Class)), "partitions": pulumi.Int(t.Partitions),
			"retentionMs": pulumi.Float64(float64(t.Retention.Milliseconds())), "compact": pulumi.Bool(t.Compact), "byteRate": pulumi.Int(t.ByteRate),
		}
	}
	return out
}

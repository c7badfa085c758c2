package engines

import (
	"pitboss/regions"
)

// A Redis is one version of Redis OSS on ElastiCache. Only this package makes one.
// Versions compare with ==.
type Redis struct{ name string }

const (
	redisSource     = "https://docs.aws.amazon.com/AmazonElastiCache/latest/red-ug/supported-engine-versions.html"
	datastoreSource = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Getting-Started.html"
	redisText       = "ElastiCache offers this version, which a Global Datastore takes, with TLS and AUTH"
)

// redis is in order.
var redis = []row{
	{"7.0", "redis7", read(redisText, redisSource, regions.VerifiedPrimary, "")},
	{"7.1", "redis7", read(redisText, redisSource, regions.VerifiedPrimary, "")},
}

// DefaultRedis is what a new market gets: the newest version.
func DefaultRedis() Redis { return Redis{"7.1"} }

// RedisNames lists every version's name, oldest first.
func RedisNames() []string { return namesOf(redis) }

// ParseRedis accepts a version of the table, such as "7.1". The error is a Refusal.
func ParseRedis(s string) (Redis, error) {
	if _, ok := find(redis, s); ok {
		return Redis{s}, nil
	}
	why, source := notChecked, redisSource
	switch major, minor, ok := parts(s); {
	case !ok:
		why = "which is no version with a major and a minor number"
	case major < 5:
		why, source = "which no Global Datastore takes: they begin with 5.0.6", datastoreSource
	case major == 7 && minor > 1 || major > 7:
		why = "which is Valkey's: changing the engine is a migration"
	}
	return Redis{}, refuse("Redis version", s, why, source, redis)
}

// String is the version, e.g. "7.1"; "" for the zero Redis.
func (r Redis) String() string { return r.name }

// IsZero reports whether r is no version.
func (r Redis) IsZero() bool { return r.name == "" }

// Family is the family of its parameter groups, e.g. "redis7".
func (r Redis) Family() string { return r.row().family }

// Fact says where the version was read.
func (r Redis) Fact() regions.Fact { return r.row().fact }

func (r Redis) row() row {
	found, _ := find(redis, r.name)
	return found
}

package engines

import (
	"strings"

	"pitboss/regions"
)

// A Kafka is one version of Apache Kafka on MSK. Only this package makes one. Versions
// compare with ==.
type Kafka struct{ name string }

const (
	kafkaSource      = "https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html"
	replicatorSource = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-replicator-supported-clusters-versions.html"
	kafkaText        = "MSK offers this version, with no end of support announced; MSK Replicator copies it under identical topic names"
)

// kafka is in order. MSK chooses the last number of a version itself, and writes it x.
var kafka = []row{
	{"3.7.x", "", read(kafkaText, kafkaSource, regions.VerifiedPrimary, "")},
	{"3.8.x", "", read(kafkaText, kafkaSource, regions.VerifiedPrimary, "the version that AWS recommends")},
	{"3.9.x", "", read(kafkaText, kafkaSource, regions.VerifiedPrimary, "")},
}

// DefaultKafka is what a new market gets: the version that AWS recommends.
func DefaultKafka() Kafka { return Kafka{"3.8.x"} }

// KafkaNames lists every version's name, oldest first.
func KafkaNames() []string { return namesOf(kafka) }

// ParseKafka accepts a version of the table, such as "3.8.x". The error is a Refusal.
func ParseKafka(s string) (Kafka, error) {
	if _, ok := find(kafka, s); ok {
		return Kafka{s}, nil
	}
	why, source := notChecked, kafkaSource
	switch major, minor, ok := parts(short(s)); {
	case strings.HasSuffix(s, ".kraft") || ok && major > 3:
		why = "which runs in KRaft mode: a cluster never changes its mode, and ours were checked without it"
	case ok && (major < 2 || major == 2 && minor < 9):
		why, source = "which MSK Replicator does not copy under identical topic names: that begins with 2.8.1", replicatorSource
	case ok && minor < 7:
		why = "whose support on MSK has ended"
	case ok:
		why = "which MSK writes with an x, because it chooses the last number itself"
	}
	return Kafka{}, refuse("Kafka version", s, why, source, kafka)
}

// short is the first two numbers of a version.
func short(s string) string {
	n := strings.SplitN(s, ".", 3)
	return strings.Join(n[:min(2, len(n))], ".")
}

// String is the version as MSK writes it, e.g. "3.8.x"; "" for the zero Kafka.
func (k Kafka) String() string { return k.name }

// IsZero reports whether k is no version.
func (k Kafka) IsZero() bool { return k.name == "" }

// Fact says where the version was read.
func (k Kafka) Fact() regions.Fact {
	r, _ := find(kafka, k.name)
	return r.fact
}

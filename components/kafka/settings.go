package kafka

import "strings"

// property is one setting of the brokers.
type property struct{ name, value, why string }

// properties are the brokers' settings, in the order in which they are written. What is
// not here has the value that MSK gives it.
//
// Quotas are not among them: Kafka has not read any from its file since 3.0, they are set
// on the running cluster, by client. Topic.ByteRate says them, and what makes the topics
// sets them.
var properties = []property{
	{"auto.create.topics.enable", "false", "a topic has an owner and a retention, or does not exist"},
	{"default.replication.factor", "3", "one copy a zone"},
	{"min.insync.replicas", "2", "what is acknowledged survives the loss of a zone"},
	{"unclean.leader.election.enable", "false", "rather no leader for a while than one that lost records"},
	{"allow.everyone.if.no.acl.found", "false", "IAM identities do not go by it; any other way in would find every topic open"},
	{"replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector", "consumers read in their own zone: traffic between zones is paid for"},
}

// serverProperties is the file.
func serverProperties() string {
	var b strings.Builder
	for _, p := range properties {
		b.WriteString(p.name + "=" + p.value + "\n")
	}
	return b.String()
}

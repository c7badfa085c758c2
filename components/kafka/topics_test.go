package kafka_test

import (
	"slices"
	"testing"
	"time"

	"pitboss/components/kafka"
	"pitboss/components/keyring"
	"pitboss/internal/componenttest"
)

// with is an edit of the first topic.
func with(edit func(*kafka.Topic)) func(*kafka.Args) {
	return func(a *kafka.Args) {
		a.Topics = slices.Clone(a.Topics)
		edit(&a.Topics[0])
	}
}

func TestTopicsThatAreRefused(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[kafka.Args]{
		"Valid":      {Reason: "the table itself must pass", Edit: with(func(*kafka.Topic) {})},
		"PII":        {Reason: "names of players stay in the vault", Edit: with(func(t *kafka.Topic) { t.Class = keyring.PII }), Blames: "Topics"},
		"Payments":   {Reason: "cards stay in the vault", Edit: with(func(t *kafka.Topic) { t.Class = keyring.Payments }), Blames: "Topics"},
		"NoClass":    {Reason: "nobody knows what is in it", Edit: with(func(t *kafka.Topic) { t.Class = "" }), Blames: "Topics"},
		"WrongClass": {Reason: "no key has that name", Edit: with(func(t *kafka.Topic) { t.Class = "leger" }), Blames: "Topics"},
		"Stranger":   {Reason: "nobody answers for it", Edit: with(func(t *kafka.Topic) { t.Owner = "walet" }), Blames: "Topics"},
		"NoOwner":    {Reason: "nobody answers for it", Edit: with(func(t *kafka.Topic) { t.Owner = "" }), Blames: "Topics"},
		"NoDot":      {Reason: "the idle pattern has none, and must match nothing", Edit: with(func(t *kafka.Topic) { t.Name = "nothing-while-standby" }), Blames: "Topics"},
		"Internal":   {Reason: "names of that form are Kafka's own", Edit: with(func(t *kafka.Topic) { t.Name = "__consumer.offsets" }), Blames: "Topics"},
		"Pattern":    {Reason: "a name is no expression", Edit: with(func(t *kafka.Topic) { t.Name = "wallet.*" }), Blames: "Topics"},
		"NoParts":    {Reason: "nothing can be written", Edit: with(func(t *kafka.Topic) { t.Partitions = 0 }), Blames: "Topics"},
		"ManyParts":  {Reason: "each costs every broker memory", Edit: with(func(t *kafka.Topic) { t.Partitions = 1000 }), Blames: "Topics"},
		"Forgetful":  {Reason: "a weekend without a consumer loses records", Edit: with(func(t *kafka.Topic) { t.Retention = time.Hour }), Blames: "Topics"},
		"Hoarder":    {Reason: "Kafka is no archive", Edit: with(func(t *kafka.Topic) { t.Retention = 365 * 24 * time.Hour }), Blames: "Topics"},
		"Both":       {Reason: "one of the two would be a surprise", Edit: with(func(t *kafka.Topic) { t.Compact = true }), Blames: "Topics"},
		"NoQuota":    {Reason: "one writer could take the brokers down", Edit: with(func(t *kafka.Topic) { t.ByteRate = 0 }), Blames: "Topics"},
		"Twice":      {Reason: "a topic has one owner", Edit: with(func(t *kafka.Topic) { t.Name = "bets.placed" }), Blames: "Topics"},
		"TooManyParts": {Reason: "a broker of the smallest size takes 1000", Blames: "Topics", Edit: func(a *kafka.Args) {
			a.Topics = nil
			for i := range 26 {
				a.Topics = append(a.Topics, kafka.Topic{Name: "wallet.t" + string(rune('a'+i)), Owner: "wallet", Class: keyring.Ledger, Partitions: 48, Retention: 72 * time.Hour, ByteRate: 1})
			}
		}},
	})
}

// TestEachDomainSpeaks wants no domain in the list that owns nothing: it would be a
// spelling that the check lets pass.
func TestEachDomainSpeaks(t *testing.T) {
	if domains := kafka.Domains(); !slices.IsSorted(domains) {
		t.Errorf("%v is not sorted", domains)
	}
	for _, domain := range kafka.Domains() {
		if !slices.ContainsFunc(kafka.Topics(), func(topic kafka.Topic) bool { return topic.Owner == domain }) {
			t.Errorf("%s owns no topic", domain)
		}
	}
}

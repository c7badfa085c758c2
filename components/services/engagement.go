package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
)

// engagement is what is given to players and said to them. All of it works off topics:
// a message that is late is late, and one that comes twice is dropped by its id.
func engagement() Domain {
	return Domain{
		Name: "engagement", Owner: "engagement", Zone: stores.Core, Speaks: []string{"bonus"},
		Quota:    Quota{CPU: 24_000, Memory: 36 << 10, Pods: 48},
		Services: []Service{bonusWorker(), promoWorker(), commsWorker()},
	}
}

func bonusWorker() Service {
	s := worker("bonus-worker", "grants and settles bonuses as players bet", "bets.settled", 12)
	s.Probes = probed("metrics", 60, "bonus", "bets.settled")
	s.Connections = []Connection{
		{Store: "bonus", Why: "bonuses and what is left to wager"},
		{Service: "wallet-ledger", Port: "http", Why: "paying a bonus out"},
		{Reads: []string{"bets.settled", "wallet.transactions"}, Writes: []string{"bonus.events"}, Why: "what counts towards a bonus, and what became of it"},
		audits(),
	}
	return s
}

func promoWorker() Service {
	s := worker("promo-worker", "enters players in tournaments and promotions as they play", "bets.placed", 12)
	s.Probes = probed("metrics", 60, "bets.placed")
	s.Connections = []Connection{
		{Service: "gaming-api", Port: "http", Why: "the standings that players see"},
		{Reads: []string{"bets.placed", "games.rounds", "safeguard.limits"}, Writes: []string{"bonus.events"}, Why: "what counts in a promotion; who limited themselves is entered in none"},
		audits(),
	}
	return s
}

func commsWorker() Service {
	s := worker("comms-worker", "writes to players by mail, SMS and push", "bonus.events", 6)
	s.Probes = probed("metrics", 60, "bonus.events", "kyc-api")
	s.Connections = []Connection{
		{Party: Messaging, Why: "mail, SMS and push"},
		{Service: "kyc-api", Port: "http", Why: "addresses stay in the vault: it asks for the one that it is about to use"},
		{Reads: []string{"bonus.events", "payments.status", "kyc.status", "safeguard.limits"}, Why: "what players are told; who excluded themselves is told nothing"},
		audits(),
	}
	s.Credentials = []string{"messaging-provider"}
	return s
}

// worker is what the workers have in common: one image, one size, scaled by the lag of the
// topic that decides. Each has a consumer group of its own name.
func worker(name, does, topic string, most int) Service {
	return Service{
		Name: name, Does: does,
		Tier: Async, Pool: labels.API, Image: "engagement", Args: []string{name},
		Ports: []Port{measured()},
		CPU:   Amount{250, 500}, Memory: Amount{384, 768},
		Replicas: Replicas{Full: 2, Warm: 1, Most: most},
		Scaling:  Scaling{Signal: Lag, Target: 1000, Topic: topic, Group: name},
		SLO:      SLO{Availability: 99.5},
		Drain:    20 * time.Second,
	}
}

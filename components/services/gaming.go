package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
)

// gaming is play: the players' API, and the bridge to those who make the games.
func gaming() Domain {
	return Domain{
		Name: "gaming", Owner: "gaming", Zone: stores.Core, Speaks: []string{"gaming"},
		Quota:    Quota{CPU: 48_000, Memory: 64 << 10, Pods: 40},
		Services: []Service{gamingAPI(), providerBridge()},
	}
}

// gamingAPI is also how players reach the vault's services: those answer the core only.
func gamingAPI() Service {
	return Service{
		Name: "gaming-api", Does: "takes bets, starts games, and passes on what players ask of the cashier and of their identity",
		Tier: Realtime, Pool: labels.API, Image: "gaming-api",
		Ports:  []Port{answers("the gateway and the providers' bridge"), measured()},
		Probes: probed("http", 60, "gaming-api", "wallet-ledger"),
		CPU:    Amount{1000, 2000}, Memory: Amount{1536, 3072},
		Replicas: Replicas{Full: 3, Warm: 2, Most: 15},
		Scaling:  Scaling{Signal: Requests, Target: 200},
		Connections: []Connection{
			{Service: "wallet-ledger", Port: "http", Why: "stakes and wins"},
			{Service: "login", Port: "http", Why: "whether a session still stands"},
			{Service: "provider-bridge", Port: "http", Why: "starting a game at its studio"},
			{Service: "cashier-psp", Port: "http", Why: "players' deposits and withdrawals: the gateway may not reach the vault"},
			{Service: "kyc-api", Port: "http", Why: "players' documents: the gateway may not reach the vault"},
			{Store: "gaming-api", Why: "bets and rounds"},
			{Store: "cache", Why: "the catalogue of games"},
			{Reads: []string{"safeguard.limits", "bonus.events"}, Writes: []string{"bets.placed", "bets.settled", "games.rounds"}, Why: "what was played, for all who follow"},
			audits(),
		},
		SLO: SLO{Availability: 99.95, P95: 200 * time.Millisecond},
		// Without the catalogue its first thousand requests all go to the ledger.
		WarmUp: []string{"warm-up", "--catalogue=/tmp/catalogue"},
		Drain:  30 * time.Second,
	}
}

func providerBridge() Service {
	return Service{
		Name: "provider-bridge", Does: "speaks each studio's protocol, both ways",
		Tier: Realtime, Pool: labels.API, Image: "provider-bridge",
		Ports:  []Port{answers("gaming-api, and studios through the gateway"), measured()},
		Probes: probed("http", 30, string(Games)),
		CPU:    Amount{500, 1000}, Memory: Amount{512, 1024},
		Replicas: Replicas{Full: 3, Warm: 1, Most: 9},
		// Not by latency: a slow studio would be asked by more pods, and get slower.
		Scaling: Scaling{Signal: Requests, Target: 150},
		Connections: []Connection{
			{Party: Games, Why: "studios and aggregators"},
			{Service: "gaming-api", Port: "http", Why: "a studio's answer: a round begun, won or lost"},
			audits(),
		},
		Credentials: []string{"game-providers"},
		// Below the gateway's own limit, so that a player gets an answer and not a cut line.
		Settings: []Setting{{"PROVIDER_TIMEOUT", "4s"}},
		SLO:      SLO{Availability: 99.9, P95: 400 * time.Millisecond},
		Drain:    30 * time.Second,
	}
}

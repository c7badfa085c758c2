package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
)

// kyc is who players are, and whether what they do is what it seems. Its team sees neither
// logs nor secrets: documents of players could be in both.
func kyc() Domain {
	return Domain{
		Name: "kyc", Owner: "compliance", Zone: stores.Vault, Restricted: true, Speaks: []string{"kyc", "safeguard"},
		Quota:    Quota{CPU: 18_000, Memory: 48 << 10, Pods: 24},
		Services: []Service{kycAPI(), amlMonitor()},
	}
}

func kycAPI() Service {
	return Service{
		Name: "kyc-api", Does: "keeps who players are, and verifies it",
		Tier: Realtime, Pool: labels.PII, Image: "kyc-aml", Args: []string{"api"},
		Ports:  []Port{answers("services that must know something of a player"), measured()},
		Probes: probed("http", 60, "kyc"),
		CPU:    Amount{500, 1000}, Memory: Amount{1024, 2048},
		Replicas: Replicas{Full: 3, Warm: 2, Most: 9},
		Scaling:  Scaling{Signal: Requests, Target: 50},
		Connections: []Connection{
			{Party: Identity, Why: "identity and sanctions providers"},
			{Store: "kyc", Why: "names, addresses and documents"},
			{Writes: []string{"kyc.status", "safeguard.limits"}, Why: "states of checks and players' limits, by id"},
			{Evidence: "aml", Why: "what a player was verified by"},
			audits(),
		},
		Credentials: []string{"identity-provider"},
		Settings:    []Setting{{"PROVIDER_TIMEOUT", "10s"}},
		SLO:         SLO{Availability: 99.95, P95: 300 * time.Millisecond},
		Drain:       30 * time.Second,
	}
}

func amlMonitor() Service {
	return Service{
		Name: "aml-monitor", Does: "looks for laundering and for harm in what players do, and opens cases",
		Tier: Async, Pool: labels.PII, Image: "kyc-aml", Args: []string{"monitor"},
		Ports:  []Port{measured()},
		Probes: probed("metrics", 60, "aml", "wallet.transactions"),
		CPU:    Amount{250, 500}, Memory: Amount{1024, 2048},
		Replicas: Replicas{Full: 2, Warm: 1, Most: 8},
		Scaling:  Scaling{Signal: Lag, Target: 2000, Topic: "wallet.transactions", Group: "aml-monitor"},
		Connections: []Connection{
			{Store: "aml", Why: "cases, beside whom they are about"},
			{Reads: []string{"wallet.transactions", "payments.status", "bets.settled", "kyc.status"}, Writes: []string{"safeguard.limits"}, Why: "what players do; a case can stop one"},
			{Evidence: "aml", Why: "what a case was decided by"},
			audits(),
		},
		SLO:   SLO{Availability: 99.5},
		Drain: 20 * time.Second,
	}
}

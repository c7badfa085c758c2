package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
)

// login is who is playing now. It is worth as much as money: nobody plays or withdraws
// without it, and who gets in wrongly spends another's balance.
func login() Domain {
	return Domain{
		Name: "login", Owner: "identity", Zone: stores.Core, Speaks: []string{"sessions"},
		Quota: Quota{CPU: 6_000, Memory: 12 << 10, Pods: 8},
		Services: []Service{{
			Name: "login", Does: "lets players in, and ends their sessions",
			Tier: Money, Pool: labels.API, Image: "login",
			Ports:  []Port{answers("whoever must know which player it serves"), measured()},
			Probes: probed("http", 30, "sessions"),
			CPU:    Amount{1000, 1000}, Memory: Amount{2048, 2048},
			Replicas: Replicas{Full: 3, Warm: 3},
			Connections: []Connection{
				{Store: "sessions", Why: "sessions"},
				{Service: "kyc-api", Port: "http", Why: "names and passwords stay in the vault: login sends what was typed and gets an id"},
				{Reads: []string{"safeguard.limits", "kyc.status"}, Writes: []string{"sessions.events"}, Why: "who excluded themselves or is not verified does not get in"},
				audits(),
			},
			Settings: []Setting{{"SESSION_IDLE", "30m"}, {"SESSION_LONGEST", "12h"}},
			SLO:      SLO{Availability: 99.99, P95: 250 * time.Millisecond},
			Drain:    20 * time.Second,
		}},
	}
}

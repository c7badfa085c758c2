package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
)

// wallet is balances: the one domain that every bet and every payment passes.
func wallet() Domain {
	return Domain{
		Name: "wallet", Owner: "wallet", Zone: stores.Core, Speaks: []string{"wallet"},
		Quota: Quota{CPU: 10_000, Memory: 20 << 10, Pods: 8},
		Services: []Service{{
			Name: "wallet-ledger", Does: "moves money between players and the house, each move once and for good",
			Tier: Money, Pool: labels.API, Image: "wallet-ledger",
			Ports:  []Port{answers("services that move money"), measured()},
			Probes: probed("http", 60, "wallet"),
			CPU:    Amount{2000, 2000}, Memory: Amount{4096, 4096},
			// The standby region has them all: a swap waits for none.
			Replicas: Replicas{Full: 3, Warm: 3},
			Connections: []Connection{
				{Store: "wallet", Why: "accounts and entries of the ledger"},
				{Reads: []string{"safeguard.limits"}, Writes: []string{"wallet.transactions", "wallet.balances"}, Why: "what moved, for all who follow; limits are refused before the move"},
				audits(),
			},
			// A statement that takes longer holds locks on accounts.
			Settings: []Setting{{"LEDGER_STATEMENT_TIMEOUT", "2s"}, {"LEDGER_POOL_CONNECTIONS", "20"}},
			SLO:      SLO{Availability: 99.99, P95: 100 * time.Millisecond},
			WarmUp:   []string{"warm-up", "--into=/tmp"},
			Drain:    30 * time.Second,
		}},
	}
}

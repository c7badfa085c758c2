package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
)

// cashier is money that comes and goes. It is apart from all else, because card data is.
func cashier() Domain {
	return Domain{
		Name: "cashier", Owner: "payments", Zone: stores.Vault, Restricted: true, Speaks: []string{"cashier"},
		Quota: Quota{CPU: 6_000, Memory: 12 << 10, Pods: 8},
		Services: []Service{{
			Name: "cashier-psp", Does: "takes deposits and pays out, through payment service providers",
			Tier: Money, Pool: labels.PII, Image: "cashier-psp",
			Ports:  []Port{answers("gaming-api, for players"), measured()},
			Probes: probed("http", 60, "cashier"),
			CPU:    Amount{1000, 1000}, Memory: Amount{2048, 2048},
			Replicas: Replicas{Full: 3, Warm: 3},
			Connections: []Connection{
				{Party: Payments, Why: "payment service providers"},
				{Store: "cashier", Why: "cards, accounts and payments"},
				{Service: "wallet-ledger", Port: "http", Why: "a deposit becomes a balance, and a balance a payout"},
				{Service: "kyc-api", Port: "http", Why: "nobody is paid out who is not verified"},
				{Reads: []string{"safeguard.limits"}, Writes: []string{"payments.status"}, Why: "states of payments, by id; limits of deposits"},
				{Evidence: "aml", Why: "where a player's money came from"},
				audits(),
			},
			Credentials: []string{"psp-credentials"},
			Settings:    []Setting{{"PSP_TIMEOUT", "20s"}},
			SLO:         SLO{Availability: 99.95, P95: 800 * time.Millisecond},
			// A provider answers within its timeout: a payment that is under way is not cut.
			Drain: 40 * time.Second,
		}},
	}
}

package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
	"pitboss/regions"
)

// regulator is what the authority is sent. It reads topics and no store: what it sends is
// what was said when it happened.
func regulator() Domain {
	return Domain{
		Name: "regulator", Owner: "compliance", Zone: stores.Core, Speaks: []string{"reporting"},
		Quota: Quota{CPU: 4_000, Memory: 8 << 10, Pods: 6},
		Asked: wantsFeed,
		Services: []Service{{
			Name: "regulator-export", Does: "sends the authority what its regime asks for, signed",
			// Not on spot: the authority counts from when a record was due.
			Kind: CronJob, Tier: Batch, Pool: labels.ETL, Image: "regulator-export",
			CPU: Amount{500, 1000}, Memory: Amount{1024, 2048},
			Scaling:  Scaling{Signal: Recommended},
			Schedule: &Schedule{Cron: "*/15 * * * *", Start: 5 * time.Minute, Deadline: 12 * time.Minute, Retries: 1},
			Connections: []Connection{
				{Party: Regulator, Why: "the authority's feed or vault"},
				{Reads: []string{"wallet.transactions", "bets.settled", "games.rounds"}, Writes: []string{"reporting.submissions"}, Why: "what was played, and what was sent of it"},
				{Evidence: "game", Why: "what the authority was sent"},
				audits(),
			},
			Credentials: []string{"regulator-feed"},
		}},
	}
}

// wantsFeed says whether a regime has a vault or a feed of its own.
func wantsFeed(j regions.Jurisdiction) bool { return j.Vault().Access != regions.AccessNone }

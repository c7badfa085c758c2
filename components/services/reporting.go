package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
)

// reporting is what is read of the ledger, away from those who write it: one replication
// slot, and an instance that no player reads from.
func reporting() Domain {
	return Domain{
		Name: "reporting", Owner: "data", Zone: stores.Core, Speaks: []string{"reporting"},
		Quota:    Quota{CPU: 16_000, Memory: 80 << 10, Pods: 16},
		Services: []Service{ledgerCapture(), warehouseHourly(), warehouseDaily(), settlement()},
	}
}

// ledgerCapture is one pod with a name: two would fight for the one slot.
func ledgerCapture() Service {
	return Service{
		Name: "ledger-capture", Does: "turns changes of the ledger into records of a topic",
		Kind: StatefulSet, Tier: Async, Pool: labels.ETL, Image: "reporting-etl", Args: []string{"capture"},
		Ports:  []Port{measured()},
		Probes: probed("metrics", 120, "ledger-capture", "reporting.ledger-changes"),
		CPU:    Amount{1000, 2000}, Memory: Amount{4096, 8192},
		Replicas: Replicas{Full: 1, Warm: 1},
		Scaling:  Scaling{Signal: Recommended},
		Connections: []Connection{
			{Store: "ledger-capture", Why: "the replication slot"},
			{Writes: []string{"reporting.ledger-changes"}, Why: "what changed"},
		},
		SLO:   SLO{Availability: 99},
		Drain: 60 * time.Second,
	}
}

func warehouseHourly() Service {
	s := pipeline("warehouse-hourly", "loads the last hour of play into the warehouse", labels.ETL)
	s.CPU, s.Memory = Amount{1000, 2000}, Amount{8192, 8192}
	s.Schedule = &Schedule{Cron: "7 * * * *", Start: 10 * time.Minute, Deadline: 45 * time.Minute, Retries: 2}
	s.Connections = []Connection{
		{Store: "ledger-reporting", Why: "what was played"},
		{Reads: []string{"reporting.ledger-changes"}, Why: "what changed since the last run"},
	}
	return s
}

func warehouseDaily() Service {
	s := pipeline("warehouse-daily", "closes the day in the warehouse, and files what recreates it", labels.ETL)
	s.CPU, s.Memory = Amount{2000, 4000}, Amount{16384, 16384}
	s.Schedule = &Schedule{Cron: "20 1 * * *", Start: time.Hour, Deadline: 4 * time.Hour, Retries: 2}
	s.Connections = []Connection{
		{Store: "ledger-reporting", Why: "the day's play and its sums"},
		{Evidence: "game", Why: "what recreates the day's play"},
		audits(),
	}
	return s
}

// settlement may be interrupted at any moment: it compares, and begins again.
func settlement() Service {
	s := pipeline("settlement-check", "compares the ledger with what was bet and paid", labels.Batch)
	s.CPU, s.Memory = Amount{4000, 4000}, Amount{8192, 8192}
	s.Schedule = &Schedule{Cron: "40 3 * * *", Start: 2 * time.Hour, Deadline: 3 * time.Hour, Retries: 4}
	s.Connections = []Connection{
		{Store: "ledger-reporting", Why: "both sides of the comparison"},
		audits(),
	}
	return s
}

// pipeline is what scheduled pipelines have in common.
func pipeline(name, does string, pool labels.Pool) Service {
	return Service{
		Name: name, Does: does,
		Kind: CronJob, Tier: Batch, Pool: pool, Image: "reporting-etl", Args: []string{name},
		Scaling: Scaling{Signal: Recommended},
	}
}

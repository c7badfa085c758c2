// Package ledger is the money path of one region of a market, small: logins, transfers,
// deposits and bets, on the region's own member of the ledger and of the sessions. It
// stands in for the platform's services while a drill is rehearsed, so it obeys what they
// are told: the ConfigMap of roles decides whether it writes, hands on, or refuses.
//
// Nothing is acknowledged before the database has said that it is committed, and an id
// is applied once however often it is asked for. All money is moved between wallets, so
// the sum of all wallets never changes.
//
// It runs as a process of its own, one a region; package casino starts it.
package ledger

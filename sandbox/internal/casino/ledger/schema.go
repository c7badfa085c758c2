package ledger

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// schemaLock is the advisory lock under which the tables are made: both regions may try.
const schemaLock = 7_231_551

const schema = `
CREATE TABLE IF NOT EXISTS wallets (
	id text PRIMARY KEY,
	opening bigint NOT NULL,
	balance bigint NOT NULL CHECK (balance >= 0)
);
CREATE TABLE IF NOT EXISTS transfers (
	id uuid PRIMARY KEY,
	kind text NOT NULL,
	source text NOT NULL,
	target text NOT NULL,
	amount bigint NOT NULL CHECK (amount > 0),
	region text NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS bets (
	id uuid PRIMARY KEY REFERENCES transfers,
	wallet text NOT NULL,
	stake bigint NOT NULL,
	placed timestamptz NOT NULL DEFAULT clock_timestamp(),
	settled timestamptz
);
CREATE INDEX IF NOT EXISTS bets_open ON bets (placed) WHERE settled IS NULL;`

// ensure makes the tables and the opening wallets unless they are there. A member that
// follows gets them from its writer.
func (s *Postgres) ensure(ctx context.Context, conn *pgx.Conn) error {
	if s.ready.Load() {
		return nil
	}
	there := false
	if err := conn.QueryRow(ctx, `SELECT to_regclass('bets_open') IS NOT NULL`).Scan(&there); err != nil {
		return err
	}
	if !there {
		if err := create(ctx, conn); err != nil {
			return err
		}
	}
	s.ready.Store(true)
	return nil
}

func create(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, schemaLock); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, schema); err != nil {
			return err
		}
		const open = `INSERT INTO wallets SELECT unnest($1::text[]), $2, $2 ON CONFLICT DO NOTHING`
		var houses, players []string
		for n := range uint32(HouseWallets) {
			houses = append(houses, house(n))
		}
		for n := range PlayerWallets {
			players = append(players, Player(n))
		}
		if _, err := tx.Exec(ctx, open, houses, houseOpening); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, open, players, playerOpening)
		return err
	})
}

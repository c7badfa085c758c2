package load

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"pitboss/sandbox/internal/casino/ledger"
)

// A Tally is what became of the writes.
type Tally struct {
	// Acknowledged is how many writes were, Present how many of them are in the ledger.
	Acknowledged int `json:"acknowledged"`
	Present      int `json:"present"`
	Lost         int `json:"lost"`
	// Duplicated is how many were applied more than once: by their ids, and by wallets
	// whose balance is not the sum of what was moved, two of which are one write.
	Duplicated int `json:"duplicated"`
	// Refused is how many writes were not taken when they were first tried, and told so.
	Refused int `json:"refused"`
	// RefusedForSeconds is the longest time without a write being taken.
	RefusedForSeconds float64     `json:"refusedForSeconds"`
	LostWrites        []LostWrite `json:"lostWrites"`
	// Before and After are the sum of all wallets.
	Before int64 `json:"before"`
	After  int64 `json:"after"`
	// Refusals and Failures are answers; GaveUp and Rejected are writes.
	Refusals int `json:"refusals"`
	Failures int `json:"failures"`
	GaveUp   int `json:"gaveUp"`
	Rejected int `json:"rejected"`
}

// A LostWrite was acknowledged and is not there.
type LostWrite struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
}

const (
	// tallyPatience is how long a ledger may take to be counted.
	tallyPatience = 30 * time.Second
	// atOnce is how many ids are looked for in one question.
	atOnce = 5000
)

// connect opens the ledger's database to look into it, not to write.
func connect(ctx context.Context, e ledger.Endpoint) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(e.URL())
	if err != nil {
		return nil, err
	}
	config.ConnectTimeout = 2 * time.Second
	config.RuntimeParams["application_name"] = "casino-witness"
	return pgx.ConnectConfig(ctx, config)
}

// look runs f on one moment of a ledger.
func look(ctx context.Context, e ledger.Endpoint, f func(pgx.Tx) error) error {
	conn, err := connect(ctx, e)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing was written
	return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, f)
}

// sum is all money in a ledger.
func sum(ctx context.Context, tx pgx.Tx) (out int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(sum(balance), 0)::bigint FROM wallets`).Scan(&out)
	if err == nil && out == 0 {
		err = errors.New("the ledger has no wallets yet")
	}
	return out, err
}

// tally looks for everything that a story says was acknowledged.
func tally(ctx context.Context, s story, e ledger.Endpoint) (Tally, error) {
	ctx, cancel := context.WithTimeout(ctx, tallyPatience)
	defer cancel()
	out := Tally{Acknowledged: len(s.acks), Before: s.before, LostWrites: []LostWrite{},
		RefusedForSeconds: s.longestGap().Seconds(), Refused: s.counts.Refused, Refusals: s.counts.Refusals,
		Failures: s.counts.Failures, GaveUp: s.counts.GaveUp, Rejected: s.counts.Rejected}
	err := look(ctx, e, func(tx pgx.Tx) (err error) {
		if out.After, err = sum(ctx, tx); err != nil {
			return err
		}
		for at := 0; at < len(s.acks); at += atOnce {
			if err := out.find(ctx, tx, s.acks[at:min(at+atOnce, len(s.acks))]); err != nil {
				return err
			}
		}
		wrong, err := disagreeing(ctx, tx)
		out.Duplicated += (wrong + 1) / 2
		return err
	})
	if err != nil {
		return Tally{}, fmt.Errorf("the ledger at %s could not be counted: %w", e.Address(), err)
	}
	out.Lost = len(out.LostWrites)
	return out, nil
}

func (t *Tally) find(ctx context.Context, tx pgx.Tx, acks []line) error {
	ids := make([]uuid.UUID, len(acks))
	for i, a := range acks {
		ids[i] = a.ID
	}
	rows, err := tx.Query(ctx, `SELECT id, count(*) FROM transfers WHERE id = ANY($1) GROUP BY id`, ids)
	if err != nil {
		return err
	}
	times := map[uuid.UUID]int{}
	var id uuid.UUID
	n := 0
	if _, err := pgx.ForEachRow(rows, []any{&id, &n}, func() error { times[id] = n; return nil }); err != nil {
		return err
	}
	for _, a := range acks {
		switch n := times[a.ID]; {
		case n == 0:
			t.LostWrites = append(t.LostWrites, LostWrite{a.ID.String(), a.At})
		case n > 1:
			t.Duplicated++
			t.Present++
		default:
			t.Present++
		}
	}
	return nil
}

// disagreeing counts the wallets whose balance is not what they opened with and the sum of
// what was moved since. One write that was applied twice leaves two.
func disagreeing(ctx context.Context, tx pgx.Tx) (n int, err error) {
	err = tx.QueryRow(ctx, `
		WITH moved AS (
			SELECT wallet, sum(amount) AS amount FROM (
				SELECT target AS wallet, amount FROM transfers
				UNION ALL SELECT source, -amount FROM transfers
			) AS each GROUP BY wallet
		)
		SELECT count(*) FROM wallets FULL JOIN moved ON moved.wallet = wallets.id
		WHERE COALESCE(opening, 0) + COALESCE(amount, 0) <> COALESCE(balance, 0)`).Scan(&n)
	return n, err
}

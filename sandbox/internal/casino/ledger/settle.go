package ledger

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const (
	// settleEvery is how often bets are settled, and settleMost how many at a time.
	settleEvery = 100 * time.Millisecond
	settleMost  = 100
	// settleAfter is how long a game takes.
	settleAfter = 50 * time.Millisecond
)

// Settle settles open bets, whichever region took them: what the last writer left open is
// the next one's.
func (s *Postgres) Settle(ctx context.Context) error {
	open, err := s.open(ctx)
	if err != nil {
		return err
	}
	for _, b := range open {
		err := s.with(ctx, func(ctx context.Context, conn *pgx.Conn) error {
			return s.transact(ctx, conn, func(tx pgx.Tx) error { return s.settle(ctx, tx, b) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Postgres) open(ctx context.Context) (out []bet, err error) {
	err = s.with(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if err := s.ensure(ctx, conn); err != nil {
			return err
		}
		rows, err := conn.Query(ctx, `SELECT id, wallet, stake FROM bets
			WHERE settled IS NULL AND placed < clock_timestamp() - $1::interval ORDER BY placed LIMIT $2`, settleAfter, settleMost)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (b bet, err error) {
			return b, row.Scan(&b.id, &b.wallet, &b.stake)
		})
		return err
	})
	return out, err
}

func (s *Postgres) settle(ctx context.Context, tx pgx.Tx, b bet) error {
	tag, err := tx.Exec(ctx, `UPDATE bets SET settled = clock_timestamp() WHERE id = $1 AND settled IS NULL`, b.id)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	payout, won := payoutOf(b.id, b.wallet, b.stake)
	if !won {
		return nil
	}
	_, err = s.move(ctx, tx, payout)
	return err
}

// settling settles and looks at what is open until ctx ends.
func (s *Service) settling(ctx context.Context) {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if role, err := s.role.Role(); err == nil && role.Writes && !s.sour.is(SourBets) {
			// An error is not lost: the bet stays open, and the gauge says how long.
			_ = s.store.Settle(ctx)
		}
		age, err := s.store.Unsettled(ctx)
		s.metrics.unsettledIs(age, err)
	}
}

// bet is one that is not settled.
type bet struct {
	id     uuid.UUID
	wallet string
	stake  int64
}

package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// patience is how long the database may take for one movement. Whoever waits longer is
// told to come again: the id makes that safe.
const patience = time.Second

// SQLSTATEs that mean something here.
const (
	stateReadOnly    = "25006"
	stateNoTable     = "42P01"
	stateNoFunds     = "23514" // the balance's own check
	warningNotCopied = "01000" // a commit that stopped waiting for its copy
)

// notCopied marks a connection whose last commit may not have reached the copy.
const notCopied = "pitboss.notCopied"

// Postgres is the region's own member of the ledger.
type Postgres struct {
	pool   *pgxpool.Pool
	region string
	ready  atomic.Bool // the tables are there
}

// OpenPostgres connects when it is first needed: a server that is not there yet is no
// reason not to start.
func OpenPostgres(ctx context.Context, e Endpoint, region string) (*Postgres, error) {
	config, err := pgxpool.ParseConfig(e.URL())
	if err != nil {
		return nil, fmt.Errorf("the ledger's address %s/%s: %w", e.Address(), e.Database, err)
	}
	config.MaxConns = 16
	config.HealthCheckPeriod = time.Second
	config.ConnConfig.ConnectTimeout = patience
	config.ConnConfig.RuntimeParams["application_name"] = "casino-" + region
	// PostgreSQL answers "committed" and warns when it gives up waiting for a
	// synchronous copy. For money that is not an acknowledgement.
	config.ConnConfig.OnNotice = func(c *pgconn.PgConn, n *pgconn.Notice) {
		if n.Code == warningNotCopied && n.SeverityUnlocalized == "WARNING" {
			c.CustomData()[notCopied] = true
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return &Postgres{pool: pool, region: region}, nil
}

// Close ends all connections.
func (s *Postgres) Close() { s.pool.Close() }

// with lends a connection, and throws it away when what went wrong may stick to it: a
// session that was opened while the database was frozen stays frozen.
func (s *Postgres) with(ctx context.Context, f func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("the ledger's database does not answer: %w", err)
	}
	defer conn.Release()
	err = translate(f(ctx, conn.Conn()))
	var refusal *pgconn.PgError
	switch {
	case errors.As(err, &refusal) && refusal.Code == stateNoTable:
		s.ready.Store(false) // another history, in which they were not made yet
	case errors.Is(err, ErrReadOnly):
		_ = conn.Conn().Close(ctx)
	}
	return err
}

func translate(err error) error {
	var refusal *pgconn.PgError
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Code {
	case stateReadOnly:
		return fmt.Errorf("%w: %s", ErrReadOnly, refusal.Message)
	case stateNoFunds:
		return ErrFunds
	}
	return err
}

// Apply moves money once. That it returns nil means that it is committed, now or before.
func (s *Postgres) Apply(ctx context.Context, m Move) error {
	return s.with(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if err := s.ensure(ctx, conn); err != nil {
			return err
		}
		return s.transact(ctx, conn, func(tx pgx.Tx) error {
			done, err := s.move(ctx, tx, m)
			if err != nil || done || m.Kind != Stake {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO bets (id, wallet, stake) VALUES ($1, $2, $3)`, m.ID, m.From, m.Amount)
			return err
		})
	})
}

// transact returns nil only after COMMIT returned and nothing casts doubt on it.
func (s *Postgres) transact(ctx context.Context, conn *pgx.Conn, f func(pgx.Tx) error) error {
	delete(conn.PgConn().CustomData(), notCopied)
	if err := pgx.BeginFunc(ctx, conn, f); err != nil {
		return err
	}
	if conn.PgConn().CustomData()[notCopied] != nil {
		_ = conn.Close(ctx)
		return errors.New("the ledger stopped waiting for its copy: not known to be safe")
	}
	return nil
}

// move does it inside a transaction; done says that it was done before. Of two at once
// with one id the second waits here until the first is committed or gone.
func (s *Postgres) move(ctx context.Context, tx pgx.Tx, m Move) (done bool, err error) {
	tag, err := tx.Exec(ctx, `INSERT INTO transfers (id, kind, source, target, amount, region)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`, m.ID, string(m.Kind), m.From, m.To, m.Amount, s.region)
	if err != nil {
		return false, err
	}
	if tag.RowsAffected() == 0 {
		return true, s.same(ctx, tx, m)
	}
	if m.Kind == Deposit {
		if _, err := tx.Exec(ctx, `INSERT INTO wallets VALUES ($1, 0, 0) ON CONFLICT DO NOTHING`, m.To); err != nil {
			return false, err
		}
	}
	// Locked in the order of their names by everybody, so that nobody waits in a ring.
	tag, err = tx.Exec(ctx, `SELECT 1 FROM wallets WHERE id = ANY($1) ORDER BY id FOR UPDATE`, []string{m.From, m.To})
	if err != nil {
		return false, err
	}
	if tag.RowsAffected() != 2 {
		return false, ErrNoWallet
	}
	_, err = tx.Exec(ctx, `UPDATE wallets SET balance = balance + CASE id WHEN $1 THEN -$3::bigint ELSE $3::bigint END
		WHERE id IN ($1, $2)`, m.From, m.To, m.Amount)
	return false, err
}

func (s *Postgres) same(ctx context.Context, tx pgx.Tx, m Move) error {
	was := Move{ID: m.ID}
	err := tx.QueryRow(ctx, `SELECT kind, source, target, amount FROM transfers WHERE id = $1`, m.ID).
		Scan((*string)(&was.Kind), &was.From, &was.To, &was.Amount)
	if err == nil && was != m {
		return ErrConflict
	}
	return err
}

// Wallet is what is in a wallet.
func (s *Postgres) Wallet(ctx context.Context, id string) (balance int64, err error) {
	err = s.with(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT balance FROM wallets WHERE id = $1`, id).Scan(&balance)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNoWallet
	}
	return balance, err
}

// Writable is nil when a movement would be taken now.
func (s *Postgres) Writable(ctx context.Context) error {
	return s.with(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		readOnly := ""
		if err := conn.QueryRow(ctx, `SELECT current_setting('transaction_read_only')`).Scan(&readOnly); err != nil {
			return err
		}
		if readOnly != "off" {
			return ErrReadOnly
		}
		return s.ensure(ctx, conn)
	})
}

// Unsettled is the age of the oldest bet that is not settled, and zero when there is none.
func (s *Postgres) Unsettled(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := s.with(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(placed)), 0)::float8
			FROM bets WHERE settled IS NULL`).Scan(&seconds)
	})
	return time.Duration(seconds * float64(time.Second)), err
}

package plane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// followWithin is how long a stream may take to begin, on top of its lag.
const followWithin = 10 * time.Second

// handOver shuts the writer down, which waits for its followers, and does not believe that
// they have everything before it has seen it: its last checkpoint, in the follower.
func (e postgresEngine) handOver(ctx context.Context, from, to node) error {
	if err := e.stop(ctx, from); err != nil {
		return err
	}
	lsn, err := from.lastCheckpoint(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := within(ctx, stopWithin)
	defer cancel()
	return to.sql(ctx, "postgres", func(c *pgx.Conn) error {
		return until(ctx, func() error {
			var has bool
			var got *string
			err := c.QueryRow(ctx, "SELECT coalesce(pg_last_wal_receive_lsn() > $1::pg_lsn, false), pg_last_wal_receive_lsn()::text", lsn).Scan(&has, &got)
			if err == nil && !has {
				err = fmt.Errorf("%s has received %s, the writer ended at %s", to, text(got), lsn)
			}
			return err
		})
	})
}

func text(s *string) string {
	if s == nil {
		return "nothing"
	}
	return *s
}

// lastCheckpoint is where a server that was shut down ended.
func (n node) lastCheckpoint(ctx context.Context) (string, error) {
	out, err := n.plane.run(ctx, true, n.tool("pg_controldata"), nil, n.data())
	if err != nil {
		return "", err
	}
	found := map[string]string{}
	for line := range strings.Lines(out) {
		key, value, _ := strings.Cut(line, ":")
		found[key] = strings.TrimSpace(value)
	}
	if state := found["Database cluster state"]; state != "shut down" {
		return "", fmt.Errorf("%s was not shut down cleanly: it is %q", n, state)
	}
	return found["Latest checkpoint location"], nil
}

func (e postgresEngine) takeBack(ctx context.Context, from node) error {
	return e.start(ctx, from, 0)
}

func (postgresEngine) promote(ctx context.Context, n node) error {
	return n.sql(ctx, "postgres", func(c *pgx.Conn) error {
		var ok bool
		if err := c.QueryRow(ctx, "SELECT pg_promote(true, 15)").Scan(&ok); err != nil {
			return err
		}
		if !ok {
			return errors.New("it was not promoted within 15 s: its log is " + n.log())
		}
		// The next start must find nothing changed.
		if _, err := n.configure(0); err != nil {
			return err
		}
		_, err := c.Exec(ctx, "SELECT pg_reload_conf()")
		return err
	})
}

// follow needs a server that was shut down cleanly and whose every word is in the new
// writer's history.
func (e postgresEngine) follow(ctx context.Context, n node, upstream int) error {
	if err := e.stop(ctx, n); err != nil {
		return err
	}
	if err := os.WriteFile(n.signal(), nil, 0o600); err != nil {
		return err
	}
	if err := e.start(ctx, n, upstream); err != nil {
		return err
	}
	return e.flows(ctx, n)
}

// flows waits until the stream does.
func (e postgresEngine) flows(ctx context.Context, n node) error {
	ctx, cancel := within(ctx, followWithin+n.plane.delay())
	defer cancel()
	return until(ctx, func() error { return e.follows(ctx, n) })
}

func (postgresEngine) follows(ctx context.Context, n node) error {
	return n.sql(ctx, "postgres", func(c *pgx.Conn) error {
		var status string
		err := c.QueryRow(ctx, "SELECT coalesce((SELECT status FROM pg_stat_wal_receiver), 'absent')").Scan(&status)
		if err == nil && status != "streaming" {
			err = fmt.Errorf("%s does not follow its writer: the receiver is %s", n, status)
		}
		return err
	})
}

// rejoin winds the data back to where it and the writer parted; if that does not work, it
// copies everything.
func (e postgresEngine) rejoin(ctx context.Context, n, writer node, upstream int) error {
	n.kill()
	if n.member.Role != RoleNew {
		err := e.rewind(ctx, n, writer, upstream)
		if err == nil || ctx.Err() != nil {
			return err
		}
		n.plane.logf("%s: it could not be wound back, so everything is copied: %v", n, err)
		n.kill()
	}
	if err := os.RemoveAll(n.data()); err != nil {
		return err
	}
	if _, err := n.configure(upstream); err != nil {
		return err
	}
	if _, err := n.plane.run(ctx, true, n.tool("pg_basebackup"), nil, "-D", n.data(), "-d", n.conninfo(upstream),
		"-X", "stream", "--checkpoint=fast", "--no-sync"); err != nil {
		return err
	}
	return e.follow(ctx, n, upstream)
}

func (e postgresEngine) rewind(ctx context.Context, n, writer node, upstream int) error {
	// Without a checkpoint a writer that was just promoted still tells its old history.
	if err := writer.sql(ctx, "postgres", func(c *pgx.Conn) error { _, err := c.Exec(ctx, "CHECKPOINT"); return err }); err != nil {
		return err
	}
	if _, err := n.configure(upstream); err != nil {
		return err
	}
	// pg_rewind brings a server that was killed to a clean end itself, but not as a standby.
	if err := os.RemoveAll(n.signal()); err != nil {
		return err
	}
	if err := os.RemoveAll(n.postmasterPid()); err != nil {
		return err
	}
	if _, err := n.plane.run(ctx, true, n.tool("pg_rewind"), nil, "-D", n.data(), "--source-server="+n.conninfo(upstream), "--no-sync"); err != nil {
		return err
	}
	return e.follow(ctx, n, upstream)
}

// lag is 0 when the follower has all that the writer has now. Else it is the age of the
// last change it knows, unless that is old only because nothing was written meanwhile: then
// it is how long the writer's present takes to arrive.
func (postgresEngine) lag(ctx context.Context, n, writer node, delay time.Duration) (lag time.Duration, err error) {
	var now string
	if err := writer.sql(ctx, "postgres", func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT pg_current_wal_lsn()::text").Scan(&now)
	}); err != nil {
		return 0, fmt.Errorf("%s: its lag is not known: the writer in %s does not answer: %w", n, writer.region(), err)
	}
	asked := time.Now()
	err = n.sql(ctx, "postgres", func(c *pgx.Conn) error {
		ask := func() (has bool, age *float64, err error) {
			err = c.QueryRow(ctx, `SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false),
				extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8`, now).Scan(&has, &age)
			return has, age, err
		}
		has, age, err := ask()
		if err != nil || has {
			return err
		}
		if age != nil && seconds(*age) <= delay+suspicious {
			lag = max(seconds(*age), 0)
			return nil
		}
		for time.Since(asked) < delay+2*suspicious {
			time.Sleep(poll)
			if has, age, err = ask(); err != nil {
				return err
			}
			if has {
				lag = time.Since(asked)
				return nil
			}
		}
		if age == nil {
			return fmt.Errorf("%s: its lag is not known: it has replayed no change yet", n)
		}
		lag = seconds(*age)
		return nil
	})
	return lag, err
}

// suspicious is how much more than its link's delay a lag may be before it is measured.
const suspicious = 500 * time.Millisecond

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

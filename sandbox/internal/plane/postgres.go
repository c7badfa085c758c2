package plane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
)

const (
	// serviceUser is who the services are.
	serviceUser = "casino"
	// internalUser is the plane's own superuser, and who replicates.
	internalUser = "pitboss_internal"
)

// postgresEngine runs PostgreSQL. Its configuration lies beside the data, not in it:
// pg_basebackup and pg_rewind copy all of the writer's.
type postgresEngine struct{}

func (n node) data() string          { return filepath.Join(n.dir, "data") }
func (n node) signal() string        { return filepath.Join(n.data(), "standby.signal") }
func (n node) postmasterPid() string { return filepath.Join(n.data(), "postmaster.pid") }
func (n node) pgpass() string        { return filepath.Join(n.dir, "pgpass") }

func (n node) tool(name string) string {
	return filepath.Join(n.plane.binaries().Postgres, name)
}

// conninfo is how a tool or a follower reaches the server at a port: the password stays in
// its file.
func (n node) conninfo(port int) string {
	return fmt.Sprintf("host=%s port=%d user=%s dbname=postgres passfile=%s sslmode=disable connect_timeout=5 application_name=%s",
		loopback, port, internalUser, conninfoQuote(n.pgpass()), conninfoQuote(n.region()))
}

func conninfoQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func confQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// settings are the configuration: small, since a market has many servers, and safe, since
// they are killed.
func (n node) settings(upstream int) string {
	follow := ""
	if upstream != 0 {
		follow = n.conninfo(upstream)
	}
	return fmt.Sprintf(`data_directory = %s
hba_file = %s
ident_file = %s
listen_addresses = '%s'
port = %d
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = 32MB
fsync = on
wal_level = replica
wal_log_hints = on
wal_keep_size = 128MB
min_wal_size = 32MB
max_wal_size = 128MB
max_wal_senders = 10
max_replication_slots = 4
wal_sender_timeout = 10s
wal_receiver_timeout = 10s
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 200ms
hot_standby = on
hot_standby_feedback = off
recovery_target_timeline = 'latest'
primary_conninfo = %s
log_min_messages = warning
log_min_error_statement = panic
log_line_prefix = '%%m [%%p] '
timezone = 'UTC'
log_timezone = 'UTC'
`, confQuote(n.data()), confQuote(filepath.Join(n.dir, "hba.conf")), confQuote(filepath.Join(n.dir, "ident.conf")),
		loopback, n.member.Port, confQuote(follow))
}

func (n node) confPath() string { return filepath.Join(n.dir, "postgresql.conf") }

// configure writes what a server reads when it starts, and says whether that is new.
func (n node) configure(upstream int) (changed bool, err error) {
	if err := os.MkdirAll(n.dir, 0o700); err != nil {
		return false, err
	}
	for _, f := range []struct{ name, content string }{
		{"hba.conf", "host all all " + loopback + "/32 scram-sha-256\nhost replication " + internalUser + " " + loopback + "/32 scram-sha-256\n"},
		{"ident.conf", ""},
		{"password", n.store.Internal + "\n"},
		{"pgpass", "*:*:*:" + internalUser + ":" + n.store.Internal + "\n"},
		{"postgresql.conf", n.settings(upstream)},
	} {
		path := filepath.Join(n.dir, f.name)
		if old, err := os.ReadFile(path); err == nil && string(old) == f.content {
			continue
		}
		changed = true
		if err := writeFile(path, []byte(f.content)); err != nil {
			return false, err
		}
	}
	return changed, nil
}

func (postgresEngine) begin(ctx context.Context, n node) error {
	if _, err := n.configure(0); err != nil {
		return err
	}
	_, err := n.plane.run(ctx, true, n.tool("initdb"), nil, "-D", n.data(), "-U", internalUser,
		"--pwfile="+filepath.Join(n.dir, "password"), "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
		"--wal-segsize=4", "--no-sync", "--data-checksums") // which pg_rewind relies on
	return err
}

func (e postgresEngine) start(ctx context.Context, n node, upstream int) error {
	changed, err := n.configure(upstream)
	if err != nil {
		return err
	}
	if n.pid() != 0 && changed {
		if err := e.stop(ctx, n); err != nil {
			return err
		}
	}
	if n.pid() == 0 {
		// The server is not there; a file that says so may name a process of somebody else's.
		if err := os.RemoveAll(n.postmasterPid()); err != nil {
			return err
		}
		if err := n.plane.spawn(n, true, n.tool("postgres"), "-D", n.data(), "-c", "config_file="+n.confPath()); err != nil {
			return err
		}
	}
	return n.ready(ctx, func(ctx context.Context) error {
		return n.sql(ctx, "postgres", func(c *pgx.Conn) error {
			var standby bool
			if err := c.QueryRow(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil {
				return err
			}
			if standby != (upstream != 0) {
				return fmt.Errorf("%s: in recovery is %v, want %v", n, standby, upstream != 0)
			}
			return nil
		})
	})
}

// stop is a fast shutdown: sessions end at once, and a writer waits until its followers
// have everything.
func (postgresEngine) stop(ctx context.Context, n node) error { return n.end(ctx, syscall.SIGINT) }

// sql asks the server as the plane's own user, in a session that nothing makes read-only.
func (n node) sql(ctx context.Context, database string, f func(*pgx.Conn) error) error {
	ctx, cancel := within(ctx, stopWithin)
	defer cancel()
	cfg, err := pgx.ParseConfig(fmt.Sprintf("host=%s port=%d user=%s sslmode=disable connect_timeout=5", loopback, n.member.Port, internalUser))
	if err != nil {
		return err
	}
	cfg.Database, cfg.Password = database, n.store.Internal
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
	cfg.RuntimeParams = map[string]string{"application_name": "plane", "default_transaction_read_only": "off"}
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return f(conn)
}

// users makes the master, the services' user, and the database, with the passwords of now.
func (postgresEngine) users(ctx context.Context, n node) error {
	s := n.store
	master, service, database := quoteName(s.User), quoteName(serviceUser), quoteName(s.Name)
	err := n.sql(ctx, "postgres", func(c *pgx.Conn) error {
		for _, u := range []struct{ name, password, rights string }{
			{serviceUser, s.Service, ""}, {s.User, s.Password, "CREATEDB CREATEROLE"},
		} {
			if err := unless(ctx, c, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", u.name, "CREATE ROLE "+quoteName(u.name)); err != nil {
				return err
			}
			if _, err := c.Exec(ctx, "ALTER ROLE "+quoteName(u.name)+" LOGIN "+u.rights+" PASSWORD "+confQuote(u.password)); err != nil {
				return err
			}
		}
		// The master ends the services' sessions and reads their tables.
		if _, err := c.Exec(ctx, "GRANT pg_signal_backend, pg_monitor, "+service+" TO "+master); err != nil {
			return err
		}
		if err := unless(ctx, c, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", s.Name, "CREATE DATABASE "+database); err != nil {
			return err
		}
		_, err := c.Exec(ctx, "ALTER DATABASE "+database+" OWNER TO "+master)
		return err
	})
	if err != nil {
		return err
	}
	return n.sql(ctx, s.Name, func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, "GRANT ALL ON DATABASE "+database+" TO "+service)
		if err == nil {
			_, err = c.Exec(ctx, "GRANT ALL ON SCHEMA public TO "+service+", "+master)
		}
		return err
	})
}

func unless(ctx context.Context, c *pgx.Conn, query, name, otherwise string) error {
	var there bool
	if err := c.QueryRow(ctx, query, name).Scan(&there); err != nil || there {
		return err
	}
	_, err := c.Exec(ctx, otherwise)
	return err
}

func quoteName(s string) string { return pgx.Identifier{s}.Sanitize() }

// promoted asks the data: what is promoted has lost its standby.signal.
func (postgresEngine) promoted(_ context.Context, n node) (bool, error) {
	if _, err := os.Stat(filepath.Join(n.data(), "PG_VERSION")); err != nil {
		return false, err
	}
	_, err := os.Stat(n.signal())
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	return false, err
}

package plane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisEngine runs Redis.
type redisEngine struct{}

func (n node) redisConf() string { return filepath.Join(n.dir, "redis.conf") }

// redisSettings are all but whom it follows, which may change while it runs. A title for
// the process would be written over its environment, and with it over the sandbox's mark.
func (n node) redisSettings() string {
	quote := strconv.Quote
	return fmt.Sprintf(`bind %s
port %d
dir %s
daemonize no
set-proc-title no
requirepass %s
masterauth %s
replica-read-only yes
appendonly no
save 60 1
repl-diskless-sync yes
repl-diskless-sync-delay 0
repl-backlog-size 16mb
maxmemory 64mb
maxmemory-policy noeviction
`, loopback, n.member.Port, quote(n.data()), quote(n.store.Password), quote(n.store.Password))
}

func replicaOf(upstream int) string {
	if upstream == 0 {
		return ""
	}
	return fmt.Sprintf("replicaof %s %d\n", loopback, upstream)
}

// configure writes the file for the next start, and says whether the running server, if
// any, has other settings.
func (redisEngine) configure(n node, upstream int) (changed bool, err error) {
	if err := os.MkdirAll(n.data(), 0o700); err != nil {
		return false, err
	}
	old, err := os.ReadFile(n.redisConf())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	changed = !strings.HasPrefix(string(old), n.redisSettings())
	return changed, writeFile(n.redisConf(), []byte(n.redisSettings()+replicaOf(upstream)))
}

func (e redisEngine) begin(_ context.Context, n node) error {
	_, err := e.configure(n, 0)
	return err
}

func (e redisEngine) start(ctx context.Context, n node, upstream int) error {
	changed, err := e.configure(n, upstream)
	if err != nil {
		return err
	}
	if n.pid() != 0 && changed {
		if err := e.stop(ctx, n); err != nil {
			return err
		}
	}
	if n.pid() == 0 {
		if err := n.plane.spawn(n, false, n.plane.binaries().Redis, n.redisConf()); err != nil {
			return err
		}
	}
	return n.ready(ctx, func(ctx context.Context) error { return n.replicaOf(ctx, upstream) })
}

// replicaOf says whom to follow; that it does already changes nothing.
func (n node) replicaOf(ctx context.Context, upstream int) error {
	if upstream == 0 {
		_, err := n.redis(ctx, "REPLICAOF", "NO", "ONE")
		return err
	}
	_, err := n.redis(ctx, "REPLICAOF", loopback, upstream)
	return err
}

func (redisEngine) stop(ctx context.Context, n node) error { return n.end(ctx, syscall.SIGTERM) }

// users has nothing to do: the password is a setting.
func (redisEngine) users(context.Context, node) error { return nil }

func (n node) redis(ctx context.Context, args ...any) (any, error) {
	c := redis.NewClient(&redis.Options{
		Addr: address(n.member.Port), Password: n.store.Password, Protocol: 2, DisableIdentity: true,
		MaxRetries: -1, PoolSize: 1, DialTimeout: 2 * time.Second, ReadTimeout: 5 * time.Second, ContextTimeoutEnabled: true,
	})
	defer c.Close()
	return c.Do(ctx, args...).Result()
}

// A replication is what INFO says of it.
type replication struct {
	role   string
	up     bool  // of a replica: its link
	offset int64 // how much was written, or received and applied
}

func (n node) replication(ctx context.Context) (replication, error) {
	reply, err := n.redis(ctx, "INFO", "replication")
	if err != nil {
		return replication{}, err
	}
	said := fmt.Sprint(reply)
	found := map[string]string{}
	for line := range strings.Lines(said) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		found[key] = value
	}
	r := replication{role: found["role"], up: found["master_link_status"] == "up"}
	of := "master_repl_offset"
	if r.role == "slave" {
		of = "slave_repl_offset"
	}
	r.offset, err = strconv.ParseInt(found[of], 10, 64)
	if err != nil {
		return r, fmt.Errorf("%s: INFO replication has no number %s: %w", n, of, err)
	}
	return r, nil
}

// promoted asks the server, or what it would be started as.
func (redisEngine) promoted(ctx context.Context, n node) (bool, error) {
	if n.pid() != 0 {
		r, err := n.replication(ctx)
		return r.role == "master", err
	}
	conf, err := os.ReadFile(n.redisConf())
	return err == nil && !strings.Contains(string(conf), "\nreplicaof "), err
}

package ledger

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// sessionLife is how long a login counts.
const sessionLife = time.Hour

// Redis is the region's own member of the sessions.
type Redis struct{ client *redis.Client }

// OpenRedis connects when it is first needed.
func OpenRedis(e Endpoint) *Redis {
	return &Redis{client: redis.NewClient(&redis.Options{Addr: e.Address(), Username: e.User, Password: e.Password,
		DialTimeout: patience, ReadTimeout: patience, WriteTimeout: patience, PoolTimeout: patience,
		MaxRetries: -1, DisableIdentity: true})}
}

// Close ends all connections.
func (s *Redis) Close() { _ = s.client.Close() }

// Put keeps a session; ErrReadOnly when this member follows another.
func (s *Redis) Put(ctx context.Context, session, player string) error {
	return s.set(ctx, "session:"+session, player, sessionLife)
}

// Writable is nil when a session would be kept now. It keeps one of nobody.
func (s *Redis) Writable(ctx context.Context) error {
	return s.set(ctx, "sli:login", "nobody", 10*time.Second)
}

func (s *Redis) set(ctx context.Context, key, value string, life time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch err := s.client.Set(ctx, key, value, life).Err(); {
	case err == nil:
		return nil
	case strings.HasPrefix(err.Error(), "READONLY"):
		return fmt.Errorf("%w: the sessions are written in another region", ErrReadOnly)
	default:
		return fmt.Errorf("the sessions' Redis does not answer: %w", err)
	}
}

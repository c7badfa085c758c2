package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Lose removes a resource behind the program's back, past every law but with
// its consequences.
func (c *Cloud) Lose(ctx context.Context, account, region, tfType, id string) error {
	r, err := c.get(account, region, tfType, id)
	if err != nil {
		return err
	}
	if err := c.consequence(ctx, &r, nil); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// A primary that is lost while it has secondaries stays in the global
	// database's books: that is what a failover starts from.
	if err := c.leave(r); err != nil && !errors.As(err, new(*APIError)) {
		return err
	}
	return c.remove(r)
}

// Drift changes attributes behind the program's back, as a person at a console
// would: set maps attribute paths such as "tags.owner" to JSON values.
func (c *Cloud) Drift(account, region, tfType, id string, set map[string]json.RawMessage) (Resource, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.get(account, region, tfType, id)
	if err != nil {
		return r, err
	}
	for path, raw := range set {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			return r, fmt.Errorf("%s=%s: %w; the value must be JSON: a string needs its quotes", path, raw, err)
		}
		if err := setPath(r.Props, strings.Split(path, "."), v); err != nil {
			return r, fmt.Errorf("%s of %s %s: %w", path, tfType, id, err)
		}
	}
	return r, c.put(r)
}

func setPath(m map[string]any, path []string, v any) error {
	if len(path) == 1 {
		m[path[0]] = v
		return nil
	}
	inner, ok := m[path[0]].(map[string]any)
	if !ok {
		return fmt.Errorf("%q has no fields", path[0])
	}
	return setPath(inner, path[1:], v)
}

// Package cloud is the simulated AWS: what was created, the laws that refuse,
// and the consequences that follow. Terraform's own AWS provider has already
// validated and planned what arrives here; this package only "applies" it.
// Sandboxd imports it and nothing else does.
package cloud

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"pitboss/sandbox/internal/awsschema"
)

// Cloud remembers every resource on disk. Its methods may run at once.
type Cloud struct {
	db       *bbolt.DB
	schema   func() (*awsschema.Schema, error)
	clusters Clusters

	// mu makes a law's check and the write that it allows one step. It is not
	// held while a control plane starts: busy holds that one resource then.
	mu   sync.Mutex
	busy *sync.Cond
	held map[string]bool
}

// Open opens or makes the cloud's memory at path.
func Open(path string, schema func() (*awsschema.Schema, error), clusters Clusters) (*Cloud, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 3 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("open the simulated cloud %s: %w; is another sandboxd running on it?", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{resourcesBucket, objectsBucket} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c := &Cloud{db: db, schema: schema, clusters: clusters, held: map[string]bool{}}
	c.busy = sync.NewCond(&c.mu)
	return c, nil
}

// Close releases the cloud's memory.
func (c *Cloud) Close() error { return c.db.Close() }

// Create makes what was planned, or says with AWS's words why it may not. What
// has consequences is not there for others until these have come about.
func (c *Cloud) Create(ctx context.Context, req Request) (Resource, error) {
	filled, resumed, err := c.create(req)
	if err != nil || resumed || !consequential(req.Type) {
		return filled, err
	}
	defer c.release(filled)
	if err := c.consequence(ctx, nil, &filled); err != nil {
		return Resource{}, errors.Join(err, c.consequence(ctx, &filled, nil)) // leave nothing half made
	}
	return filled, c.put(filled)
}

func (c *Cloud) create(req Request) (r Resource, resumed bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		r = Resource{Account: req.Account, Region: req.Region, Type: req.Type, URN: req.URN, Created: time.Now().UTC()}
		if err := c.fill(&r, req.Planned, nil); err != nil {
			return r, false, err
		}
		if c.isHeld(r) {
			c.busy.Wait()
			continue
		}
		if r, ok, err := c.resume(req); ok || err != nil {
			return r, true, err
		}
		if err := c.mayCreate(r); err != nil {
			return r, false, err
		}
		r.Planned = req.Planned
		c.hold(r)
		if consequential(r.Type) {
			return r, false, nil
		}
		return r, false, c.put(r)
	}
}

// resume finds what an earlier, killed run of the engine had asked for in just
// these words and never got to hear of. AWS has client tokens for this; without
// it, a run killed at the wrong moment would leave a subnet in its own way.
func (c *Cloud) resume(req Request) (Resource, bool, error) {
	found, err := c.where(func(o Resource) bool {
		return o.Planned != nil && o.URN == req.URN && o.Type == req.Type && o.Account == req.Account && o.Region == req.Region &&
			reflect.DeepEqual(o.Planned, req.Planned)
	})
	if err != nil || len(found) == 0 {
		return Resource{}, false, err
	}
	return found[0], true, nil
}

// Known notes that the engine has the resource in its state: a second request
// in the same words is for a second resource, then.
func (c *Cloud) Known(account, region, tfType, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.get(account, region, tfType, id)
	if err != nil || r.Planned == nil {
		return err
	}
	r.Planned = nil
	return c.put(r)
}

// Update changes a resource as planned. What the plan leaves open keeps its
// value, except what AWS counts up.
func (c *Cloud) Update(ctx context.Context, req Request) (Resource, error) {
	old, next, err := c.update(req)
	if err != nil || !consequential(req.Type) {
		return next, err
	}
	defer c.release(old)
	if err := c.consequence(ctx, &old, &next); err != nil {
		return old, err
	}
	return next, c.put(next)
}

func (c *Cloud) update(req Request) (old, next Resource, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, err = c.acquire(req.Account, req.Region, req.Type, req.ID); err != nil {
		return old, old, err
	}
	next = old
	next.Planned = nil
	if err = c.fill(&next, req.Planned, old.Props); err == nil {
		err = c.mayUpdate(old, next)
	}
	if err == nil && !consequential(req.Type) {
		err = c.put(next)
	}
	if err != nil {
		c.letGo(old)
	}
	return old, next, err
}

// Delete removes a resource. One that is gone already is no error: AWS's
// provider treats it so.
func (c *Cloud) Delete(ctx context.Context, account, region, tfType, id string) error {
	r, err := c.startDelete(account, region, tfType, id)
	if IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer c.release(r)
	if err := c.consequence(ctx, &r, nil); err != nil {
		return err
	}
	return c.remove(r)
}

func (c *Cloud) startDelete(account, region, tfType, id string) (Resource, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.acquire(account, region, tfType, id)
	if err != nil {
		return r, err
	}
	if err := c.mayDelete(r); err != nil {
		c.letGo(r)
		return r, err
	}
	if !consequential(tfType) { // under the lock: nothing may come to refer to it meanwhile
		return r, c.remove(r)
	}
	return r, nil
}

// Read returns a resource as it is now. The error of one that does not exist
// satisfies IsNotFound.
func (c *Cloud) Read(account, region, tfType, id string) (Resource, error) {
	return c.get(account, region, tfType, id)
}

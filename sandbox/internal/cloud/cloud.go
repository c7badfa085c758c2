// Package cloud is the simulated AWS: what was created, the laws that refuse,
// and the consequences that follow. Terraform's own AWS provider has already
// validated and planned what arrives here; this package only "applies" it.
// Sandboxd imports it and nothing else does.
package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"sync"

	"go.etcd.io/bbolt"
)

// Cloud remembers every resource on disk. Its methods may run at once.
type Cloud struct {
	db      *bbolt.DB
	options Options

	// mu makes a law's check and the write that it allows one step. It is not
	// held while a control plane starts: busy holds that one resource then.
	mu   sync.Mutex
	busy *sync.Cond
	held map[string]bool

	// moving is the changes of roles that move data.
	moving *moving
}

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
		if err := c.settle(); err != nil {
			return r, false, err
		}
		r = Resource{Account: req.Account, Region: req.Region, Type: req.Type, URN: req.URN, Created: c.options.Now().UTC()}
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
		var b batch
		if effect, ok := createEffects[r.Type]; ok {
			if err := effect(c, &r, &b); err != nil {
				return r, false, err
			}
		}
		b.put = append(b.put, r)
		if err := c.commit(b); err != nil {
			return r, false, err
		}
		r, err = c.present(r)
		return r, false, err
	}
}

// resume finds what an earlier, killed run of the engine had asked for in just
// these words and never got to hear of. AWS has client tokens for this; without
// it, a run killed at the wrong moment would leave a subnet in its own way.
func (c *Cloud) resume(req Request) (Resource, bool, error) {
	urn, err := json.Marshal(req.URN)
	if err != nil {
		return Resource{}, false, err
	}
	mine := func(key, data []byte) bool { return isOfType(key, req.Type) && bytes.Contains(data, urn) }
	found, err := c.scan(mine, func(o Resource) bool {
		return o.Planned != nil && o.URN == req.URN && o.Account == req.Account && o.Region == req.Region &&
			reflect.DeepEqual(o.Planned, req.Planned)
	})
	if err != nil || len(found) == 0 {
		return Resource{}, false, err
	}
	r, err := c.present(found[0])
	return r, true, err
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
	if err := c.settle(); err != nil {
		return old, next, err
	}
	if old, err = c.acquire(req.Account, req.Region, req.Type, req.ID); err != nil {
		return old, old, err
	}
	next = old
	next.Planned = nil
	if req.Prior == nil { // the engine's state is what AWS shows, then
		shown, err := c.present(old)
		if err != nil {
			return old, next, err
		}
		req.Prior = shown.Props
	}
	if err = c.fill(&next, req.Planned, old.Props); err == nil {
		err = c.mayUpdate(old, next, req.Prior)
	}
	if err == nil && !consequential(req.Type) {
		if err = c.change(old, &next, req.Prior); err == nil {
			next, err = c.present(next)
		}
	}
	if err != nil {
		c.letGo(old)
	}
	return old, next, err
}

// change writes what an allowed update makes of old, and of others.
func (c *Cloud) change(old Resource, next *Resource, prior map[string]any) error {
	var b batch
	if effect, ok := updateEffects[next.Type]; ok {
		if err := effect(c, old, next, prior, &b); err != nil {
			return err
		}
	}
	b.put = append(b.put, *next)
	return c.commit(b)
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
	if err := c.settle(); err != nil {
		return Resource{}, err
	}
	r, err := c.acquire(account, region, tfType, id)
	if err != nil {
		return r, err
	}
	if err = c.leave(r); err == nil { // what the provider does first stays done, whatever then is refused
		err = c.mayDelete(r)
	}
	if err != nil {
		c.letGo(r)
		return r, err
	}
	if !consequential(tfType) { // under the lock: nothing may come to refer to it meanwhile
		return r, c.dispose(r)
	}
	return r, nil
}

// dispose removes r with what goes when it goes.
func (c *Cloud) dispose(r Resource) error {
	var b batch
	if effect, ok := deleteEffects[r.Type]; ok {
		if err := effect(c, r, &b); err != nil {
			return err
		}
	}
	b.remove = append(b.remove, r)
	return c.commit(b)
}

// Read returns a resource as it is now. The error of one that does not exist
// satisfies IsNotFound.
func (c *Cloud) Read(account, region, tfType, id string) (Resource, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.settle(); err != nil {
		return Resource{}, err
	}
	r, err := c.get(account, region, tfType, id)
	if err != nil {
		return r, err
	}
	return c.present(r)
}

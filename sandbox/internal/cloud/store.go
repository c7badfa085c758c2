package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"
)

var (
	resourcesBucket = []byte("resources")
	objectsBucket   = []byte("objects")
	// buriedBucket holds what was deleted and keeps its name for a time.
	buriedBucket = []byte("buried")
)

const separator = "\x00"

// key orders resources by account, region, type and id. IAM, Route 53 and their
// like have no region, but the provider that made one does: it is asked for
// again through the same one.
func key(account, region, tfType, id string) []byte {
	if regionless(tfType) {
		region = "-"
	}
	return []byte(strings.Join([]string{account, region, tfType, id}, separator))
}

func keyOf(r Resource) []byte { return key(r.Account, r.Region, r.Type, r.ID) }

// isOfType reads a key's type without decoding what lies under it.
func isOfType(key []byte, tfType string) bool {
	for range 2 { // account, region
		_, rest, ok := bytes.Cut(key, []byte(separator))
		if !ok {
			return false
		}
		key = rest
	}
	return bytes.HasPrefix(key, []byte(tfType+separator))
}

// NotFoundError says that nothing of that name exists.
type NotFoundError struct{ Account, Region, Type, ID string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("%s %s does not exist in account %s, %s", e.Type, e.ID, e.Account, e.Region)
}

// IsNotFound reports whether err says that a resource does not exist.
func IsNotFound(err error) bool { return errors.As(err, new(*NotFoundError)) }

func (c *Cloud) get(account, region, tfType, id string) (Resource, error) {
	return c.getFrom(resourcesBucket, account, region, tfType, id)
}

func (c *Cloud) getFrom(bucket []byte, account, region, tfType, id string) (Resource, error) {
	var r Resource
	err := c.db.View(func(tx *bbolt.Tx) error {
		data := tx.Bucket(bucket).Get(key(account, region, tfType, id))
		if data == nil {
			return &NotFoundError{account, region, tfType, id}
		}
		return json.Unmarshal(data, &r)
	})
	return r, err
}

// batch is what one call changes: all of it is written, or none.
type batch struct {
	put, remove []Resource
	// bury is names that stay taken until their Until.
	bury []Resource
}

func (c *Cloud) commit(b batch) error {
	return c.db.Update(func(tx *bbolt.Tx) error {
		resources, buried := tx.Bucket(resourcesBucket), tx.Bucket(buriedBucket)
		for _, r := range b.put {
			if err := write(resources, r); err != nil {
				return err
			}
		}
		for _, r := range b.remove {
			if err := resources.Delete(keyOf(r)); err != nil {
				return err
			}
		}
		for _, r := range b.bury {
			if err := write(buried, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func write(bucket *bbolt.Bucket, r Resource) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return bucket.Put(keyOf(r), data)
}

func (c *Cloud) put(r ...Resource) error { return c.commit(batch{put: r}) }

func (c *Cloud) remove(r Resource) error { return c.commit(batch{remove: []Resource{r}}) }

// All returns every resource as AWS shows it, by account, region, type and id.
func (c *Cloud) All() ([]Resource, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.settle(); err != nil {
		return nil, err
	}
	out, err := c.scan(func(_, _ []byte) bool { return true }, func(Resource) bool { return true })
	for i := range out {
		if err == nil {
			out[i], err = c.present(out[i])
		}
	}
	return out, err
}

// OfType returns the resources of one type anywhere in the cloud, as AWS shows them.
func (c *Cloud) OfType(tfType string) ([]Resource, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.settle(); err != nil {
		return nil, err
	}
	out, err := c.ofType(tfType)
	for i := range out {
		if err == nil {
			out[i], err = c.present(out[i])
		}
	}
	return out, err
}

// ofType returns the resources of one type anywhere in the cloud.
func (c *Cloud) ofType(tfType string) ([]Resource, error) {
	return c.find(tfType, func(Resource) bool { return true })
}

// find returns those resources of one type that keep wants. Only that type is
// decoded: laws look around at every change, and decoding a thousand resources
// each time is what would make a run slow.
func (c *Cloud) find(tfType string, keep func(Resource) bool) ([]Resource, error) {
	return c.scan(func(key, _ []byte) bool { return isOfType(key, tfType) }, keep)
}

// scan returns what keep wants of those that want, which sees them undecoded,
// lets through.
func (c *Cloud) scan(want func(key, data []byte) bool, keep func(Resource) bool) ([]Resource, error) {
	var out []Resource
	err := c.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(resourcesBucket).ForEach(func(k, data []byte) error {
			if !want(k, data) {
				return nil
			}
			var r Resource
			if err := json.Unmarshal(data, &r); err != nil {
				return err
			}
			if keep(r) {
				out = append(out, r)
			}
			return nil
		})
	})
	return out, err
}

// ClusterSpec is a cluster that should be running.
type ClusterSpec struct{ Name, Version, Region string }

// Clusters lists the EKS clusters that exist.
func (c *Cloud) Clusters() ([]ClusterSpec, error) {
	found, err := c.ofType("aws_eks_cluster")
	var out []ClusterSpec
	for _, r := range found {
		out = append(out, ClusterSpec{Name: r.ID, Version: r.String("version"), Region: r.Region})
	}
	return out, err
}

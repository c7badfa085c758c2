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
)

// key orders resources by account, region, type and id. IAM, Route 53 and their
// like have no region, but the provider that made one does: it is asked for
// again through the same one.
func key(account, region, tfType, id string) []byte {
	if global[service(tfType)] {
		region = "-"
	}
	return []byte(strings.Join([]string{account, region, tfType, id}, "\x00"))
}

// NotFoundError says that nothing of that name exists.
type NotFoundError struct{ Account, Region, Type, ID string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("%s %s does not exist in account %s, %s", e.Type, e.ID, e.Account, e.Region)
}

// IsNotFound reports whether err says that a resource does not exist.
func IsNotFound(err error) bool { return errors.As(err, new(*NotFoundError)) }

func (c *Cloud) get(account, region, tfType, id string) (Resource, error) {
	var r Resource
	err := c.db.View(func(tx *bbolt.Tx) error {
		data := tx.Bucket(resourcesBucket).Get(key(account, region, tfType, id))
		if data == nil {
			return &NotFoundError{account, region, tfType, id}
		}
		return json.Unmarshal(data, &r)
	})
	return r, err
}

func (c *Cloud) put(r Resource) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return c.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(resourcesBucket).Put(key(r.Account, r.Region, r.Type, r.ID), data)
	})
}

func (c *Cloud) remove(r Resource) error {
	return c.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(resourcesBucket).Delete(key(r.Account, r.Region, r.Type, r.ID))
	})
}

// All returns every resource, by account, region, type and id.
func (c *Cloud) All() ([]Resource, error) {
	return c.where(func(Resource) bool { return true })
}

// ofType returns the resources of one type anywhere in the cloud.
func (c *Cloud) ofType(tfType string) ([]Resource, error) {
	return c.where(func(r Resource) bool { return r.Type == tfType })
}

func (c *Cloud) where(keep func(Resource) bool) ([]Resource, error) {
	var out []Resource
	err := c.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(resourcesBucket).ForEach(func(_, data []byte) error {
			var r Resource
			if err := json.NewDecoder(bytes.NewReader(data)).Decode(&r); err != nil {
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
type ClusterSpec struct{ Name, Version string }

// Clusters lists the EKS clusters that exist.
func (c *Cloud) Clusters() ([]ClusterSpec, error) {
	found, err := c.ofType("aws_eks_cluster")
	var out []ClusterSpec
	for _, r := range found {
		out = append(out, ClusterSpec{Name: r.ID, Version: r.String("version")})
	}
	return out, err
}

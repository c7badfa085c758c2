// Package cloud is the simulated AWS: what was created, the laws that refuse,
// and the consequences that follow. Terraform's own AWS provider has already
// validated and planned what arrives here; this package only "applies" it.
// Sandboxd imports it and nothing else does.
package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"pitboss/sandbox/internal/awsschema"
)

// Resource is one thing that exists in the simulated cloud.
type Resource struct {
	Account string         `json:"account"`
	Region  string         `json:"region"`
	Type    string         `json:"type"` // Terraform's name, "aws_vpc"
	ID      string         `json:"id"`
	URN     string         `json:"urn"`     // who created it
	Props   map[string]any `json:"props"`   // its attributes, as the bridge names them
	Created time.Time      `json:"created"` // UTC
}

// String reads a string attribute; "" when absent.
func (r Resource) String(name string) string {
	s, _ := r.Props[name].(string)
	return s
}

// Request asks for a resource to be made or changed as planned.
type Request struct {
	Account string         `json:"account"`
	Region  string         `json:"region"`
	Type    string         `json:"type"`
	ID      string         `json:"id,omitempty"`
	URN     string         `json:"urn"`
	Planned map[string]any `json:"planned"` // the provider's plan, with Unknown where AWS decides
}

// Clusters runs the Kubernetes control planes that EKS resources stand for.
type Clusters interface {
	// Start runs a cluster's control plane and returns its endpoint and CA.
	Start(ctx context.Context, name, version string) (endpoint, caPEM string, err error)
	// Stop ends a cluster and removes all that it held.
	Stop(ctx context.Context, name string) error
	// ApplyNodeGroup makes the cluster's nodes as the group says.
	ApplyNodeGroup(ctx context.Context, group NodeGroup) error
	// DeleteNodeGroup removes a group's nodes.
	DeleteNodeGroup(ctx context.Context, cluster, group string) error
}

// NodeGroup is a managed node group as its nodes see it.
type NodeGroup struct {
	Cluster, Name, Region string
	Version               string // of Kubernetes
	InstanceTypes         []string
	CapacityType          string // "ON_DEMAND" or "SPOT"
	Count                 int
	Zones                 []Zone
	Labels                map[string]string
	Taints                []Taint
}

// Zone is an availability zone and the block its nodes get addresses from.
type Zone struct {
	Name  string
	Block netip.Prefix
}

// Taint is a Kubernetes taint; Effect is Kubernetes' word, "NoSchedule".
type Taint struct{ Key, Value, Effect string }

// Cloud remembers every resource on disk. Its methods may run at once.
type Cloud struct {
	db       *bbolt.DB
	schema   func() (*awsschema.Schema, error)
	clusters Clusters

	// mu makes a law's check and the write that it allows one step. It is not
	// held while a control plane starts.
	mu sync.Mutex
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
	return &Cloud{db: db, schema: schema, clusters: clusters}, nil
}

// Close releases the cloud's memory.
func (c *Cloud) Close() error { return c.db.Close() }

// Create makes what was planned, or says with AWS's words why it may not.
func (c *Cloud) Create(ctx context.Context, req Request) (Resource, error) {
	filled, err := c.create(req)
	if err != nil {
		return Resource{}, err
	}
	if err := c.consequence(ctx, nil, &filled); err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if forgetErr := c.remove(filled); forgetErr != nil {
			return Resource{}, fmt.Errorf("%w (and then: %v)", err, forgetErr)
		}
		return Resource{}, err
	}
	return filled, c.put(filled)
}

func (c *Cloud) create(req Request) (Resource, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := Resource{Account: req.Account, Region: req.Region, Type: req.Type, URN: req.URN, Created: time.Now().UTC()}
	if err := c.fill(&r, req.Planned, nil); err != nil {
		return r, err
	}
	if err := c.mayCreate(r); err != nil {
		return r, err
	}
	return r, c.put(r)
}

// Update changes a resource as planned. What the plan leaves open keeps its
// value, except what AWS counts up.
func (c *Cloud) Update(ctx context.Context, req Request) (Resource, error) {
	c.mu.Lock()
	old, err := c.get(req.Account, req.Region, req.Type, req.ID)
	if err != nil {
		c.mu.Unlock()
		return old, err
	}
	next := old
	if err := c.fill(&next, req.Planned, old.Props); err != nil {
		c.mu.Unlock()
		return old, err
	}
	if err := c.mayUpdate(old, next); err != nil {
		c.mu.Unlock()
		return old, err
	}
	c.mu.Unlock()
	if err := c.consequence(ctx, &old, &next); err != nil {
		return old, err
	}
	return next, c.put(next)
}

// Delete removes a resource. One that is gone already is no error: AWS's
// provider treats it so.
func (c *Cloud) Delete(ctx context.Context, account, region, tfType, id string) error {
	c.mu.Lock()
	r, err := c.get(account, region, tfType, id)
	if err != nil {
		c.mu.Unlock()
		if IsNotFound(err) {
			return nil
		}
		return err
	}
	if err := c.mayDelete(r); err != nil {
		c.mu.Unlock()
		return err
	}
	c.mu.Unlock()
	if err := c.consequence(ctx, &r, nil); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.remove(r)
}

// Read returns a resource as it is now. The error of one that does not exist
// satisfies IsNotFound.
func (c *Cloud) Read(account, region, tfType, id string) (Resource, error) {
	return c.get(account, region, tfType, id)
}

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

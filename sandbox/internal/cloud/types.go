package cloud

import (
	"context"
	"net/netip"
	"time"
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
	// Planned is the plan it was made from, until the engine is known to know it:
	// see resume.
	Planned map[string]any `json:"planned,omitempty"`

	// What AWS knows of it and Terraform has no attribute for.

	// Global is the members of a global database or datastore, and their roles.
	Global *Global `json:"global,omitempty"`
	// Lead is the instance that a database cluster would write through.
	Lead string `json:"lead,omitempty"`
	// Routing is the state of a routing control; nil is Off, since ever.
	Routing *Routing `json:"routing,omitempty"`
	// Until is when the name of something deleted is free again, or a change of
	// something that exists is over.
	Until time.Time `json:"until,omitzero"`
}

// Routing is the state of a routing control.
type Routing struct {
	On    bool      `json:"on"`
	Since time.Time `json:"since"`
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
	// Prior is, for an update, what the engine's state says. Terraform's provider
	// compares the plan with it and not with AWS.
	Prior map[string]any `json:"prior,omitempty"`
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

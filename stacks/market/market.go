package market

import (
	"net/netip"
	"time"

	"pitboss/regions"
	"pitboss/regions/eks"
	"pitboss/regions/role"
)

// A Market is one licensed operation in one jurisdiction, as its file says. Load
// makes it; a Market made otherwise has not been checked.
type Market struct {
	// Name is the file's base name, e.g. "mt". Stack names begin with it.
	Name string
	// File is the path relative to the project, e.g. "stacks/markets/mt.yaml".
	File string
	// Jurisdiction is the legal regime it is licensed in.
	Jurisdiction regions.Jurisdiction
	// Environment says what its data is worth.
	Environment Environment
	// Account is the twelve-digit AWS account that it owns.
	Account string
	// Domain is the DNS name players use, without a final dot.
	Domain string
	// Home is the region it was first built in. It never changes.
	Home regions.Region
	// Standby is its second region.
	Standby regions.Region
	// Active is which of the two takes writes now.
	Active regions.Region
	// Network holds one address block per region.
	Network Network
	// Kubernetes is the version of both clusters.
	Kubernetes eks.Version
	// ClusterAdmins are the IAM roles with an access entry as administrators of
	// both clusters. At least one.
	ClusterAdmins []string
	// APIEndpoint says who may reach the Kubernetes API from outside.
	APIEndpoint APIEndpoint
	// Data is the versions and sizes of its databases, caches and brokers, the same in
	// both regions.
	Data Data
	// Traffic says how players find the region that is active.
	Traffic Traffic
	// Images is the digest of each image of the release that the market runs, by the
	// image's name. Image answers for one of them.
	Images map[string]string
	// Parties are the outside parties that its services may call, sorted by name.
	Parties []Party
	// Events are the peaks that nodes are there for beforehand, in the order of the file.
	Events []Event
	// Delivery says which forge's runners may change the market. Nil: none may.
	Delivery *Delivery
	// Approvals maps a residency rule's id to the reference of the regulator's
	// written approval under it. Usually empty.
	Approvals map[string]string

	recovery recovery // its own figures; Recovery has the policy too
}

// Environment says what a market's data is worth.
type Environment string

// The environments a market may be.
const (
	EnvironmentProd    Environment = "prod"
	EnvironmentStaging Environment = "staging"
	EnvironmentDev     Environment = "dev"
)

// Network is the address plan of a market.
type Network struct {
	// Home and Standby are the /16 blocks of the two regions.
	Home, Standby netip.Prefix
}

// APIEndpoint says who may reach the clusters' API.
type APIEndpoint struct {
	// PublicCIDRs are the public IPv4 blocks that may reach it over the internet.
	// Empty means that the endpoint is private only.
	PublicCIDRs []netip.Prefix
	// PrivateCIDRs are the private IPv4 blocks outside of the VPC that may reach it
	// over a connection to the VPC (peering, transit gateway, VPN): where operators
	// and their runners are. Empty means that only what carries the cluster's own
	// security group can.
	PrivateCIDRs []netip.Prefix
}

// Kind is what a stack owns.
type Kind string

const (
	// KindFoundation owns keys, evidence, identity and the hosted zone, in both regions.
	KindFoundation Kind = "foundation"
	// KindRegion owns one region's network, cluster, pools and data members.
	KindRegion Kind = "region"
	// KindGSLB owns what needs both regions: health checks, records, anycast, and the
	// copying of topics between them.
	KindGSLB Kind = "gslb"
)

// A Stack is one unit of `pulumi up`.
type Stack struct {
	// Name is Pulumi's name for it, e.g. "mt-foundation" or "mt-eu-south-1".
	Name string
	Kind Kind
	// Region is its main region: home for the foundation and the gslb stack.
	Region regions.Region
}

// Stacks lists the market's stacks in the order in which they are built: the standby reads
// what the home region has founded, and the gslb stack reads both.
func (m Market) Stacks() []Stack {
	return []Stack{
		{m.Name + "-" + string(KindFoundation), KindFoundation, m.Home},
		{m.Name + "-" + m.Home.String(), KindRegion, m.Home},
		{m.Name + "-" + m.Standby.String(), KindRegion, m.Standby},
		{m.Name + "-" + string(KindGSLB), KindGSLB, m.Home},
	}
}

// Regions lists home and standby, in this order.
func (m Market) Regions() []regions.Region { return []regions.Region{m.Home, m.Standby} }

// Role says what r does now. It is the only place where a region's name becomes a role.
func (m Market) Role(r regions.Region) role.Role {
	if r == m.Active {
		return role.Active
	}
	return role.Standby
}

// Other is the market's region that is not r, and the zero Region for one that is not the
// market's.
func (m Market) Other(r regions.Region) regions.Region {
	switch r {
	case m.Home:
		return m.Standby
	case m.Standby:
		return m.Home
	}
	return regions.Region{}
}

// IsHome reports whether r is the region the market was first built in.
func (m Market) IsHome(r regions.Region) bool { return r == m.Home }

// CIDR is r's address block, and the zero Prefix for a region that is not the
// market's.
func (m Market) CIDR(r regions.Region) netip.Prefix {
	switch r {
	case m.Home:
		return m.Network.Home
	case m.Standby:
		return m.Network.Standby
	}
	return netip.Prefix{}
}

// Resolution says where the market may be, and what its jurisdiction demands
// that no region gives.
func (m Market) Resolution() regions.Resolution {
	return regions.Resolve(regions.Placement{
		Jurisdiction: m.Jurisdiction, Home: m.Home, Standby: m.Standby, Approvals: m.Approvals,
	})
}

// Reach warns when nobody outside of the VPC can reach the clusters' API. That is
// allowed, for who runs everything inside, and else only seen when a run hangs.
func (m Market) Reach() (warning string) {
	if len(m.APIEndpoint.PublicCIDRs)+len(m.APIEndpoint.PrivateCIDRs) > 0 {
		return ""
	}
	return m.File + ": apiEndpoint: found neither privateCIDRs nor publicCIDRs: nobody outside the VPC can reach the Kubernetes API, so" +
		" `pulumi up` must run inside the VPC with the cluster's security group, and elsewhere it hangs at the StorageClass;" +
		" next: name the network that it runs in under privateCIDRs (or publicCIDRs)"
}

// Support judges the market's Kubernetes version at now: a warning when it is
// about to leave standard support, an error when it has left. What is new must
// not be built on an error; what runs may still be operated.
func (m Market) Support(now time.Time) (warning string, err error) {
	return m.Kubernetes.Warning(now), m.Kubernetes.Check(now)
}

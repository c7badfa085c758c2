package services

import (
	"time"

	"pitboss/components/pools/labels"
	"pitboss/regions/role"
)

// Kind is what of Kubernetes runs a service.
type Kind string

// The kinds, as Kubernetes spells them.
const (
	Deployment  Kind = "Deployment"
	StatefulSet Kind = "StatefulSet" // one at a time, each with a name of its own
	DaemonSet   Kind = "DaemonSet"   // one on each node of its pool
	CronJob     Kind = "CronJob"
)

// Service is one workload, as data. Everything that Kubernetes and AWS must be told of it
// follows from this, its domain and its tier.
type Service struct {
	// Name is a DNS label that no other service of any domain has: of its objects, of its
	// service account, and what others connect to. Required.
	Name string
	// Does says in a sentence what it is for. Required.
	Does string
	// Kind is Deployment unless said.
	Kind Kind
	// Tier is what the service is worth: it decides QoS, disruption, rollout and priority.
	// Required.
	Tier Tier
	// Pool is the node pool that it runs on. Required.
	Pool labels.Pool
	// Image is the name of its image in the market's registry and in the market file.
	// Required.
	Image string
	// Args are what the image is started with: one image may have several entry points.
	Args []string
	// Ports are what it answers on. A CronJob has none.
	Ports []Port
	// Probes say how Kubernetes sees that it is well. Required unless it is a CronJob.
	Probes Probes
	// CPU is in thousandths of a CPU, Memory in MiB. Required.
	CPU, Memory Amount
	// Replicas is how many there are. Required for Deployments and StatefulSets.
	Replicas Replicas
	// Scaling is what makes it more or fewer than its floor. Fixed unless said.
	Scaling Scaling
	// Schedule is when a CronJob runs. Required for one, and for nothing else.
	Schedule *Schedule
	// Connections is everything that it may speak to. What is not here is closed.
	Connections []Connection
	// Credentials are names of rows of Credentials: what outside parties gave us. The
	// secrets of its stores follow from Connections.
	Credentials []string
	// Settings become its ConfigMap, beside the endpoints of what it connects to. A
	// change rolls its pods.
	Settings []Setting
	// SLO is what it promises. Required unless it is of the batch tier.
	SLO SLO
	// Sticky keeps a client at one pod, by the client's address.
	Sticky bool
	// Host puts it on the node's own network. Only live-edge may.
	Host *Host
	// WarmUp are the arguments of an init container of the same image that runs before
	// the service where a cold start would hurt. Empty: none.
	WarmUp []string
	// Drain is how long its connections need to end after it is told to stop. The grace
	// period follows from it. Required for what has ports.
	Drain time.Duration
}

// Port is one port that a service answers on.
type Port struct {
	Name string // at most 15 letters, of the port in every object
	Port int
	UDP  bool
	// Serves says who is answered here, and is the reason of the opening.
	Serves string
	// Players means that players reach it through the front door.
	Players bool
	// Metrics means that Prometheus reads it.
	Metrics bool
}

// Probes is how a service's health is read, over HTTP on one port. Liveness asks the
// process alone: what asks a dependency there restarts every pod when the dependency is
// down. Readiness asks dependencies too.
type Probes struct {
	Port           string   // name of the port
	Live, Ready    string   // paths
	StartupSeconds int      // how long a start may take; a slow one is not killed before
	ReadyDependsOn []string // what readiness asks, for people: stores, topics or services
}

// Amount is what a container asks for and may use at most.
type Amount struct{ Request, Limit int }

// Replicas is how many pods a service has.
type Replicas struct {
	// Full carries the market's own traffic; Warm is the floor of the standby region.
	Full, Warm int
	// Most is what Scaling may grow to. Zero for a fixed number.
	Most int
}

// Floor is the least number of pods in a region with that role.
func (r Replicas) Floor(now role.Role) int {
	if now.Numbers().Floor == role.FloorFull {
		return r.Full
	}
	return r.Warm
}

// Signal is what a service is scaled by.
type Signal string

// The signals.
const (
	Fixed       Signal = ""            // never: the number is decided, by role
	Requests    Signal = "requests"    // requests per second and pod
	Latency     Signal = "latency"     // the 95th percentile, in milliseconds
	Connections Signal = "connections" // open connections per pod
	CPU         Signal = "cpu"         // per cent of the request
	Lag         Signal = "lag"         // records that wait per pod, of Scaling.Topic and Scaling.Group
	Recommended Signal = "recommended" // never scaled: the vertical autoscaler says what it would ask for
)

// Scaling is a signal and the value per pod at which there are enough pods.
type Scaling struct {
	Signal Signal
	Target int
	// Topic and Group are what Lag is of.
	Topic, Group string
}

// Schedule is when a CronJob runs.
type Schedule struct {
	Cron string // five fields, UTC
	// Start is how late a run may still start, Deadline how long it may take.
	Start, Deadline time.Duration
	// Retries is how often a failed pod is tried again.
	Retries int
}

// Connection is one thing that a service may speak to: exactly one of Service, Store,
// Reads or Writes, Party and Evidence is set.
type Connection struct {
	// Service and Port name a port of another service.
	Service, Port string
	// Store is the name of a consumer of components/stores, which says which store, which
	// endpoint and which secret.
	Store string
	// Reads and Writes are topics of components/kafka.
	Reads, Writes []string
	// Party is a kind of outside party; the market file names the parties of each kind.
	Party Party
	// Evidence is the record class whose bucket it adds to: it can neither read nor delete.
	Evidence string
	// Why is the reason of the opening. Required.
	Why string
}

// Party is a kind of outside party.
type Party string

// The kinds of outside parties, as the market file spells them.
const (
	Payments  Party = "payments"  // payment service providers
	Games     Party = "games"     // studios and aggregators
	Identity  Party = "identity"  // KYC and sanctions providers
	Messaging Party = "messaging" // mail, SMS and push
	Regulator Party = "regulator" // the authority and its registers
)

// Parties is every kind, in order.
func Parties() []Party { return []Party{Payments, Games, Identity, Messaging, Regulator} }

// Setting is one line of a service's configuration. Never a secret.
type Setting struct{ Name, Value string }

// SLO is what a service promises over 28 days.
type SLO struct {
	// Availability is the share of requests that are answered without an error, in per
	// cent, such as 99.95.
	Availability float64
	// P95 is the latency that 95 of 100 requests stay below. Zero for what answers nobody.
	P95 time.Duration
}

// Host is what a service may use of its node's network.
type Host struct {
	// First and Last are the UDP ports on which players' media arrives.
	First, Last int
	// DSCP is the class that its packets carry, 0 to 63.
	DSCP int
}

package port

import (
	"context"
	"time"

	"pitboss/regions"
	"pitboss/regions/role"
)

// A Reading is what Prometheus says of a region's last while. A ratio is between 0 and 1.
type Reading struct {
	Login, Deposit float64
	P95            time.Duration
	// Unsettled is the age of the oldest bet that is not settled.
	Unsettled time.Duration
	// Requests is how many requests the reading is of. Zero says nothing about a region.
	Requests float64
}

// Indicators are the service levels of a region.
type Indicators interface {
	Read(ctx context.Context, at regions.Region, window time.Duration) (Reading, error)
}

// Vault is the audit bucket of one region: what is put there stays, and nobody takes it
// away.
type Vault interface {
	// Put writes an object under retention.
	Put(ctx context.Context, key string, data []byte) error
	// PutNew writes one if there is none of that key, else ErrExists.
	PutNew(ctx context.Context, key string, data []byte) error
	Get(ctx context.Context, key string) ([]byte, error)
	// List is the keys that begin with prefix, sorted.
	List(ctx context.Context, prefix string) ([]string, error)
}

// An Action is one call that a drill will make, as IAM names it.
type Action struct {
	Name     string // "rds:SwitchoverGlobalCluster"
	Resource string // an ARN; "*" where the call takes none
}

// Account is the cloud account as such.
type Account interface {
	// Caller is who the drill runs as, and the account's id.
	Caller(ctx context.Context) (arn, account string, err error)
	// Denied simulates every action and returns those that would be refused.
	Denied(ctx context.Context, actions []Action) ([]Action, error)
	// Alarms are the names of a region's alarms that are in alarm.
	Alarms(ctx context.Context, at regions.Region) ([]string, error)
	// VCPUs is the quota of a region: how many its on-demand nodes may have together.
	VCPUs(ctx context.Context, at regions.Region) (int, error)
	// Secret reads a secret's value. It is never printed.
	Secret(ctx context.Context, at regions.Region, arn string) (string, error)
}

// Code is the program and its stacks: what says which region is active.
type Code interface {
	// Active is what the market's file says.
	Active(ctx context.Context) (regions.Region, error)
	// SetActive changes that one line.
	SetActive(ctx context.Context, to regions.Region) error
	// Says is the role that a region was last brought up in.
	Says(ctx context.Context, at regions.Region) (role.Role, error)
	// InFlight says which stack an update is running on; "" is none.
	InFlight(ctx context.Context) (string, error)
	// Up brings the stacks of these regions and the traffic's up to date; none is all.
	Up(ctx context.Context, only ...regions.Region) error
	// Changes is what a preview with refresh would still change in these regions and the
	// traffic, a sentence each; none is all.
	Changes(ctx context.Context, only ...regions.Region) ([]string, error)
}

// A Tally is what became of the writes of a witness.
type Tally struct {
	Acknowledged int `json:"acknowledged"`
	Present      int `json:"present"`
	Lost         int `json:"lost"`
	Duplicated   int `json:"duplicated"`
	// Refused is how many writes were not taken and were told so.
	Refused int `json:"refused"`
	// RefusedFor is the longest time without a write being taken.
	RefusedFor time.Duration `json:"refusedFor"`
	// LostWrites are those that were acknowledged and are not there.
	LostWrites []LostWrite `json:"lostWrites,omitempty"`
	// Before and After are the sum of all money, in the smallest unit.
	Before int64 `json:"before"`
	After  int64 `json:"after"`
}

// A LostWrite is one of them.
type LostWrite struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
}

// Witness writes to the market as players do, and looks afterwards for everything that was
// acknowledged.
type Witness interface {
	// Start begins to write; who writes already goes on.
	Start(ctx context.Context) error
	// Stop ends the writing and counts, at the region that writes now; nil is that nobody wrote.
	Stop(ctx context.Context, at regions.Region) (*Tally, error)
}

// Package awsfront lets unmodified AWS SDKs talk to the simulated cloud: an HTTP
// handler that speaks the protocols of the services that a drill calls, and gives
// the calls to cloud.Operate, to the data plane and to a folder of objects.
// Sandboxd serves it on a loopback port; nothing else imports it.
//
// Who calls, in which region and of which service is read from the scope of the
// request's signature; the signature itself is not checked, only that the access
// key is the sandbox's token.
package awsfront

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"pitboss/sandbox/internal/cloud"
)

// Data is what really holds what the simulated databases hold.
type Data interface {
	// Execute runs SQL on the member of a global database that the cluster is, as that
	// user. What the database itself refuses is a *DatabaseError in the error's chain.
	Execute(ctx context.Context, clusterARN, user, password, database, sql string) (Result, error)
	// Lag is how far that member is behind the writer.
	Lag(ctx context.Context, clusterARN string) (time.Duration, error)
	// Dead says that nothing of a region answers.
	Dead(region string) bool
}

// ErrOff is what Data answers while it is off, when that can change.
var ErrOff = errors.New("the sandbox's data plane is off: `sandbox data up` starts it")

// Result is what a statement gave.
type Result struct {
	Columns []Column
	// Rows hold nil, bool, whole and other numbers, strings, []byte and times; anything
	// else is shown as a string.
	Rows [][]any
	// Updated is how many rows a statement changed.
	Updated int64
}

// Column is one column of a result. Type is PostgreSQL's name for it, "int8".
type Column struct{ Name, Type string }

// DatabaseError is a refusal of the database itself.
type DatabaseError struct{ State, Message string }

// Error is the refusal as the Data API words it.
func (e *DatabaseError) Error() string { return "ERROR: " + e.Message + "; SQLState: " + e.State }

// Options are what a front works with.
type Options struct {
	// Cloud is what is simulated. Required.
	Cloud *cloud.Cloud
	// Data is nil while the sandbox has no data plane.
	Data Data
	// Token is the access key id of those who may call. Required.
	Token string
	// Objects is the folder for the contents of S3's objects. Required.
	Objects string
}

// Faults are what goes wrong on purpose.
type Faults struct {
	// Deny is actions as IAM names them, "rds:SwitchoverGlobalCluster"; "rds:*" is all
	// of a service. They are refused, and so says their simulation.
	Deny []string `json:"deny,omitempty"`
	// Alarms are the names of the alarms that are on, in every region or, as
	// "eu-south-1/name", in one.
	Alarms []string `json:"alarms,omitempty"`
	// Behind is how many records a replicator has yet to copy, or the readers of a Kafka
	// cluster have yet to read, by its name.
	Behind map[string]float64 `json:"behind,omitempty"`
	// Quotas are those that are not as large as the sandbox has them, by code, in every
	// region.
	Quotas map[string]float64 `json:"quotas,omitempty"`
}

// Front is the handler. Its methods may run at once.
type Front struct {
	options Options

	mu     sync.Mutex
	faults Faults
}

// New makes a front.
func New(o Options) *Front { return &Front{options: o} }

// SetFaults replaces the faults by others.
func (f *Front) SetFaults(faults Faults) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = faults
}

// Faults are those that are set.
func (f *Front) Faults() Faults {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.faults
}

// everywhere is the services that no one region takes with it.
var everywhere = []string{"globalaccelerator", "iam", "route53", "route53-recovery-cluster", "sts"}

// services are how each service is spoken to, by the name that it signs with.
var services = map[string]func(*Front, *request){
	"ec2":                      (*Front).query,
	"elasticache":              (*Front).query,
	"globalaccelerator":        (*Front).targeted,
	"iam":                      (*Front).query,
	"kafka":                    (*Front).kafka,
	"monitoring":               (*Front).query,
	"rds":                      (*Front).query,
	"rds-data":                 (*Front).statement,
	"route53":                  (*Front).route53,
	"route53-recovery-cluster": (*Front).targeted,
	"s3":                       (*Front).s3,
	"secretsmanager":           (*Front).targeted,
	"servicequotas":            (*Front).targeted,
	"sts":                      (*Front).query,
}

// ServeHTTP answers one call as AWS would.
func (f *Front) ServeHTTP(w http.ResponseWriter, h *http.Request) {
	r, err := read(w, h)
	switch {
	case err != nil:
		r.fail(err)
		return
	case f.options.Data != nil && f.options.Data.Dead(r.region) && !slices.Contains(everywhere, r.signed):
		hangUp(w)
		return
	case r.key != f.options.Token:
		r.fail(refuse(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid: the sandbox takes its own token as access key id"))
		return
	}
	serve, ok := services[r.signed]
	if !ok {
		r.fail(unknown(r.service, r.operationName()))
		return
	}
	serve(f, r)
}

// hangUp ends the connection without a word, as a region that is gone does.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close() // nobody is there to hear of it
			return
		}
	}
	panic(http.ErrAbortHandler)
}

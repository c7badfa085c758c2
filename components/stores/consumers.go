package stores

import (
	"errors"
	"fmt"
	"slices"

	"pitboss/components/keyring"
)

// Purpose is what a consumer does with a store.
type Purpose string

// The purposes.
const (
	Administration Purpose = "administration" // the master user: schema and users, never a service
	Transactions   Purpose = "transactions"   // a service's own work
	Reporting      Purpose = "reporting"      // long reads
	Capture        Purpose = "capture"        // change data capture for the warehouse
)

// Endpoint is what of a store a consumer connects to.
type Endpoint string

// The endpoints.
const (
	Writer          Endpoint = "writer"
	Reader          Endpoint = "reader"           // readers that share the players' load
	ReportingReader Endpoint = "reporting-reader" // an instance of its own, that is promoted last
	Proxy           Endpoint = "proxy"            // the writer, through a pool with limits
)

// Consumer is one user of one store, with a secret of its own.
type Consumer struct {
	Name     string // of its secret too
	Store    string
	Class    keyring.Class // what it reads: the class of its secret's key
	Username string
	Purpose  Purpose
	Endpoint Endpoint
	// Told says that AWS itself is told the password when the store is made: a master
	// user's, or the AUTH token of a cache. Everybody else's is set by an administrator.
	Told bool
}

var consumers = []Consumer{
	{Name: "ledger-master", Store: Ledger, Class: keyring.Ledger, Username: "ledger_master", Purpose: Administration, Endpoint: Writer, Told: true},
	{Name: "wallet", Store: Ledger, Class: keyring.Ledger, Username: "wallet", Purpose: Transactions, Endpoint: Proxy},
	{Name: "gaming-api", Store: Ledger, Class: keyring.Ledger, Username: "gaming_api", Purpose: Transactions, Endpoint: Proxy},
	{Name: "bonus", Store: Ledger, Class: keyring.Ledger, Username: "bonus", Purpose: Transactions, Endpoint: Proxy},
	{Name: "ledger-reporting", Store: Ledger, Class: keyring.Ledger, Username: "reporting", Purpose: Reporting, Endpoint: ReportingReader},
	// Aurora keeps replication slots on the writer, and a proxy does not speak replication.
	{Name: "ledger-capture", Store: Ledger, Class: keyring.Ledger, Username: "capture", Purpose: Capture, Endpoint: Writer},
	{Name: "vault-master", Store: VaultDatabase, Class: keyring.PII, Username: "vault_master", Purpose: Administration, Endpoint: Writer, Told: true},
	{Name: "kyc", Store: VaultDatabase, Class: keyring.PII, Username: "kyc", Purpose: Transactions, Endpoint: Writer},
	// Cases name players, so they are beside them; a user of their own tells who read what.
	{Name: "aml", Store: VaultDatabase, Class: keyring.PII, Username: "aml", Purpose: Transactions, Endpoint: Writer},
	{Name: "cashier", Store: VaultDatabase, Class: keyring.Payments, Username: "cashier", Purpose: Transactions, Endpoint: Writer},
	// An AUTH token belongs to the user that Redis calls default.
	{Name: "sessions", Store: "sessions", Class: keyring.Data, Username: "default", Purpose: Transactions, Endpoint: Writer, Told: true},
	{Name: "cache", Store: "cache", Class: keyring.Data, Username: "default", Purpose: Transactions, Endpoint: Writer, Told: true},
}

// Consumers is every consumer, in the order in which their secrets are made and listed.
func Consumers() []Consumer { return slices.Clone(consumers) }

// Of is the consumers of one store.
func Of(store string, all []Consumer) []Consumer {
	return slices.DeleteFunc(slices.Clone(all), func(c Consumer) bool { return c.Store != store })
}

// Master is the administrator of a store among all, and whether there is one.
func Master(store string, all []Consumer) (Consumer, bool) {
	i := slices.IndexFunc(all, func(c Consumer) bool { return c.Store == store && c.Purpose == Administration })
	if i < 0 {
		return Consumer{}, false
	}
	return all[i], true
}

// CheckConsumers refuses consumers that would share a secret or a user, read a class that
// their store does not hold, or use an endpoint that is not for them. It reports every
// problem at once.
func CheckConsumers(all []Consumer) error {
	var problems []error
	for i, c := range all {
		for _, earlier := range all[:i] {
			problems = append(problems, c.clashes(earlier)...)
		}
		problems = append(problems, c.check()...)
	}
	return errors.Join(problems...)
}

// clashes is what two consumers may not share.
func (c Consumer) clashes(earlier Consumer) (problems []error) {
	if c.Name == earlier.Name {
		problems = append(problems, c.problem("is listed twice: its secret would be made twice"))
	}
	if c.Store == earlier.Store && c.Username == earlier.Username {
		problems = append(problems, c.problem("has the user %q of store %s, as %s has: whose work it was could not be told", c.Username, c.Store, earlier.Name))
	}
	if c.Store == earlier.Store && c.Purpose == Administration && earlier.Purpose == Administration {
		problems = append(problems, c.problem("administers store %s, as %s does: a database has one master user", c.Store, earlier.Name))
	}
	return problems
}

func (c Consumer) check() (problems []error) {
	refuse := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, c.problem(format, args...))
		}
	}
	refuse(c.Name != "", "has no name")
	refuse(c.Username != "", "has no user")
	classes, known := holds(c.Store)
	refuse(known, "found store %q: choose one of %v", c.Store, names())
	refuse(!known || slices.Contains(classes, c.Class), "found class %q: store %s holds %v", c.Class, c.Store, classes)
	allowed := c.allowed()
	refuse(!known || len(allowed) > 0, "found purpose %q: store %s is not for it", c.Purpose, c.Store)
	refuse(len(allowed) == 0 || slices.Contains(allowed, c.Endpoint), "found endpoint %q: for %s at store %s choose one of %v", c.Endpoint, c.Purpose, c.Store, allowed)
	refuse(c.Purpose != Administration || c.Told, "administers store %s and is not Told: AWS makes the master user with the store", c.Store)
	return problems
}

// allowed is the endpoints for a consumer's purpose at its store; none if it has no such
// purpose.
func (c Consumer) allowed() []Endpoint {
	d, database := FindDatabase(c.Store)
	switch c.Purpose {
	case Reporting: // a long read at the writer, or among the readers, slows players down
		if database {
			return []Endpoint{ReportingReader}
		}
	case Transactions:
		if d.Proxy {
			return []Endpoint{Proxy, Reader}
		}
		if database {
			return []Endpoint{Writer, Reader}
		}
		if _, cache := holds(c.Store); cache {
			return []Endpoint{Writer} // a cache in cluster mode has one endpoint
		}
	case Administration, Capture:
		if database {
			return []Endpoint{Writer}
		}
	}
	return nil
}

func (c Consumer) problem(format string, args ...any) error {
	return fmt.Errorf("consumer %q: "+format, append([]any{c.Name}, args...)...)
}

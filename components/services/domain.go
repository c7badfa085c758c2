// Package services is the table of the platform's services: one file a domain, nothing
// but data, with the table of what each tier decides and the checks that every row
// passes. It creates nothing. Components that make workloads, namespaces and admission
// rules import it, and the stacks that compose them.
package services

import (
	"pitboss/components/keyring"
	"pitboss/components/stores"
	"pitboss/regions"
)

// Public is the zone of trust that holds no data; stores.Core and stores.Vault are the
// other two.
const Public stores.Zone = "public"

// Domain is what one team answers for: one namespace with its services.
type Domain struct {
	// Name is the namespace's, and part of every label. Required.
	Name string
	// Owner is the team: who may look inside, and who is called. Required.
	Owner string
	// Zone is the zone of trust that all of its services are in. Required.
	Zone stores.Zone
	// Speaks names the owners of topics that the domain answers for: its services may write
	// to those, and everybody to the audit's.
	Speaks []string
	// Restricted narrows what the team itself may see: no logs, no exec, no secrets, for
	// who handles players' documents.
	Restricted bool
	// HostNetwork says why the domain cannot keep Pod Security's restricted level. Empty:
	// it does.
	HostNetwork string
	// Quota is the most that the namespace may ask for, so that money is safe from it.
	Quota Quota
	// Services is what runs in it.
	Services []Service
	// Asked says whether a jurisdiction wants the domain at all. Nil: all do.
	Asked func(regions.Jurisdiction) bool
}

// Quota is what a namespace may ask for in all: CPU in thousandths, Memory in MiB.
type Quota struct{ CPU, Memory, Pods int }

// Credential is a secret that an outside party gave us: the foundation makes its empty
// entry, people fill it.
type Credential struct {
	Name  string
	Class keyring.Class // of the key that encrypts it
	Why   string
}

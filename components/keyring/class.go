package keyring

// Class is one kind of data with a key of its own.
type Class string

// The classes. Adding one adds a key; none is ever renamed, because the name is part
// of the alias and of the resource's identity.
const (
	Ledger   Class = "ledger"   // bets, wallets and balances, and the events about them
	PII      Class = "pii"      // who the players are
	Payments Class = "payments" // cards and bank accounts
	Audit    Class = "audit"    // the audit trail and the logs that prove it
	Cluster  Class = "cluster"  // Kubernetes secrets and control-plane logs
	Data     Class = "data"     // disks of nodes and of ordinary workloads, caches
)

// Classes is every class, in the order in which keys are made and listed.
func Classes() []Class {
	return []Class{Ledger, PII, Payments, Audit, Cluster, Data}
}

// holds says what a class's key protects, for the key's description.
func (c Class) holds() string {
	switch c {
	case Ledger:
		return "ledger, bets and balances"
	case PII:
		return "personal data of players"
	case Payments:
		return "payment data"
	case Audit:
		return "audit trail and network logs"
	case Cluster:
		return "Kubernetes secrets and control-plane logs"
	case Data:
		return "disks of nodes and workloads"
	}
	return string(c)
}

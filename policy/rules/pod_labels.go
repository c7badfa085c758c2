package rules

import "pitboss/components/pools/labels"

// The labels that rules read, and the values that they know.
const (
	labelService = labels.Service
	labelDomain  = labels.Domain
	labelTier    = labels.Tier
	labelOwner   = labels.Owner
	labelZone    = labels.Zone

	// placeholder is the tier of the pods that keep room on nodes, which only namespace
	// capacity holds. They serve nobody.
	placeholder = "placeholder"
	capacity    = "capacity"

	money    = "money"
	realtime = "realtime"
	batch    = "batch"

	vault = "vault" // the zone of trust of players' documents and payments
)

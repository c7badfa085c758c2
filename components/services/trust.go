package services

import (
	"slices"

	"pitboss/components/stores"
)

// trust is what services of one zone may reach.
type trust struct {
	zone     stores.Zone
	services []stores.Zone // zones of the services
	stores   []stores.Zone // zones of the stores
	records  bool          // topics and evidence
	parties  []Party
	why      string // said to whoever is refused
}

// trusts is the one table of who may reach what, from the zone that trusts least.
var trusts = []trust{
	{
		zone: Public, services: []stores.Zone{Public, stores.Core},
		why: "players reach it, so whoever takes it over must find no data and no way out",
	},
	{
		zone: stores.Core, services: []stores.Zone{stores.Core, stores.Vault}, stores: []stores.Zone{stores.Core}, records: true,
		parties: []Party{Games, Messaging, Regulator},
		why:     "it keeps players' ids only: it asks the vault's services, one player at a time, and never reads the vault itself",
	},
	{
		// The vault's ways out are those that its work is: through any other, documents and
		// cards could leave with an ordinary message.
		zone: stores.Vault, services: []stores.Zone{stores.Core, stores.Vault}, stores: []stores.Zone{stores.Core, stores.Vault}, records: true,
		parties: []Party{Payments, Identity},
		why:     "it holds players' documents and cards: who may be told of them is named",
	},
}

// trustOf is the row of a zone; one that may reach nothing for what is no zone.
func trustOf(z stores.Zone) trust {
	i := slices.IndexFunc(trusts, func(t trust) bool { return t.zone == z })
	if i < 0 {
		return trust{zone: z}
	}
	return trusts[i]
}

// zoneOfStore is the zone of trust of the store that a consumer uses: caches are the core's.
func zoneOfStore(c stores.Consumer) stores.Zone {
	if d, ok := stores.FindDatabase(c.Store); ok {
		return d.Zone
	}
	return stores.Core
}

package rules

import (
	"slices"
	"sync"
)

// All is every rule, in the order in which they are listed. The list is the caller's own,
// the rules are everybody's: nobody changes one.
func All() []Rule { return slices.Clone(all()) }

// all are made once: they hold examples, and are asked for with every resource of an update.
var all = sync.OnceValue(func() []Rule {
	return slices.Concat(
		residencyRules(), encryptionRules(), evidenceRules(), statefulRules(), backupRules(), loggingRules(), tagRules(),
		exposureRules(), openingRules(), identityRules(), transportRules(),
		imageRules(), podRules(), tierRules(), namespaceRules(), separationRules(),
	)
})

package rules

import "slices"

// All is every rule, in the order in which they are listed.
func All() []Rule {
	return slices.Concat(
		residencyRules(), encryptionRules(), evidenceRules(), statefulRules(), backupRules(), loggingRules(), tagRules(),
		exposureRules(), openingRules(), identityRules(), transportRules(),
		imageRules(), podRules(), tierRules(), namespaceRules(), separationRules(),
	)
}

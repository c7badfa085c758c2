package regions

import "slices"

// Role is what a region is to a market for good: the one it was built in, or
// the second one. Which of the two takes writes now is another question.
type Role string

const (
	// RoleHome is the region a market was first built in.
	RoleHome Role = "home"
	// RoleStandby is the market's second region.
	RoleStandby Role = "standby"
)

// An Area says which AWS regions a rule admits.
type Area struct {
	// Open lists regions that need no one's approval.
	Open []Region
	// ByApproval lists regions that open only with the regulator's written
	// approval under Rule.ID.
	ByApproval []Region
	// Rule is what admits these regions and refuses the rest.
	Rule Rule
	// Instead says what meets the rule where no region of AWS does.
	Instead string
}

// admits reports whether r may be used, given the approvals held.
func (a Area) admits(r Region, approvals map[string]string) bool {
	if slices.Contains(a.Open, r) {
		return true
	}
	return slices.Contains(a.ByApproval, r) && approvals[a.Rule.ID] != ""
}

// ComputeArea is where the gambling system itself may run. The two roles can
// differ: a rule on backups is stricter than one on the primary, or laxer.
type ComputeArea struct{ Home, Standby Area }

// PersonalDataArea is where players' personal data may rest. Both regions of a
// market hold it, so both must be inside.
type PersonalDataArea struct{ Area }

// VaultArea is where the regulator's vault must stand. It can be narrower than
// any AWS region: then Open is empty and Instead says what is needed.
type VaultArea struct{ Area }

// Access says how the regulator gets at its vault.
type Access string

const (
	// AccessNone means that no vault was found in the sources.
	AccessNone Access = "no vault found"
	// AccessPull means that the regulator reads it at any time.
	AccessPull Access = "regulator reads"
	// AccessReplica means that a copy must stand in the jurisdiction.
	AccessReplica Access = "replica in the jurisdiction"
	// AccessFeed means that the operator sends data to the regulator's own system.
	AccessFeed Access = "operator sends"
)

// A Vault is the evidence store that a regulator demands.
type Vault struct {
	// Name is what the regime calls it.
	Name string
	// Access says how the regulator gets at it.
	Access Access
	// Area is where it must stand. Zero when there is no vault with a place.
	Area VaultArea
	// Fact is the evidence for the vault's existence.
	Fact Fact
}

// within builds the list of regions of some sets, sorted, without repeats.
func within(sets ...Set) []Region {
	var out []Region
	for _, r := range All() {
		if slices.ContainsFunc(sets, r.In) {
			out = append(out, r)
		}
	}
	return out
}

// only builds a list of regions by name.
func only(names ...string) []Region {
	out := make([]Region, 0, len(names))
	for _, n := range names {
		out = append(out, mustParse(n))
	}
	return out
}

// except removes regions by name.
func except(rs []Region, names ...string) []Region {
	return slices.DeleteFunc(slices.Clone(rs), func(r Region) bool { return slices.Contains(names, r.name) })
}

package admission

import (
	"fmt"
	"slices"
)

// Rule is one thing that the API server refuses: plain data, so that a test can send it
// without the engine.
type Rule struct {
	// Name is the rule's; the policy and its binding are called PolicyName.
	Name string
	// Why is the incident that the rule prevents, as part of a sentence.
	Why string
	// Matches are the kinds that it judges, when they are created and when they change.
	Matches []Match
	// Variables are what its expressions share.
	Variables []Variable
	// Validations are what must be true, each with its own message.
	Validations []Validation
}

// Match is resources of one API group and version.
type Match struct {
	Group, Version string
	Resources      []string
}

// Variable is a named CEL expression.
type Variable struct{ Name, Expression string }

// Validation is one CEL expression that must be true.
type Validation struct {
	Expression string
	// Wrong says what is wrong when it is not, Do what to do then: parts of sentences.
	Wrong, Do string
	// Names is a CEL list of the names of what is wrong, such as containers. Empty: the
	// object itself is.
	Names string
}

// PolicyName is the name of the rule's policy and of its binding, which the API server
// puts in front of every refusal.
func (r Rule) PolicyName() string { return "pitboss-" + r.Name }

// Message is what somebody reads whose object was refused: what is wrong, which incident
// the rule prevents and what to do.
func (r Rule) Message(v Validation) string {
	return fmt.Sprintf("%s. The incident that this prevents: %s. What to do: %s.", v.Wrong, r.Why, v.Do)
}

// MessageExpression puts the names of what is wrong before the message. Empty where the
// object itself is.
func (r Rule) MessageExpression(v Validation) string {
	if v.Names == "" {
		return ""
	}
	return fmt.Sprintf(`%s.join(", ") + ": " + %q`, v.Names, r.Message(v))
}

// going is whether an object is on its way out and nothing else about it changes.
// Controllers take finalizers off what is being deleted: refusing that would keep it
// forever.
const going = `has(object.metadata.deletionTimestamp) && dyn(object).?spec == dyn(oldObject).?spec`

// CEL is what the API server evaluates. A match condition would let go of what is going
// too, for a third more of the server's time: it converts the object once more.
func (v Validation) CEL() string { return going + " || (" + v.Expression + ")" }

// Operations are what a policy judges.
func Operations() []string { return []string{"CREATE", "UPDATE"} }

// Rules is every rule, in the order in which they are made. registry is the only place
// that images may come from, such as <account>.dkr.ecr.<region>.amazonaws.com.
func Rules(registry string) []Rule {
	return slices.Concat(
		[]Rule{imageDigest, imageRegistry(registry)},
		[]Rule{nonRoot, readOnlyRoot, privilege, capabilities, seccomp, token},
		[]Rule{hostPath, hostNamespaces, hostPorts, scratch},
		[]Rule{resources, probes, workloadLabels, priority, pool, spot, schedule},
		[]Rule{moneyQoS, moneyRollout, moneyZones, budget},
		[]Rule{envSecrets, configSecrets},
		[]Rule{namespaceLevel, networkOpen, serviceType},
	)
}

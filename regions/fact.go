package regions

// Confidence says how far a fact was verified.
type Confidence string

const (
	// VerifiedPrimary means that the regulator's, legislator's or provider's
	// own text was read.
	VerifiedPrimary Confidence = "verified-primary"
	// VerifiedSecondary means that a law firm, the trade press, a vendor or a
	// draft was read, not the primary text in force.
	VerifiedSecondary Confidence = "verified-secondary"
	// CommonlyStated means that it is widely said and was not read in a source.
	CommonlyStated Confidence = "commonly-stated"
	// Unverified means that it was looked for in Source and not found there, or
	// is only inferred from what was.
	Unverified Confidence = "unverified"
	// OwnDecision means that there is nothing to verify: the operator decided it,
	// and Source is SourceCompanyPolicy. It says nothing about any law.
	OwnDecision Confidence = "policy"
)

// Verified reports whether c is good enough to relax a control that a law may
// ask for. A decision of the operator is not.
func (c Confidence) Verified() bool { return c == VerifiedPrimary || c == VerifiedSecondary }

// SourceCompanyPolicy is the source of what the operator decided for itself.
// It is never law.
const SourceCompanyPolicy = "company policy, not law"

// A Fact is one statement with its evidence.
type Fact struct {
	// Text is the statement, one sentence.
	Text string
	// Source is the URL where it was read or, when Confidence is Unverified,
	// looked for; SourceCompanyPolicy for a decision of the operator.
	Source string
	// Confidence says how far Source carries Text.
	Confidence Confidence
	// Note limits the fact: an older edition, a draft, an ambiguity. May be empty.
	Note string
}

// A Rule is a fact that opens or closes regions.
type Rule struct {
	// ID names the rule in errors and as a key of a market's approvals, e.g.
	// "GI-location".
	ID string
	Fact
}

// Basis says whether a figure is law or the operator's own choice.
type Basis string

const (
	// BasisLaw marks a duty under the jurisdiction's law; Fact.Confidence says
	// how sure its figure is.
	BasisLaw Basis = "law"
	// BasisPolicy marks a decision of the operator.
	BasisPolicy Basis = "policy"
)

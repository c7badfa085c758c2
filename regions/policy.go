package regions

import (
	"fmt"
	"time"
)

// A Policy is what the operator promises itself for recovery. No regime of the
// catalogue gives these figures, Italy's backup interval apart.
type Policy struct {
	// RTO is the longest time without service after losing a region.
	RTO time.Duration
	// RPO is the most recent work that may be lost with it.
	RPO time.Duration
	// DrillsPerYear is how often recovery is rehearsed.
	DrillsPerYear int
	// Basis is always BasisPolicy: printed with the figures so that nobody
	// mistakes them for law.
	Basis Basis
	// Fact says so in words.
	Fact Fact
}

// CompanyPolicy is the operator's own target for a market in j. It is the same
// everywhere but where a duty of the regime is stricter.
func CompanyPolicy(j Jurisdiction) Policy {
	p := Policy{
		RTO:           15 * time.Minute, // time to notice, decide and move one market's writes
		RPO:           time.Minute,      // three times the 20 s that Aurora's replica lag bound can be set to
		DrillsPerYear: 4,                // one a quarter, so that no release goes a quarter unrehearsed
		Basis:         BasisPolicy,
		Fact: Fact{
			Text:       "recovery within 15 minutes, at most one minute of work lost, a drill each quarter",
			Source:     SourceCompanyPolicy,
			Confidence: OwnDecision,
			Note:       "no regime gives these figures; duties of the regime are listed apart",
		},
	}
	for _, d := range j.Duties() {
		if d.ID == dutyItalyBackup {
			p.RPO = min(p.RPO, d.Every)
		}
	}
	return p
}

// Tightened is p with a market's own figures, which may only be stricter: zero, and what
// is laxer than p, leaves p's. The words say which figure is the market's.
func (p Policy) Tightened(rto, rpo time.Duration) Policy {
	if rto > 0 && rto < p.RTO {
		p.Fact.Note += fmt.Sprintf("; this market's own RTO is %s, company policy allows %s", rto, p.RTO)
		p.RTO = rto
	}
	if rpo > 0 && rpo < p.RPO {
		p.Fact.Note += fmt.Sprintf("; this market's own RPO is %s, company policy allows %s", rpo, p.RPO)
		p.RPO = rpo
	}
	return p
}

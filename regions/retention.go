package regions

// RecordClass groups records that must be kept for the same time. A class has
// one period: taking the longest over several classes would over-retain
// personal data, which is a breach too (UK MLR 2017 reg 40(5)).
type RecordClass string

const (
	// RecordAML is customer due diligence and its supporting records.
	RecordAML RecordClass = "aml"
	// RecordBooks is commercial books and accounts.
	RecordBooks RecordClass = "books"
	// RecordGame is what recreates play and account activity, pseudonymous.
	RecordGame RecordClass = "game"
	// RecordPlatform is the platform's own audit trail: flow logs, control-plane
	// logs, who changed what.
	RecordPlatform RecordClass = "platform"
	// RecordSAR is suspicious-activity reports.
	RecordSAR RecordClass = "sar"
)

// StartEvent is what a retention period counts from.
type StartEvent string

const (
	// StartEndOfRelationship counts from the day a customer leaves.
	StartEndOfRelationship StartEvent = "end of the business relationship"
	// StartReport counts from the day a report was made, which is later than the
	// writing of the records that support it.
	StartReport StartEvent = "date of the report"
	// StartWritten counts from the day a record was written.
	StartWritten StartEvent = "record written"
)

// A Retention is how long one class of records is kept.
type Retention struct {
	Class RecordClass
	// Years is the period, from From.
	Years int
	// From is the event that starts the period.
	From StartEvent
	// Basis says whether Years is law or the operator's own lower bound.
	Basis Basis
	// Fact is the evidence for Years.
	Fact Fact
}

// ExpiresByAge reports whether a record that is Years old may be deleted for its
// age alone. That takes a period that counts from writing and is known: verified
// law, or the operator's own decision on the platform's own logs. For all else
// Years is a lower bound, and whoever keeps the records says when they may go.
func (r Retention) ExpiresByAge() bool {
	known := r.Fact.Confidence.Verified() || r.Class == RecordPlatform && r.Fact.Confidence == OwnDecision
	return r.From == StartWritten && known
}

// lowerBoundYears is how long a record is locked where no period was verified.
// A lock cannot be undone, so it is short: one year covers an audit cycle, and
// can be extended once the period is known, while too long a lock could only be
// regretted. A record outlives its lock until it is released (ExpiresByAge).
const lowerBoundYears = 1

// platformRetention is the same for every jurisdiction: no regime's period for
// the platform's own logs was found, so it is policy everywhere.
var platformRetention = Retention{
	Class: RecordPlatform, Years: lowerBoundYears, From: StartWritten, Basis: BasisPolicy,
	Fact: Fact{
		Text:       "the platform's own audit trail is locked for one year",
		Source:     SourceCompanyPolicy,
		Confidence: OwnDecision,
		Note:       "an audit cycle; extend it by policy, it can never be shortened",
	},
}

// unknownGamePeriod is the game-record class of a regime whose period was
// looked for in source and not found.
func unknownGamePeriod(source, note string) Retention {
	return Retention{
		Class: RecordGame, Years: lowerBoundYears, From: StartWritten, Basis: BasisPolicy,
		Fact: Fact{
			Text:       "the period for game records is not known; one year is the operator's own lower bound",
			Source:     source,
			Confidence: Unverified,
			Note:       note,
		},
	}
}

// amlByLaw is an anti-money-laundering period. It starts when the customer leaves.
func amlByLaw(years int, f Fact) Retention {
	return Retention{Class: RecordAML, Years: years, From: StartEndOfRelationship, Basis: BasisLaw, Fact: f}
}

// byLaw is a period that starts when the record is written.
func byLaw(class RecordClass, years int, f Fact) Retention {
	return Retention{Class: class, Years: years, From: StartWritten, Basis: BasisLaw, Fact: f}
}

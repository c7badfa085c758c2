package rules

import "fmt"

// Severity is what breaking a rule may cost.
type Severity string

// The severities, the worst first. Each refuses an update: a rule that may be broken is
// exempted by name.
const (
	Critical Severity = "critical" // money, players' documents or evidence are lost or open
	High     Severity = "high"     // the next mistake, outage or thief finds no second lock
	Medium   Severity = "medium"   // it costs money or hours, and says so late
)

// SourceKind is where a rule comes from.
type SourceKind string

// The kinds of sources.
const (
	Regulation SourceKind = "regulation" // a law or a licence's condition, see the catalogue in regions/
	AWS        SourceKind = "aws"        // guidance or behaviour of AWS
	Kubernetes SourceKind = "kubernetes" // guidance or behaviour of Kubernetes
	House      SourceKind = "house"      // a law of this project, or company policy
)

// Source is where a rule comes from. Text names the page, the paragraph or the law. One of
// kind Regulation also says how far it is verified.
type Source struct {
	Kind SourceKind `json:"kind"`
	Text string     `json:"text"`
}

// Scope is what a rule needs to see.
type Scope string

const (
	// One: a resource with its provider. Such a rule is judged before the resource is made.
	One Scope = "resource"
	// Whole: all resources of the stack.
	Whole Scope = "stack"
)

// Rule is one sentence that holds for every resource that it is about.
type Rule struct {
	// ID names it for ever, such as "s3-public-access-blocked". Required.
	ID string
	// Title is the sentence. Required.
	Title string
	// Protects is the incident that it prevents. Required.
	Protects string
	Source   Source
	Severity Severity
	Scope    Scope
	// Admission is the rule of the cluster's admission policies (components/admission) that
	// refuses the same at the API server; empty if there is none.
	Admission string
	// About selects the resources that it is about. Required.
	About func(Resource) bool
	// Check looks at one of them. Required.
	Check func(*Case)
	// Holds and Breaks are stacks of a few resources, the first of which is judged. At
	// least one of each: they show what the rule means, and that it can be broken.
	Holds, Breaks []Example
}

// Example is a few resources and what they show.
type Example struct {
	Name      string
	Resources []Resource
	// Kind is the stack's kind; empty is a region's.
	Kind string
}

// Verdict is what a rule says of one resource.
type Verdict string

// The verdicts. What holds is not reported.
const (
	Broken   Verdict = "broken"
	Untold   Verdict = "unknown" // a value is not known yet; the next judgement may tell
	Exempted Verdict = "exempted"
)

// Finding is one rule that does not plainly hold for one resource.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Verdict  Verdict  `json:"verdict"`
	URN      string   `json:"urn"`
	Type     string   `json:"type"`
	Name     string   `json:"name"`
	// Says is what was found and what is allowed, one line each; or what is not known.
	Says []string `json:"says"`
	// Exemption is what excuses it.
	Exemption *Exemption `json:"exemption,omitempty"`
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %s: %s %v", f.Verdict, f.Rule, f.Name, f.Says)
}

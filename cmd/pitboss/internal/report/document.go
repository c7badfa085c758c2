package report

import (
	"pitboss/cmd/pitboss/internal/cost"
	"pitboss/policy/rules"
)

// Document is a report as JSON shows it. Fields keep their meaning; new ones may be added.
// Lists are never null. Money is in cents of a US dollar a month.
type Document struct {
	Format   int       `json:"format"` // 1
	Verdict  Judgement `json:"verdict"`
	Headline string    `json:"headline"` // the verdict as a sentence, with counts
	Market   Market    `json:"market"`
	Counts   Counts    `json:"counts"` // over all stacks
	// Dangers are what has to be accepted by name.
	Dangers []Danger `json:"dangers"`
	Policy  Policy   `json:"policy"`
	// Stacks are in the order of building.
	Stacks    []StackReport `json:"stacks"`
	Roles     Roles         `json:"roles"`
	Residency Residency     `json:"residency"`
	// Cost is null if nothing was estimated.
	Cost           *cost.Bill `json:"cost"`
	CostDifference cost.Cents `json:"costDifference"` // after less before, over all
	Notes          []string   `json:"notes"`
	ElapsedSeconds float64    `json:"elapsedSeconds"` // over all stacks
	FullReport     string     `json:"fullReport"`     // link or file name; may be empty
}

// Market is the market that was previewed.
type Market struct {
	Name             string `json:"name"`
	Jurisdiction     string `json:"jurisdiction"`
	JurisdictionName string `json:"jurisdictionName"`
	Environment      string `json:"environment"`
	Account          string `json:"account"`
}

// Counts are resources by what happens to them, components among them.
type Counts struct {
	Create  int `json:"create"`
	Update  int `json:"update"`
	Replace int `json:"replace"`
	Delete  int `json:"delete"`
	Same    int `json:"same"`
}

// Danger is a risk with the words that accept it.
type Danger struct {
	Kind    string   `json:"kind"` // replace, delete, expose or move
	Stack   string   `json:"stack"`
	URN     string   `json:"urn"`
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Says    string   `json:"says"`
	Because []string `json:"because"` // inputs that force it: path: old -> new
	Accept  string   `json:"accept"`  // the whole option: --accept-risk=replace:urn
}

// Policy is what does not plainly hold, by verdict.
type Policy struct {
	Broken   []Violation `json:"broken"`
	Untold   []Violation `json:"untold"` // a value is not known yet
	Exempted []Violation `json:"exempted"`
}

// Violation is a finding with what its rule is about.
type Violation struct {
	Stack string `json:"stack"`
	rules.Finding
	Title    string       `json:"title"`
	Protects string       `json:"protects"`
	Source   rules.Source `json:"source"`
}

// StackReport is one stack.
type StackReport struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Region string `json:"region"`
	// State is "previewed", "new" for one that does not exist yet, or "failed".
	State          string   `json:"state"`
	Error          string   `json:"error,omitempty"` // why it failed
	Notes          []string `json:"notes"`
	Counts         Counts   `json:"counts"`
	Steps          []Step   `json:"steps"` // what changes: replace, delete, update, create; by URN
	ElapsedSeconds float64  `json:"elapsedSeconds"`
}

// Step is what happens to one resource.
type Step struct {
	Op      string   `json:"op"`
	URN     string   `json:"urn"`
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Regions []string `json:"regions"` // where it is, and where it puts data
	Changes []Change `json:"changes"`
}

// Change is one input that differs. Old and New are for reading: secrets are not shown.
type Change struct {
	Path     string `json:"path"`
	Old      string `json:"old"`
	New      string `json:"new"`
	Replaces bool   `json:"replaces"`
}

// Roles is what the plan does to the regions' roles.
type Roles struct {
	ActiveBefore string       `json:"activeBefore"`
	ActiveAfter  string       `json:"activeAfter"`
	Swap         bool         `json:"swap"`
	Says         string       `json:"says"`
	Regions      []RegionRole `json:"regions"`
}

// RegionRole is a region's role before and after: active or standby, or empty if unknown.
type RegionRole struct {
	Region string `json:"region"`
	Place  string `json:"place"` // home or standby, for good
	Before string `json:"before"`
	After  string `json:"after"`
}

// Residency is where changes are.
type Residency struct {
	Area    string   `json:"area"` // the rule that admits regions, in words
	Inside  bool     `json:"inside"`
	Says    string   `json:"says"`
	Regions []Region `json:"regions"` // by name
}

// Region is a region that changes touch.
type Region struct {
	Region  string `json:"region"`
	Inside  bool   `json:"inside"`
	Changes int    `json:"changes"`
	Holding int    `json:"holding"`       // how many of them are of resources that hold data
	Why     string `json:"why,omitempty"` // the rule that keeps data out of it
}

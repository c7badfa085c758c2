// Package cost estimates what a market costs a month, from what its stacks declare and a
// table of prices in the repository. It is an estimate to compare plans by, not a bill:
// what is not in the table is named, and never taken for free. Import it from cmd/pitboss
// only.
package cost

// Cents is an amount of US dollars a month, in cents.
type Cents int64

// Bill is the estimate for a plan: before it and after it.
type Bill struct {
	// Prices says where the prices are from: the table's date and source.
	Prices Origin `json:"prices"`
	// Lines are what costs something, in a fixed order.
	Lines []Line `json:"lines"`
	// Totals are by role, and over all. Their After less their Before is the difference.
	Active  Total `json:"active"`  // the active region
	Standby Total `json:"standby"` // the other one
	Shared  Total `json:"shared"`  // what belongs to no region, or to both
	All     Total `json:"all"`
	// Unpriced is what the table has no price for: it is in no total.
	Unpriced []Unpriced `json:"unpriced"`
	// Assumed are the quantities that no plan says, such as traffic, one sentence each.
	Assumed []string `json:"assumed"`
}

// Origin is where and when prices were read.
type Origin struct {
	Date   string `json:"date"` // 2006-01-02
	Source string `json:"source"`
}

// Total is a sum before and after.
type Total struct {
	Before Cents `json:"before"`
	After  Cents `json:"after"`
}

// Line is one kind of thing in one region.
type Line struct {
	Stack  string `json:"stack"`
	Region string `json:"region"` // empty for what has none
	Role   string `json:"role"`   // active, standby or shared
	What   string `json:"what"`   // what it is, for people: "nodes of pool api, 3 x c7i.2xlarge"
	Total
}

// Unpriced is a resource that costs something, and that the table has no price for.
type Unpriced struct {
	URN  string `json:"urn"`
	Type string `json:"type"`
	Name string `json:"name"`
	Why  string `json:"why"` // what is missing: "no price of r7g.8xlarge in ca-west-1"
}

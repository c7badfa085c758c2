// Package risk finds what is dangerous about a plan: what it loses, opens to the world or
// moves out of an area. Each risk has words by which a person accepts it for the one
// resource that it is about. Import it from cmd/pitboss only.
package risk

// Kind is what may go wrong.
type Kind string

// The kinds, in the order in which they are shown.
const (
	Replace Kind = "replace" // something that holds data is made anew: what it holds is lost
	Delete  Kind = "delete"  // something that holds data goes
	Expose  Kind = "expose"  // the world reaches what it did not reach
	Move    Kind = "move"    // data gets to a place where it was not, outside of the area
)

// Risk is one danger of one resource.
type Risk struct {
	Kind  Kind   `json:"kind"`
	Stack string `json:"stack"`
	URN   string `json:"urn"`
	Type  string `json:"type"`
	Name  string `json:"name"`
	// Says is what would happen, one sentence.
	Says string `json:"says"`
	// Because are the inputs that force it, as paths with what they were and become.
	Because []string `json:"because,omitempty"`
}

// Words accept this risk and no other.
func (r Risk) Words() string { return string(r.Kind) + ":" + r.URN }

// Package topology draws a market from what its stacks plan: two regions side by side, what
// stands in them by zone of trust, what is copied between them, the front door, and what
// would change. A model is read from the resources and their links first, then laid out on
// one landscape page. Import it from cmd/pitboss only.
package topology

import "pitboss/cmd/pitboss/internal/plan"

// Draw is the picture of a market as one SVG document without scripts, fonts or images from
// elsewhere. It draws what the plan has: a stack that is not there leaves a note, a value
// that is not known yet a question mark. The same plan gives the same bytes.
func Draw(p plan.Market) ([]byte, error) {
	return paint(read(p)).document()
}

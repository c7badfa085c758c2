package risk

import "slices"

var kinds = []Kind{Replace, Delete, Expose, Move}

// Kinds are the kinds of risks, in the order in which they are shown.
func Kinds() []Kind { return slices.Clone(kinds) }

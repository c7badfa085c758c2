package risk

// Kinds are the kinds of risks, in the order in which they are shown.
func Kinds() []Kind { return []Kind{Replace, Delete, Expose, Move} }

// Package engine finds the Pulumi engine that a command drives and drives it
// through Pulumi's Automation API, one stack at a time.
//
// It knows three things that the Automation API does not: which engine is
// meant (an offline one that an engine file describes, or the user's own
// pulumi), how to run without changing a checked-in stack file, and how to
// carry on after a run that was killed.
//
// Import it from cmd/pitboss only. It knows stacks by name and nothing of
// markets.
package engine

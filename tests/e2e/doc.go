// Package e2e drives Pitboss from outside, as a person at a terminal would: it
// copies the checkout, runs make and pitboss in the copy, and looks at what is
// there afterwards. Nobody imports it. `make e2e` runs it; it needs no network
// once the tools are built, and leaves nothing behind.
package e2e

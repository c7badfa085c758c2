// Package tests holds the promises about the whole: what every stack of every market
// must and must not make, and what the source may and may not do. A component's own
// tests are beside it. Nothing imports it.
package tests

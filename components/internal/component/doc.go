// Package component is what every component of the platform is made with: one way to
// open a component, one way to register a child under it, one word for what must
// survive a mistake, one place that waits for outputs, and one list of problems for
// its arguments.
//
// Only packages under components/ and the composition in stacks/ (for Render) import
// it; it knows no component and no cloud provider.
package component

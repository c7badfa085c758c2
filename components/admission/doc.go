// Package admission makes the API server itself refuse what is unsafe: one
// ValidatingAdmissionPolicy with its binding for each rule, in CEL, with no webhook that
// could be down. The rules are plain data, one file each; the region stack imports the
// component, and tests/admission proves the rules against a real API server.
//
// What exempts a namespace is in one place, Args.Exempt. What exempts an object is in its
// rule: placeholder pods serve nobody and need no probes, and live-edge may use those ports
// of its node that its row of components/services declares.
package admission

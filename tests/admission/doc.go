// Package admission is the corpus that proves what a cluster refuses: manifests that are
// safe in everything, and manifests that break one rule of components/admission each.
// Run sends them to an API server as a dry run, so that nothing is made.
//
// tests/e2e runs it against the clusters of the sandbox, tests/admission/prove against an
// API server with nothing but the rules. It does not import the rules: what a manifest
// breaks is said by name.
package admission

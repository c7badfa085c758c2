// Package regions is the catalogue: the jurisdictions a market may be licensed
// in, the AWS regions the platform may run in, and the rules that join the two.
//
// It is pure data with lookups. It imports nothing of ours and no SDK, so the
// program, the command line, the drills and the tests can all use it. Import it
// for types and facts; never write a region fact (a zone, a country, a set)
// anywhere else.
//
// Every fact about a jurisdiction carries where it was read and how far that
// reading goes (Fact). A rule that was not verified is never relaxed: where the
// sources are silent only the region inside the country is open, and the rest
// opens by the regulator's written approval or not at all. Nor does a record go
// for its age alone before its period is verified (Retention.ExpiresByAge).
//
// Some regions are AWS's opt-in regions: an account has to enable them once,
// before anything else works there (Region.OptIn).
//
// None of this is legal advice.
package regions

// Package market reads and writes market files: stacks/markets/<market>.yaml,
// everything about one licensed operation that is not code.
//
// The program, the command line and the drills import it; components do not,
// they get typed Args. It knows no Pulumi and no SDK, so it builds in seconds.
//
// Reading is strict: an unknown key, an impossible value or a contradiction is
// a Problem that says file, line, path, what was found, what is allowed and what
// to do next, and all problems are reported at once. The clock plays no part in
// it: a market that could be loaded yesterday can be loaded today, so that an
// old Kubernetes version never stands in the way of a disaster-recovery swap.
// Market.Support judges versions at a time that the caller passes.
//
// Versions and instance types of databases, caches and brokers are judged by package
// engines: only what can lose a region is accepted. Recovery figures may be stricter than
// company policy and never laxer, and DNS must fail over within them: the error says the
// sum of its terms.
//
// Images are named by digest alone: a tag may be another build tomorrow, and in the other
// region. Which images a market needs only its composition knows, so a file without any can
// be loaded, and Market.Image refuses. Outside parties are named by address, by kind: a
// kind decides which services may call. Events are peaks that nodes wait for, see Event.
// Delivery names the repository whose runners may change the market, and the bucket and key
// of the engine's state; without it nobody but people may.
//
// # Address plan
//
// Each market has two blocks of 10.0.0.0/8, a /16 per region. New markets get
// the lowest free pair 10.N.0.0/16 (home, N even) and 10.N+1.0.0/16 (standby)
// from 10.16 to 10.255: 119 markets. 10.0 to 10.15 stay free for the operator's
// own networks (the runners named in apiEndpoint.privateCIDRs), 10.100.0.0/16 because EKS takes it for services where a cluster
// names no range (so the pair 10.100, 10.101 is skipped). Everything outside
// 10.0.0.0/8 is refused, which keeps clear of 172.17.0.0/16 (container bridges)
// and of 172.20.0.0/16 (the range that our clusters give to services).
package market

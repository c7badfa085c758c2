// Package plane is the sandbox's data plane: real PostgreSQL and Redis servers behind the
// simulated global databases and datastores, replicating between "regions" through TCP
// links of our own, which can be delayed and cut.
//
// A server is one region's member of a store. What is written to the writer travels over
// the link to the other members and nowhere else, so a promotion loses exactly what the
// link still held: that is what makes a rehearsed disaster worth rehearsing.
//
// state.go is what the plane remembers, process.go how a server is started and ended,
// link.go the links, postgres*.go and redis*.go the two engines behind one interface
// (engine.go), turn.go the changes of roles, faults.go what a rehearsal breaks, debian.go
// where missing programs come from.
package plane

// Package gslb sends players to the region that is active, and away from one that cannot
// serve them: health checks on business indicators, DNS records, Global Accelerator, and
// the switch that a drill moves. The gslb stack imports it, because it needs what both
// regions publish.
//
// # What answers to which name
//
//	<api>                     weighted CNAMEs, 100 and 0 by role -> prefer-<region>.<api>
//	prefer-<region>.<api>     failover pair: that region's load balancer while the region
//	                          is open, else the other's while that one is open
//	<region>.<api>            always that region's load balancer: what health checks ask
//	<websocket>, prefer-...   as <api>
//	<read>                    the nearest region whose switch is not thrown and whose load
//	                          balancer has targets, whatever its role
//
// Two routing policies cannot share one name and type, hence the chain. The failover pair
// says outright what Route 53 otherwise infers: a record of weight zero is considered
// only when every other is unhealthy, and all-zero weights are an even split. Where
// neither region is open Route 53 answers with the preferred one.
//
// A check must not ask for a name that its own result moves: AWS calls the outcome
// unpredictable, and a dead region whose name already led to the living one would look
// healthy. So the checks ask <region>.<api>, which never moves. Its certificate covers
// *.<api>.
//
// # When a region is open
//
// It serves all three of /sli/login, /sli/deposit and /sli/bet, and its switch is not
// thrown: one calculated check over four children. (A calculated check cannot watch
// another one.) A region that answers but cannot take a deposit is out.
//
// /sli/deposit must fail in a region that cannot write. The standby's services run and
// answer, so it is the one thing that tells Route 53 that a player's money would have
// nowhere to go: it is what keeps the standby closed while the active region is down and
// its database is not yet promoted, and what opens it the moment that it is. Traffic
// follows the data. A redirect counts as healthy: these paths answer 2xx or an error.
//
// # The switch
//
// It exists from day one and moves nothing until somebody moves it. Thrown means closed,
// so a new market is open without anybody having touched it, and the first failover waits
// for nothing.
//
//   - routing-control: an ARC cluster with five endpoints in as many regions, one control
//     a region; On evacuates the region. A safety rule refuses to evacuate both. Its state
//     is no resource, so moving it leaves no drift. The cluster costs some 2.5 USD an hour,
//     1,800 a month (not verified), whether or not it is used. Not tried on AWS: that a
//     calculated check may watch a routing control's. Its pages exclude only calculated
//     ones.
//   - inverted-health-check: a health check that is disabled, which Route 53 takes for
//     healthy without asking anybody, or for unhealthy when it is inverted; inverting it
//     evacuates the region. It costs a dollar or so a month (not verified). The price is that inverting
//     is a call to Route 53's control plane, which lives in one AWS region: when that one
//     is down, the switch is stuck. Nothing refuses to evacuate both.
//
// Global Accelerator does not know the switch. It follows the dials, and leaves a region
// by itself when the load balancer there has no healthy target: for that it ignores the
// dials, so media and connections over the anycast addresses can reach the standby before
// it is promoted.
//
// # What a failover takes
//
// Output failoverSeconds, which is regions.Failover.Total, and in words output failover:
//
//	detect   interval x threshold of the checks            10 s x 3 = 30 s
//	expire   the longer of the CNAMEs' TTL and AWS's own   60 s
//	         60 s for aliases of load balancers
//	total                                                  90 s with the defaults
//
// It is what DNS adds once a region can serve. Promoting the databases comes before it.
package gslb

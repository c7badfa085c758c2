package regions

import (
	"fmt"
	"time"
)

// A Failover is how DNS notices that a region is lost and makes players follow. The two
// figures that it adds up to are part of the market's RTO.
type Failover struct {
	// CheckInterval is the time between two requests of one health checker: one of
	// CheckIntervals, fixed when a check is created.
	CheckInterval time.Duration
	// FailureThreshold is how many requests in a row must fail, 1 to MaxFailureThreshold.
	FailureThreshold int
	// TTL is how long resolvers keep the records that we can give a TTL.
	TTL time.Duration
}

// AliasTTL is how long resolvers keep an alias record to a load balancer. Such a record
// takes no TTL of ours: it has the load balancer's.
const AliasTTL = 60 * time.Second

// MaxFailureThreshold is the most failed requests that Route 53 can be told to wait for.
const MaxFailureThreshold = 10

// CheckIntervals lists the intervals that Route 53 offers, shortest first.
func CheckIntervals() []time.Duration { return []time.Duration{10 * time.Second, 30 * time.Second} }

// DefaultFailover is the policy for all markets: the fast checks, which cost a little
// more, and a TTL below that of the aliases, which then decide.
func DefaultFailover() Failover {
	return Failover{CheckInterval: 10 * time.Second, FailureThreshold: 3, TTL: 30 * time.Second}
}

// FailoverFacts says where the limits and the alias's TTL were read.
func FailoverFacts() []Fact {
	return []Fact{
		{
			Text:       "a health check asks every 10 or 30 seconds, fixed when it is created, and fails after 1 to 10 failures in a row",
			Source:     "https://github.com/awsdocs/amazon-route53-docs/blob/0ff8bb6ddece2c1eee9f55a83ae818ad8998ce2a/doc_source/dns-failover-determining-health-of-endpoints.md",
			Confidence: VerifiedPrimary,
		},
		{
			Text:       "alias records to a load balancer have a fixed TTL of 60 seconds",
			Source:     "https://aws.amazon.com/route53/faqs/",
			Confidence: VerifiedSecondary,
			Note:       "read in https://qiita.com/AWS11/items/8627c9c42bc5fdf2b8cb, which quotes the page",
		},
	}
}

// Detect is the time until health checks notice, at the longest.
func (f Failover) Detect() time.Duration {
	return f.CheckInterval * time.Duration(f.FailureThreshold)
}

// Expire is the time until resolvers have forgotten the old answer: the longest TTL on the
// way from a name to an address.
func (f Failover) Expire() time.Duration { return max(f.TTL, AliasTTL) }

// Total is the time from the loss of a region until players come to the other one.
func (f Failover) Total() time.Duration { return f.Detect() + f.Expire() }

// String is the sum, term by term.
func (f Failover) String() string {
	expire := fmt.Sprintf("%s until records expire (the TTL)", f.Expire())
	if f.TTL < AliasTTL {
		expire = fmt.Sprintf("%s until records expire (the fixed TTL of aliases to load balancers; ours is %s)", f.Expire(), f.TTL)
	}
	return fmt.Sprintf("%s = %s to notice (%d checks, one every %s) + %s", f.Total(), f.Detect(), f.FailureThreshold, f.CheckInterval, expire)
}

// Check refuses a failover that alone takes longer than all of recovery may.
func (f Failover) Check(rto time.Duration) error {
	if f.Total() <= rto {
		return nil
	}
	return fmt.Errorf("failover takes %s, and the market's RTO is %s", f, rto)
}

package regions

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFailoverAddsUp(t *testing.T) {
	cases := map[string]struct {
		reason                string
		f                     Failover
		detect, expire, total time.Duration
	}{
		"Default":  {"the aliases decide", DefaultFailover(), 30 * time.Second, time.Minute, 90 * time.Second},
		"LongTTL":  {"a TTL above theirs decides", Failover{10 * time.Second, 3, 5 * time.Minute}, 30 * time.Second, 5 * time.Minute, 330 * time.Second},
		"ShortTTL": {"a TTL below theirs changes nothing", Failover{10 * time.Second, 3, time.Second}, 30 * time.Second, time.Minute, 90 * time.Second},
		"Slow":     {"the slowest checks that there are", Failover{30 * time.Second, 10, time.Minute}, 5 * time.Minute, time.Minute, 6 * time.Minute},
	}
	for name, c := range cases {
		if c.f.Detect() != c.detect || c.f.Expire() != c.expire || c.f.Total() != c.total {
			t.Errorf("%s: %s + %s = %s: %s", name, c.f.Detect(), c.f.Expire(), c.f.Total(), c.reason)
		}
	}
}

// TestFailoverCheckSaysTheSum: who has to shorten it must see which term is long.
func TestFailoverCheckSaysTheSum(t *testing.T) {
	f := Failover{30 * time.Second, 10, 2 * time.Minute}
	if err := f.Check(f.Total()); err != nil {
		t.Errorf("as long as allowed, and refused: %v", err)
	}
	err := f.Check(f.Total() - time.Second)
	if err == nil {
		t.Fatal("a second too long was accepted")
	}
	for _, part := range []string{"7m0s", "5m0s", "10 checks", "every 30s", "2m0s", "6m59s"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %s", err, part)
		}
	}
	if err := DefaultFailover().Check(time.Minute); err == nil || !strings.Contains(err.Error(), "load balancers; ours is 30s") {
		t.Errorf("%v does not say whose TTL it is", err)
	}
}

// TestDefaultFailoverKeepsEveryPolicy: no jurisdiction's RTO is shorter, and at most a
// third of it goes into DNS, because promoting the databases takes minutes too.
func TestDefaultFailoverKeepsEveryPolicy(t *testing.T) {
	for _, j := range Jurisdictions() {
		if rto := CompanyPolicy(j).RTO; DefaultFailover().Check(rto/3) != nil {
			t.Errorf("%s: failover of %s leaves too little of %s", j, DefaultFailover().Total(), rto)
		}
	}
	if !slices.Contains(CheckIntervals(), DefaultFailover().CheckInterval) || DefaultFailover().FailureThreshold > MaxFailureThreshold {
		t.Error("the default is not one of those that Route 53 offers")
	}
	for _, f := range FailoverFacts() {
		checkFact(t, "failover", f)
	}
}

func ExampleFailover_Check() {
	fmt.Println(DefaultFailover().Check(15 * time.Minute))
	fmt.Println(DefaultFailover())
	// Output:
	// <nil>
	// 1m30s = 30s to notice (3 checks, one every 10s) + 1m0s until records expire (the fixed TTL of aliases to load balancers; ours is 30s)
}

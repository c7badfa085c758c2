package market

import (
	"fmt"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"pitboss/regions"
	"pitboss/regions/engines"
)

// recovery is a market's own figures; zero means that policy's holds.
type recovery struct {
	rto, rpo time.Duration
	unbound  bool // enforceRPO: false
}

// Recovery is what the market promises: company policy, with the stricter figures of its
// own file.
func (m Market) Recovery() regions.Policy {
	return regions.CompanyPolicy(m.Jurisdiction).Tightened(m.recovery.rto, m.recovery.rpo)
}

// WriteBound is the lag at which the ledger stops taking writes sooner than lose more than
// the RPO. It is zero while the file says `enforceRPO: false`: after a region was lost its
// database follows nobody, every second of it counts as lag, and the bound would stop the
// wallet. AWS says to leave it off until the lost region follows again.
func (m Market) WriteBound() time.Duration {
	if m.recovery.unbound {
		return 0
	}
	return m.Recovery().RPO
}

const (
	meansBound = "true (the default), or false while a lost region does not follow"

	meansRTO = "a time without service, e.g. 10m"
	meansRPO = "an amount of lost work, e.g. 30s"
)

func (r *reader) readRecovery(n *yaml.Node, j regions.Jurisdiction) recovery {
	f := r.section(n, "recovery", []key{{"rto", false, ""}, {"rpo", false, ""}, {"enforceRPO", false, ""}})
	policy := regions.CompanyPolicy(j)
	var out recovery
	if d, ok := r.duration(f["rto"], "recovery.rto", meansRTO); ok {
		if d <= 0 {
			r.blame("recovery.rto", d.String(), meansRTO, "no recovery takes no time")
		} else if r.stricter("recovery.rto", d, policy.RTO) {
			out.rto = d
		}
	}
	if s, ok := r.text(f["enforceRPO"], "recovery.enforceRPO", meansBound); ok {
		enforce, err := strconv.ParseBool(s)
		if err != nil || s != strconv.FormatBool(enforce) {
			r.blame("recovery.enforceRPO", strconv.Quote(s), meansBound, "write true or false, or remove it")
		}
		out.unbound = err == nil && !enforce
	}
	if d, ok := r.duration(f["rpo"], "recovery.rpo", meansRPO); ok {
		if err := engines.CheckRPO(d); err != nil {
			r.refuse("recovery.rpo", err)
		} else if r.stricter("recovery.rpo", d, policy.RPO) {
			out.rpo = d
		}
	}
	return out
}

// stricter blames a figure that promises less than the operator does everywhere.
func (r *reader) stricter(path string, d, policy time.Duration) bool {
	if d <= policy {
		return true
	}
	r.blame(path, d.String(), fmt.Sprintf("at most %s (%s)", policy, regions.SourceCompanyPolicy), "remove it: a market may only promise more than company policy")
	return false
}

// checkFailover refuses DNS that alone takes longer than all of recovery may, and says the
// sum. It blames the figure of the file that is longest.
func (p parsed) checkFailover() {
	rto := p.Recovery().RTO
	if p.Traffic.Failover.Check(rto) == nil {
		return
	}
	p.blame(p.slowest(), "a failover of "+p.Traffic.Failover.String(), "at most the market's RTO, which is "+rto.String(),
		"lower traffic.ttl, traffic.checkInterval or traffic.failureThreshold, or raise recovery.rto")
}

// slowest is the key of the figure that makes failover long, and of the RTO when none was
// raised.
func (p parsed) slowest() string {
	f, policy := p.Traffic.Failover, regions.DefaultFailover()
	slowTTL := f.TTL > regions.AliasTTL
	switch {
	case slowTTL && f.Expire() >= f.Detect():
		return "traffic.ttl"
	case f.CheckInterval > policy.CheckInterval:
		return "traffic.checkInterval"
	case f.FailureThreshold > policy.FailureThreshold:
		return "traffic.failureThreshold"
	case slowTTL:
		return "traffic.ttl"
	}
	return "recovery.rto"
}

package market

import (
	"fmt"
	"time"

	"gopkg.in/yaml.v3"

	"pitboss/regions"
	"pitboss/regions/engines"
)

// recovery is a market's own figures; zero means that policy's holds.
type recovery struct {
	rto, rpo  time.Duration
	enforceIn regions.Region // zero: nowhere
}

// Recovery is what the market promises: company policy, with the stricter figures of its
// own file.
func (m Market) Recovery() regions.Policy {
	return regions.CompanyPolicy(m.Jurisdiction).Tightened(m.recovery.rto, m.recovery.rpo)
}

// EnforcesRPO says whether the ledger in r stops taking writes sooner than lose more than
// the RPO: while r is active and recovery.enforceRPOIn names it. So a swap turns the bound
// off and never on. A member that was promoted because the other region is lost has nobody
// who follows it, every second counts as lag, and the bound would stop the wallet; AWS says
// to wait until the lost region follows again.
func (m Market) EnforcesRPO(r regions.Region) bool {
	return r == m.Active && r == m.recovery.enforceIn
}

// Unenforced warns when the bound is meant for a region that is not active.
func (m Market) Unenforced() (warning string) {
	if m.recovery.enforceIn.IsZero() || m.EnforcesRPO(m.Active) {
		return ""
	}
	return fmt.Sprintf("%s: recovery.enforceRPOIn: found %s, which is not active: the ledger is not held to its RPO;"+
		" next: name %s there once the other region follows it, and before a failover to %s remove the line", m.File, m.recovery.enforceIn, m.Active, m.recovery.enforceIn)
}

const (
	meansRTO = "a time without service, e.g. 10m"
	meansRPO = "an amount of lost work, e.g. 30s"
)

func (r *reader) readRecovery(n *yaml.Node, m Market) recovery {
	f := r.section(n, "recovery", []key{{"rto", false, ""}, {"rpo", false, ""}, {"enforceRPOIn", false, ""}})
	policy := regions.CompanyPolicy(m.Jurisdiction)
	var out recovery
	if d, ok := r.duration(f["rto"], "recovery.rto", meansRTO); ok {
		if d <= 0 {
			r.blame("recovery.rto", d.String(), meansRTO, "no recovery takes no time")
		} else if r.stricter("recovery.rto", d, policy.RTO) {
			out.rto = d
		}
	}
	const where = "recovery.enforceRPOIn"
	if f["enforceRPOIn"] != nil {
		out.enforceIn = value(r, f["enforceRPOIn"], where, regions.Parse, regions.Names())
		if !out.enforceIn.IsZero() && !m.Home.IsZero() && !m.Standby.IsZero() && m.Other(out.enforceIn).IsZero() {
			r.blame(where, out.enforceIn.String(), fmt.Sprintf("%s (home) or %s (standby)", m.Home, m.Standby), "name the active region, once the other one follows it")
		}
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

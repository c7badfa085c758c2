package gslb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"pitboss/components/internal/component"
	"pitboss/regions"
	"pitboss/regions/role"
)

// maxTTL is a week: longer is no TTL that a failover could use.
const maxTTL = 7 * 24 * time.Hour

// hostname is a name in lower case: Route 53 keeps names so, and one in capitals would
// differ from it for ever.
var hostname = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]$`)

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "gslb.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(a.ZoneID != nil, "ZoneID", "is required")
	p.Check(hostname.MatchString(a.Domain), "Domain", "must be the name of the market's zone, such as mt.example.com, got %q", a.Domain)
	p.Check(slices.Contains(Switches(), a.Switch), "Switch", "must be one of %v, got %q", Switches(), a.Switch)
	a.validateMembers(&p)
	a.validateFailover(&p)
	a.validateNames(&p)
	return p.Err()
}

func (a Args) validateMembers(p *component.Problems) {
	p.Check(len(a.Members) == 2, "Members", "must be the market's two regions, got %d", len(a.Members))
	active := 0
	for i, m := range a.Members {
		at := fmt.Sprintf("Members[%d].", i)
		p.Check(!m.Region.IsZero(), at+"Region", "is required")
		p.Check(i == 0 || m.Region != a.Members[0].Region, at+"Region", "must not be %s again: nobody could fail over", m.Region)
		p.Check(m.Role.Valid(), at+"Role", "must be %q or %q, got %q", role.Active, role.Standby, m.Role)
		p.Check(!m.Front.Web.IsZero() && !m.Front.Media.IsZero(), at+"Front", "is required: records and endpoints lead to it")
		if m.Role == role.Active {
			active++
		}
	}
	// With none, every weight is zero, which Route 53 takes for an even split.
	p.Check(len(a.Members) != 2 || active == 1, "Members", "must have exactly one active region, got %d", active)
}

func (a Args) validateFailover(p *component.Problems) {
	f := a.Failover
	// A check keeps its interval for life: another one is another check. So a change of it
	// belongs in a deployment, never in a swap.
	intervals := regions.CheckIntervals()
	p.Check(slices.Contains(intervals, f.CheckInterval), "Failover.CheckInterval", "must be one of %v, got %v: Route 53 has no other", intervals, f.CheckInterval)
	p.Check(f.FailureThreshold >= 1 && f.FailureThreshold <= regions.MaxFailureThreshold, "Failover.FailureThreshold", "must be 1 to %d, got %d", regions.MaxFailureThreshold, f.FailureThreshold)
	p.Check(f.TTL >= time.Second && f.TTL <= maxTTL && f.TTL%time.Second == 0, "Failover.TTL", "must be whole seconds, 1 s to %v, got %v", maxTTL, f.TTL)
	p.Check(a.RTO > 0, "RTO", "is required")
	if a.RTO > 0 {
		err := f.Check(a.RTO)
		p.Check(err == nil, "Failover", "%v", err)
	}
}

// validateNames wants every name below the zone, and none below another: what is below
// one of them is the regions' own.
func (a Args) validateNames(p *component.Problems) {
	names := []struct{ field, name string }{
		{"Names.API", a.Names.API}, {"Names.WebSocket", a.Names.WebSocket}, {"Names.Read", a.Names.Read},
	}
	for i, one := range names {
		p.Check(hostname.MatchString(one.name), one.field, "must be a host name in lower case, got %q", one.name)
		p.Check(one.name != a.Domain, one.field, "must not be %s itself: a CNAME cannot stand at the apex of its zone; did you mean %s", a.Domain, "www."+a.Domain)
		p.Check(one.name == a.Domain || strings.HasSuffix(one.name, "."+a.Domain), one.field, "must lie inside of %s, the market's zone, got %q", a.Domain, one.name)
		for j, two := range names {
			p.Check(i <= j || one.name != two.name, one.field, "must not be %s again", two.field)
			p.Check(i == j || !strings.HasSuffix(one.name, "."+two.name), one.field, "must not lie below %s (%s): the regions' own names are there", two.field, two.name)
		}
	}
}

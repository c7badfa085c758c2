package market

import (
	"errors"
	"fmt"
	"strings"

	"pitboss/regions"
)

// checkPlacement refuses a market outside the area of its jurisdiction, and one
// whose regions contradict each other. Fields that could not be read are left
// out: they are blamed already.
func (p parsed) checkPlacement() {
	p.checkActive()
	if p.Home == p.Standby && !p.Home.IsZero() {
		p.blame("standby", p.Standby.String(), "a region other than home", "choose another: losing one region must leave the other")
	}
	if p.Jurisdiction.IsZero() {
		return
	}
	res := p.Resolution()
	var none regions.NoRegion
	if errors.As(res.None(), &none) {
		p.blame("jurisdiction", fmt.Sprintf("%s, which has no AWS region inside its area", p.Jurisdiction),
			ruleText(none.Rule), "it needs "+none.Instead)
		return
	}
	p.checkRole(res, regions.RoleHome, p.Home, res.Home)
	if p.Home != p.Standby {
		p.checkRole(res, regions.RoleStandby, p.Standby, res.Standby)
	}
}

func (p parsed) checkRole(res regions.Resolution, role regions.Role, r regions.Region, open []regions.Region) {
	f, refused := res.Refusal(role, r)
	if !refused {
		return
	}
	names := "no region without an approval"
	if len(open) > 0 {
		names = strings.Join(regionNames(open), ", ")
	}
	p.blame(string(role), r.String(), names+": "+ruleText(f.Rule), f.Next)
}

func (p parsed) checkActive() {
	if p.Active.IsZero() || p.Home.IsZero() || p.Standby.IsZero() || p.Active == p.Home || p.Active == p.Standby {
		return
	}
	p.blame("active", p.Active.String(), fmt.Sprintf("%s (home) or %s (standby)", p.Home, p.Standby), "name the one that takes writes now")
}

// ruleText is a rule as a problem shows it: id, words, how sure, where read.
func ruleText(r regions.Rule) string {
	return fmt.Sprintf("rule %s, %s (%s: %s)", r.ID, r.Text, r.Confidence, r.Source)
}

func regionNames(rs []regions.Region) []string {
	out := make([]string, 0, len(rs))
	for _, r := range rs {
		out = append(out, r.String())
	}
	return out
}
